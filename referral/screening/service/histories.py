"""A need in words: the answers it rests on, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.accounts.models import User
from referral.people.rules import label
from referral.screening import queries, rules
from referral.screening.models import Need, NeedChange
from referral.screening.rules import NeedAction
from referral.screening.service.instruments import instrument_of

_WORDS: dict[NeedAction, str] = {
    NeedAction.CONFIRM: "Confirmed with the person",
    NeedAction.DECLINE_HELP: "No help wanted",
    NeedAction.DISMISS: "Dismissed",
    NeedAction.MEET: "Met",
    NeedAction.MEET_ELSEWHERE: "Met elsewhere",
    NeedAction.LEAVE_UNMET: "Left unmet",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A question and what the person answered, as a need shows it."""

    question: str
    words: str
    title: str
    screening_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a need's history."""

    at: datetime
    what: str
    who: str
    note: str | None = None
    icon: str = ""
    recorded_at: datetime | None = None


def words_behind(session: Session, need: Need) -> Sequence[Said]:
    """Return the answers a need rests on, in the words of the instrument that was shown."""
    found = []
    for answer, screening in queries.answers_behind(session, need.id):
        instrument = instrument_of(screening)
        item = instrument.item(answer.link_id)
        if item is not None:
            chosen = rules.chosen_options(
                item, {answer.link_id: rules.Answer(answer.link_id, answer.state, answer.chosen)}
            )
            words = "; ".join(option.text for option in chosen)
            found.append(Said(item.text, words, instrument.title, screening.id, answer.answered_at))
    return found


def history(session: Session, need: Need) -> Sequence[Event]:
    """Return what happened to a need, the newest first."""
    return [
        Event(change.at, _what(change), _who(session, change), change.note)
        for change in reversed(queries.changes_of(session, need.id))
    ]


def _what(change: NeedChange) -> str:
    if change.from_state is None:
        return (
            "Found" if change.to_state is rules.NeedState.IDENTIFIED else f"Found, {change.to_state.replace('_', ' ')}"
        )
    if change.from_category is not None:
        return f"Was put under another need; before: {label(change.from_category)}"
    words = _WORDS[change.action] if change.action else ""
    return f"{words}: {change.reason.replace('_', ' ')}" if change.reason else words


def _who(session: Session, change: NeedChange) -> str:
    kind, _, identity = change.by_principal.partition(":")
    user = session.get(User, UUID(identity)) if kind == "user" else None
    return user.name if user else kind
