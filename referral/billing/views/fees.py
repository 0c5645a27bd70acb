"""Pages: the fee schedule, with how well each amount is known, and new prices."""

import csv
import io
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from referral.billing import queries, service
from referral.billing.asking import the_schedule
from referral.billing.permissions import BillingPermission
from referral.billing.rules.prices import COLUMNS, BadPriceFile, PriceLine, read_prices
from referral.billing.schemas.terms import PricesForm
from referral.billing.views.blueprint import pages
from referral.foundation import clock
from referral.foundation.refusals import Refused
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me


@pages.get("/fee-schedule")
@allow(BillingPermission.READ_FEES)
def fee_schedule() -> ResponseReturnValue:
    """Show what each service costs from when to when."""
    schedule = the_schedule()
    rows = queries.fee_rows(db(), schedule.id)
    return show("billing/fee_schedule.html", schedule=schedule, rows=rows, today=clock.today())


def prices_page(form: FormState | None = None, lines: list[PriceLine] | None = None, rows: str = "") -> Response:
    """Show the form for new prices; with lines, what each would change."""
    schedule = the_schedule()
    services = {f"{row.service_code} {row.variant or ''}": row for row in queries.fee_rows(db(), schedule.id)}
    return show(
        "billing/prices.html",
        form=form,
        services=[(key, row.service_name, row.variant) for key, row in services.items()],
        changes=service.preview_prices(db(), schedule, lines) if lines else (),
        rows=rows or _uploaded() or (form.value("rows") if form else ""),
        columns=", ".join(COLUMNS),
    )


@pages.get("/fee-schedule/prices")
@allow(BillingPermission.CHANGE_FEES)
def prices() -> ResponseReturnValue:
    """Show the form for new prices."""
    return prices_page()


@pages.post("/fee-schedule/prices/preview")
@allow(BillingPermission.CHANGE_FEES)
@redisplay(prices_page)
def preview_prices() -> ResponseReturnValue:
    """Show what new prices would change; nothing is kept."""
    told = read(PricesForm)
    rows = _rows(told)
    form = FormState({**{name: request.form.get(name, "") for name in ("source", "is_verified")}, "rows": rows})
    return prices_page(form, _lines(rows), rows)


@pages.post("/fee-schedule/prices")
@allow(BillingPermission.CHANGE_FEES)
@redisplay(prices_page)
def bring_in_prices() -> ResponseReturnValue:
    """Keep the prices that were looked at."""
    told = read(PricesForm)
    lines, marks = _lines(_rows(told)), {name: told[name] for name in ("source", "is_verified")}
    service.bring_in_prices(db(), the_schedule(), lines, **marks, by=me(), at=clock.now())
    return go("billing.fee_schedule", "The new prices are kept; each holds from its first day on.")


def _rows(told: dict[str, Any]) -> str:
    """Return the lines as a CSV text: those of the file, those that were typed, or the one service."""
    found = _uploaded() or told["rows"]
    if found:
        return str(found)
    missing = [name for name in ("service", "amount", "starts_on") if not told[name]]
    if missing:
        raise ValidationError({name: ["Fill this in, or choose a file."] for name in missing})
    code, _, variant = told["service"].partition(" ")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, (code, variant, told["amount"], told["starts_on"])])
    return text.getvalue()


def _uploaded() -> str:
    """Return the text of the file that came along, if one did."""
    file = request.files.get("file")
    if file is None:
        return ""
    file.seek(0)
    read_in: bytes = file.read()
    return read_in.decode("utf-8-sig", errors="replace").replace("\x00", "")


def _lines(rows: str) -> list[PriceLine]:
    try:
        return read_prices(rows)
    except BadPriceFile as error:
        raise Refused(str(error)) from None
