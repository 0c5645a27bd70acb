"""Fault runs are long: all of them are `full`. Each prints its figures as `N passed, N failed`."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FIGURES = "figures"
Tell = Callable[[str, int, int], None]
"""Tells what was counted: a sentence, how many passed, how many failed."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.full)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of each scenario."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    lines = [text for report in reports for name, text in getattr(report, "user_properties", ()) if name == FIGURES]
    if lines:
        terminalreporter.section("fault runs")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Keep a line of figures for the end of the run."""
    return lambda what, passed, failed: record_property(FIGURES, f"{what}: {passed} passed, {failed} failed")


@pytest.fixture(autouse=True)
def at() -> datetime:
    """Time runs: processes of their own know only the real clock."""
    return datetime.now(UTC)
