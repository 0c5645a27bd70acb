"""What people's consents do when a job says that something happened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.foundation import kept_answers
from referral.messaging.models import OptOut
from referral.people import service
from referral.people.models import Consent
from referral.people.service import texting


def follow_ends(session: Session, *, at: datetime) -> None:
    """Tell the rooms above which consents have ended (`consents.follow_ends`, each hour)."""
    service.follow_ends(session, at=at)


def forget_kept_answers(session: Session, *, at: datetime, consent_id: str) -> None:  # noqa: ARG001 -- every job has an instant
    """Answers kept for repeated requests are not shown again once a consent ended (`consent.withdrawn`)."""
    kept_answers.forget_answers(session, network_id=session.get_one(Consent, UUID(consent_id)).network_id)


def follow_stop(session: Session, *, at: datetime, opt_out_id: str) -> None:
    """Withdraw consents to texts after a STOP (`number.opted_out`)."""
    texting.follow_stop(session, session.get_one(OptOut, UUID(opt_out_id)), at=at)


def follow_start(session: Session, *, at: datetime, opt_out_id: str) -> None:
    """Give them again after a START (`number.opted_in`)."""
    texting.follow_start(session, session.get_one(OptOut, UUID(opt_out_id)), at=at)
