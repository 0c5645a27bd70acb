"""Measure a request and the very SQL it sent, replayed bare over the same connection settings, in turn."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

Statement = tuple[str, Any]


@dataclass(frozen=True)
class Figure:
    """What one page costs, and what its SQL alone costs; medians in milliseconds."""

    name: str
    page_ms: float
    page_p95_ms: float
    page_cpu_ms: float
    sql_ms: float
    statements: int

    @property
    def ratio(self) -> float:
        """Return how many times its own SQL the page takes."""
        return self.page_ms / self.sql_ms if self.sql_ms else float("inf")


def measure(name: str, request: Callable[[], None], engine: Engine, *, rounds: int = 30, warm_up: int = 3) -> Figure:
    """Measure the request and its SQL in turn, so that a drifting machine slows both."""
    for _ in range(warm_up):
        request()
    with recorded(engine) as statements:
        request()
    pages, cpu, bare = [], [], []
    for _ in range(rounds):
        started, started_cpu = time.perf_counter(), time.process_time()
        request()
        pages.append(time.perf_counter() - started)
        cpu.append(time.process_time() - started_cpu)
        bare.append(replay(engine, statements))
    return Figure(
        name=name,
        page_ms=statistics.median(pages) * 1000,
        page_p95_ms=statistics.quantiles(pages, n=20)[-1] * 1000,
        page_cpu_ms=statistics.median(cpu) * 1000,
        sql_ms=statistics.median(bare) * 1000,
        statements=len(statements),
    )


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Statement]]:
    """Collect the statements that are sent meanwhile."""
    statements: list[Statement] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def replay(engine: Engine, statements: Sequence[Statement]) -> float:
    """Send the statements without SQLAlchemy or Flask, fetch their rows, roll back; returns seconds."""
    raw = engine.raw_connection()
    try:
        started = time.perf_counter()
        with raw.cursor() as cursor:
            for statement, parameters in statements:
                cursor.execute(statement, parameters)
                if cursor.description:
                    cursor.fetchall()
        return time.perf_counter() - started
    finally:
        raw.rollback()
        raw.close()
