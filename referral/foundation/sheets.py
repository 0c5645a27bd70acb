"""Rows as a spreadsheet (XLSX): numbers and days stay such, and no text runs as a formula."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_OF_A_SHEET = 1_000_000
"""Excel holds 1,048,576; what is more goes on, with the heading again, on the next sheet."""
FORMULA = re.compile("[=+@\t\r\0-]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes into a file: what must travel along, one line each, and the rows, first the heading."""

    rows: Iterator[Sequence[object]]
    notice: Sequence[str] = ()


def write_sheet(sheet: Sheet, file: IO[bytes]) -> None:
    """Write a spreadsheet into an open file; memory does not grow with the rows."""
    book = Workbook(write_only=True)
    heading = cells(next(sheet.rows))
    rows: Iterator[Sequence[object]] = sheet.rows
    while True:
        page = book.create_sheet()
        page.freeze_panes = f"A{len(sheet.notice) + 2}"
        for line in sheet.notice:
            page.append([harmless(line)])
        page.append(heading)
        for row in islice(rows, ROWS_OF_A_SHEET):
            page.append(cells(row))
        following = next(rows, None)
        if following is None:
            break
        rows = chain([following], rows)
    book.save(file)


def cells(row: Iterable[object]) -> list[object]:
    """Return a row as a spreadsheet holds it: what is neither number nor day is text, and none a formula."""
    return [_cell(value) for value in row]


def _cell(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value if isinstance(value, date) else harmless(str(value))


def harmless(text: str) -> str:
    """Return the text with an apostrophe before what a spreadsheet would run, without what no cell can hold."""
    guarded = f"'{text}" if FORMULA.match(text) else text
    return ILLEGAL_CHARACTERS_RE.sub("", guarded)
