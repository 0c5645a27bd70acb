"""The one table of moves: from which status, by which action, to which status, and who may."""

from referral.referrals.rules.refusals import MoveRefused, Refusal, sentence
from referral.referrals.rules.statuses import (
    AWAITING_ANSWER,
    ENDED,
    ON_HOLD,
    OPEN,
    TAKEN,
    Action,
    Channel,
    Party,
    Status,
)

_ROWS: tuple[tuple[Action, frozenset[Status], Status], ...] = (
    (Action.SEND, frozenset({Status.DRAFT}), Status.SENT),
    (Action.REVIEW, frozenset({Status.SENT}), Status.IN_REVIEW),
    (Action.ACCEPT, AWAITING_ANSWER | ON_HOLD, Status.ACCEPTED),
    (Action.WAITLIST, AWAITING_ANSWER | {Status.ACCEPTED, Status.NEEDS_PERSON}, Status.WAITLISTED),
    (Action.ASK_PERSON, OPEN - {Status.DRAFT, Status.NEEDS_PERSON}, Status.NEEDS_PERSON),
    (Action.START, ON_HOLD | {Status.ACCEPTED}, Status.IN_SERVICE),
    (Action.SERVE, TAKEN | {Status.SENT}, Status.SERVED),
    (Action.CLOSE_UNSERVED, TAKEN | {Status.SENT}, Status.NOT_SERVED),
    (Action.DECLINE, AWAITING_ANSWER | ON_HOLD, Status.DECLINED),
    (Action.RECALL, OPEN - {Status.DRAFT, Status.IN_SERVICE}, Status.RECALLED),
    (Action.EXPIRE, AWAITING_ANSWER, Status.EXPIRED),
    (Action.WITHDRAW, OPEN, Status.WITHDRAWN),
    (Action.MARK_ERROR, frozenset(Status) - {Status.ENTERED_IN_ERROR}, Status.ENTERED_IN_ERROR),
)

MOVES: dict[tuple[Status, Action], Status] = {
    (source, action): target for action, sources, target in _ROWS for source in sources
}

# Nobody answers for an organization that was only named to the person: its sender closes straight from sent.
OFF_PLATFORM_ONLY = frozenset({(Status.SENT, Action.SERVE), (Status.SENT, Action.CLOSE_UNSERVED)})

_RECEIVER = frozenset({Party.RECEIVER})
_SENDER = frozenset({Party.SENDER})

WHO: dict[Channel, dict[Action, frozenset[Party]]] = {
    Channel.NETWORK: {
        Action.SEND: _SENDER,
        Action.REVIEW: _RECEIVER,
        Action.ACCEPT: _RECEIVER,
        Action.WAITLIST: _RECEIVER,
        Action.ASK_PERSON: _RECEIVER,
        Action.START: _RECEIVER,
        Action.SERVE: _RECEIVER,
        Action.CLOSE_UNSERVED: _RECEIVER,
        Action.DECLINE: _RECEIVER,
        Action.RECALL: _SENDER,
        Action.EXPIRE: frozenset({Party.CLOCK}),
        # The person, or whoever heard the person.
        Action.WITHDRAW: frozenset({Party.PERSON, Party.SENDER, Party.RECEIVER}),
        Action.MARK_ERROR: frozenset({Party.SENDER, Party.RECEIVER}),
    },
    Channel.OFF_PLATFORM: {
        Action.SEND: _SENDER,
        Action.SERVE: _SENDER,
        Action.CLOSE_UNSERVED: _SENDER,
        Action.RECALL: _SENDER,
        Action.WITHDRAW: frozenset({Party.PERSON, Party.SENDER}),
        Action.MARK_ERROR: _SENDER,
    },
}


def next_status(status: Status, action: Action, *, party: Party, channel: Channel) -> Status:
    """Return the status after the action, or raise MoveRefused saying why not and what is possible."""
    why = _refusal(status, action, party, channel)
    if why is None:
        return MOVES[status, action]
    possible = allowed_actions(status, party=party, channel=channel)
    told = sentence(why, status, action, party, WHO[channel].get(action, frozenset()), possible)
    raise MoveRefused(told, why=why, possible=possible)


def allowed_actions(status: Status, *, party: Party, channel: Channel) -> tuple[Action, ...]:
    """Return what this party may do now, in the order of the loop."""
    return tuple(action for action in Action if _refusal(status, action, party, channel) is None)


def _refusal(status: Status, action: Action, party: Party, channel: Channel) -> Refusal | None:
    """Return why the move is not possible, or None; the table is asked before the party."""
    parties = WHO[channel].get(action)
    if parties is None:
        return Refusal.OFF_PLATFORM
    move = (status, action)
    if move not in MOVES or (move in OFF_PLATFORM_ONLY and channel is Channel.NETWORK):
        return _why_no_edge(status, action)
    if party not in parties:
        return Refusal.WRONG_PARTY
    if status is Status.DRAFT and party is Party.RECEIVER:
        return Refusal.STILL_DRAFT
    return None


def _why_no_edge(status: Status, action: Action) -> Refusal:
    """Tell a repeated act from an ended referral and from an act out of turn."""
    if any(target is status for (_, acted), target in MOVES.items() if acted is action):
        return Refusal.ALREADY
    return Refusal.ENDED if status in ENDED else Refusal.OUT_OF_TURN
