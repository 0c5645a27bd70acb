"""Pages: the plan's reports, the equity report, and what the measures mean."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from referral.equity import pictures, words
from referral.equity.behind import lines_of, send_lines, send_referrals, stream_lines, stream_referrals
from referral.equity.permissions import ReportPermission
from referral.equity.queries.equity_report import equity_report
from referral.equity.queries.loop_report import loop_report
from referral.equity.queries.money_report import money_report
from referral.equity.queries.reports import Choices
from referral.equity.readers import Reader, Wish, reader_of, wish_of
from referral.equity.rules.completeness import WANTED_SHARE
from referral.equity.rules.measures import CLOSED_LOOP, CLOSED_LOOP_MATURE, CONFIRMED_CONNECTION, CONNECTION, MEASURES
from referral.equity.rules.periods import complete_quarters
from referral.equity.rules.publication import DISPLAY_FROM
from referral.equity.rules.strata import Dimension
from referral.equity.schemas.filters import EquityFilter
from referral.referrals.permissions import ReferralPermission
from referral.web.forms import FormState, written
from referral.web.guard import allow
from referral.web.pages import query, show
from referral.web.transaction import db, me

pages = Blueprint("equity", __name__)
DIMENSIONS = {Dimension.RACE_ETHNICITY: "Race and ethnicity", Dimension.LANGUAGE: "Language"}
RATES = {
    "closed": CLOSED_LOOP,
    "mature": CLOSED_LOOP_MATURE,
    "connected": CONNECTION,
    "confirmed": CONFIRMED_CONNECTION,
}


@pages.get("/reports/plan")
@allow(ReportPermission.READ)
def plan_report() -> ResponseReturnValue:
    """Show what became of the referrals: both rates side by side, over time and by group."""
    reader = reader_of(me())
    wish = wish_of(reader)
    report = loop_report(
        db(), reader.scope, wish.period, wish.choice, today=reader.today, reads_lines=reader.reads_lines
    )
    return show(
        "equity/plan_report.html",
        report=report,
        picture=pictures.rates_by_month(report.by["month"].groups),
        by_need=pictures.rates_by_need(report.by["domain"].groups),
        rates=RATES,
        **_about(reader, wish, report.choices),
    )


@pages.get("/reports/plan/invoices")
@allow(ReportPermission.READ)
def invoice_report() -> ResponseReturnValue:
    """Show what was billed and what was paid."""
    reader = reader_of(me())
    wish = wish_of(reader)
    report = money_report(db(), reader.scope, wish.period, wish.choice, reads_lines=reader.reads_lines)
    return show(
        "equity/invoice_report.html",
        report=report,
        picture=pictures.money_by_month(report.by["month"]),
        **_about(reader, wish, report.choices),
    )


@pages.get("/reports/plan/referrals")
@allow(ReportPermission.READ_LINES)
def referral_lines() -> ResponseReturnValue:
    """Show the referrals behind the figures, newest first."""
    reader = reader_of(me())
    wish = wish_of(reader)
    shown, following = lines_of(reader, wish)
    return show(
        "equity/referral_lines.html",
        rows=shown,
        next_after=following,
        is_later=bool(wish.filters.get("after")),
        can_open=me().can(ReferralPermission.READ),
        **_about(reader, wish),
    )


@pages.get("/reports/plan.csv")
@allow(ReportPermission.EXPORT)
def plan_csv() -> Response:
    """Stream the referrals behind the figures as CSV."""
    return stream_referrals(reader_of(me()))


@pages.get("/reports/plan/invoices.csv")
@allow(ReportPermission.EXPORT)
def invoice_csv() -> Response:
    """Stream the invoice lines behind the sums as CSV."""
    return stream_lines(reader_of(me()))


@pages.get("/reports/plan.xlsx")
@allow(ReportPermission.EXPORT)
def plan_sheet() -> Response:
    """Send the referrals behind the figures as a spreadsheet."""
    return send_referrals(reader_of(me()))


@pages.get("/reports/plan/invoices.xlsx")
@allow(ReportPermission.EXPORT)
def invoice_sheet() -> Response:
    """Send the invoice lines behind the sums as a spreadsheet."""
    return send_lines(reader_of(me()))


@pages.get("/reports/equity")
@allow(ReportPermission.READ_EQUITY)
def cascade() -> ResponseReturnValue:
    """Show for whom the loop closes: the cascade by group, without small cells."""
    reader = reader_of(me())
    dimension: Dimension = query(EquityFilter)["by"]
    report = equity_report(db(), reader.scope, dimension=dimension, today=reader.today)
    return show(
        "equity/cascade.html",
        report=report,
        picture=pictures.cascade(report.table.lines, dimension) if report.table else None,
        words=words,
        tabs=[(name, url_for(".cascade", by=by), by is dimension) for by, name in DIMENSIONS.items()],
        wanted=WANTED_SHARE,
        display_from=DISPLAY_FROM,
    )


@pages.get("/reports/definitions")
@allow(ReportPermission.READ)
def definitions() -> ResponseReturnValue:
    """Show what each measure counts, its version, and where it comes from."""
    return show("equity/definitions.html", measures=MEASURES)


def _about(reader: Reader, wish: Wish, choices: Choices | None = None) -> dict[str, Any]:
    """Return what every page of the plan's report needs besides its figures."""
    filters = {name: written(value) for name, value in wish.filters.items() if value is not None and name != "after"}
    days = {"first": written(wish.period.first), "last": written(wish.period.last), "quarter": wish.period.key}
    return {
        "reader": reader,
        "period": wish.period,
        "filters": filters,
        "form": FormState({**days, **filters}),
        "lists": _lists(reader, choices) if choices else None,
        "words": words,
    }


def _lists(reader: Reader, choices: Choices) -> dict[str, Any]:
    """Return the options of the filters, in words."""
    return {
        "plans": choices.plans,
        "organizations": choices.organizations,
        "counties": [(name, name) for name in choices.counties],
        "services": [(name, name) for name in choices.services],
        "statuses": [(name, words.heading(name, "status")) for name in choices.statuses],
        "quarters": [(period.key, words.months(period)) for period in complete_quarters(reader.today)],
    }
