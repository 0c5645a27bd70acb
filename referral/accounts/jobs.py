"""What the clock does with accounts: forget tries that count no longer."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.accounts import service


def forget_tries(session: Session, *, at: datetime) -> None:
    """Delete tries to sign in older than a quarter of an hour (`retention.run`, hourly)."""
    service.forget_tries(session, at=at)
