"""Whether what the lines of an invoice rest on stands: yes or no, for whoever bills and pays."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.billing import queries
from referral.billing.models import Invoice
from referral.foundation.principal import Principal
from referral.programs import service as programs
from referral.programs.service import Asked, Grounds


def grounds_of_lines(session: Session, invoice: Invoice, *, by: Principal, at: datetime) -> Mapping[UUID, Grounds]:
    """Return the grounds of each line on its day of service; a line that says of nobody whom it is about has none."""
    asked = {
        line.id: Asked(line.person_id, invoice.program_id, line.plan_id, line.served_on)
        for line, is_code_only in queries.lines_shown(session, invoice.id, by=by)
        if not is_code_only
    }
    found = programs.grounds_of(session, set(asked.values()), network_id=invoice.network_id, at=at)
    return {line_id: found[one] for line_id, one in asked.items()}
