"""The stages of a thread, each with the records the asker may see: who, when, and what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from referral.billing.models import Delivery, Invoice, InvoiceLine, LedgerEntry, Payment
from referral.billing.models.payments import EntryKind
from referral.billing.permissions import BillingPermission
from referral.billing.rules import LineState
from referral.desk.permissions import DeskPermission
from referral.desk.queries.names import organization_names, service_names, user_names
from referral.foundation.principal import Principal
from referral.people.models import Consent
from referral.people.permissions import PersonPermission
from referral.people.rules.consent_terms import TERMS
from referral.programs.models import ServiceAuthorization
from referral.programs.permissions import ProgramPermission
from referral.referrals.models import OutcomeEvidence, Referral
from referral.referrals.permissions import ReferralPermission
from referral.referrals.rules import EvidenceKind, reason_label
from referral.screening import service as screening
from referral.screening.models import Need
from referral.screening.permissions import ScreeningPermission
from referral.web.format import money, short_date

Ids = Select[UUID]
Here = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Step:
    """One record of the thread; `status` is its state as a code, `note` what it says in words."""

    kind: str
    id: UUID | None
    what: str
    at: datetime | date | None
    who: str = ""
    status: str = ""
    note: str = ""
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, and why it may be empty."""

    heading: str
    steps: Sequence[Step]
    nothing: str


def stages(
    session: Session, need: Need | None, referrals: Sequence[Referral], *, here: Here, by: Principal
) -> list[Stage]:
    """Return every stage in the order of the loop, holding only what the asker may see."""
    return [
        Stage(heading, _marked(find(session, need, referrals), here), nothing)
        if any(by.can(permission) for permission in doors)
        else Stage(heading, (), "Not shared with your role.")
        for heading, doors, find, nothing in STAGES
    ]


def _marked(steps: Sequence[Step], here: Here) -> list[Step]:
    return [replace(step, is_here=(step.kind, step.id) == here) for step in steps]


def _answers(session: Session, need: Need | None, _referrals: Sequence[Referral]) -> list[Step]:
    said = screening.words_behind(session, need) if need else ()
    return [Step("screening", one.screening_id, one.question, one.at, one.title, note=one.words) for one in said]


def _needs(session: Session, need: Need | None, _referrals: Sequence[Referral]) -> list[Step]:
    if need is None:
        return []
    users = user_names(session, [need.found_by_user_id])
    who = users.get(need.found_by_user_id, "")
    return [Step("need", need.id, need.label, need.confirmed_at or need.found_at, who, need.state)]


