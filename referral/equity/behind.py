"""The rows behind the figures: a page of referrals, and both kinds of lines as CSV; pages and programs read them so."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from ibis import Table
from sqlalchemy import Row

from referral.audit import service as audit
from referral.equity.queries import reports
from referral.equity.queries.copying import csv_of
from referral.equity.readers import Reader, Wish, wish_of
from referral.equity.schemas.filters import cursor, cursor_of
from referral.foundation import clock
from referral.foundation.elevation import as_reporter
from referral.web.pages import stream_csv
from referral.web.transaction import database, db, me


def lines_of(reader: Reader, wish: Wish) -> tuple[Sequence[Row[*tuple[Any, ...]]], str | None]:
    """Return a page of the referrals behind the figures, newest first, and where the next page begins."""
    with as_reporter(db()):
        facts = reports.referrals(reader.scope, wish.period, wish.choice)
        rows = reports.newest(db(), facts, last=cursor_of(wish.filters["after"]))
    shown = rows[: reports.PAGE]
    ids = [row.referral_id for row in shown]
    audit.record_list(db(), "report:referrals:listed", at=clock.now(), kind="referral", ids=ids)
    more = len(rows) > reports.PAGE
    return shown, cursor(shown[-1].sent_on, shown[-1].referral_id) if more else None


def stream_referrals(reader: Reader) -> Response:
    """Stream the referrals behind the figures as CSV."""
    wish = wish_of(reader)
    return _stream(reports.referrals(reader.scope, wish.period, wish.choice), "referrals")


def stream_lines(reader: Reader) -> Response:
    """Stream the invoice lines behind the sums as CSV."""
    wish = wish_of(reader)
    return _stream(reports.lines(reader.scope, wish.period, wish.choice), "invoice-lines")


def _stream(facts: Table, name: str) -> Response:
    audit.record(db(), f"report:{name}:exported", at=clock.now())
    return stream_csv(csv_of(database(), facts, asker=me()), f"{name}-{clock.now():%Y-%m-%d}")
