"""JSON: the same reports as the pages, from the same readings."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields

from referral.equity.behind import lines_of, send_lines, send_referrals, stream_lines, stream_referrals
from referral.equity.permissions import ReportPermission
from referral.equity.queries.equity_report import EquityReport, equity_report
from referral.equity.queries.loop_report import LoopReport, loop_report
from referral.equity.queries.money_report import MoneyReport, money_report
from referral.equity.readers import reader_of, wish_of
from referral.equity.rules.measures import MEASURES
from referral.equity.schemas.answers import (
    EquityReportSchema,
    LoopReportSchema,
    MeasurePage,
    MoneyReportSchema,
    ReferralLinePage,
)
from referral.equity.schemas.filters import EquityFilter
from referral.foundation.sheets import MIMETYPE
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me

api = Blueprint("equity_api", __name__, url_prefix="/api/v1", description="Reports and measures")


@api.get("/measures")
@allow(ReportPermission.READ)
@api.response(200, MeasurePage)
def measures() -> dict[str, Any]:
    """List what each measure counts, with its version."""
    return whole(MEASURES)


@api.get("/reports/referrals")
@allow(ReportPermission.READ)
@api.response(200, LoopReportSchema)
def referrals() -> LoopReport:
    """Read what became of the referrals; the filters are those of the page."""
    reader = reader_of(me())
    wish = wish_of(reader)
    return loop_report(db(), reader.scope, wish.period, wish.choice, today=reader.today, reads_lines=reader.reads_lines)


@api.get("/reports/referrals/lines")
@allow(ReportPermission.READ_LINES)
@api.response(200, ReferralLinePage)
def referral_lines() -> dict[str, Any]:
    """Read the referrals behind the figures, newest first; `next` is the `after` of the following page."""
    reader = reader_of(me())
    shown, following = lines_of(reader, wish_of(reader))
    return {"items": shown, "next": following}


@api.get("/reports/referrals.csv")
@allow(ReportPermission.EXPORT)
@api.response(200, fields.String(), content_type="text/csv")
def referrals_csv() -> Response:
    """Stream the referrals behind the figures as CSV."""
    return stream_referrals(reader_of(me()))


@api.get("/reports/invoices.csv")
@allow(ReportPermission.EXPORT)
@api.response(200, fields.String(), content_type="text/csv")
def invoices_csv() -> Response:
    """Stream the invoice lines behind the sums as CSV."""
    return stream_lines(reader_of(me()))


@api.get("/reports/referrals.xlsx")
@allow(ReportPermission.EXPORT)
@api.response(200, fields.String(), content_type=MIMETYPE)
def referrals_sheet() -> Response:
    """Send the referrals behind the figures as a spreadsheet."""
    return send_referrals(reader_of(me()))


@api.get("/reports/invoices.xlsx")
@allow(ReportPermission.EXPORT)
@api.response(200, fields.String(), content_type=MIMETYPE)
def invoices_sheet() -> Response:
    """Send the invoice lines behind the sums as a spreadsheet."""
    return send_lines(reader_of(me()))


@api.get("/reports/invoices")
@allow(ReportPermission.READ)
@api.response(200, MoneyReportSchema)
def invoices() -> MoneyReport:
    """Read what was billed and paid; the filters are those of the page."""
    reader = reader_of(me())
    wish = wish_of(reader)
    return money_report(db(), reader.scope, wish.period, wish.choice, reads_lines=reader.reads_lines)


@api.get("/reports/equity")
@allow(ReportPermission.READ_EQUITY)
@api.arguments(EquityFilter, location="query")
@api.response(200, EquityReportSchema)
def equity(filters: dict[str, Any]) -> EquityReport:
    """Read the cascade by group, without small cells."""
    reader = reader_of(me())
    return equity_report(db(), reader.scope, dimension=filters["by"], today=reader.today)
