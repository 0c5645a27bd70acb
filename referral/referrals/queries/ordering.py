"""Pages of a list by keyset: work that waits the oldest first, what has ended the latest first."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import aliased

from referral.referrals.models import Referral

Listed = Select[*tuple[Any, ...]]


def oldest_first(query: Listed, after: UUID | None) -> Listed:
    """Order by when it was sent beginning behind a referral."""
    ordered = query.order_by(Referral.sent_at, Referral.id)
    if after is None:
        return ordered
    last = aliased(Referral)
    sent_at = select(last.sent_at).where(last.id == after).scalar_subquery()
    return ordered.where(tuple_(Referral.sent_at, Referral.id) > tuple_(sent_at, after))


def latest_first(query: Listed, after: UUID | None) -> Listed:
    """Order by when it ended, the latest first, beginning behind a referral."""
    ended = query.where(Referral.ended_at.is_not(None))  # said once more, so that the index of ended ones fits
    ordered = ended.order_by(Referral.ended_at.desc(), Referral.id.desc())
    if after is None:
        return ordered
    last = aliased(Referral)
    ended_at = select(last.ended_at).where(last.id == after).scalar_subquery()
    return ordered.where(tuple_(Referral.ended_at, Referral.id) < tuple_(ended_at, after))
