"""Once a month the organizations bill, the leads look, the plans pay."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from referral.billing import service as billing
from referral.billing.models import Delivery, Invoice
from referral.billing.rules import InvoiceState
from referral.demo.stage import Stage
from referral.foundation import clock
from referral.foundation.refusals import Refused
from referral.organizations.rules import Role

Month = tuple[UUID, UUID, date]
"""Organization, plan, first day."""


def months_to_bill(stage: Stage, organization_id: UUID) -> list[Month]:
    """Return what the organization delivered before this month, which is left for whoever tries the product."""
    month_on = stage.today.replace(day=1)
    query = (
        select(Delivery.organization_id, Delivery.plan_id, Delivery.delivered_on)
        .where(Delivery.service_authorization_id.is_not(None), Delivery.delivered_on < month_on)
        .where(Delivery.organization_id == organization_id, Delivery.network_id == stage.network.id)
    )
    rows = stage.session.execute(query).all()
    return sorted({(organization, plan, day.replace(day=1)) for organization, plan, day in rows if plan}, key=str)


def bill(stage: Stage, month: Month) -> None:
    """Draft, submit, approve, decide and pay one month of one organization, as far as the present allows."""
    organization_id, plan_id, month_on = month
    biller = stage.of(organization_id, Role.CBO_BILLER)
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
        billing.submit(stage.session, invoice, by=biller, at=at)
    except (Refused, StopIteration):
        return
    _settle(stage, invoice, days)


def _settle(stage: Stage, invoice: Invoice, days: Iterator[datetime]) -> None:
    lead = stage.of(invoice.network_lead_id, Role.NETWORK_LEAD)
    finance = stage.of(invoice.plan_id, Role.PLAN_FINANCE)
    for at in days:
        if invoice.state is InvoiceState.SUBMITTED:
            billing.approve_by_lead(stage.session, invoice, by=lead, at=at)
        elif invoice.state is InvoiceState.APPROVED_BY_LEAD and not invoice.is_pended:
            billing.decide(stage.session, invoice, by=finance, at=at)
        elif invoice.state is InvoiceState.ACCEPTED and invoice.approved_amount:
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
            return


def _days(stage: Stage, month_on: date) -> Iterator[datetime]:
    """Yield the days on which the next step happens, up to the present."""
    day = month_on + relativedelta(months=1, days=2)
    for wait in (0, 5, 9, 14):
        day += timedelta(days=wait)
        at = datetime.combine(day, stage.now.timetz())
        if at > stage.now:
            return
        clock.stand_at(at)
        yield at
