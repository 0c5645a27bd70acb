"""The file outside the database that says how far the chain had come: without it a cut at the end is not seen."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from referral.audit import queries
from referral.audit.rules import BrokenCheckpoint, Checkpoint, read_checkpoint


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The checkpoint file with the key that signs its lines."""

    path: Path
    key: bytes

    def add(self, point: Checkpoint) -> None:
        """Append a line and wait until it is on the disk; raises BrokenCheckpoint when the lines before do not fit."""
        _, previous = self._read()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{point.line(self.key, previous)}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self) -> Sequence[Checkpoint]:
        """Return every checkpoint, the oldest first; none without a file. Raises BrokenCheckpoint with the line."""
        return self._read()[0]

    def _read(self) -> tuple[list[Checkpoint], str]:
        points: list[Checkpoint] = []
        previous = ""
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        for number, line in enumerate(lines, 1):
            try:
                point, previous = read_checkpoint(line, self.key, previous)
            except BrokenCheckpoint as error:
                raise BrokenCheckpoint(f"line {number} of {self.path.name} was changed, or has another key") from error
            points.append(point)
        return points, previous


def note_checkpoint(
    session: Session, checkpoints: Checkpoints, *, at: datetime, after_restore: bool = False
) -> Checkpoint | None:
    """Note outside the database how far the chain has come; None when there is no chain yet."""
    last = queries.last_seal(session)
    if last is None:
        return None
    point = Checkpoint(at=at, seq=last.seq, hash=last.hash, after_restore=after_restore)
    checkpoints.add(point)
    return point
