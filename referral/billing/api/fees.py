"""JSON: the program's prices, and new ones."""

from typing import Any

from referral.billing import queries, service
from referral.billing.api.blueprint import api
from referral.billing.asking import the_schedule
from referral.billing.permissions import BillingPermission
from referral.billing.rules.prices import PriceLine, price_lines
from referral.billing.schemas.terms import FeeSchedulePage, PriceChangePage, PricesIn
from referral.foundation import clock
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me


@api.get("/fee-schedule")
@allow(BillingPermission.READ_FEES)
@api.response(200, FeeSchedulePage)
def fee_schedule() -> dict[str, Any]:
    """Read the program's fee schedule, with how well each amount is known and who brought it in."""
    return _shown()


@api.post("/fee-schedule/prices/preview")
@allow(BillingPermission.CHANGE_FEES)
@api.arguments(PricesIn)
@api.response(200, PriceChangePage)
def preview_prices(form: dict[str, Any]) -> dict[str, Any]:
    """Read what new prices would change, line by line; nothing is kept."""
    return whole(service.preview_prices(db(), the_schedule(), _lines(form)))


@api.post("/fee-schedule/prices")
@allow(BillingPermission.CHANGE_FEES)
@api.arguments(PricesIn)
@api.response(200, FeeSchedulePage)
def bring_in_prices(form: dict[str, Any]) -> dict[str, Any]:
    """Bring in new prices, all or none; 409 names each line that cannot be kept."""
    lines, told = _lines(form), {name: form[name] for name in ("source", "is_verified")}
    service.bring_in_prices(db(), the_schedule(), lines, **told, by=me(), at=clock.now())
    return _shown()


def _lines(form: dict[str, Any]) -> list[PriceLine]:
    prices = [{**one, "variant": one["variant"] or "", "starts_on": str(one["starts_on"])} for one in form["prices"]]
    return price_lines(prices)


def _shown() -> dict[str, Any]:
    schedule = the_schedule()
    rows = queries.fee_rows(db(), schedule.id)
    return {
        "name": schedule.name,
        "is_illustrative": schedule.is_illustrative,
        "notice": schedule.notice,
        "items": rows,
    }
