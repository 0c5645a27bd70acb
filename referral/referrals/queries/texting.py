"""Whether a text may reach somebody: who told about violence is texted only as they said is safe, within 30 days."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from referral.people import queries as people
from referral.people.models import Consent, Person
from referral.people.rules import ConsentScope, SensitivityLevel
from referral.referrals.models import Referral
from referral.screening.models import Need


def may_text(session: Session, person_id: UUID, number: str, at: datetime) -> bool:
    """Whether the person allows a text to this number at this instant; asked when it leaves."""
    return people.may_text(session, person_id, number, at, level=contact_level(session, person_id))


def contact_level(session: Session, person_id: UUID) -> SensitivityLevel:
    """Return how careful every contact has to be: L3 for who is hidden, or ever told us of violence."""
    told = exists().where(Need.person_id == person_id, Need.level == SensitivityLevel.L3)
    sent = exists().where(Referral.person_id == person_id, Referral.level == SensitivityLevel.L3)
    released = exists().where(Consent.person_id == person_id, Consent.scope == ConsentScope.IPV_RELEASE)
    hidden = exists().where(Person.id == person_id, Person.level == SensitivityLevel.L3)
    is_safety = session.scalar(select(or_(told, sent, released, hidden)))
    return SensitivityLevel.L3 if is_safety else SensitivityLevel.L1
