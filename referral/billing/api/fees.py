"""JSON: the program's prices."""

from typing import Any

from referral.billing import queries
from referral.billing.api.blueprint import api
from referral.billing.asking import the_program
from referral.billing.permissions import BillingPermission
from referral.billing.schemas import FeeSchedulePage
from referral.foundation.refusals import NotFound
from referral.web.guard import allow
from referral.web.transaction import db


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
