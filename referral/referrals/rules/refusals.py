"""Honest refusals: why a move is not possible, and what is possible instead, in one plain sentence."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from referral.foundation.refusals import Refused
from referral.referrals.rules.statuses import Action, Party, Status


class Refusal(StrEnum):
    """Why a move was refused; the interface may react to the word, people read the sentence."""

    ALREADY = "already"
    ENDED = "ended"
    OUT_OF_TURN = "out_of_turn"
    WRONG_PARTY = "wrong_party"
    OFF_PLATFORM = "off_platform"
    STILL_DRAFT = "still_draft"
    TOO_FEW_ATTEMPTS = "too_few_attempts"
    NO_EVIDENCE = "no_evidence"
    NO_CONSENT = "no_consent"
    NO_RELEASE = "no_release"
    IMMEDIATE_DANGER = "immediate_danger"
    TOO_SENSITIVE = "too_sensitive"
    WRONG_TIME = "wrong_time"


class MoveRefused(Refused):
    """A move that is not allowed now (HTTP 409); nothing was changed."""

    def __init__(self, told: str, *, why: Refusal, possible: tuple[Action, ...] = ()) -> None:
        super().__init__(told)
        self.why = why
        self.possible = possible


def sentence(
    why: Refusal,
    status: Status,
    action: Action,
    party: Party,
    parties: Collection[Party],
    possible: Collection[Action],
) -> str:
    """Return what the person reads: the reason first, then what this party can do now."""
    return f"{_reason(why, status.label, action.label, party, parties)} {_what_is_possible(possible)}"


def _reason(why: Refusal, now: str, doing: str, party: Party, parties: Collection[Party]) -> str:
    match why:
        case Refusal.ALREADY:
            return f"This referral is already {now}."
        case Refusal.ENDED:
            return f"This referral has ended ({now}); it is never reopened, but a new one can be linked."
        case Refusal.WRONG_PARTY:
            return f"Only the {_either(sorted(parties))} can {doing}, not the {party.value}."
        case Refusal.OFF_PLATFORM:
            return f"This organization is not in the network: it is not possible to {doing}."
        case Refusal.STILL_DRAFT:
            return "This referral is still a draft that only its sender sees."
        case _:
            return f"This referral is {now}: it is not possible to {doing} now."


def _what_is_possible(possible: Collection[Action]) -> str:
    if not possible:
        return "There is nothing you can do with it now."
    return f"You can {_either([action.label for action in possible])}."


def _either(words: Sequence[str]) -> str:
    """Join words as a sentence does: a, b or c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
