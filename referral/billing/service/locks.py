"""Locks that hold until the transaction ends, for what no single row stands for."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turns(session: Session, *about: object) -> None:
    """Wait until nobody else works on the same thing: a member's caps, an organization's open deliveries."""
    key = "-".join(str(part) for part in about)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
