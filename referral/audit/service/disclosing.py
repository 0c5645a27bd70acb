"""Write down what reached other organizations about a person: the account that the person may ask for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, bindparam, cast, func, insert, literal, null
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import DateTime, Text

from referral.audit.models import Disclosure
from referral.audit.rules import DisclosureWay
from referral.audit.service.recording import record
from referral.foundation.principal import Principal


class AboutSomebody(Protocol):
    """A record about a person."""

    __tablename__: Any
    id: Any
    person_id: Any
    network_id: Any
    level: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One thing about one person: which record, and which kinds of data and domains of need, as codes."""

    person_id: UUID
    network_id: UUID
    subject: tuple[str, UUID]
    what: Collection[str]
    level: int = 1
    consent_id: UUID | None = None

    @classmethod
    def of(cls, record: AboutSomebody, what: Collection[str], *, consent_id: UUID | None = None) -> Self:
        """Return what telling of this record is: its person, its level, and its table as the kind."""
        return cls(
            person_id=record.person_id,
            network_id=record.network_id,
            subject=(record.__tablename__, record.id),
            what=what,
            level=int(record.level),
            consent_id=consent_id,
        )


def disclose(
    session: Session, told: Sequence[Told], *, how: DisclosureWay, to_organization_id: UUID, by: Principal, at: datetime
) -> None:
    """Write down, once each, what reached an organization (42 CFR 2.24, 45 CFR 164.528), and one event of it.

    A list in which somebody's name stood is no disclosure: it is a read of a list, whose event names who was shown.
    """
    if not told:
        return
    rows = [
        {
            "at": at,
            "person_id": one.person_id,
            "network_id": one.network_id,
            "to_organization_id": to_organization_id,
            "how": how,
            "what": sorted(one.what),
            "subject_kind": one.subject[0],
            "subject_id": one.subject[1],
            "consent_id": one.consent_id,
            "by_user_id": by.user_id,
            "level": int(one.level),
        }
        for one in told
    ]
    session.execute(insert(Disclosure).inline(), rows)
    if len(told) == 1:
        _note_one(session, told[0], how=how, to=to_organization_id, by=by, at=at)
    else:
        _note_many(session, len(told), how=how, to=to_organization_id, by=by, at=at)


def disclose_rows(
    session: Session, rows: Select[*tuple[Any, ...]], *, what: Collection[str], by: Principal, at: datetime
) -> None:
    """Write down, by one statement, each row of a file that somebody takes for their organization.

    `rows` selects person, network, kind and id of each, and level. The file itself is a deed whose event the caller
    writes.
    """
    if by.organization_id is None:
        return
    found, how, to = rows.subquery(), DisclosureWay.EXPORT, by.organization_id
    columns = list(found.c)
    fixed: dict[str, ColumnElement[object]] = {
        "at": literal(at, DateTime(timezone=True)),
        "to_organization_id": literal(to, Uuid()),
        "how": literal(how.value, Text()),
        "what": cast(bindparam("told_what", sorted(what)), ARRAY(Text)),
        "by_user_id": literal(by.user_id, Uuid()) if by.user_id else cast(null(), Uuid()),
    }
    names = ["person_id", "network_id", "subject_kind", "subject_id", "level", *fixed]
    count = session.scalar(rows.with_only_columns(func.count()).order_by(None)) or 0
    if count:
        chosen = found.select().with_only_columns(*columns, *fixed.values())
        session.execute(insert(Disclosure).inline().from_select(names, chosen))
        _note_many(session, count, how=how, to=to, by=by, at=at)


def _note_one(session: Session, told: Told, *, how: DisclosureWay, to: UUID, by: Principal, at: datetime) -> None:
    record(
        session,
        "disclosure:made",
        by=by,
        at=at,
        person_id=told.person_id,
        network_id=told.network_id,
        subject=told.subject,
        level=int(told.level),
        how=how,
        to=to,
        consent=told.consent_id,
    )


def _note_many(session: Session, count: int, *, how: DisclosureWay, to: UUID, by: Principal, at: datetime) -> None:
    record(session, "disclosure:made", by=by, at=at, subject=(how.value, "list"), to=to, count=count)
