"""Which rows are over: each class one rule, by SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from referral.audit.models import AuditEvent, Disclosure
from referral.billing.models import Delivery, Invoice, InvoiceChange, InvoiceLine, LedgerEntry, Payment
from referral.messaging.models import Message, Question
from referral.people.models import BreakGlass, Consent, Person
from referral.people.rules import SensitivityLevel
from referral.programs.models import Enrollment, ServiceAuthorization
from referral.referrals.models import Comment, ContactAttempt, Contradiction, OutcomeEvidence, Referral, StatusChange
from referral.retention.models import Erasure, RetentionHold, RetentionPolicy, Tombstone
from referral.retention.rules import HoldKind, RetentionClass
from referral.screening.models import Answer, Need, NeedAnswer, NeedChange, Screening

Rule = ColumnElement[bool]
Stamp = InstrumentedAttribute[Any]

ACTIVITY: Sequence[tuple[Any, Stamp]] = (
    (Referral, Referral.created_at),
    (StatusChange, StatusChange.recorded_at),
    (ContactAttempt, ContactAttempt.recorded_at),
    (Comment, Comment.recorded_at),
    (OutcomeEvidence, OutcomeEvidence.recorded_at),
    (Contradiction, Contradiction.opened_at),
    (Screening, Screening.started_at),
    (Screening, Screening.ended_at),
    (Need, Need.found_at),
    (NeedChange, NeedChange.at),
    (Delivery, Delivery.recorded_at),
    (Enrollment, Enrollment.proposed_at),
    (Enrollment, Enrollment.ends_on),
    (ServiceAuthorization, ServiceAuthorization.requested_at),
    (ServiceAuthorization, ServiceAuthorization.approved_ends_on),
    (Message, Message.created_at),
    (Question, Question.asked_at),
    (BreakGlass, BreakGlass.asked_at),
    (Consent, Consent.recorded_at),
    (Consent, Consent.revoked_at),
    (Consent, Consent.ends_on),
)
"""What counts as activity of a person's record, besides a change of the record itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """What one policy speaks of: everything older than an instant, in the networks it is for."""

    kind: RetentionClass
    rule: str
    older_than: datetime
    at: datetime
    network_id: UUID | None = None
    """None: every network but the excepted ones."""
    excepted: Sequence[UUID] = ()
    limit: int = 500

    def inside(self, network: Stamp) -> Rule:
        """Whether a row belongs to the networks of the policy."""
        if self.network_id:
            return network == self.network_id
        return or_(network.is_(None), network.not_in(self.excepted))

    def free(self, model: Any) -> Rule:
        """Whether a row about a person is of these networks, is held by nobody, and has no tombstone yet."""
        key = model.id if model is Person else model.person_id
        return and_(self.inside(model.network_id), ~self.is_held(key), ~self.is_buried(model))

    def is_held(self, person_id: Stamp) -> Rule:
        """Whether a hold keeps what belongs to the person."""
        kinds = [HoldKind.LEGAL]
        if self.kind is RetentionClass.SAFETY_CONTENT:
            kinds.append(HoldKind.PERSON_ASKED)
        return exists().where(RetentionHold.person_id == person_id, RetentionHold.kind.in_(kinds), in_force(self.at))

    def is_buried(self, model: Any) -> Rule:
        """Whether a tombstone of this class stands for the row."""
        return exists().where(
            Tombstone.record_id == model.id,
            Tombstone.record_kind == model.__tablename__,
            Tombstone.retention_class == self.kind,
        )


def in_force(at: datetime) -> Rule:
    """Whether a hold stops removal at the instant."""
    return and_(
        RetentionHold.starts_at <= at,
        RetentionHold.ended_at.is_(None),
        or_(RetentionHold.until.is_(None), RetentionHold.until > at),
    )


def is_held(session: Session, person_id: UUID, *, at: datetime) -> bool:
    """Whether a legal hold keeps the person's record."""
    held = select(RetentionHold.id).where(
        RetentionHold.person_id == person_id, RetentionHold.kind == HoldKind.LEGAL, in_force(at)
    )
    return session.scalar(held.limit(1)) is not None


def erasures(session: Session, network_id: UUID | None, *, limit: int = 200) -> Sequence[Erasure]:
    """Return the requests to erase a record, the open ones first, the oldest first."""
    query = select(Erasure).where(Erasure.network_id == network_id)
    order = (Erasure.ended_at.is_not(None), Erasure.asked_at, Erasure.id)
    return session.scalars(query.order_by(*order).limit(limit)).all()


def held_among(session: Session, person_ids: Iterable[UUID], *, at: datetime) -> frozenset[UUID]:
    """Return which of these persons' records a legal hold keeps."""
    query = select(RetentionHold.person_id).where(
        RetentionHold.person_id.in_(set(person_ids)), RetentionHold.kind == HoldKind.LEGAL, in_force(at)
    )
    return frozenset(session.scalars(query))


def policies(session: Session, network_id: UUID | None) -> Sequence[RetentionPolicy]:
    """Return what counts in the network: its own policies, and the general ones of the other classes."""
    query = select(RetentionPolicy).where(
        or_(RetentionPolicy.network_id.is_(None), RetentionPolicy.network_id == network_id)
    )
    found: dict[RetentionClass, RetentionPolicy] = {}
    for one in session.scalars(query.order_by(RetentionPolicy.network_id.nulls_first())):
        found[one.retention_class] = one
    return [found[kind] for kind in RetentionClass if kind in found]


