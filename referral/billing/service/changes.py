"""The one way an invoice moves: lock, table, log, audit and job together."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.billing.models import Invoice, InvoiceChange
from referral.billing.rules import INVOICE_MOVES, InvoiceAction, InvoiceState
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.programs.rules import next_state
from referral.programs.service.movers import movers_of


def lock(session: Session, invoice: Invoice) -> None:
    """Lock the invoice and read it anew, so that two people cannot both decide it."""
    session.flush()
    session.refresh(invoice, with_for_update={"of": Invoice})


def move(
    session: Session,
    invoice: Invoice,
    action: InvoiceAction,
    *,
    by: Principal,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Move the invoice by the table, or raise MoveRefused and change nothing."""
    before = invoice.state
    invoice.state = next_state(INVOICE_MOVES, before, action, movers=movers_of(by))
    session.flush()
    log(session, invoice, action, before, by=by, at=at, reason=reason)


def log(
    session: Session,
    invoice: Invoice,
    action: InvoiceAction,
    before: InvoiceState | None,
    *,
    by: Principal,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Write what was done to the log, the audit trail and the job table."""
    session.add(
        InvoiceChange(
            invoice_id=invoice.id,
            network_id=invoice.network_id,
            organization_id=invoice.organization_id,
            plan_id=invoice.plan_id,
            network_lead_id=invoice.network_lead_id,
            action=action,
            from_state=before,
            to_state=invoice.state,
            at=at,
            by_user_id=by.user_id,
            by_name=by.name or by.id,
            reason=reason,
        )
    )
    audit.record(
        session,
        f"invoice:state:{invoice.state}",
        by=by,
        at=at,
        network_id=invoice.network_id,
        subject=("invoice", invoice.id),
    )
    jobs.add(session, "invoice.changed", key=f"invoice-{invoice.id}-v{invoice.version}-{action}", invoice_id=invoice.id)
