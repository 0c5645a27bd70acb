"""Who may do what, over all capabilities: each says its own part in its `permissions.py`."""

from collections.abc import Sequence

from referral.accounts import permissions as accounts
from referral.accounts.rules import Grants
from referral.billing import permissions as billing
from referral.desk import permissions as desk
from referral.directory import permissions as directory
from referral.equity import permissions as equity
from referral.messaging import permissions as messaging
from referral.organizations import permissions as organizations
from referral.people import permissions as people
from referral.programs import permissions as programs
from referral.referrals import permissions as referrals
from referral.retention import permissions as retention
from referral.screening import permissions as screening

PARTS: Sequence[Grants] = (
    organizations.GRANTS,
    accounts.GRANTS,
    messaging.GRANTS,
    people.GRANTS,
    screening.GRANTS,
    directory.GRANTS,
    referrals.GRANTS,
    programs.GRANTS,
    billing.GRANTS,
    equity.GRANTS,
    retention.GRANTS,
    desk.GRANTS,
)

GRANTS: Grants = {permission: roles for part in PARTS for permission, roles in part.items()}
"""Permission -> the roles that hold it."""
