"""Pages: invoices, as a list and one by one; the organization's own steps."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.audit import service as audit
from referral.billing import queries, service
from referral.billing.models import Invoice, InvoiceLine
from referral.billing.permissions import BillingPermission
from referral.billing.rules import INVOICE_MOVES, SENTENCES, InvoiceState, LineState, ReasonCode, unshown
from referral.billing.schemas import InvoicesQuery, VoidForm
from referral.billing.views.blueprint import pages
from referral.foundation import clock
from referral.foundation.principal import Face
from referral.foundation.refusals import NotFound
from referral.foundation.ticked import Outcome
from referral.programs import queries as programs
from referral.programs.permissions import ProgramPermission
from referral.programs.rules import allowed_actions
from referral.programs.service import Grounds
from referral.programs.service.movers import movers_of
from referral.referrals import queries as referrals
from referral.web import versions
from referral.web.chips import in_words
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, query, read, redisplay, show
from referral.web.transaction import db, me

# What a plan may say itself about a line.
PLAN_DENIALS = (
    ReasonCode.NO_SERVICE_EVIDENCE,
    ReasonCode.DUPLICATE,
    ReasonCode.SERVICE_NOT_AUTHORIZED,
    ReasonCode.AUTH_WINDOW,
    ReasonCode.COVERAGE_TERMINATED,
)
HAPPENED = {
    InvoiceState.DRAFT: "Written",
    InvoiceState.APPROVED_BY_LEAD: "Approved by the network lead",
    InvoiceState.VOIDED: "Discarded",
}
"""Where the name of a state is not the name of the deed that led to it."""


def invoices_page(
    form: FormState | None = None, left: Sequence[Outcome] = (), **_parameters: object
) -> ResponseReturnValue:
    """Show the asker's invoices, in the state that waits for them; `left` are those that could not be decided."""
    asked = query(InvoicesQuery)
    counts = queries.counts(db(), by=me())
    state = asked["state"] or _waiting_for_me(counts)
    rows = queries.invoices(db(), by=me(), states=(state,), after=asked["after"], limit=asked["limit"])
    shown = [invoice.id for invoice in rows]
    audit.record_list(db(), "invoice:listed", at=clock.now(), kind="invoice", ids=shown)
    return show(
        "billing/invoices.html",
        rows=rows,
        form=form,
        left=left,
        asked=asked,
        deed=_deed_to_many(state),
        state=state,
        states=_states_shown(),
        counts=counts,
        next_after=shown[-1] if len(shown) == asked["limit"] else None,
        may_export=me().can(BillingPermission.EXPORT),
    )


@pages.get("/invoices")
@allow(BillingPermission.READ_INVOICES)
def invoices() -> ResponseReturnValue:
    """Show the asker's invoices, in the state that waits for them."""
    return invoices_page()


def invoice_page(invoice_id: UUID, form: FormState | None = None, **_parameters: object) -> ResponseReturnValue:
    """Show an invoice, its lines, its history, and what the asker may do with it now."""
    found = service.open_invoice(db(), invoice_id, by=me(), at=clock.now())
    actions = {action.value for action in allowed_actions(INVOICE_MOVES, found.state, movers=movers_of(me()))}
    is_deciding = me().can(BillingPermission.DECIDE) and bool({"accept", "deny"} & actions)
    rows = queries.lines_with_people(db(), found.id, by=me())
    is_own = found.organization_id == me().organization_id
    live = [line for line, _ in rows if line.state is not LineState.REMOVED]
    answers = service.preview(db(), found) if is_deciding else {}
    unnamed = [line.referral_id for line, person in rows if person is None] if is_own else []
    return show(
        "billing/invoice.html",
        invoice=found,
        rows=rows,
        billed_people=queries.billed_people(db(), found, by=me()),
        nameless=referrals.nameless(db(), unnamed, organization_id=found.organization_id, at=clock.now()),
        labels=programs.service_labels(db(), found.network_id),
        answers=answers,
        unshown=unshown(found.sums, live),
        unseen=[answer for line_id, answer in answers.items() if line_id not in {line.id for line in live}],
        doubts=_doubts(found),
        story=_story(found),
        payments=queries.payments_of(db(), found.id, by=me()),
        actions=actions,
        is_deciding=is_deciding,
        may_change=me().can(BillingPermission.BILL) and found.state in {InvoiceState.DRAFT, InvoiceState.RETURNED},
        sentences={code.value: sentence for code, sentence in SENTENCES.items()},
        denials=PLAN_DENIALS,
        today=clock.today(me().time_zone),
        form=form or FormState(),
    )


