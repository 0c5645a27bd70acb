"""Rows about people as CSV or a sheet, read in a transaction of their own: the page's has ended when CSV streams."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from referral.foundation.copying import comments, csv_blocks, guarded, typed_rows
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.sheets import Sheet
from referral.people.service.disclosing import disclosure_about


@dataclass(frozen=True, slots=True)
class PeopleRows:
    """What a file holds, as its reader may see it, and of whom it tells something of L2."""

    rows: Select[*tuple[Any, ...]]
    sensitive: Select[UUID]


def as_csv(database: Database, told: PeopleRows, *, asker: Principal, at: datetime) -> Iterator[bytes]:
    """Yield the rows as CSV with a heading; before it stands, as comments, what must travel along."""
    with database.transaction(asker) as session:
        yield comments(_notice(session, told, at))
        yield from csv_blocks(session, _statement(session, told))


@contextmanager
def as_sheet(database: Database, told: PeopleRows, *, asker: Principal, at: datetime) -> Iterator[Sheet]:
    """Open the same as a sheet; above its heading stands what must travel along."""
    with database.transaction(asker) as session:
        notice = [f"# {line}" for line in _notice(session, told, at)]
        yield Sheet(typed_rows(session, _statement(session, told)), notice)


def _notice(session: Session, told: PeopleRows, at: datetime) -> Sequence[str]:
    shown = set(session.scalars(told.sensitive))
    return disclosure_about(session, shown, at=at).lines if shown else ()


def _statement(session: Session, told: PeopleRows) -> str:
    return str(guarded(told.rows).compile(session.connection(), compile_kwargs={"literal_binds": True}))