def _consents(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    ids = {referral.consent_id for referral in referrals if referral.consent_id}
    rows = session.scalars(select(Consent).where(Consent.id.in_(ids)).order_by(Consent.recorded_at)).all()
    users = user_names(session, [row.recorded_by_user_id for row in rows])
    return [
        Step(
            "consent",
            row.id,
            f"{TERMS[row.scope].title}, {row.method.value}",
            row.recorded_at,
            users.get(row.recorded_by_user_id, ""),
            "revoked" if row.revoked_at else "active",
            f"until {short_date(row.ends_on)}" if row.ends_on else "until withdrawn",
        )
        for row in rows
    ]


def _referrals(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    services = service_names(session, [referral.service_at_location_id for referral in referrals])
    names = organization_names(session, [referral.receiving_organization_id for referral in referrals])
    senders = organization_names(session, [referral.sending_organization_id for referral in referrals])
    return [
        Step(
            "referral",
            row.id,
            f"{row.number} to {names.get(row.receiving_organization_id, '')}",
            row.sent_at or row.created_at,
            senders.get(row.sending_organization_id, ""),
            row.status,
            reason_label(row.status, row.reason_code) or services.get(row.service_at_location_id, ""),
        )
        for row in referrals
    ]


def _authorizations(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    query = select(ServiceAuthorization).where(ServiceAuthorization.referral_id.in_(_ids(referrals)))
    rows = session.scalars(query.order_by(ServiceAuthorization.id)).all()
    users = user_names(session, [row.decided_by_user_id or row.requested_by_user_id for row in rows])
    return [
        Step(
            "authorization",
            row.id,
            f"{row.number}: {_service(row.service_code, row.variant)}",
            row.decided_at or row.requested_at,
            users.get(row.decided_by_user_id or row.requested_by_user_id, ""),
            row.state,
            _window(row),
        )
        for row in rows
    ]


def _deliveries(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    query = select(Delivery).where(Delivery.referral_id.in_(_ids(referrals)))
    rows = session.scalars(query.order_by(Delivery.delivered_on, Delivery.id)).all()
    users = user_names(session, [row.recorded_by_user_id for row in rows])
    return [
        Step(
            "delivery",
            row.id,
            f"{_service(row.service_code, row.variant)}, {_units(row.units)}",
            row.delivered_on,
            users.get(row.recorded_by_user_id, ""),
            "voided" if row.voided_at else "delivered",
        )
        for row in rows
    ]


def _lines(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    query = (
        select(InvoiceLine, Invoice.number, Invoice.submitted_at)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.referral_id.in_(_ids(referrals)), InvoiceLine.state != LineState.REMOVED)
        .order_by(InvoiceLine.served_on, InvoiceLine.id)
    )
    return [
        Step(
            "line",
            row.id,
            f"{number_} line {row.number}: {money(row.billed)}",
            submitted_at or row.served_on,
            "",
            row.state,
            f"approved {money(row.approved_amount)}" if row.approved_amount else "",
        )
        for row, number_, submitted_at in session.execute(query)
    ]


def _payments(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    """What reached this thread's lines; a payment as a whole may pay for other people too."""
    query = (
        select(Payment, LedgerEntry.amount, InvoiceLine.number)
        .join(LedgerEntry, LedgerEntry.payment_id == Payment.id)
        .join(InvoiceLine, InvoiceLine.id == LedgerEntry.invoice_line_id)
        .where(InvoiceLine.referral_id.in_(_ids(referrals)), LedgerEntry.kind == EntryKind.PAID)
        .order_by(Payment.paid_on, InvoiceLine.number)
    )
    rows = session.execute(query).all()
    plans = organization_names(session, [payment.plan_id for payment, _, _ in rows])
    return [
        Step(
            "payment",
            payment.id,
            f"{money(amount)} for line {line}",
            payment.paid_on,
            plans.get(payment.plan_id, ""),
            "paid",
            payment.reference,
        )
        for payment, amount, line in rows
    ]


def _evidence(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    query = select(OutcomeEvidence).where(OutcomeEvidence.referral_id.in_(_ids(referrals)))
    rows = session.scalars(query.order_by(OutcomeEvidence.occurred_at, OutcomeEvidence.id)).all()
    users = user_names(session, [row.by_user_id for row in rows])
    return [
        Step(
            "evidence",
            row.id,
            EVIDENCE_WORDS[row.kind],
            row.occurred_at,
            users.get(row.by_user_id, ""),
            row.answer,
            "taken back" if row.retracted_at else "",
        )
        for row in rows
    ]


def _ids(referrals: Sequence[Referral]) -> list[UUID]:
    return [referral.id for referral in referrals]


def _service(code: str | None, variant: str | None) -> str:
    words = (code or "help").replace("_", " ")
    return f"{words}, {variant.replace('_', ' ')}" if variant else words


def _units(units: Decimal) -> str:
    return f"{units.normalize():f} {'unit' if units == 1 else 'units'}"


def _window(row: ServiceAuthorization) -> str:
    starts_on = row.approved_starts_on or row.requested_starts_on
    ends_on = row.approved_ends_on or row.requested_ends_on
    return f"{short_date(starts_on)} to {short_date(ends_on)}"


EVIDENCE_WORDS = {
    EvidenceKind.PROVIDER_REPORT: "The organization reports it",
    EvidenceKind.DELIVERY_RECORD: "A delivery proves it",
    EvidenceKind.PAID_LINE: "A paid line proves it",
    EvidenceKind.PERSON_CONFIRMATION: "The person says so",
}

Find = Callable[[Session, Need | None, Sequence[Referral]], list[Step]]
STAGES: Sequence[tuple[str, tuple[StrEnum, ...], Find, str]] = (
    ("Answer", (ScreeningPermission.READ,), _answers, "No answer that you may see."),
    ("Need", (ScreeningPermission.READ_NEED,), _needs, "Kept by the care team."),
    ("Consent", (PersonPermission.READ_CONSENTS,), _consents, "No consent that you may see."),
    ("Referral", (ReferralPermission.READ, DeskPermission.THREAD), _referrals, "No referral yet."),
    ("Authorization", (ProgramPermission.READ,), _authorizations, "No paid service was asked for."),
    ("Delivery", (BillingPermission.READ_DELIVERIES, BillingPermission.READ_INVOICES), _deliveries, "None recorded."),
    ("Invoice line", (BillingPermission.READ_INVOICES,), _lines, "Nothing billed."),
    ("Payment", (BillingPermission.READ_INVOICES,), _payments, "Nothing paid."),
    ("Did help arrive?", (ReferralPermission.READ,), _evidence, "Nobody has said so yet."),
)
"""Heading, the permissions of which one opens it, how its records are found, what it means when there are none."""
