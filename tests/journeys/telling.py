"""Tells at the end of a test run what the journeys counted, and loudly when no browser was there."""

import pytest

from tests.journeys.hands import NO_CHROMIUM

DEEDS = "deeds"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the clicks and keys of each journey, step by step."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    for report in reports:
        for name, table in getattr(report, "user_properties", ()):
            if name == DEEDS:
                terminalreporter.section(f"keystrokes and clicks: {report.nodeid.rpartition('::')[2]}")
                terminalreporter.write_line(table)
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_CHROMIUM in str(report.longrepr) for report in skipped):
        terminalreporter.section("browser tests did not run: no Chromium", sep="!", red=True, bold=True)
        terminalreporter.write_line("Install a Chromium (chromium, chromium-browser or google-chrome) to run them.")
