"""Decisions about several invoices at once."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from referral.billing.models import Invoice
from referral.billing.rules import Decision
from referral.billing.service.decisions import decide, lock_all
from referral.billing.service.invoices import approve_by_lead, open_invoice
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.foundation.ticked import Outcome, Tick, do_each

NOT_AS_BILLED = {
    Decision.PAY_PARTIAL: "Some lines would not be paid as billed. Look at it, then decide.",
    Decision.ACCEPT_ZERO: "Nothing of it would be paid. Look at it, then decide.",
    Decision.DENY: "Every line would be denied. Look at it, then decide.",
    Decision.RETURN: "Some lines have to be put right by the organization first. Look at it, then decide.",
    Decision.PEND: "Some lines look like duplicates. Look at them, then decide.",
}


def approve_each_by_lead(session: Session, ticks: Iterable[Tick], *, by: Principal, at: datetime) -> list[Outcome]:
    """Approve as network lead each that may be approved; every one by the same verb and with its own audit event."""
    opened = partial(open_invoice, session, by=by, at=at)
    return do_each(session, ticks, opened, lambda one: approve_by_lead(session, one, by=by, at=at))


def accept_each(session: Session, ticks: Iterable[Tick], *, by: Principal, at: datetime) -> list[Outcome]:
    """Accept as the plan each that is paid as it was billed; whatever needs somebody's eye is left for it."""
    opened, chosen = partial(open_invoice, session, by=by, at=at), list(ticks)
    lock_all(session, [tick.id for tick in chosen], by=by)
    return do_each(session, chosen, opened, lambda one: _accept_as_billed(session, one, by=by, at=at))


def _accept_as_billed(session: Session, invoice: Invoice, *, by: Principal, at: datetime) -> None:
    decision = decide(session, invoice, by=by, at=at)
    if decision is not Decision.PAY:
        raise Refused(NOT_AS_BILLED.get(decision, "Look at it, then decide."))
