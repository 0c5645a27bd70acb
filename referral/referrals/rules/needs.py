"""What the outcomes of referrals say about the need behind them: met when help arrived, never on a report alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from referral.referrals.rules.evidence import Connection, PersonAnswer
from referral.referrals.rules.statuses import Status
from referral.screening.rules import NeedAction, NeedState

PARTIALLY_DELIVERED = "partially_delivered"


@dataclass(frozen=True, slots=True)
class NeedOutcome:
    """How one of a need's referrals stands, the person's own latest answer, and when we knew it."""

    status: Status
    reason_code: str | None
    connection: Connection
    answer: PersonAnswer | None
    known_at: datetime | None
    """When the person's answer was written down; without one, when the referral ended."""

    @property
    def is_met(self) -> bool:
        """Say whether help arrived in full: the person says so, or a record of a whole delivery that has ended."""
        if self.status is Status.ENTERED_IN_ERROR or self.connection is not Connection.CONNECTED:
            return False
        if self.answer is not None:
            return self.answer is PersonAnswer.HELPED
        return self.status is Status.SERVED and self.reason_code != PARTIALLY_DELIVERED

    @property
    def is_denied(self) -> bool:
        """Say whether the person themselves says that no help arrived."""
        counts = self.status is not Status.ENTERED_IN_ERROR and self.connection is not Connection.WITHHELD
        return counts and self.answer is PersonAnswer.NOT_HELPED


def need_action(state: NeedState, outcomes: Iterable[NeedOutcome], *, moved_at: datetime) -> NeedAction | None:
    """Return what its referrals do to a need that last moved at `moved_at`; None when it stays as it is.

    Only news moves it, so that what somebody decided meanwhile with the person stands. A need left unmet is met only
    by the person's word; a met one is unmet again when the person says no and no other referral has met it.
    """
    known = list(outcomes)
    news = [outcome for outcome in known if outcome.known_at is not None and outcome.known_at >= moved_at]
    met = [outcome for outcome in news if outcome.is_met]
    if state is NeedState.CONFIRMED and met:
        return NeedAction.MEET
    if state is NeedState.UNMET and any(outcome.answer is PersonAnswer.HELPED for outcome in met):
        return NeedAction.MEET
    is_denied = any(outcome.is_denied for outcome in news) and not any(outcome.is_met for outcome in known)
    return NeedAction.LEAVE_UNMET if state is NeedState.MET and is_denied else None
