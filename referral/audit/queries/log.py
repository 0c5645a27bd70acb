"""Questions about the log: who did what, and who looked at whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, cast, literal_column, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from referral.audit.models import AuditEvent
from referral.audit.queries.chain import last_seal, waiting
from referral.audit.rules import PATTERNS, DeedKind
from referral.foundation.elevation import seeing_all

PAGE = 50
"""Events on a page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What somebody looks for in the log; nothing asked means the latest events."""

    since: datetime | None = None
    until: datetime | None = None
    kind: DeedKind | None = None
    user_id: UUID | None = None
    before: int | None = None
    """Id of the last event of the page before."""


@dataclass(frozen=True, slots=True)
class SealState:
    """How far the log is sealed, and when it was last proven."""

    seals: int
    sealed_at: datetime | None
    waiting: int
    verified_at: datetime | None
    was_whole: bool


def events(session: Session, asked: Asked, *conditions: ColumnElement[bool]) -> Sequence[AuditEvent]:
    """Return a page of events that the asker may read (row-level security decides), the latest first."""
    return session.scalars(_page(select(AuditEvent), asked).where(*conditions)).all()


def deeds_without_clients(
    session: Session, asked: Asked, *, network_id: UUID | None = None, organization_ids: Collection[UUID] | None = None
) -> Sequence[Row[Any]]:
    """Return a page of deeds without whom they were about: those columns are not even read.

    Of all networks and organizations where none is named. What happened at level 3 is not told at all.
    """
    columns = ("id", "at", "action", "principal_kind", "principal_id", "user_id", "organization_id", "request_id")
    query = select(*(getattr(AuditEvent, name) for name in columns)).where(AuditEvent.level < 3)
    if network_id is not None:
        query = query.where(AuditEvent.network_id == network_id)
    if organization_ids is not None:
        query = query.where(AuditEvent.organization_id.in_(organization_ids))
    with seeing_all(session, "audit-log"):
        return session.execute(_page(query, asked)).all()


def about(person_id: UUID, shown_ids: Collection[UUID] = ()) -> ColumnElement[bool]:
    """Match events about a person, and lists that showed one of these records (their own id among them)."""
    wanted = cast([str(one) for one in {person_id, *shown_ids}], ARRAY(Text))
    ids: ColumnElement[bool] = literal_column("(audit_event.details -> 'ids')").op("?|", is_comparison=True)(wanted)
    return or_(AuditEvent.person_id == person_id, and_(AuditEvent.subject_id == "list", ids))


def seal_state(session: Session) -> SealState:
    """Return how far the chain goes, and what came out when somebody last checked it."""
    with seeing_all(session, "audit-log"):
        last = last_seal(session)
        verified = session.execute(
            select(AuditEvent.at, AuditEvent.details)
            .where(AuditEvent.action == literal_column("'audit:verified'"))
            .order_by(AuditEvent.id.desc())
            .limit(1)
        ).one_or_none()
        return SealState(
            seals=last.seq if last else 0,
            sealed_at=last.sealed_at if last else None,
            waiting=waiting(session, last),
            verified_at=verified.at if verified else None,
            was_whole=bool(verified and verified.details.get("outcome") == "whole"),
        )


def _page(query: Select[Any], asked: Asked) -> Select[Any]:
    place = tuple_(AuditEvent.at, AuditEvent.id)
    if asked.before is not None:
        last = select(AuditEvent.at, AuditEvent.id).where(AuditEvent.id == asked.before).scalar_subquery()
        query = query.where(place < last)
    if asked.since is not None:
        query = query.where(AuditEvent.at >= asked.since)
    if asked.until is not None:
        query = query.where(AuditEvent.at < asked.until)
    if asked.kind is not None:
        query = query.where(or_(*(AuditEvent.action.like(pattern) for pattern in PATTERNS[asked.kind])))
    if asked.user_id is not None:
        query = query.where(AuditEvent.user_id == asked.user_id)
    return query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(PAGE)
