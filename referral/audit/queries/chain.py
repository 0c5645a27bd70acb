"""Questions about the chain: what waits to be sealed, and how far it goes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Text, cast, func, select, text
from sqlalchemy.orm import Session

from referral.audit.models import AuditEvent, AuditSeal

SEALED = (
    "id",
    "xid",
    "at",
    "action",
    "principal_kind",
    "principal_id",
    "user_id",
    "organization_id",
    "network_id",
    "person_id",
    "subject_kind",
    "subject_id",
    "reason",
    "details",
    "level",
    "ip",
    "request_id",
)
"""What a seal covers: every column of the log."""
_COLUMNS = ", ".join("e.xid::text::bigint AS xid" if name == "xid" else f"e.{name}" for name in SEALED)
_UNSEALED = "NOT EXISTS (SELECT FROM audit_seal s WHERE s.audit_id = e.id)"
_IS_SETTLED = "e.xid < pg_snapshot_xmin(pg_current_snapshot())"
_SETTLED = text(
    f"SELECT {_COLUMNS}, e.xid::text::bigint AS cursor_xid FROM audit_event e"  # noqa: S608 -- our own column names
    f" WHERE (e.xid, e.id) > (CAST(CAST(:xid AS text) AS xid8), :id) AND {_IS_SETTLED} AND {_UNSEALED}"
    " ORDER BY e.xid, e.id LIMIT :limit"
)
_RESTORED = text(
    f"SELECT {_COLUMNS}, 0 AS cursor_xid FROM audit_event e"  # noqa: S608 -- our own column names
    f" WHERE e.xid >= pg_snapshot_xmax(pg_current_snapshot()) AND {_UNSEALED} ORDER BY e.id"
)
_CHAIN = text(
    f"SELECT s.seq, s.audit_id, s.prev_hash, s.hash, s.purged_at, s.purge_mark, {_COLUMNS}"  # noqa: S608 -- our own column names
    " FROM audit_seal s LEFT JOIN audit_event e ON e.id = s.audit_id"
    " WHERE s.seq > :seq ORDER BY s.seq LIMIT :limit"
)
_UNDER_THE_CHAIN = text(
    "SELECT e.id FROM audit_event e"  # noqa: S608 -- our own column names
    f" WHERE (e.xid, e.id) < (CAST(CAST(:xid AS text) AS xid8), :id) AND {_IS_SETTLED} AND {_UNSEALED}"
    " ORDER BY e.id LIMIT 100"
)
_WAITING = text(
    "SELECT count(*) FROM audit_event e"  # noqa: S608 -- our own text
    f" WHERE (e.xid, e.id) > (CAST(CAST(:xid AS text) AS xid8), :id) AND {_UNSEALED}"
)


def last_seal(session: Session) -> AuditSeal | None:
    """Return the end of the chain."""
    return session.scalars(select(AuditSeal).order_by(AuditSeal.seq.desc()).limit(1)).first()


def cluster(session: Session) -> int:
    """Return which database server numbers the transactions: a restored copy is another one."""
    return int(session.scalar(text("SELECT system_identifier FROM pg_control_system()")) or 0)


def settled(session: Session, *, after: AuditSeal | None, limit: int) -> Sequence[Row[Any]]:
    """Return unsealed events that nothing can come before any more, in the order of sealing."""
    return session.execute(_SETTLED, _cursor(after) | {"limit": limit}).all()


def restored(session: Session) -> Sequence[Row[Any]]:
    """Return unsealed events that another server numbered: their transactions lie in the future of this one."""
    return session.execute(_RESTORED).all()


def chain(session: Session, *, batch: int = 5000) -> Iterator[Sequence[Row[Any]]]:
    """Yield the seals in order, a batch at a time, each with its event (`id` None where it is gone)."""
    seq = -(2**62)
    while rows := session.execute(_CHAIN, {"seq": seq, "limit": batch}).all():
        seq = rows[-1].seq
        yield rows


def sealed_before(session: Session, instant: datetime, *rules: ColumnElement[bool], limit: int) -> Sequence[Row[Any]]:
    """Return events that happened and were sealed before the instant, each with its seal, the oldest first."""
    xid = cast(cast(AuditEvent.xid, Text), BigInteger).label("xid")
    columns = [xid if name == "xid" else getattr(AuditEvent, name) for name in SEALED]
    query = (
        select(AuditSeal.seq, AuditSeal.prev_hash, AuditSeal.hash, *columns)
        .join(AuditEvent, AuditEvent.id == AuditSeal.audit_id)
        .where(AuditEvent.at < instant, AuditSeal.sealed_at < instant, *rules)
    )
    return session.execute(query.order_by(AuditEvent.at, AuditEvent.id).limit(limit)).all()


def under_the_chain(session: Session, last: AuditSeal) -> Sequence[int]:
    """Return events that lie before the end of the chain and yet have no seal."""
    return session.scalars(_UNDER_THE_CHAIN, _cursor(last)).all()


def waiting(session: Session, last: AuditSeal | None) -> int:
    """Return how many events wait behind the end of the chain."""
    return session.scalar(_WAITING, _cursor(last)) or 0


def seals(session: Session) -> int:
    """Return how many seals there are."""
    return session.scalar(select(func.count()).select_from(AuditSeal)) or 0


def _cursor(last: AuditSeal | None) -> dict[str, Any]:
    return {"xid": str(last.xid), "id": last.audit_id} if last else {"xid": "0", "id": 0}
