"""The stages of a thread, each with the records the asker may see: who, when, and what it says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.billing.permissions import BillingPermission
from referral.desk.permissions import DeskPermission
from referral.desk.queries import money
from referral.desk.queries.money import ids
from referral.desk.queries.names import organization_names, paid_service_names, service_names, user_names
from referral.desk.queries.steps import Stage, Step
from referral.foundation.principal import Principal
from referral.people.models import Consent
from referral.people.permissions import PersonPermission
from referral.people.rules import ConsentMethod
from referral.people.rules.consent_terms import TERMS
from referral.programs.models import ServiceAuthorization
from referral.programs.permissions import ProgramPermission
from referral.referrals.models import OutcomeEvidence, Referral
from referral.referrals.permissions import ReferralPermission
from referral.referrals.rules import EvidenceKind, reason_label
from referral.screening import service as screening
from referral.screening.models import Need
from referral.screening.permissions import ScreeningPermission
from referral.web.format import short_date

Here = tuple[str, UUID]
Find = Callable[[Session, Need | None, Sequence[Referral]], list[Step]]
Door = tuple[Sequence[StrEnum], Find]
DELIVERY_DOORS = (
    BillingPermission.READ_DELIVERIES,
    BillingPermission.READ_LINES,
    BillingPermission.READ_LINE_STATUS,
    BillingPermission.READ_CLIENTS_LINE_STATUS,
)


def stages(
    session: Session, need: Need | None, referrals: Sequence[Referral], *, here: Here, by: Principal
) -> list[Stage]:
    """Return every stage in the order of the loop, holding only what the asker may see."""
    return [
        Stage(heading, _marked(find(session, need, referrals), here), NOTHING.get(find, nothing))
        if (find := _opened(doors, by)) is not None
        else Stage(heading, (), "Not shared with your role.")
        for heading, doors, nothing in STAGES
    ]


def _opened(doors: Sequence[Door], by: Principal) -> Find | None:
    """Return how the stage is found through the widest door that is open to the asker."""
    return next((find for permissions, find in doors if any(by.can(one) for one in permissions)), None)


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
            f"{TERMS[row.scope].title}, {METHOD_WORDS[row.method]}",
            row.recorded_at,
            users.get(row.recorded_by_user_id, ""),
            "revoked" if row.revoked_at else "active",
            f"through {short_date(row.ends_on)}" if row.ends_on else "until withdrawn",
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
    query = select(ServiceAuthorization).where(ServiceAuthorization.referral_id.in_(ids(referrals)))
    rows = session.scalars(query.order_by(ServiceAuthorization.id)).all()
    users = user_names(session, [row.decided_by_user_id or row.requested_by_user_id for row in rows])
    labels = paid_service_names(session, referrals)
    return [
        Step(
            "authorization",
            row.id,
            f"{row.number}: {labels.get((row.service_code, row.variant), row.service_code)}",
            row.decided_at or row.requested_at,
            users.get(row.decided_by_user_id or row.requested_by_user_id, ""),
            row.state,
            _window(row),
        )
        for row in rows
    ]


def _evidence(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    query = select(OutcomeEvidence).where(OutcomeEvidence.referral_id.in_(ids(referrals)))
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
            many="" if row.retracted_at else EVIDENCE_MANY.get(row.kind, ""),
        )
        for row in rows
    ]


def _window(row: ServiceAuthorization) -> str:
    starts_on = row.approved_starts_on or row.requested_starts_on
    ends_on = row.approved_ends_on or row.requested_ends_on
    return f"{short_date(starts_on)} to {short_date(ends_on)}"


METHOD_WORDS = {
    ConsentMethod.VERBAL: "said yes by voice",
    ConsentMethod.WRITTEN: "signed on paper",
    ConsentMethod.ELECTRONIC: "signed by a link",
}
EVIDENCE_WORDS = {
    EvidenceKind.PROVIDER_REPORT: "The organization reports it",
    EvidenceKind.DELIVERY_RECORD: "A delivery proves it",
    EvidenceKind.PAID_LINE: "A paid line proves it",
    EvidenceKind.PERSON_CONFIRMATION: "The person says so",
}

EVIDENCE_MANY = {
    EvidenceKind.PROVIDER_REPORT: "reports of the organization",
    EvidenceKind.DELIVERY_RECORD: "deliveries that prove it",
    EvidenceKind.PAID_LINE: "paid lines that prove it",
}
STAGES: Sequence[tuple[str, Sequence[Door], str]] = (
    ("Answer", [((ScreeningPermission.READ,), _answers)], "No answer that you may see."),
    ("Need", [((ScreeningPermission.READ_NEED,), _needs)], "Kept by the care team."),
    ("Consent", [((PersonPermission.READ_CONSENTS,), _consents)], "No consent that you may see."),
    ("Referral", [((ReferralPermission.READ, DeskPermission.THREAD), _referrals)], "No referral yet."),
    ("Authorization", [((ProgramPermission.READ,), _authorizations)], "No paid service was asked for."),
    ("Delivery", [(DELIVERY_DOORS, money.deliveries)], "None recorded."),
    (
        "Invoice line",
        [
            ((BillingPermission.READ_LINES,), money.lines),
            ((BillingPermission.READ_LINE_STATUS,), money.line_states),
            ((BillingPermission.READ_CLIENTS_LINE_STATUS,), money.line_states_of_own_clients),
        ],
        "Nothing billed.",
    ),
    (
        "Payment",
        [
            ((BillingPermission.READ_PAYMENTS,), money.payments),
            ((BillingPermission.READ_LINES, BillingPermission.READ_LINE_STATUS), money.paid_states),
            ((BillingPermission.READ_CLIENTS_LINE_STATUS,), money.paid_states_of_own_clients),
        ],
        "Nothing paid.",
    ),
    ("Did help arrive?", [((ReferralPermission.READ,), _evidence)], "Nobody has said so yet."),
)
"""Heading, its doors from the widest to the narrowest (permissions of which one opens it, and how its records are
found through it), what it means when there are none."""
NOTHING: Mapping[Find, str] = {
    money.line_states_of_own_clients: "Nothing billed, or another navigator takes care of this person.",
    money.paid_states_of_own_clients: "Nothing paid, or another navigator takes care of this person.",
}
"""What it means when the narrowest door shows none."""
