"""What people's consents do when a job says that something happened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.messaging.models import OptOut
from referral.people import service
from referral.people.service import texting


def follow_ends(session: Session, *, at: datetime) -> None:
    """Tell the rooms above which consents have ended (`consents.follow_ends`, each hour)."""
    service.follow_ends(session, at=at)


def follow_stop(session: Session, *, at: datetime, opt_out_id: str) -> None:
    """Withdraw consents to texts after a STOP (`number.opted_out`)."""
    texting.follow_stop(session, session.get_one(OptOut, UUID(opt_out_id)), at=at)


def follow_start(session: Session, *, at: datetime, opt_out_id: str) -> None:
    """Give them again after a START (`number.opted_in`)."""
    texting.follow_start(session, session.get_one(OptOut, UUID(opt_out_id)), at=at)
