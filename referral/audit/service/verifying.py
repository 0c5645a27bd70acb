"""Prove that the log is whole: recompute every seal, and compare with the checkpoints outside the database."""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain as joined
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from referral.audit import queries
from referral.audit.rules import GENESIS, BrokenCheckpoint, Checkpoint, purge_mark, seal_of
from referral.audit.service.checkpoints import Checkpoints
from referral.audit.service.sealing import event_of
from referral.foundation.progress import ProgressReporter, silent

MOST_FINDINGS = 1000


@dataclass(kw_only=True)
class Proof:
    """What a verification found."""

    seals: int = 0
    purged: int = 0
    """Of the sealed events, how many left because their time was over."""
    waiting: int = 0
    sealed_at: datetime | None = None
    checkpoints: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, taken out, added or reordered."""
        return not self.findings

    @property
    def is_complete(self) -> bool:
        """Whether a cut at the end would have been seen: some checkpoint outside the database speaks of the chain."""
        return self.checkpoints > 0 or self.seals == 0


def verify(session: Session, checkpoints: Checkpoints, *, progress: ProgressReporter = silent) -> Proof:
    """Check the whole chain; the session must be a system job's."""
    proof = Proof()
    points = _points(checkpoints, proof)
    awaited = {point.seq: point for point in points}
    count = queries.seals(session)
    rows = joined.from_iterable(queries.chain(session))
    seq, previous = 0, GENESIS
    for row in progress(rows, total=count, label="Checking the seals"):
        proof.findings += _broken_link(row, seq, previous, checkpoints.key)
        seq, previous = row.seq, row.hash
        proof.purged += row.id is None and _left_lawfully(row, checkpoints.key)
        point = awaited.pop(seq, None)
        if point is not None and not hmac.compare_digest(point.hash, row.hash):
            proof.findings.append(f"seal {seq} is another one than the checkpoint of {point.at:%Y-%m-%d %H:%M} UTC saw")
        if len(proof.findings) >= MOST_FINDINGS:
            break
    proof.seals = count
    proof.findings += _cut(awaited.values(), seq) if len(proof.findings) < MOST_FINDINGS else ()
    _look_beyond_the_chain(session, proof)
    return proof


def _points(checkpoints: Checkpoints, proof: Proof) -> Sequence[Checkpoint]:
    """Return the checkpoints since the last restore that an operator owned up to."""
    try:
        points = list(checkpoints.read())
    except BrokenCheckpoint as broken:
        proof.findings.append(str(broken))
        return ()
    proof.checkpoints = len(points)
    restores = [number for number, point in enumerate(points) if point.after_restore]
    return points[restores[-1] :] if restores else points


def _broken_link(row: Row[Any], seq: int, previous: bytes, key: bytes) -> Iterator[str]:
    if row.seq != seq + 1:
        yield f"between seal {seq} and seal {row.seq} something was taken out"
    elif row.prev_hash != previous:
        yield f"seal {row.seq} does not follow seal {seq}"
    if row.id is None:
        if not _left_lawfully(row, key):
            yield f"event {row.audit_id} (seal {row.seq}) is gone"
        return
    if row.purged_at is not None:
        yield f"event {row.audit_id} (seal {row.seq}) is marked as removed, and yet there"
    expected = seal_of(key, seq=row.seq, previous=row.prev_hash, event=event_of(row))
    if not hmac.compare_digest(expected, row.hash):
        yield f"event {row.audit_id} (seal {row.seq}) is not what was sealed"


def _left_lawfully(row: Row[Any], key: bytes) -> bool:
    if row.purged_at is None or row.purge_mark is None:
        return False
    expected = purge_mark(key, seq=row.seq, sealed=row.hash, purged_at=row.purged_at)
    return hmac.compare_digest(expected, row.purge_mark)


def _cut(missed: Any, last: int) -> Iterator[str]:
    for point in sorted(missed, key=lambda point: point.seq):
        if point.seq > last:
            yield (
                f"the chain ends at seal {last}, but the checkpoint of {point.at:%Y-%m-%d %H:%M} UTC knew seal"
                f" {point.seq}: its end was cut off, or this is an old copy"
            )
        elif point.seq > 0:
            yield f"seal {point.seq}, which the checkpoint of {point.at:%Y-%m-%d %H:%M} UTC knew, is gone"


def _look_beyond_the_chain(session: Session, proof: Proof) -> None:
    last = queries.last_seal(session)
    proof.waiting = queries.waiting(session, last)
    if last is not None:
        proof.sealed_at = last.sealed_at
        if last.cluster == queries.cluster(session):
            unsealed = queries.under_the_chain(session, last)
            proof.findings += [f"event {event} stands before the last seal without one" for event in unsealed]
