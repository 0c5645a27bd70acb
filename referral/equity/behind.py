"""The rows behind the figures: a page of referrals, and both kinds as a file; pages and programs read them so."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from ibis import Table
from sqlalchemy import Row

from referral.audit import service as audit
from referral.equity.queries import reports
from referral.equity.queries.copying import csv_of, sheet_of
from referral.equity.readers import Reader, Wish, wish_of
from referral.equity.schemas.filters import cursor, cursor_of
from referral.foundation import clock
from referral.foundation.elevation import as_reporter
from referral.web.pages import send_sheet, stream_csv
from referral.web.transaction import database, db, me


def lines_of(reader: Reader, wish: Wish) -> tuple[Sequence[Row[*tuple[Any, ...]]], str | None]:
    """Return a page of the referrals behind the figures, newest first, and where the next page begins."""
    with as_reporter(db()):
        facts = reports.referrals(reader.scope, wish.period, wish.choice)
        rows = reports.newest(db(), reports.shown_one_by_one(facts), last=cursor_of(wish.filters["after"]))
    shown = rows[: reports.PAGE]
    ids = [row.referral_id for row in shown]
    audit.record_list(db(), "report:referrals:listed", at=clock.now(), kind="referral", ids=ids)
    more = len(rows) > reports.PAGE
    return shown, cursor(shown[-1].sent_on, shown[-1].referral_id) if more else None


def stream_referrals(reader: Reader) -> Response:
    """Stream the referrals behind the figures as CSV."""
    return _stream(_referrals(reader), "referrals")


def stream_lines(reader: Reader) -> Response:
    """Stream the invoice lines behind the sums as CSV."""
    return _stream(_lines(reader), "invoice-lines")


def send_referrals(reader: Reader) -> Response:
    """Send the referrals behind the figures as a spreadsheet."""
    return _send(_referrals(reader), "referrals")


def send_lines(reader: Reader) -> Response:
    """Send the invoice lines behind the sums as a spreadsheet."""
    return _send(_lines(reader), "invoice-lines")


def _referrals(reader: Reader) -> Table:
    wish = wish_of(reader)
    return reports.shown_one_by_one(reports.referrals(reader.scope, wish.period, wish.choice))


def _lines(reader: Reader) -> Table:
    wish = wish_of(reader)
    return reports.lines_shown_one_by_one(reports.lines(reader.scope, wish.period, wish.choice))


def _stream(facts: Table, name: str) -> Response:
    return stream_csv(csv_of(database(), facts, asker=me()), _exported(name))


def _send(facts: Table, name: str) -> Response:
    return send_sheet(sheet_of(database(), facts, asker=me()), _exported(name))


def _exported(name: str) -> str:
    """Write down that the rows leave; returns the name of their file, with the day."""
    audit.record(db(), f"report:{name}:exported", at=clock.now())
    return f"{name}-{clock.now():%Y-%m-%d}"
