"""What a bill tells others of the people on it, for the account that each of them may ask for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.audit.rules import DisclosureWay
from referral.audit.service import Told
from referral.billing import queries
from referral.billing.models import Invoice, InvoiceLine, Payment
from referral.foundation.principal import Principal
from referral.people.rules import GrantScope

_WHAT = (GrantScope.BILLING.value,)


def disclose_lines(
    session: Session, invoice: Invoice, lines: Sequence[InvoiceLine], *, to: UUID, by: Principal, at: datetime
) -> None:
    """Write down that the lines went to who leads or pays, each once a submission; nobody's who is not to be found."""
    if to == invoice.organization_id:
        return
    hidden = queries.hidden_on(session, invoice.id)
    told = [Told.of(line, _WHAT) for line in lines if line.person_id not in hidden]
    audit.disclose(session, told, how=DisclosureWay.BILL, to_organization_id=to, by=by, at=at)


def export_lines(session: Session, *, by: Principal, at: datetime) -> None:
    """Write down that somebody takes a file of every line they see, and, for who did not serve, each row of it."""
    audit.record(session, "invoice_line:exported", at=at, by=by, subject=("invoice_line", "csv"))
    audit.disclose_rows(session, queries.lines_of_others(by=by), what=_WHAT, by=by, at=at)


def export_remittance(session: Session, payment: Payment, *, by: Principal, at: datetime) -> None:
    """Write down the same for the lines of one payment."""
    audit.record(session, "remittance:exported", at=at, by=by, subject=("payment", payment.id))
    rows = queries.lines_of_others(by=by, within=queries.is_of(payment.id))
    audit.disclose_rows(session, rows, what=_WHAT, by=by, at=at)
