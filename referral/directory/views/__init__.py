"""Pages of the directory: find help, one listing, and what its keeper says about it."""

from referral.directory.views import finding, keeping  # noqa: F401 -- each adds its pages
from referral.directory.views.blueprint import pages

__all__ = ["pages"]
