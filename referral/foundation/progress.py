"""Progress of long work, on the terminal."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Step = TypeVar("Step")


class ProgressReporter(Protocol):
    """Passes steps through and shows how far they are."""

    def __call__(self, steps: Iterable[Step], total: int, label: str) -> Iterator[Step]:
        """Yield each step as it comes."""
        ...


def bar(steps: Iterable[Step], total: int, label: str) -> Iterator[Step]:
    """Show a bar on the terminal while the steps pass through."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield from progress.track(steps, total=total, description=label)


def silent(steps: Iterable[Step], total: int, label: str) -> Iterator[Step]:  # noqa: ARG001 -- the same shape as `bar`
    """Show nothing: for tests and background work."""
    yield from steps
