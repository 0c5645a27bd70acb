"""The thread: one chain of records from the answer to the dollar, found from any of its points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from referral.billing.models import Delivery, InvoiceLine, LedgerEntry
from referral.billing.permissions import BillingPermission
from referral.desk.queries import stages
from referral.desk.queries.steps import Stage
from referral.foundation.principal import Principal
from referral.people import queries as people
from referral.people.permissions import PersonPermission
from referral.programs.models import ServiceAuthorization
from referral.referrals.models import OutcomeEvidence, Referral
from referral.referrals.permissions import may_see, sight_of
from referral.referrals.queries import is_level_open, is_masked, records
from referral.referrals.rules import Sight
from referral.screening import queries as screening
from referral.screening.models import Need, NeedAnswer
from referral.screening.permissions import ScreeningPermission


@dataclass(frozen=True, slots=True)
class Thread:
    """A need (where the asker may see it), its referrals, and everything that hangs on them, stage by stage."""

    person_id: UUID
    network_id: UUID
    person_name: str
    category: str
    stages: Sequence[Stage]


@dataclass(frozen=True, slots=True)
class Strand:
    """What a point of the thread belongs to: a need, its referrals, or both."""

    need: Need | None
    referrals: Sequence[Referral]


def thread(session: Session, kind: str, id_: UUID, *, by: Principal, at: datetime) -> Thread | None:
    """Return the thread through a record; None when there is none or the asker takes no part in it."""
    find = FINDERS.get(kind)
    strand = find(session, id_, by, at) if find else None
    if strand is None:
        return None
    first = strand.need or strand.referrals[0]
    return Thread(
        person_id=first.person_id,
        network_id=first.network_id,
        person_name=_name(session, strand, by, at),
        category="" if any(is_masked(one, by) for one in strand.referrals) else first.category.value,
        stages=stages.stages(session, strand.need, strand.referrals, here=(kind, id_), by=by),
    )


def _name(session: Session, strand: Strand, by: Principal, at: datetime) -> str:
    """Return the person's name for whoever may know it: the care team, or a party beyond the minimum."""
    knows = any(sight_of(referral, by, at=at) in {Sight.PARTY, Sight.NAMED} for referral in strand.referrals)
    if not by.can(PersonPermission.READ) or not (knows or (strand.need and by.is_care_team)):
        return ""
    person = people.visible(session, (strand.need or strand.referrals[0]).person_id)
    return person.full_name if person else ""


def _from_need(session: Session, need_id: UUID, by: Principal, at: datetime) -> Strand | None:
    need = screening.need(session, need_id) if by.can(ScreeningPermission.READ_NEED) else None
    if need is None:
        return None
    made = records.referrals_of_need(session, need_id)
    return Strand(
        need,
        [one for one in made if may_see(one, by, at=at) and is_level_open(session, one, by, at=at)],
    )


def _from_answer(session: Session, answer_id: UUID, by: Principal, at: datetime) -> Strand | None:
    need_id = session.scalars(select(NeedAnswer.need_id).where(NeedAnswer.answer_id == answer_id)).first()
    return _from_need(session, need_id, by, at) if need_id and by.can(ScreeningPermission.READ) else None


def _from_referral(session: Session, referral_id: UUID, by: Principal, at: datetime) -> Strand | None:
    referral = records.visible(session, by, referral_id, at=at)
    if referral is None:
        return None
    whole = _from_need(session, referral.need_id, by, at) if by.is_care_team else None
    need = screening.need(session, referral.need_id) if by.can(ScreeningPermission.READ_NEED) else None
    return whole or Strand(need, [referral])


def _from_consent(session: Session, consent_id: UUID, by: Principal, at: datetime) -> Strand | None:
    return _by(session, select(Referral.id).where(Referral.consent_id == consent_id), by, at)


def _from_authorization(session: Session, id_: UUID, by: Principal, at: datetime) -> Strand | None:
    query = select(ServiceAuthorization.referral_id).where(ServiceAuthorization.id == id_)
    return _by(session, query, by, at)


def _from_delivery(session: Session, delivery_id: UUID, by: Principal, at: datetime) -> Strand | None:
    return _by(session, select(Delivery.referral_id).where(Delivery.id == delivery_id), by, at)


def _from_line(session: Session, line_id: UUID, by: Principal, at: datetime) -> Strand | None:
    return _by(session, select(InvoiceLine.referral_id).where(InvoiceLine.id == line_id), by, at)


def _from_payment(session: Session, payment_id: UUID, by: Principal, at: datetime) -> Strand | None:
    """A payment may pay for several people: the thread is the one of its first line."""
    if not by.can(BillingPermission.READ_PAYMENTS):
        return None
    query = select(InvoiceLine.referral_id).join(LedgerEntry, LedgerEntry.invoice_line_id == InvoiceLine.id)
    return _by(session, query.where(LedgerEntry.payment_id == payment_id).order_by(InvoiceLine.number), by, at)


def _from_evidence(session: Session, evidence_id: UUID, by: Principal, at: datetime) -> Strand | None:
    return _by(session, select(OutcomeEvidence.referral_id).where(OutcomeEvidence.id == evidence_id), by, at)


def _by(session: Session, query: Select[UUID], by: Principal, at: datetime) -> Strand | None:
    referral_id = session.scalars(query.limit(1)).first()
    return _from_referral(session, referral_id, by, at) if referral_id else None


Find = Callable[[Session, UUID, Principal, datetime], Strand | None]
FINDERS: dict[str, Find] = {
    "answer": _from_answer,
    "need": _from_need,
    "consent": _from_consent,
    "referral": _from_referral,
    "authorization": _from_authorization,
    "delivery": _from_delivery,
    "line": _from_line,
    "payment": _from_payment,
    "evidence": _from_evidence,
}
"""What an address /thread/<kind>/<id> may begin at."""