def own_policy(session: Session, kind: RetentionClass, network_id: UUID | None) -> RetentionPolicy | None:
    """Return a network's own policy of a class, locked."""
    query = select(RetentionPolicy).where(
        RetentionPolicy.retention_class == kind, RetentionPolicy.network_id.is_not_distinct_from(network_id)
    )
    return session.scalars(query.with_for_update()).one_or_none()


def general_policy(session: Session, kind: RetentionClass) -> RetentionPolicy:
    """Return the policy of a class that counts in every network without one of its own."""
    query = select(RetentionPolicy).where(RetentionPolicy.retention_class == kind, RetentionPolicy.network_id.is_(None))
    return session.scalars(query).one()


def all_policies(session: Session) -> Sequence[RetentionPolicy]:
    """Return every policy of every network."""
    return session.scalars(select(RetentionPolicy).order_by(RetentionPolicy.id)).all()


def holds(session: Session, network_id: UUID | None) -> Sequence[RetentionHold]:
    """Return the network's holds that nobody ended, the latest first."""
    query = select(RetentionHold).where(RetentionHold.network_id == network_id, RetentionHold.ended_at.is_(None))
    return session.scalars(query.order_by(RetentionHold.starts_at.desc()).limit(200)).all()


def closed_safety_referrals(due: Due) -> Select[Any]:
    """Referrals about safety, closed long ago."""
    return select(Referral.id).where(Referral.level == SensitivityLevel.L3, Referral.ended_at < due.older_than)


def closed_safety_needs(due: Due) -> Select[Any]:
    """Needs about safety, closed long ago."""
    return select(Need.id).where(Need.level == SensitivityLevel.L3, Need.ended_at < due.older_than)


def closed_safety_answers(due: Due) -> Select[Any]:
    """Answers about safety whose screening, and every need that rests on them, closed long ago."""
    need = aliased(Need)
    goes_on = (
        select(NeedAnswer.need_id)
        .join(need, need.id == NeedAnswer.need_id)
        .where(NeedAnswer.answer_id == Answer.id, or_(need.ended_at.is_(None), need.ended_at >= due.older_than))
    )
    return (
        select(Answer.id)
        .join(Screening, Screening.id == Answer.screening_id)
        .where(Answer.level == SensitivityLevel.L3, Screening.ended_at < due.older_than, ~goes_on.exists())
    )


def silent_persons(session: Session, due: Due) -> Sequence[UUID]:
    """Return persons of whom nothing was heard, and for whom nothing was done, since the instant."""
    since, day = due.older_than, due.older_than.date()
    active = [
        exists().where(model.person_id == Person.id, stamp >= (day if str(stamp.type) == "DATE" else since))
        for model, stamp in ACTIVITY
    ]
    query = select(Person.id).where(Person.changed_at < since, due.free(Person), *(~one for one in active))
    return session.scalars(query.order_by(Person.id).limit(due.limit)).all()


def persons_with_old_bills(session: Session, due: Due) -> Sequence[UUID]:
    """Return persons whose record left before, and whose last bill, delivery or payment is older than the instant."""
    left = exists().where(Tombstone.record_id == Person.id, Tombstone.retention_class == RetentionClass.CLIENT_RECORD)
    recent = exists().where(LedgerEntry.person_id == Person.id, LedgerEntry.created_at >= due.older_than)
    served = exists().where(Delivery.person_id == Person.id, Delivery.recorded_at >= due.older_than)
    query = select(Person.id).where(left, ~recent, ~served, due.free(Person))
    return session.scalars(query.order_by(Person.id).limit(due.limit)).all()


def bare_invoices(session: Session, due: Due) -> Sequence[UUID]:
    """Return invoices without a line, which nobody touched or paid since the instant and no other replaces."""
    other = aliased(Invoice)
    kept = (
        exists().where(InvoiceLine.invoice_id == Invoice.id),
        exists().where(InvoiceChange.invoice_id == Invoice.id, InvoiceChange.at >= due.older_than),
        exists().where(Payment.invoice_id == Invoice.id, Payment.recorded_at >= due.older_than),
        exists().where(other.replaces_invoice_id == Invoice.id),
    )
    old = (Invoice.created_at < due.older_than, due.inside(Invoice.network_id))
    query = select(Invoice.id).where(*old, *(~one for one in kept))
    return session.scalars(query.order_by(Invoice.id).limit(due.limit)).all()


def old_disclosures(session: Session, due: Due) -> Sequence[int]:
    """Return what reached other organizations before the instant, about persons whom nobody holds back."""
    free = (due.inside(Disclosure.network_id), ~due.is_held(Disclosure.person_id))
    query = select(Disclosure.id).where(Disclosure.at < due.older_than, *free)
    return session.scalars(query.order_by(Disclosure.at, Disclosure.id).limit(due.limit)).all()


def is_free_event(at: datetime) -> Rule:
    """Whether no legal hold keeps an event: of the person, and every list of the network, which may have shown them."""
    is_theirs = or_(
        RetentionHold.person_id == AuditEvent.person_id,
        cast(RetentionHold.person_id, Text) == AuditEvent.subject_id,
        and_(
            AuditEvent.subject_id == "list",
            or_(AuditEvent.network_id.is_(None), RetentionHold.network_id == AuditEvent.network_id),
        ),
    )
    return ~exists().where(RetentionHold.kind == HoldKind.LEGAL, in_force(at), is_theirs)


def has_bills(session: Session, person_id: UUID) -> bool:
    """Whether a line of an invoice stands on something of the person."""
    return session.scalar(select(InvoiceLine.id).where(InvoiceLine.person_id == person_id).limit(1)) is not None
