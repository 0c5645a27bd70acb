"""Page: the fee schedule, with how well each amount is known."""

from flask.typing import ResponseReturnValue

from referral.billing import queries
from referral.billing.permissions import BillingPermission
from referral.billing.views.blueprint import pages
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.programs import queries as programs
from referral.web.guard import allow
from referral.web.pages import show
from referral.web.transaction import db, me


@pages.get("/fee-schedule")
@allow(BillingPermission.READ_FEES)
def fee_schedule() -> ResponseReturnValue:
    """Show what each service costs from when to when."""
    network_id = me().network_id
    found = programs.programs_of(db(), network_id) if network_id is not None else []
    schedule = queries.current_schedule(db(), found[0].id) if found else None
    if schedule is None:
        raise NotFound
    rows = queries.fee_rows(db(), schedule.id)
    return show("billing/fee_schedule.html", schedule=schedule, rows=rows, today=clock.today())