@pages.get("/invoices/<uuid:invoice_id>")
@allow(BillingPermission.READ_INVOICES)
def invoice(invoice_id: UUID) -> ResponseReturnValue:
    """Show an invoice."""
    return invoice_page(invoice_id)


@pages.post("/invoices/<uuid:invoice_id>/submit")
@allow(BillingPermission.BILL)
@redisplay(invoice_page)
def submit(invoice_id: UUID) -> ResponseReturnValue:
    """Send the invoice to the network lead."""
    service.submit(db(), open_one(invoice_id), by=me(), at=clock.now())
    return go("billing.invoice", "Submitted. The network lead looks at it next.", invoice_id=invoice_id)


@pages.post("/invoices/<uuid:invoice_id>/lines/<uuid:line_id>/remove")
@allow(BillingPermission.BILL)
@redisplay(invoice_page)
def remove_line(invoice_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Take a line off the invoice."""
    versions.asked()
    found = open_one(invoice_id)
    line = db().get(InvoiceLine, line_id)
    if line is None or line.invoice_id != found.id:
        raise NotFound
    service.remove_line(db(), found, line, by=me(), at=clock.now())
    return go("billing.invoice", "The line is taken off.", invoice_id=invoice_id)


@pages.post("/invoices/<uuid:invoice_id>/void")
@allow(BillingPermission.VOID)
@redisplay(invoice_page)
def void(invoice_id: UUID) -> ResponseReturnValue:
    """Discard the invoice, or take back what was approved and paid; the table of moves says who may."""
    service.void(db(), open_one(invoice_id), by=me(), at=clock.now(), **read(VoidForm))
    return go("billing.invoice", "Discarded. Its deliveries can be billed again.", invoice_id=invoice_id)


def open_one(invoice_id: UUID) -> Invoice:
    """Open an invoice for a deed, as the page showed it."""
    return service.open_invoice(db(), invoice_id, seen=versions.asked_if_any(), by=me(), at=clock.now())


def _story(found: Invoice) -> list[dict[str, Any]]:
    """Return what happened to the invoice, newest first, as the timeline draws it."""
    changes = reversed(queries.changes_of(db(), found.id))
    return [
        {
            "at": one.at,
            "what": HAPPENED.get(one.to_state) or in_words(one.to_state.value),
            "who": one.by_name,
            "note": one.reason,
        }
        for one in changes
    ]


def _doubts(found: Invoice) -> dict[UUID, list[str]]:
    """Return by line what it rests on and does not stand, for whoever bills and pays."""
    if not me().can(ProgramPermission.GROUNDS):
        return {}
    grounds = service.grounds_of_lines(db(), found, by=me(), at=clock.now())
    return {line_id: _does_not_stand(one) for line_id, one in grounds.items()}


def _does_not_stand(grounds: Grounds) -> list[str]:
    told = (
        (grounds.has_program_permission, "Permission to take part in the program does not stand"),
        (grounds.has_billing_permission, "Permission to share bills does not stand"),
        (grounds.is_member, "Was no member of the plan on the day"),
        (grounds.is_enrolled, "Was not enrolled on the day"),
    )
    return [words for stands, words in told if not stands]


def _waiting_for_me(counts: Mapping[InvoiceState, int]) -> InvoiceState:
    """Return the first state that holds work for the asker; the usual one where nothing waits."""
    usual, otherwise = {
        Face.NETWORK: (InvoiceState.SUBMITTED, InvoiceState.SUBMITTED),
        Face.PLAN: (InvoiceState.APPROVED_BY_LEAD, InvoiceState.ACCEPTED),
    }.get(me().face, (InvoiceState.DRAFT, InvoiceState.RETURNED))
    return otherwise if counts.get(otherwise) and not counts.get(usual) else usual


def _deed_to_many(state: InvoiceState) -> tuple[str, str] | None:
    """Return what the asker may do to several invoices in this state at once: where it is done, and its words."""
    if state is InvoiceState.SUBMITTED and me().can(BillingPermission.REVIEW):
        return "billing.approve_ticked", "Approve the ticked invoices"
    if state is InvoiceState.APPROVED_BY_LEAD and me().can(BillingPermission.DECIDE):
        return "billing.accept_ticked", "Accept the ticked invoices as billed"
    return None


def _states_shown() -> list[InvoiceState]:
    """Return the states the asker ever sees, in the order of the work."""
    hidden = {
        Face.PLAN: {InvoiceState.DRAFT, InvoiceState.SUBMITTED},
        Face.NETWORK: {InvoiceState.DRAFT},
    }.get(me().face, set())
    return [state for state in InvoiceState if state not in hidden]
