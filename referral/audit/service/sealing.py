"""The one sealer: links events that no running transaction can come before, in the order (xid, id)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from referral.audit import queries
from referral.audit.models import AuditSeal
from referral.audit.rules import GENESIS, seal_of
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import system

SEALER = system("audit-sealer")
BATCH = 5000

_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtext('referral-audit-sealer'))")
_ADD = text(
    "INSERT INTO audit_seal (seq, audit_id, xid, cluster, prev_hash, hash, sealed_at)"
    " SELECT seq, audit_id, xid::text::xid8, :cluster, prev_hash, hash, :at"
    " FROM unnest(CAST(:seqs AS bigint[]), CAST(:ids AS bigint[]), CAST(:xids AS bigint[]),"
    " CAST(:previous AS bytea[]), CAST(:hashes AS bytea[])) AS new (seq, audit_id, xid, prev_hash, hash)"
)


def seal_all(database: Database, key: bytes) -> int:
    """Seal whatever is settled, a batch a transaction; returns how many events. Does nothing while another seals."""
    sealed = 0
    while True:
        with database.transaction(SEALER) as session:
            added = _seal_batch(session, key, at=clock.now()) if session.scalar(_LOCK) else 0
        sealed += added
        if added < BATCH:
            return sealed


def _seal_batch(session: Session, key: bytes, *, at: datetime) -> int:
    last = queries.last_seal(session)
    cluster = queries.cluster(session)
    is_moved = last is not None and last.cluster != cluster
    rows = queries.restored(session) if is_moved else ()
    rows = rows or queries.settled(session, after=None if is_moved else last, limit=BATCH)
    if not rows:
        return 0
    links = list(_links(rows, last, key))
    columns = ("seqs", "ids", "xids", "previous", "hashes")
    values: dict[str, Any] = dict(zip(columns, map(list, zip(*links, strict=True)), strict=True))
    session.execute(_ADD, values | {"cluster": cluster, "at": at})
    return len(links)


def _links(rows: Any, last: AuditSeal | None, key: bytes) -> Iterator[tuple[int, int, int, bytes, bytes]]:
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    for row in rows:
        seq += 1
        sealed = seal_of(key, seq=seq, previous=previous, event=event_of(row))
        yield seq, row.id, row.cursor_xid, previous, sealed
        previous = sealed


def event_of(row: Row[Any]) -> dict[str, Any]:
    """Return what is sealed of an event: every column of it."""
    return {name: getattr(row, name) for name in queries.SEALED}
