"""JSON: the remittance advice of a payment."""

from typing import Any
from uuid import UUID

from referral.billing import service
from referral.billing.api.blueprint import api
from referral.billing.permissions import BillingPermission
from referral.billing.queries import RemittanceLine
from referral.billing.schemas import RemittanceOut, code_only
from referral.foundation import clock
from referral.web.guard import allow
from referral.web.transaction import db, me


@api.get("/payments/<uuid:payment_id>")
@allow(BillingPermission.READ_PAYMENTS)
@api.response(200, RemittanceOut)
def remittance(payment_id: UUID) -> dict[str, Any]:
    """Read what a payment paid on each line of its invoice, what was taken off and why."""
    found = service.open_remittance(db(), payment_id, by=me(), at=clock.now())
    paid = found.payment
    shown = {name: getattr(paid, name) for name in ("id", "amount", "paid_on", "reference", "invoice_id")}
    return shown | {
        "invoice_number": found.invoice.number,
        "organization_id": paid.organization_id,
        "plan_id": paid.plan_id,
        "unshown": found.unshown,
        "lines": [_line(one) for one in found.lines],
    }


def _line(one: RemittanceLine) -> dict[str, Any]:
    return {
        "line": code_only(one.line) if one.is_code_only else one.line,
        "adjusted": one.adjusted,
        "paid": one.paid,
        "taken_back": one.taken_back,
    }
