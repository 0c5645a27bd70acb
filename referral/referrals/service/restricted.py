"""How much a team holds that its supervisor may not open: a number, and nothing that points to anybody."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.foundation.elevation import seeing_all
from referral.foundation.principal import Principal
from referral.people.rules import SensitivityLevel
from referral.referrals.models import Referral
from referral.referrals.rules import OPEN
from referral.screening.models import Need
from referral.screening.rules import OPEN_STATES


def count_restricted(session: Session, *, by: Principal) -> int:
    """Return how many open safety needs and referrals the asker's own organization has at hand."""
    needs = select(func.count()).where(
        Need.organization_id == by.organization_id, Need.level == SensitivityLevel.L3, Need.state.in_(OPEN_STATES)
    )
    referrals = select(func.count()).where(
        Referral.sending_organization_id == by.organization_id,
        Referral.level == SensitivityLevel.L3,
        Referral.status.in_(OPEN),
    )
    with seeing_all(session, "count-restricted"):
        return (session.scalar(needs) or 0) + (session.scalar(referrals) or 0)
