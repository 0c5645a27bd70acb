"""Who decides how long records are kept, and what is held back."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class RetentionPermission(StrEnum):
    """What may be done about keeping and removing."""

    CHANGE = "retention:change"
    ERASE = "erasure:decide"


GRANTS: Grants = dict.fromkeys(RetentionPermission, frozenset({Role.SYSADMIN}))
