"""Judge deliveries before they are billed, with the same engine that decides about payment later."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.billing import queries
from referral.billing.models import Delivery
from referral.billing.rules import (
    SENTENCES,
    Claim,
    ClaimLine,
    LineDecision,
    Outcome,
    ReasonCode,
    Terms,
    adjudicate,
    is_refused_before_submission,
    with_charge,
)
from referral.foundation.elevation import seeing_all
from referral.people.models import Consent
from referral.people.rules import ConsentScope
from referral.programs.models import Program

NO_CHARGE = "There is nothing to charge: record what it cost."
NO_INVOICE_CONSENT = "The person has not signed that bills may be shared with the plan."


@dataclass(frozen=True, slots=True)
class CheckedDelivery:
    """A delivery with its charge in dollars and everything that stands against billing it."""

    delivery: Delivery
    billed: Decimal
    codes: tuple[ReasonCode, ...]
    problems: tuple[str, ...]
    """Plain sentences; empty where the delivery can be billed."""
    fee_row: str | None


def local_day(program: Program, at: datetime) -> date:
    """Return the date in the program's time zone."""
    return at.astimezone(ZoneInfo(program.definition().time_zone)).date()


def check_deliveries(
    session: Session,
    deliveries: Sequence[Delivery],
    *,
    program: Program,
    at: datetime,
    without_invoice: UUID | None = None,
) -> list[CheckedDelivery]:
    """Judge deliveries of one organization, in order; all lines of a person are judged together."""
    if not deliveries:
        return []
    organization_id = deliveries[0].organization_id
    people = {delivery.person_id for delivery in deliveries}
    with seeing_all(session, "billing-checks"):
        terms = queries.terms_of_people(
            session, program, people, organization_id=organization_id, without_invoice=without_invoice
        )
        sharing = _people_sharing_bills(session, people, local_day(program, at))
    grouped: dict[tuple[UUID, UUID], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        if delivery.plan_id is not None:
            grouped[delivery.person_id, delivery.plan_id].append(delivery)
    checked: dict[UUID, CheckedDelivery] = {}
    for (person_id, plan_id), theirs in grouped.items():
        claim = claim_for(theirs, organization_id, plan_id, local_day(program, at), terms[person_id])
        answers = adjudicate(claim, terms[person_id]).lines
        for delivery, line, answer in zip(theirs, claim.lines, answers, strict=True):
            checked[delivery.id] = _checked(delivery, line, answer, is_sharing=person_id in sharing)
    return [checked[delivery.id] for delivery in deliveries if delivery.id in checked]


def claim_for(
    deliveries: Sequence[Delivery],
    organization_id: UUID,
    plan_id: UUID,
    submitted_on: date,
    terms: Terms,
) -> Claim:
    """Return the claim that a person's deliveries make, with their charges."""
    bare = Claim("new", str(organization_id), str(plan_id), submitted_on, ())
    lines = tuple(
        with_charge(bare, line_of(delivery, number), terms, cost=delivery.cost)
        for number, delivery in enumerate(deliveries, start=1)
    )
    return Claim("new", str(organization_id), str(plan_id), submitted_on, lines)


def line_of(
    delivery: Delivery, number: int, *, billed: Decimal = Decimal("0.00"), was_looked_at: bool = False
) -> ClaimLine:
    """Return a delivery as the engine reads it."""
    return ClaimLine(
        number=number,
        service=delivery.service_code or "",
        variant=delivery.variant,
        served_on=delivery.delivered_on,
        units=delivery.units,
        billed=billed,
        evidence=frozenset(delivery.evidence),
        minutes=delivery.minutes,
        through_on=delivery.through_on,
        discharged_on=delivery.discharged_on,
        delivery=str(delivery.id),
        authorization=str(delivery.service_authorization_id),
        was_looked_at=was_looked_at,
    )


def explained(codes: Collection[ReasonCode]) -> tuple[str, ...]:
    """Return, in plain sentences, what has to be put right before a line may be sent."""
    return tuple(SENTENCES[code] for code in codes if is_refused_before_submission(code))


def _checked(delivery: Delivery, line: ClaimLine, answer: LineDecision, *, is_sharing: bool) -> CheckedDelivery:
    problems = explained(answer.codes)
    if answer.outcome is Outcome.PAY and not line.billed:
        problems = (*problems, NO_CHARGE)
    if not is_sharing:
        problems = (*problems, NO_INVOICE_CONSENT)
    return CheckedDelivery(delivery, line.billed, answer.codes, problems, answer.fee_row)


def _people_sharing_bills(session: Session, person_ids: Collection[UUID], today: date) -> set[UUID]:
    """Return who has signed that bills may be shared; several consents of a person count as one."""
    query = select(Consent).where(
        Consent.person_id.in_(person_ids), Consent.scope == ConsentScope.INVOICE_SHARE, Consent.revoked_at.is_(None)
    )
    return {one.person_id for one in session.scalars(query) if one.ends_on is None or one.ends_on >= today}
