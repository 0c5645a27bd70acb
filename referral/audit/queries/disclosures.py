"""What reached other organizations about a person. Row-level security lets the person and their care team read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.orm import Session

from referral.audit.models import Disclosure

DISCLOSURES_SHOWN = 50
"""Disclosures on a page."""


def disclosures(
    session: Session,
    person_id: UUID,
    *,
    since: datetime,
    before: int | None = None,
    most_level: int = 2,
    limit: int | None = DISCLOSURES_SHOWN,
) -> Sequence[Row[Any]]:
    """Return what was disclosed since an instant, the latest first; what concerns violence only when asked for.

    `before` is the id of the last one of the page before; None for `limit` returns all.
    """
    columns = Disclosure.__table__.columns  # thousands of rows are read for a file: columns, not records
    query = select(*columns).where(
        Disclosure.person_id == person_id, Disclosure.at >= since, Disclosure.level <= most_level
    )
    if before is not None:
        last = select(Disclosure.at, Disclosure.id).where(Disclosure.id == before).scalar_subquery()
        query = query.where(tuple_(Disclosure.at, Disclosure.id) < last)
    return session.execute(query.order_by(Disclosure.at.desc(), Disclosure.id.desc()).limit(limit)).all()


def count_disclosures(session: Session, person_id: UUID, *, since: datetime, most_level: int = 2) -> int:
    """Return how many there are since an instant."""
    query = select(func.count()).where(
        Disclosure.person_id == person_id, Disclosure.at >= since, Disclosure.level <= most_level
    )
    return session.scalar(query) or 0
