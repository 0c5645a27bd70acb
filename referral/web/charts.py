"""Charts drawn on the server as SVG, each with its description and the table that says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from markupsafe import Markup

from referral.web import drawing
from referral.web.drawing import Kind, Point, Size, Unit
from referral.web.format import interval, money, month, number, percent

__all__ = ["Chart", "Point", "Table", "Unit", "bars", "cascade", "in_words", "lines"]

NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart in words: column headings, and rows of texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: SVG to embed as it is, for a desk and for a phone, its title, what it says, and its table."""

    svg: Markup
    narrow_svg: Markup
    title: str
    description: str
    table: Table


def bars(
    title: str,
    description: str,
    points: Sequence[Point],
    *,
    unit: Unit = Unit.COUNT,
    is_stacked: bool = False,
) -> Chart:
    """Draw horizontal bars, one a category; its groups stand side by side, or stacked."""
    kind = Kind.STACKED if is_stacked else Kind.BARS
    return _chart(kind, title, description, tuple(points), unit)


def cascade(title: str, description: str, points: Sequence[Point]) -> Chart:
    """Draw a cascade: for each stage, in the order given, the rate of every group with its interval."""
    return _chart(Kind.CASCADE, title, description, tuple(points), Unit.RATE)


def lines(title: str, description: str, points: Sequence[Point], *, unit: Unit = Unit.COUNT) -> Chart:
    """Draw one line a group over months; each category is a month as text, 2026-11."""
    return _chart(Kind.LINES, title, description, tuple(points), unit)


@lru_cache(maxsize=256)
def _chart(kind: Kind, title: str, description: str, points: tuple[Point, ...], unit: Unit) -> Chart:
    """Draw once for the same figures; the cache is by value, so a changed figure is a new drawing."""
    wide, narrow = (
        drawing.draw(kind, points, unit, title=title, description=description, size=size)
        for size in (Size.DESK, Size.PHONE)
    )
    return Chart(wide, narrow, title, description, _table(kind, points, unit))


def in_words(point: Point, unit: Unit) -> str:
    """Say a figure as a table does: 12, 62% (55–69%), $1,200.00, or not shown."""
    if point.value is None:
        return NOT_SHOWN
    if unit is Unit.MONEY:
        return money(Decimal(str(point.value)))
    if unit is Unit.COUNT:
        return number(round(point.value))
    if point.low is None or point.high is None:
        return percent(point.value)
    return interval(point.value, point.low, point.high)


def _table(kind: Kind, points: tuple[Point, ...], unit: Unit) -> Table:
    """Lay the figures out with a row for each category and a column for each group."""
    categories = list(dict.fromkeys(point.category for point in points))
    groups = list(dict.fromkeys(point.group for point in points))
    figures = {(point.category, point.group): in_words(point, unit) for point in points}
    name = _month_name if kind is Kind.LINES else str
    rows = (
        (name(category), *(figures.get((category, group), NOT_SHOWN) for group in groups)) for category in categories
    )
    return Table(("", *(group or "Figure" for group in groups)), tuple(rows))


def _month_name(category: str) -> str:
    return month(drawing.first_of_month(category))
