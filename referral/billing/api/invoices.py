"""JSON: invoices, the decisions about them, and payments."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from referral.audit import service as audit
from referral.billing import queries, service
from referral.billing.api.blueprint import api
from referral.billing.asking import my_organization, the_program
from referral.billing.models import Invoice, InvoiceLine
from referral.billing.permissions import BillingPermission
from referral.billing.rules import unshown
from referral.billing.schemas import (
    DecisionIn,
    DraftForm,
    InvoiceDetail,
    InvoicePage,
    InvoiceQuery,
    LineGroundsPage,
    LinePreviewPage,
    PaymentForm,
    ReasonForm,
    VoidForm,
    code_only,
    named,
)
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.programs.permissions import ProgramPermission
from referral.web import versions
from referral.web.deeds import Deeds
from referral.web.guard import allow
from referral.web.shapes import page, whole
from referral.web.ticks import OutcomePage, TicksIn
from referral.web.transaction import db, me


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
    return page(found, asked["limit"])


@api.post("/invoices")
@allow(BillingPermission.BILL)
@api.arguments(DraftForm)
@api.response(201, InvoiceDetail)
def draft(form: dict[str, Any]) -> dict[str, Any]:
    """Make a month's invoice to a plan from everything that can be billed."""
    made = service.draft_invoice(
        db(), organization_id=my_organization(), program=the_program(), by=me(), at=clock.now(), **form
    )
    return _shown(made)


@api.post("/invoices/approve")
@allow(BillingPermission.REVIEW)
@api.arguments(TicksIn)
@api.response(200, OutcomePage)
def approve_ticked(form: dict[str, Any]) -> dict[str, Any]:
    """Approve several as network lead; answers for each whether it was done, and why it was not."""
    return whole(service.approve_each_by_lead(db(), form["ticked"], by=me(), at=clock.now()))


@api.post("/invoices/decide")
@allow(BillingPermission.DECIDE)
@api.arguments(TicksIn)
@api.response(200, OutcomePage)
def accept_ticked(form: dict[str, Any]) -> dict[str, Any]:
    """Accept several as billed; answers for each whether it was done, and why somebody has to look at it first."""
    return whole(service.accept_each(db(), form["ticked"], by=me(), at=clock.now()))


@api.get("/invoices/<uuid:invoice_id>")
@allow(BillingPermission.READ_INVOICES)
@api.response(200, InvoiceDetail)
def invoice(invoice_id: UUID) -> dict[str, Any]:
    """Read an invoice with its lines, its payments and what was done with it."""
    return _shown(_open(invoice_id))


@api.get("/invoices/<uuid:invoice_id>/preview")
@allow(BillingPermission.DECIDE)
@api.response(200, LinePreviewPage)
def preview(invoice_id: UUID) -> dict[str, Any]:
    """Read what would be decided about each line now; nothing is changed."""
    answers = service.preview(db(), _open(invoice_id))
    shown = [line.id for line, _ in queries.lines_shown(db(), invoice_id, by=me())]
    return whole([{"line_id": line_id, "decision": answers[line_id]} for line_id in shown])


@api.get("/invoices/<uuid:invoice_id>/grounds")
@allow(ProgramPermission.GROUNDS)
@api.response(200, LineGroundsPage)
def grounds(invoice_id: UUID) -> dict[str, Any]:
    """Read for each line whether the permissions stand, and membership and enrollment on its day: yes or no."""
    found = service.grounds_of_lines(db(), _open(invoice_id), by=me(), at=clock.now())
    return whole([{"line_id": line_id, "grounds": one} for line_id, one in found.items()])


@api.delete("/invoices/<uuid:invoice_id>/lines/<uuid:line_id>")
@allow(BillingPermission.BILL)
@versions.edits
@api.response(200, InvoiceDetail)
def remove_line(invoice_id: UUID, line_id: UUID) -> dict[str, Any]:
    """Take a line off an invoice that was not sent or came back; If-Match names the invoice's version."""
    found, line = _open(invoice_id), db().get(InvoiceLine, line_id)
    if line is None or line.invoice_id != found.id:
        raise NotFound
    service.remove_line(db(), found, line, by=me(), at=clock.now())
    return _shown(found)


def _open(invoice_id: UUID) -> Invoice:
    return service.open_invoice(db(), invoice_id, seen=versions.asked_if_any(), by=me(), at=clock.now())


def _shown(found: Invoice) -> dict[str, Any]:
    shown: dict[str, Any] = {column.key: getattr(found, column.key) for column in Invoice.__table__.columns}
    lines = queries.lines_shown(db(), found.id, by=me())
    people = queries.billed_people(db(), found, by=me())
    return shown | {
        "lines": [
            code_only(line) if is_code_only else named(line, people.get(line.id)) for line, is_code_only in lines
        ],
        "unshown": unshown(found.sums, [line for line, _ in lines]),
        "payments": queries.payments_of(db(), found.id, by=me()),
        "changes": queries.changes_of(db(), found.id),
    }


one = Deeds(api, "/invoices/<uuid:invoice_id>", InvoiceDetail, _open, _shown)


@one.deed("submit", BillingPermission.BILL)
def submit(found: Invoice) -> None:
    """Send it to the network lead."""
    service.submit(db(), found, by=me(), at=clock.now())


@one.deed("approve", BillingPermission.REVIEW)
def approve(found: Invoice) -> None:
    """Approve it as network lead."""
    service.approve_by_lead(db(), found, by=me(), at=clock.now())


@one.deed("return", BillingPermission.RETURN, ReasonForm)
def return_one(found: Invoice, reason: str) -> None:
    """Return it to the organization with what has to be put right."""
    service.return_invoice(db(), found, reason=reason, by=me(), at=clock.now())


@one.deed("decide", BillingPermission.DECIDE, DecisionIn)
def decide(found: Invoice, denials: Collection[dict[str, Any]], cleared: Collection[UUID]) -> None:
    """Decide every line as the plan."""
    codes = {denial["line_id"]: denial["code"] for denial in denials}
    service.decide(db(), found, denials=codes, cleared=set(cleared), by=me(), at=clock.now())


@one.deed("payments", BillingPermission.PAY, PaymentForm)
def pay(found: Invoice, **paid: Any) -> None:
    """Record a payment."""
    service.record_payment(db(), found, **paid, by=me(), at=clock.now())


@one.deed("dispute", BillingPermission.DISPUTE, ReasonForm)
def dispute(found: Invoice, reason: str) -> None:
    """Dispute what the plan decided."""
    service.dispute(db(), found, reason=reason, by=me(), at=clock.now())


@one.deed("void", BillingPermission.VOID, VoidForm)
def void(found: Invoice, reason: str | None) -> None:
    """Discard it, or take back what was approved and paid."""
    service.void(db(), found, reason=reason, by=me(), at=clock.now())
