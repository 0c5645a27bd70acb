"""Copies the parties of a referral to the rows that belong to it."""

from typing import Any

from referral.referrals.models import PARTY_COLUMNS, Referral


def parties_of_row(referral: Referral) -> dict[str, Any]:
    """Return the columns that every row of the referral carries, for row-level security."""
    return {"referral_id": referral.id} | {name: getattr(referral, name) for name in PARTY_COLUMNS}
