"""What an import tells the operator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID


class Finding(NamedTuple):
    """One value that was not used as it stood, or one record that was set aside, as a row of a file."""

    line: int
    entity: str
    external_id: str
    field: str
    problem: str
    value: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The counts of one import; every problem and every record set aside is kept with the run in the database."""

    run_id: UUID
    source: str
    lines: int
    added: int
    changed: int
    unchanged: int
    kept: int
    gone: int
    is_part: bool
    problems: Mapping[str, int]
    set_aside: Mapping[str, int]

    @property
    def is_usable(self) -> bool:
        """Whether at least one record of the file could be used."""
        return bool(self.added or self.changed or self.unchanged or self.kept)

    def text(self) -> str:
        """The report as lines for a terminal."""
        lines = [
            f"{self.source}: {self.lines} records read.",
            f"Rows: {self.added} added, {self.changed} changed, {self.unchanged} unchanged.",
            f"Left alone because their organization works here: {self.kept}.",
            f"Listings no longer in the source, which searches do not find any more: {self.gone}.",
        ]
        if self.is_part:
            lines.append("The file holds less than half of what this source had: what is missing was left as it is.")
        lines += [f"  not used as it stood, {kind}: {count}" for kind, count in sorted(self.problems.items())]
        lines += [f"  set aside, {reason}: {count}" for reason, count in sorted(self.set_aside.items())]
        return "\n".join(lines)
