"""The need behind a referral follows what its referrals brought."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.referrals import queries
from referral.referrals.models import Referral
from referral.referrals.rules import NeedOutcome, last_word, need_action
from referral.screening import queries as screening_queries
from referral.screening import service as screening
from referral.screening.models import Need


def follow_need(session: Session, referral: Referral, *, by: Principal, at: datetime) -> None:
    """Move the need as its referrals' outcomes say; called again, it does nothing more."""
    need = session.get_one(Need, referral.need_id, with_for_update=True)
    outcomes = [_outcome(session, other) for other in queries.referrals_of_need(session, need.id)]
    action = need_action(need.state, outcomes, moved_at=screening_queries.last_moved_at(session, need))
    if action is None:
        return
    with suppress(Refused):  # the person has told the same need anew, and that one asks for help now
        screening.move_need(session, need, action, by=by, at=at, note=f"After referral {referral.number}.")


def _outcome(session: Session, referral: Referral) -> NeedOutcome:
    word = last_word(row.as_evidence() for row in queries.evidence_of(session, referral.id))
    return NeedOutcome(
        status=referral.status,
        reason_code=referral.reason_code,
        connection=referral.connection,
        answer=word.says if word else None,
        known_at=word.recorded_at if word else referral.ended_at,
    )
