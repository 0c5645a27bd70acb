"""What the clock does with accounts: forget sessions, tries and links whose time has passed."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.accounts import service


def forget(session: Session, *, at: datetime) -> None:
    """Delete sessions and links 30 days after their end (`sign_ins.forget`, once a day)."""
    service.forget_sessions(session, at=at)
    service.forget_links(session, at=at)
