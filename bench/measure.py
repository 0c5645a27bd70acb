"""Measure a request and the very SQL it sent, replayed bare over the same connection settings, in turn."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event

Statement = tuple[str, Any]
Deed = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """What one page costs, what its SQL alone costs, and what the same page costs written by hand; in milliseconds."""

    name: str
    page_ms: float
    page_p95_ms: float
    page_cpu_ms: float
    sql_ms: float
    statements: int
    hand_cpu_ms: float | None = None

    @property
    def ratio(self) -> float:
        """Return how many times its own SQL the page takes."""
        return self.page_ms / self.sql_ms if self.sql_ms else float("inf")

    @property
    def hand_ratio(self) -> float | None:
        """Return how many times the CPU of the page written by hand the page takes."""
        return self.page_cpu_ms / self.hand_cpu_ms if self.hand_cpu_ms else None


@dataclass
class Rounds:
    """What was timed so far, in seconds."""

    page: list[float] = field(default_factory=list)
    page_cpu: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    hand_cpu: list[float] = field(default_factory=list)

    def figure(self, name: str, statements: int) -> Figure:
        """Return the medians in milliseconds."""
        return Figure(
            name=name,
            page_ms=statistics.median(self.page) * 1000,
            page_p95_ms=statistics.quantiles(self.page, n=20)[-1] * 1000,
            page_cpu_ms=statistics.median(self.page_cpu) * 1000,
            sql_ms=statistics.median(self.sql) * 1000,
            statements=statements,
            hand_cpu_ms=statistics.median(self.hand_cpu) * 1000 if self.hand_cpu else None,
        )

    def time_page(self, request: Deed) -> None:
        """Do the request once and keep its wall and CPU time."""
        wall, cpu = timed(request)
        self.page.append(wall)
        self.page_cpu.append(cpu)


def measure(
    name: str,
    request: Deed,
    engine: Engine,
    *,
    by_hand: Callable[[Sequence[Statement]], Deed] | None = None,
    rounds: int = 30,
    warm_up: int = 3,
) -> Figure:
    """Measure the request, its SQL, and the page by hand in turn, so that a drifting machine slows all of them."""
    for _ in range(warm_up):
        request()
    with recorded(engine) as statements:
        request()
    hand = by_hand(statements) if by_hand else None
    if hand:
        hand()
    found = Rounds()
    for _ in range(rounds):
        found.time_page(request)
        found.sql.append(replay(engine, statements))
        if hand:
            found.hand_cpu.append(timed(hand)[1])
    return found.figure(name, len(statements))


def timed(deed: Deed) -> tuple[float, float]:
    """Do the deed; returns wall and CPU seconds."""
    started, started_cpu = time.perf_counter(), time.process_time()
    deed()
    return time.perf_counter() - started, time.process_time() - started_cpu


@contextmanager
def recorded(engine: Engine | Connection) -> Iterator[list[Statement]]:
    """Collect the statements that are sent meanwhile, savepoints left out."""
    statements: list[Statement] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "SAVEPOINT" not in statement[:20]:
            statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def replay(engine: Engine, statements: Sequence[Statement]) -> float:
    """Send the statements without SQLAlchemy or Flask, fetch their rows, roll back; returns seconds."""
    raw: Any = engine.raw_connection()
    try:
        started = time.perf_counter()
        with raw.cursor() as cursor:
            for statement, parameters in statements:
                # A list of parameters came from executemany; a dictionary or a tuple from execute.
                (cursor.executemany if isinstance(parameters, list) else cursor.execute)(statement, parameters)
                if cursor.description:
                    cursor.fetchall()
        return time.perf_counter() - started
    finally:
        raw.rollback()
        raw.close()
