"""Write what happened, in the transaction in which it happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from referral.audit.models import AuditEvent
from referral.foundation.database import Database, principal_of
from referral.foundation.principal import Principal

_ADD = insert(cast("Table", AuditEvent.__table__)).inline()
"""Without a row in the session and without RETURNING, which would need the right to read it back."""


def record(
    session: Session,
    action: str,
    *,
    at: datetime,
    by: Principal | None = None,
    person_id: UUID | None = None,
    network_id: UUID | None = None,
    subject: tuple[str, Any] | None = None,
    reason: str | None = None,
    level: int = 1,
    **details: Any,
) -> None:
    """Record one deed or read. `subject` is (kind, id); details are ids and codes only.

    `level` is the sensitivity of its having happened (1 to 3): others than the doer never read back one of level 3.
    The roles in which somebody did something about a person are kept with it, for the person to read: they may change.
    """
    by = by or principal_of(session)
    if person_id is not None and by.roles:
        details["roles"] = sorted(by.roles)
    origin: dict[str, str | None] = session.info.get("origin", {})
    event = {
        "at": at,
        "action": action,
        "principal_kind": by.kind.value,
        "principal_id": by.id,
        "user_id": by.user_id,
        "organization_id": by.organization_id,
        "network_id": network_id or by.network_id,
        "person_id": person_id,
        "subject_kind": subject[0] if subject else None,
        "subject_id": str(subject[1]) if subject else None,
        "reason": reason,
        "level": level,
        "details": {name: _plain(value) for name, value in details.items()},
        "ip": origin.get("ip"),
        "request_id": origin.get("request_id"),
    }
    session.execute(_ADD, event)


def record_list(session: Session, action: str, *, at: datetime, kind: str, ids: Sequence[Any]) -> None:
    """Record that a list was read: one event with the ids that were shown."""
    record(session, action, at=at, subject=(kind, "list"), ids=[str(shown) for shown in ids], count=len(ids))


def record_security(database: Database, action: str, *, at: datetime, by: Principal, **details: Any) -> None:
    """Record a security event in a short transaction of its own, so that it stays when the request is rolled back."""
    with database.transaction(by) as session:
        record(session, action, at=at, by=by, **details)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, int | bool) else str(value)
