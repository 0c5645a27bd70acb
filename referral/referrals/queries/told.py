"""What the person answered about the need of a referral: for who helps with it, and no other answer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from referral.foundation.principal import Face, Principal
from referral.organizations.rules import Role
from referral.people.rules import SensitivityLevel
from referral.referrals.models import Referral
from referral.referrals.permissions import ReferralPermission
from referral.referrals.queries.levels import is_masked
from referral.referrals.queries.seen import sight_for
from referral.referrals.rules import Sight
from referral.screening import queries as needs
from referral.screening.service.histories import Said, words_behind


def told_by_person(session: Session, referral: Referral, by: Principal, *, at: datetime) -> Sequence[Said]:
    """Return the answers behind the need: for the receiver once it took the referral, and a plan they are shared with.

    What was said about safety is for the cleared worker who takes the referral, and not for who heads the organization.
    """
    is_helping = by.organization_id == referral.receiving_organization_id or by.face is Face.PLAN
    if not is_helping or not by.can(ReferralPermission.READ_ANSWERS) or is_masked(referral, by):
        return ()
    is_safety = referral.level is SensitivityLevel.L3
    if sight_for(session, referral, by, at=at) is not Sight.PARTY or (is_safety and Role.CBO_INTAKE not in by.roles):
        return ()
    need = needs.need(session, referral.need_id)
    return words_behind(session, need) if need is not None else ()
