"""JSON: prices, deliveries, invoices, payments; the same verbs as the pages."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from referral.audit import service as audit
from referral.billing import queries, service
from referral.billing.asking import my_organization, the_program
from referral.billing.models import Delivery, Invoice, InvoiceLine
from referral.billing.permissions import BillingPermission
from referral.billing.schemas import (
    DecisionIn,
    DeliveryIn,
    DeliveryOut,
    DraftForm,
    FeeSchedulePage,
    InvoiceDetail,
    InvoicePage,
    InvoiceQuery,
    PaymentForm,
    ReasonForm,
    VoidForm,
)
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.referrals import service as referrals
from referral.web.guard import allow
from referral.web.transaction import db, me

api = Blueprint("billing_api", __name__, url_prefix="/api/v1", description="Deliveries, invoices, payments")


@api.get("/fee-schedule")
@allow(BillingPermission.READ_FEES)
@api.response(200, FeeSchedulePage)
def fee_schedule() -> dict[str, Any]:
    """Read the program's fee schedule, with how well each amount is known."""
    schedule = queries.current_schedule(db(), the_program().id)
    if schedule is None:
        raise NotFound
    rows = queries.fee_rows(db(), schedule.id)
    return {
        "name": schedule.name,
        "is_illustrative": schedule.is_illustrative,
        "notice": schedule.notice,
        "items": rows,
    }


@api.get("/referrals/<uuid:referral_id>/deliveries")
@allow(BillingPermission.READ_DELIVERIES)
@api.response(200, DeliveryOut(many=True))
def deliveries(referral_id: UUID) -> list[Delivery]:
    """List what was delivered on a referral."""
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    return list(queries.deliveries_of(db(), referral.id))


@api.post("/referrals/<uuid:referral_id>/deliveries")
@allow(BillingPermission.DELIVER)
@api.arguments(DeliveryIn)
@api.response(201, DeliveryOut)
def deliver(form: dict[str, Any], referral_id: UUID) -> Delivery:
    """Record a delivery."""
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    return service.record_delivery(db(), referral, by=me(), at=clock.now(), **form)


@api.get("/invoices")
@allow(BillingPermission.READ_INVOICES)
@api.arguments(InvoiceQuery, location="query")
@api.response(200, InvoicePage)
def invoices(asked: dict[str, Any]) -> dict[str, Any]:
    """List invoices, the latest first."""
    states = (asked["state"],) if asked["state"] else ()
    found = queries.invoices(db(), by=me(), states=states, after=asked["after"], limit=asked["limit"])
    ids = [invoice.id for invoice in found]
    audit.record_list(db(), "invoice:listed", at=clock.now(), kind="invoice", ids=ids)
    return {"items": found, "next": ids[-1] if len(ids) == asked["limit"] else None}


@api.post("/invoices")
@allow(BillingPermission.BILL)
@api.arguments(DraftForm)
@api.response(201, InvoiceDetail)
def draft(form: dict[str, Any]) -> dict[str, Any]:
    """Make a month's invoice to a plan from everything that can be billed."""
    made = service.draft_invoice(
        db(), organization_id=my_organization(), program=the_program(), by=me(), at=clock.now(), **form
    )
    return _with_lines(made)


@api.get("/invoices/<uuid:invoice_id>")
@allow(BillingPermission.READ_INVOICES)
@api.response(200, InvoiceDetail)
def invoice(invoice_id: UUID) -> dict[str, Any]:
    """Read an invoice with its lines."""
    return _with_lines(_open(invoice_id))


@api.post("/invoices/<uuid:invoice_id>/submit")
@allow(BillingPermission.BILL)
@api.response(200, InvoiceDetail)
def submit(invoice_id: UUID) -> dict[str, Any]:
    """Send it to the network lead."""
    found = _open(invoice_id)
    service.submit(db(), found, by=me(), at=clock.now())
    return _with_lines(found)


@api.delete("/invoices/<uuid:invoice_id>/lines/<uuid:line_id>")
@allow(BillingPermission.BILL)
@api.response(200, InvoiceDetail)
def remove_line(invoice_id: UUID, line_id: UUID) -> dict[str, Any]:
    """Take a line off an invoice that was not sent or came back."""
    found, line = _open(invoice_id), db().get(InvoiceLine, line_id)
    if line is None or line.invoice_id != found.id:
        raise NotFound
    service.remove_line(db(), found, line, by=me(), at=clock.now())
    return _with_lines(found)


@api.post("/invoices/<uuid:invoice_id>/approve")
@allow(BillingPermission.REVIEW)
@api.response(200, InvoiceDetail)
def approve(invoice_id: UUID) -> dict[str, Any]:
    """Approve it as network lead."""
    found = _open(invoice_id)
    service.approve_by_lead(db(), found, by=me(), at=clock.now())
    return _with_lines(found)


@api.post("/invoices/<uuid:invoice_id>/return")
@allow(BillingPermission.RETURN)
@api.arguments(ReasonForm)
@api.response(200, InvoiceDetail)
def return_one(form: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
    """Return it to the organization with what has to be put right."""
    found = _open(invoice_id)
    service.return_invoice(db(), found, by=me(), at=clock.now(), **form)
    return _with_lines(found)


@api.post("/invoices/<uuid:invoice_id>/decide")
@allow(BillingPermission.DECIDE)
@api.arguments(DecisionIn)
@api.response(200, InvoiceDetail)
def decide(form: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
    """Decide every line as the plan."""
    found = _open(invoice_id)
    denials = {denial["line_id"]: denial["code"] for denial in form["denials"]}
    service.decide(db(), found, denials=denials, cleared=set(form["cleared"]), by=me(), at=clock.now())
    return _with_lines(found)


@api.post("/invoices/<uuid:invoice_id>/payments")
@allow(BillingPermission.PAY)
@api.arguments(PaymentForm)
@api.response(200, InvoiceDetail)
def pay(form: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
    """Record a payment."""
    found = _open(invoice_id)
    service.record_payment(db(), found, by=me(), at=clock.now(), **form)
    return _with_lines(found)


@api.post("/invoices/<uuid:invoice_id>/dispute")
@allow(BillingPermission.DISPUTE)
@api.arguments(ReasonForm)
@api.response(200, InvoiceDetail)
def dispute(form: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
    """Dispute what the plan decided."""
    found = _open(invoice_id)
    service.dispute(db(), found, by=me(), at=clock.now(), **form)
    return _with_lines(found)


@api.post("/invoices/<uuid:invoice_id>/void")
@allow(BillingPermission.VOID)
@api.arguments(VoidForm)
@api.response(200, InvoiceDetail)
def void(form: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
    """Discard it, or take back what was approved and paid."""
    found = _open(invoice_id)
    service.void(db(), found, by=me(), at=clock.now(), **form)
    return _with_lines(found)


def _open(invoice_id: UUID) -> Invoice:
    return service.open_invoice(db(), invoice_id, by=me(), at=clock.now())


def _with_lines(found: Invoice) -> dict[str, Any]:
    shown: dict[str, Any] = {column.key: getattr(found, column.key) for column in Invoice.__table__.columns}
    return shown | {"lines": queries.lines_of(db(), found.id)}
