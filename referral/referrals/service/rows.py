"""Rows of a referral: taken for one transaction, and copied to the rows that belong to it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.referrals.models import PARTY_COLUMNS, Referral


def lock(session: Session, referral: Referral) -> None:
    """Take the referral for this transaction and read it afresh: parallel tries wait and see what was done."""
    session.flush()
    fresh = select(Referral).where(Referral.id == referral.id).with_for_update()
    session.scalars(fresh.execution_options(populate_existing=True)).one()


def parties_of_row(referral: Referral) -> dict[str, Any]:
    """Return the columns that every row of the referral carries, for row-level security."""
    return {"referral_id": referral.id} | {name: getattr(referral, name) for name in PARTY_COLUMNS}
