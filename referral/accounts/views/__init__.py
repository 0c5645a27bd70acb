"""Pages of accounts: signing in and its second step, one's own account, handed links, colleagues."""

from referral.accounts.views import (  # noqa: F401 -- each adds its pages
    account,
    colleagues,
    links,
    organization,
    providers,
    second_factor,
    signing_in,
)
from referral.accounts.views.blueprint import pages

__all__ = ["pages"]
