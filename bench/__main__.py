"""`make bench`: the demonstration's pages, actions and bulk work, each beside its floor, in one table."""

import sys

import click
from rich.console import Console
from rich.table import Table

from bench import accept, bulk, crowd, pages
from bench.goals import Goal, Rate, Result
from bench.ground import ground

console = Console(width=None if sys.stdout.isatty() else 150)


@click.command()
@click.option("--people", default=200, show_default=True, help="How many synthetic people the demonstration has.")
@click.option("--rounds", default=30, show_default=True, help="How often each page is measured.")
def main(people: int, rounds: int) -> None:
    """Measure on a copy of the demonstration, made in this run and thrown away after it."""
    with ground(people) as on:
        results = [*pages.measured(on, rounds=rounds), accept.measured(on, rounds=rounds)]
        results.append(crowd.measured(on, rounds=rounds))
        _print_pages(results)
        _print_rates(list(bulk.measured(on)))


def _print_pages(results: list[Result]) -> None:
    table = Table("what", "p50 ms", "p95 ms", "CPU ms", "SQL ms", "statements", "× SQL", "× by hand (CPU)", "goal")
    for column in table.columns[1:8]:
        column.justify = "right"
    for result in results:
        figure = result.figure
        table.add_row(
            figure.name,
            f"{figure.page_ms:.1f}",
            f"{figure.page_p95_ms:.1f}",
            f"{figure.page_cpu_ms:.1f}",
            f"{figure.sql_ms:.1f}",
            str(figure.statements),
            f"{figure.ratio:.1f}" if figure.statements else "",
            f"{figure.hand_ratio:.2f}" if figure.hand_ratio else "",
            _words(result.goal),
        )
    console.print(table)


def _print_rates(rates: list[Rate]) -> None:
    table = Table("what", "rows/s", "floor", "floor rows/s", "goal")
    for rate in rates:
        table.add_row(
            rate.name,
            f"{rate.ours:,.0f}",
            rate.floor_name,
            f"{rate.floor:,.0f}",
            _words(rate.goal) or f"{rate.ours / rate.floor:.2f} ×",
        )
    console.print(table)


def _words(goal: Goal | None) -> str:
    return str(goal) if goal else ""


if __name__ == "__main__":
    main()
