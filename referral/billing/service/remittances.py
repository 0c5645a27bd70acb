"""Open a remittance: a payment with what it says of each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.billing import queries
from referral.billing.models import Invoice, Payment
from referral.billing.queries import RemittanceLine
from referral.billing.rules import total
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Remittance:
    """A payment, the invoice it pays, and the lines that its reader may read."""

    payment: Payment
    invoice: Invoice
    lines: Sequence[RemittanceLine]

    @property
    def unshown(self) -> Decimal:
        """What it paid on lines that say too much about somebody for this reader."""
        return self.payment.amount - total(one.paid for one in self.lines)


def open_remittance(session: Session, payment_id: UUID, *, by: Principal, at: datetime) -> Remittance:
    """Open a remittance, which is written down with the people on it; raises NotFound outside the asker's view."""
    found = queries.payment(session, payment_id, by=by)
    if found is None:
        raise NotFound
    payment, invoice = found
    lines = queries.remittance(session, payment, by=by)
    people = sorted({one.line.person_id for one in lines})
    subject = ("payment", payment.id)
    audit.record(
        session, "remittance:read", by=by, at=at, network_id=invoice.network_id, subject=subject, people=people
    )
    return Remittance(payment, invoice, lines)
