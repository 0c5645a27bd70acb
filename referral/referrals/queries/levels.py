"""Whether what is sensitive in a referral is open to somebody: own client, or a named consent in force right now."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.foundation.principal import Principal, PrincipalKind
from referral.organizations.rules import Role
from referral.people import queries as people
from referral.people.models import Person
from referral.people.rules import ConsentScope, SensitivityLevel
from referral.referrals.models import Referral

FIELD_ROLES = frozenset({Role.COORD_SUPERVISOR.value, Role.CBO_INTAKE.value, Role.CBO_ADMIN.value})
SCOPES = {SensitivityLevel.L2: ConsentScope.PART2_DISCLOSE, SensitivityLevel.L3: ConsentScope.IPV_RELEASE}


def is_level_open(session: Session, referral: Referral, by: Principal, *, at: datetime) -> bool:
    """Say whether the asker may see a referral of this level; asked of the consents each time, never kept.

    Its own navigator may; others only in a role that reads for the organization which the consent names, and what
    survivors of violence told only when cleared for it.
    """
    if referral.level is SensitivityLevel.L1 or by.kind is PrincipalKind.SYSTEM or is_own_client(session, referral, by):
        return True
    if not by.opens_named or (referral.level is SensitivityLevel.L3 and not by.is_l3_cleared):
        return False
    release = people.consent_in_force(
        session,
        referral.person_id,
        SCOPES[referral.level],
        at=at,
        organization_id=by.organization_id,
        level=referral.level,
    )
    return release is not None


def is_own_client(session: Session, referral: Referral, by: Principal) -> bool:
    """Say whether the person acts themselves, or the asker cares for them or sent this referral."""
    if by.person_id is not None:
        return by.person_id == referral.person_id
    person = session.get(Person, referral.person_id)
    is_owner = person is not None and person.owner_user_id == by.user_id
    return by.user_id is not None and (is_owner or referral.created_by_user_id == by.user_id)


def is_masked(referral: Referral, by: Principal) -> bool:
    """Say whether the asker sees that something was served, and not what: whoever only bills for it."""
    is_sensitive = referral.level is not SensitivityLevel.L1
    only_bills = Role.CBO_BILLER.value in by.roles and not FIELD_ROLES & by.roles
    return is_sensitive and only_bills
