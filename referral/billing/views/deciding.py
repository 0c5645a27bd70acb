"""Pages: the network lead's step, the plan's decision, payment, dispute."""

from collections.abc import Sequence
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from referral.billing import service
from referral.billing.permissions import BillingPermission
from referral.billing.rules import Decision, ReasonCode
from referral.billing.schemas import DecisionForm, PaymentForm, ReasonForm
from referral.billing.views.blueprint import pages
from referral.billing.views.invoices import invoice_page, invoices_page, open_one
from referral.foundation import clock
from referral.foundation.refusals import Refused
from referral.foundation.ticked import Outcome
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay
from referral.web.ticks import TicksForm, left_alone
from referral.web.transaction import db, me

SAID = {
    Decision.PAY: "Accepted as billed.",
    Decision.PAY_PARTIAL: "Accepted in part. Every other line says why.",
    Decision.ACCEPT_ZERO: "Accepted without payment.",
    Decision.DENY: "Denied. Every line says why.",
    Decision.RETURN: "Returned: some lines have to be put right first.",
    Decision.PEND: "Some lines look like duplicates. Look at them, then decide again.",
}


@pages.post("/invoices/approve")
@allow(BillingPermission.REVIEW)
@redisplay(invoices_page)
def approve_ticked() -> ResponseReturnValue:
    """Approve those that were ticked as network lead; what cannot be approved stays ticked, with its reason."""
    return _after(service.approve_each_by_lead(db(), read(TicksForm)["ticked"], by=me(), at=clock.now()), "Approved")


@pages.post("/invoices/decide")
@allow(BillingPermission.DECIDE)
@redisplay(invoices_page)
def accept_ticked() -> ResponseReturnValue:
    """Accept those that were ticked, as billed; what needs somebody's eye stays ticked, with its reason."""
    return _after(service.accept_each(db(), read(TicksForm)["ticked"], by=me(), at=clock.now()), "Accepted as billed")


def _after(outcomes: Sequence[Outcome], done: str) -> ResponseReturnValue:
    if left := left_alone(outcomes):
        return invoices_page(left=left)
    return go("billing.invoices", f"{done}: {len(outcomes)}.", **request.args)


@pages.post("/invoices/<uuid:invoice_id>/approve")
@allow(BillingPermission.REVIEW)
@redisplay(invoice_page)
def approve(invoice_id: UUID) -> ResponseReturnValue:
    """Approve it as network lead."""
    service.approve_by_lead(db(), open_one(invoice_id), by=me(), at=clock.now())
    return go("billing.invoice", "Approved. The plan decides next.", invoice_id=invoice_id)


@pages.post("/invoices/<uuid:invoice_id>/return")
@allow(BillingPermission.RETURN)
@redisplay(invoice_page)
def return_one(invoice_id: UUID) -> ResponseReturnValue:
    """Return it with what has to be put right, as network lead or as plan."""
    service.return_invoice(db(), open_one(invoice_id), by=me(), at=clock.now(), **read(ReasonForm))
    return go("billing.invoice", "Returned to the organization.", invoice_id=invoice_id)


@pages.post("/invoices/<uuid:invoice_id>/decide")
@allow(BillingPermission.DECIDE)
@redisplay(invoice_page)
def decide(invoice_id: UUID) -> ResponseReturnValue:
    """Decide every line: the engine's answer, and what the plan says itself."""
    given = read(DecisionForm)
    denials = dict(_denial(written) for written in given["denied"])
    decision = service.decide(
        db(), open_one(invoice_id), denials=denials, cleared=set(given["cleared"]), by=me(), at=clock.now()
    )
    return go("billing.invoice", SAID[decision], invoice_id=invoice_id)


@pages.post("/invoices/<uuid:invoice_id>/payments")
@allow(BillingPermission.PAY)
@redisplay(invoice_page)
def pay(invoice_id: UUID) -> ResponseReturnValue:
    """Record what was paid."""
    service.record_payment(db(), open_one(invoice_id), by=me(), at=clock.now(), **read(PaymentForm))
    return go("billing.invoice", "The payment is recorded.", invoice_id=invoice_id)


@pages.post("/invoices/<uuid:invoice_id>/dispute")
@allow(BillingPermission.DISPUTE)
@redisplay(invoice_page)
def dispute(invoice_id: UUID) -> ResponseReturnValue:
    """Dispute what the plan decided."""
    service.dispute(db(), open_one(invoice_id), by=me(), at=clock.now(), **read(ReasonForm))
    return go("billing.invoice", "Disputed. The plan decides anew.", invoice_id=invoice_id)


def _denial(written: str) -> tuple[UUID, ReasonCode]:
    """Read `<line id>:<code>` as the page sends it."""
    line_id, _, code = written.partition(":")
    try:
        return UUID(line_id), ReasonCode(code)
    except ValueError:
        raise Refused("Choose a reason from the list.") from None
