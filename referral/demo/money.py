"""Once a month the organizations bill, the leads look, the plans pay."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from referral.billing import service as billing
from referral.billing.models import Delivery, Invoice
from referral.billing.queries import lines_of
from referral.billing.rules import InvoiceState, ReasonCode
from referral.demo.agencies import helpers
from referral.demo.network import LEADS, PLANS
from referral.demo.stage import ZONE, Stage
from referral.foundation import clock
from referral.foundation.refusals import Refused
from referral.organizations.rules import Role

Month = tuple[UUID, UUID, date]
"""Organization, plan, first day."""
DUE_DAY = 12
"""Day of the month by which the organizations have billed the month before."""
WHY_RETURNED = "The delivery log of the second week is missing."


class Pace(Enum):
    """How far a bill has come."""

    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    DRAFTED = "drafted"
    PROMPT = "prompt"
    PARTLY_DENIED = "partly denied"


LATEST = (Pace.ACCEPTED, Pace.SUBMITTED, Pace.APPROVED, Pace.RETURNED, Pace.DRAFTED, Pace.PROMPT)
"""How far the latest bills have come, in turn, so that every desk has some to look at."""


def months_to_bill(stage: Stage, organization_id: UUID) -> list[Month]:
    """Return what the organization delivered before the open month, which is left for whoever tries the product."""
    query = (
        select(Delivery.organization_id, Delivery.plan_id, Delivery.delivered_on)
        .where(Delivery.service_authorization_id.is_not(None), Delivery.delivered_on < open_month(stage.today))
        .where(Delivery.organization_id == organization_id, Delivery.network_id == stage.network.id)
    )
    rows = stage.session.execute(query).all()
    return sorted({(organization, plan, day.replace(day=1)) for organization, plan, day in rows if plan}, key=_order)


def open_month(today: date) -> date:
    """Return the first day of what is not billed yet: this month, and the last one until its bills are due."""
    return (today - timedelta(days=DUE_DAY)).replace(day=1)


def bill(stage: Stage, month: Month) -> None:
    """Draft, submit, approve, decide and pay one month of one organization, as far as the present allows."""
    organization_id, plan_id, month_on = month
    biller, pace = stage.of(organization_id, Role.CBO_BILLER), _pace(stage, month)
    days = _days(stage, month_on)
    try:
        at = next(days)
        invoice = billing.draft_invoice(
            stage.session,
            organization_id=organization_id,
            plan_id=plan_id,
            program=stage.program,
            month_on=month_on,
            by=biller,
            at=at,
        )
        if pace is Pace.DRAFTED:
            return
        billing.submit(stage.session, invoice, by=biller, at=at)
    except (Refused, StopIteration):
        return
    _settle(stage, invoice, days, pace)


def _order(month: Month) -> tuple[date, str, str]:
    organization_id, plan_id, month_on = month
    return month_on, str(organization_id), str(plan_id)


def _pace(stage: Stage, month: Month) -> Pace:
    """Return how far a bill comes: the latest ones stand at every stage, of older ones some have a denied line."""
    organization_id, plan_id, month_on = month
    plan = next(turn for turn, name in enumerate(PLANS) if stage.organizations[name].id == plan_id)
    names = [helper.name for helper in helpers()]
    organization = next(turn for turn, name in enumerate(names) if stage.organizations[name].id == organization_id)
    if month_on + relativedelta(months=1) >= open_month(stage.today):
        return LATEST[(_turn(stage, organization_id, plan_id, month_on) + plan) % len(LATEST)]
    return Pace.PARTLY_DENIED if (organization + plan + month_on.month) % 9 == 0 else Pace.PROMPT


def _turn(stage: Stage, organization_id: UUID, plan_id: UUID, month_on: date) -> int:
    """Return which of the month's bills to the plan through the same network lead it is, organizations by name."""
    query = (
        select(Delivery.organization_id)
        .distinct()
        .where(
            Delivery.plan_id == plan_id,
            Delivery.service_authorization_id.is_not(None),
            Delivery.delivered_on >= month_on,
            Delivery.delivered_on < month_on + relativedelta(months=1),
            Delivery.network_id == stage.network.id,
        )
    )
    billing_too = set(stage.session.scalars(query))
    leads = {stage.organizations[helper.name].id: helper.place["lead"] for helper in helpers()}
    lead = leads[organization_id]
    rank = [one for one in leads if one in billing_too and leads[one] == lead].index(organization_id)
    return rank + list(LEADS).index(lead)


def _settle(stage: Stage, invoice: Invoice, days: Iterator[datetime], pace: Pace) -> None:
    lead = stage.of(invoice.network_lead_id, Role.NETWORK_LEAD)
    for at in days:
        if invoice.state is InvoiceState.SUBMITTED and pace is Pace.RETURNED:
            billing.return_invoice(stage.session, invoice, reason=WHY_RETURNED, by=lead, at=at)
        elif invoice.state is InvoiceState.SUBMITTED and pace is not Pace.SUBMITTED:
            billing.approve_by_lead(stage.session, invoice, by=lead, at=at)
        elif pace is Pace.APPROVED or not _pay(stage, invoice, pace, at=at):
            return


def _pay(stage: Stage, invoice: Invoice, pace: Pace, *, at: datetime) -> bool:
    """Take the plan's next step; returns whether there was one."""
    finance = stage.of(invoice.plan_id, Role.PLAN_FINANCE)
    if invoice.state is InvoiceState.APPROVED_BY_LEAD and not invoice.is_pended:
        first = lines_of(stage.session, invoice.id)[0]
        denials = {first.id: ReasonCode.NO_SERVICE_EVIDENCE} if pace is Pace.PARTLY_DENIED else {}
        billing.decide(stage.session, invoice, denials=denials, by=finance, at=at)
    elif invoice.state is InvoiceState.ACCEPTED and invoice.approved_amount and pace is not Pace.ACCEPTED:
        billing.record_payment(
            stage.session,
            invoice,
            amount=invoice.approved_amount,
            paid_on=at.date(),
            reference=f"EFT-{invoice.number}",
            by=finance,
            at=at,
        )
    else:
        return False
    return True


def _days(stage: Stage, month_on: date) -> Iterator[datetime]:
    """Yield when the next step happens, up to the present: all but the payment before the next bills are due."""
    for number, wait in enumerate((2, 5, 9, 23)):
        day = month_on + relativedelta(months=1, days=wait)
        at = datetime.combine(day, time(9 + 2 * number, 20), ZONE).astimezone(UTC)
        if at > stage.now:
            return
        clock.stand_at(at)
        yield at
