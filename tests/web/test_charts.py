"""Charts: safe to embed, readable without seeing them, drawn once for the same figures."""

import re
from xml.etree import ElementTree as ET

import pytest

from referral.web import charts
from referral.web.charts import Chart, Point, Unit

HOSTILE = '<script>alert("x")</script> & Co'


def samples() -> list[Chart]:
    groups = [Point(stage, 0.5, group, 0.4, 0.6) for stage in ("Screened", "Served") for group in ("A", "B")]
    money = [Point("Plan", 10.0, "Paid"), Point("Plan", 5.0, "Denied")]
    months = [Point(f"2026-{month:02d}", month * 10, "Sent") for month in range(1, 13)]
    return [
        charts.bars("Bars", "By need", [Point("Food", 12), Point("Housing", None)]),
        charts.bars("Rates", "By group", groups, unit=Unit.RATE),
        charts.bars("Money", "By plan", money, unit=Unit.MONEY, is_stacked=True),
        charts.cascade("Cascade", "By group", [*groups, Point("Served", None, "C")]),
        charts.lines("Lines", "By month", months),
    ]


@pytest.fixture(scope="module")
def drawn() -> list[Chart]:
    return samples()


def test_a_chart_needs_no_style_and_no_script_of_its_own(drawn):
    for chart in drawn:
        assert not re.search(r"<(script|style)|\sstyle=|\son\w+=|href=", chart.svg)


def test_a_chart_is_a_picture_with_a_title_and_a_description(drawn):
    for chart in drawn:
        root = ET.fromstring(chart.svg)
        names = [root.find(f"{{http://www.w3.org/2000/svg}}{tag}").text for tag in ("title", "desc")]
        assert names == [chart.title, chart.description]
        assert root.get("role") == "img"


def test_words_from_outside_stay_words():
    chart = charts.bars(HOSTILE, HOSTILE, [Point(HOSTILE, 3, HOSTILE)])
    assert "<script" not in chart.svg
    assert chart.table.rows[0][0] == HOSTILE


def test_the_table_says_every_figure_and_what_is_not_shown(drawn):
    assert drawn[0].table.rows == (("Food", "12"), ("Housing", "not shown"))
    assert drawn[1].table.rows[0] == ("Screened", "50% (40–60%)", "50% (40–60%)")
    assert drawn[3].table.rows[1][-1] == "not shown"
    assert drawn[4].table.rows[0] == ("January 2026", "10")


def test_a_figure_that_is_not_shown_leaves_no_number_in_the_picture(drawn):
    assert "not shown" in drawn[0].svg
    assert ">null<" not in drawn[0].svg


def test_on_a_phone_a_chart_is_narrow_and_its_letters_stay_as_large(drawn):
    for chart in drawn:
        wide, narrow = (ET.fromstring(svg) for svg in (chart.svg, chart.narrow_svg))
        assert float(narrow.get("width")) < 400 < float(wide.get("width"))
        assert set(re.findall(r'font-size="[^"]+"', chart.narrow_svg)) <= set(
            re.findall(r'font-size="[^"]+"', chart.svg)
        )
        assert "chart__picture--narrow" in narrow.get("class")


def test_the_year_stands_under_the_first_month_of_each_year():
    months = [f"2025-{month:02d}" for month in (11, 12)] + [f"2026-{month:02d}" for month in range(1, 11)]
    chart = charts.lines("Years", "By month", [Point(month, 5, "Sent") for month in months])
    named = re.findall(r">(20\d\d|[A-Z][a-z]{2})<", chart.svg)
    assert named[:5] == ["Nov", "2025", "Dec", "Jan", "2026"]
    assert re.findall(r">(20\d\d|[A-Z][a-z]{2})<", chart.narrow_svg) == ["Nov", "2025", "Feb", "2026", "May", "Aug"]


def test_the_same_figures_are_drawn_once(drawn):
    assert samples()[0].svg is drawn[0].svg


def test_several_charts_on_a_page_have_different_ids(drawn):
    ids = [found for chart in drawn for found in re.findall(r'\bid="([^"]+)"', chart.svg + chart.narrow_svg)]
    assert len(ids) == len(set(ids))
