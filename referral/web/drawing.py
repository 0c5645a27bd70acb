"""Draws figures as SVG with Altair and vl-convert: system fonts, no scripts, no style attributes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode
from markupsafe import Markup

INK, FAINT = "#1b1b1b", "#dfe1e2"
FONT = "Source Sans Pro Web, Helvetica Neue, Helvetica, Arial, sans-serif"
# Each has a contrast of at least 4.5:1 on white, and none stands alone: shape, dash or label repeats it.
COLOURS = ("#1a4480", "#c05600", "#007a74", "#8168b3", "#5c5c5c", "#a23737", "#7a591a", "#3d5b00")
SHAPES = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [4, 1], [1, 3], [12, 2])
BAR = 22


class Kind(StrEnum):
    """How figures are drawn."""

    BARS = "bars"
    STACKED = "stacked"
    CASCADE = "cascade"
    LINES = "lines"


class Unit(StrEnum):
    """What figures count; a rate lies between 0 and 1."""

    COUNT = "count"
    RATE = "rate"
    MONEY = "money"


class Size(StrEnum):
    """The screen a picture is drawn for: letters keep their size, so a phone gets a narrower picture, not a smaller."""

    DESK = "desk"
    PHONE = "phone"

    @property
    def width(self) -> int:
        """Return the width of the drawn area in pixels, beside its labels."""
        return 640 if self is Size.DESK else 190

    @property
    def columns(self) -> int:
        """Return how many names of groups stand in a row of the legend."""
        return 3 if self is Size.DESK else 1


@dataclass(frozen=True, slots=True)
class Point:
    """One figure: its category, its group, and its interval; None is a figure that is not shown."""

    category: str
    value: float | None
    group: str = ""
    low: float | None = None
    high: float | None = None


Layers = alt.LayerChart | alt.FacetChart
_D3_FORMATS = {Unit.COUNT: ",d", Unit.RATE: ".0%", Unit.MONEY: "$,.0f"}
_CONFIG: dict[str, Any] = {
    "aria": False,  # the picture has one title and description; its table carries the figures
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13, "labelColor": INK, "labelPadding": 8, "labelLimit": 240,
        "gridColor": FAINT, "domain": False, "ticks": False,
    },
    "legend": {
        "labelFontSize": 13, "labelColor": INK, "title": None, "orient": "top", "symbolSize": 90,
        "labelLimit": 240, "padding": 0,
    },
    "text": {"fontSize": 13, "color": INK},
}  # fmt: skip


def draw(kind: Kind, points: Sequence[Point], unit: Unit, *, title: str, description: str, size: Size) -> Markup:
    """Return the figures as one SVG element with role, title and description, drawn for a screen."""
    rows = [asdict(point) for point in points]
    with debug_mode(False):  # the specification is ours and tested; checking it again would triple the time
        chart = _DRAWERS[kind](rows, _Names(points, size), unit).configure(**_CONFIG)
        specification = chart.to_dict(validate=False)
    svg = vl_convert.vegalite_to_svg(specification)
    return _accessible(svg, title, description, size)


def first_of_month(category: str) -> date:
    """Return the first day of a month written 2026-11."""
    return date.fromisoformat(f"{category}-01")


class _Names:
    """The categories and groups in the order given, with a colour, shape and dash for each group."""

    def __init__(self, points: Sequence[Point], size: Size) -> None:
        self.size = size
        self.categories = list(dict.fromkeys(point.category for point in points))
        self.groups = list(dict.fromkeys(point.group for point in points))
        self.legend = alt.Legend(columns=size.columns) if len(self.groups) > 1 else None

    def colour(self) -> alt.Color:
        scale = alt.Scale(domain=self.groups, range=list(COLOURS[: len(self.groups)]))
        return alt.Color("group:N", scale=scale, legend=self.legend)

    def shape(self) -> alt.Shape:
        scale = alt.Scale(domain=self.groups, range=list(SHAPES[: len(self.groups)]))
        return alt.Shape("group:N", scale=scale, legend=self.legend)

    def dash(self) -> alt.StrokeDash:
        scale = alt.Scale(domain=self.groups, range=list(DASHES[: len(self.groups)]))
        return alt.StrokeDash("group:N", scale=scale, legend=self.legend)

    def rows(self) -> alt.Y:
        scale = alt.Scale(domain=self.categories)
        return alt.Y("category:N", sort=None, scale=scale, title=None, axis=alt.Axis(grid=False, minExtent=90))

    def within(self) -> alt.YOffset:
        return alt.YOffset("group:N", sort=self.groups)


def _data(rows: list[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=rows)


def _along(unit: Unit, field: str = "value", **options: Any) -> alt.X:
    scale = alt.Scale(domain=[0, 1]) if unit is Unit.RATE else alt.Scale(nice=True)
    axis = alt.Axis(format=_D3_FORMATS[unit], tickCount=5)
    return alt.X(f"{field}:Q", title=None, scale=scale, axis=axis, **options)


def _bars(rows: list[dict[str, Any]], names: _Names, unit: Unit) -> Layers:
    base = alt.Chart(_data(rows)).encode(y=names.rows(), yOffset=names.within())
    drawn = [base.mark_bar(height=BAR - 6).encode(x=_along(unit), color=names.colour())]
    has_intervals = any(row["low"] is not None for row in rows)
    if has_intervals:
        halo, line = base.mark_rule(color="white", strokeWidth=4), base.mark_rule(color=INK, strokeWidth=1.5)
        drawn += [rule.encode(x="low:Q", x2="high:Q") for rule in (halo, line)]
    reach = "high:Q" if has_intervals else "value:Q"
    label = alt.Text("value:Q", format=_D3_FORMATS[unit])
    drawn.append(_shown(base).mark_text(align="left", dx=6).encode(x=reach, text=label))
    hidden = base.transform_filter("datum.value === null").mark_text(align="left", dx=6, fontStyle="italic")
    drawn.append(hidden.encode(x=alt.datum(0), text=alt.value("not shown")))
    return alt.layer(*drawn).properties(width=names.size.width, height=alt.Step(BAR))


def _stacked(rows: list[dict[str, Any]], names: _Names, unit: Unit) -> Layers:
    ranked = [{**row, "rank": names.groups.index(row["group"])} for row in rows]
    totals = {name: sum(row["value"] or 0 for row in rows if row["category"] == name) for name in names.categories}
    base = alt.Chart(_data(ranked)).encode(y=names.rows(), order="rank:Q")
    segments = base.mark_bar(height=BAR, stroke="white", strokeWidth=2).encode(
        x=_along(unit, stack="zero"), color=names.colour()
    )
    label = alt.Text("value:Q", format=_D3_FORMATS[unit])
    # A segment narrower than its own label stays unlabelled: the table has its figure.
    is_wide = f"datum.value > {max(totals.values(), default=0) * 0.13}"
    inside = base.mark_text(color="white").encode(
        x=alt.X("value:Q", stack="zero", bandPosition=0.5),
        detail="group:N",
        text=label,
        opacity=alt.condition(is_wide, alt.value(1), alt.value(0)),
    )
    return alt.layer(segments, inside).properties(width=names.size.width, height=alt.Step(BAR + 14))


def _cascade(rows: list[dict[str, Any]], names: _Names, unit: Unit) -> Layers:
    base = _shown(alt.Chart(_data(rows))).encode(y=names.rows(), yOffset=names.within(), color=names.colour())
    ranges = base.mark_rule(strokeWidth=1.5).encode(x=_along(unit, "low"), x2="high:Q")
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x=_along(unit), shape=names.shape())
    return alt.layer(ranges, dots).properties(width=names.size.width, height=alt.Step(13))


def _shown(chart: alt.Chart) -> alt.Chart:
    return chart.transform_filter("datum.value !== null")


def _lines(rows: list[dict[str, Any]], names: _Names, unit: Unit) -> Layers:
    months = alt.X("category:O", title=None, sort=names.categories, axis=_month_axis(names.categories, names.size))
    axis = alt.Axis(format=_D3_FORMATS[unit], tickCount=5)
    scale = alt.Scale(domain=[0, 1]) if unit is Unit.RATE else alt.Scale(zero=True, nice=True)
    figures = alt.Y("value:Q", title=None, axis=axis, scale=scale)
    base = _shown(alt.Chart(_data(rows))).encode(x=months, y=figures, color=names.colour())
    strokes = base.mark_line(strokeWidth=2).encode(strokeDash=names.dash())
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(shape=names.shape())
    return alt.layer(strokes, dots).properties(width=names.size.width + 60, height=240)


def _month_axis(categories: list[str], size: Size) -> alt.Axis:
    """Name the months, and the year under the first of each; on a phone every third of many months."""
    named = categories[::3] if size is Size.PHONE and len(categories) > 6 else categories
    first_of_year = list({category[:4]: category for category in reversed(named)}.values())
    name = "timeFormat(toDate(datum.value + '-02'), '%b')"
    year = "timeFormat(toDate(datum.value + '-02'), '%Y')"
    label = f"indexof({first_of_year}, datum.value) >= 0 ? [{name}, {year}] : {name}"
    return alt.Axis(labelExpr=label, values=named, labelAngle=0, grid=False)


_DRAWERS: dict[Kind, Callable[[list[dict[str, Any]], _Names, Unit], Layers]] = {
    Kind.BARS: _bars,
    Kind.STACKED: _stacked,
    Kind.CASCADE: _cascade,
    Kind.LINES: _lines,
}
_CLASSES = {Size.DESK: "", Size.PHONE: " chart__picture--narrow"}


_INNER_ROLES = re.compile(r' (?:role="graphics-[a-z]+"|aria-(?:roledescription|label)="[^"]*")')
"""What Vega says of single marks even when told not to: nameless symbols, which screen readers stumble over."""


def _accessible(svg: str, title: str, description: str, size: Size) -> Markup:
    """Name the picture for screen readers; its size comes from its viewBox, so that it fits its column."""
    svg = _INNER_ROLES.sub("", svg)
    mark = blake2b(svg.encode(), digest_size=6).hexdigest()
    width, height = re.findall(r'(?:width|height)="([\d.]+)"', svg, flags=re.ASCII)[:2]
    opening = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart__picture{}" role="img" width="{}" height="{}" '
        'viewBox="0 0 {} {}" aria-labelledby="chart-{}-title chart-{}-text">'
        '<title id="chart-{}-title">{}</title><desc id="chart-{}-text">{}</desc>'
    ).format(_CLASSES[size], width, height, width, height, mark, mark, mark, title, mark, description)
    return opening + Markup(svg[svg.index(">") + 1 :])  # noqa: S704 -- drawn by Vega, which escapes its texts
