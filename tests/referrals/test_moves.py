"""The moves against the programme's table, transcribed by hand: every status, action, party and channel."""

import pytest

from referral.referrals.rules import (
    MOVES,
    Action,
    Channel,
    MoveRefused,
    Party,
    Refusal,
    Status,
    allowed_actions,
    is_closed,
    is_ended,
    is_open,
    next_status,
)

# action|from|to|by; a draft is seen by its sender only
NETWORK_TABLE = """
send          |draft                                                           |sent            |sender
review        |sent                                                            |in_review       |receiver
accept        |sent in_review waitlisted needs_person                          |accepted        |receiver
waitlist      |sent in_review accepted needs_person                            |waitlisted      |receiver
ask_person    |sent in_review accepted waitlisted in_service                   |needs_person    |receiver
start         |accepted waitlisted needs_person                                |in_service      |receiver
serve         |accepted waitlisted needs_person in_service                     |served          |receiver
close_unserved|accepted waitlisted needs_person in_service                     |not_served      |receiver
decline       |sent in_review waitlisted needs_person                          |declined        |receiver
recall        |sent in_review accepted waitlisted needs_person                 |recalled        |sender
expire        |sent in_review                                                  |expired         |clock
withdraw      |draft sent in_review accepted waitlisted needs_person in_service|withdrawn       |person sender
withdraw      |sent in_review accepted waitlisted needs_person in_service      |withdrawn       |receiver
mark_error    |draft sent in_review accepted waitlisted needs_person in_service|entered_in_error|sender
mark_error    |served not_served declined recalled expired withdrawn           |entered_in_error|sender
mark_error    |sent in_review accepted waitlisted needs_person in_service      |entered_in_error|receiver
mark_error    |served not_served declined recalled expired withdrawn           |entered_in_error|receiver
"""
OFF_PLATFORM_TABLE = """
send          |draft                                                           |sent            |sender
serve         |sent accepted waitlisted needs_person in_service                |served          |sender
close_unserved|sent accepted waitlisted needs_person in_service                |not_served      |sender
recall        |sent in_review accepted waitlisted needs_person                 |recalled        |sender
withdraw      |draft sent in_review accepted waitlisted needs_person in_service|withdrawn       |person sender
mark_error    |draft sent in_review accepted waitlisted needs_person in_service|entered_in_error|sender
mark_error    |served not_served declined recalled expired withdrawn           |entered_in_error|sender
"""


def _read(table: str, channel: Channel) -> dict[tuple[Status, Action, Party, Channel], Status]:
    moves = {}
    for line in table.strip().splitlines():
        action, sources, target, parties = (part.strip() for part in line.split("|"))
        for source in sources.split():
            for party in parties.split():
                moves[Status(source), Action(action), Party(party), channel] = Status(target)
    return moves


EXPECTED = _read(NETWORK_TABLE, Channel.NETWORK) | _read(OFF_PLATFORM_TABLE, Channel.OFF_PLATFORM)
CASES = [(s, a, p, c) for s in Status for a in Action for p in Party for c in Channel]


@pytest.mark.parametrize(("status", "action"), [(s, a) for s in Status for a in Action])
def test_the_moves_are_the_table_and_nothing_else(status: Status, action: Action) -> None:
    for channel in Channel:
        for party in Party:
            expected = EXPECTED.get((status, action, party, channel))
            if expected is None:
                with pytest.raises(MoveRefused):
                    next_status(status, action, party=party, channel=channel)
            else:
                assert next_status(status, action, party=party, channel=channel) is expected


def test_the_table_holds_no_edge_that_nobody_can_use() -> None:
    assert set(MOVES) == {(status, action) for status, action, _, _ in EXPECTED}


def test_what_is_offered_is_what_succeeds() -> None:
    for status, action, party, channel in CASES:
        offered = action in allowed_actions(status, party=party, channel=channel)
        assert offered == ((status, action, party, channel) in EXPECTED)


def test_every_refusal_is_a_sentence_that_says_what_is_possible() -> None:
    for status, action, party, channel in CASES:
        if (status, action, party, channel) in EXPECTED:
            continue
        with pytest.raises(MoveRefused) as refused:
            next_status(status, action, party=party, channel=channel)
        possible = allowed_actions(status, party=party, channel=channel)
        told = str(refused.value)
        assert refused.value.possible == possible
        assert told.endswith(".")
        assert told[0].isupper()
        assert all(offer.label in told for offer in possible)
        assert possible or "nothing you can do" in told


@pytest.mark.parametrize(
    ("status", "action", "party", "channel", "why", "told"),
    [
        (
            Status.ACCEPTED,
            Action.ACCEPT,
            Party.RECEIVER,
            Channel.NETWORK,
            Refusal.ALREADY,
            "This referral is already accepted.",
        ),
        (
            Status.DECLINED,
            Action.ACCEPT,
            Party.RECEIVER,
            Channel.NETWORK,
            Refusal.ENDED,
            "This referral has ended (declined); it is never reopened",
        ),
        (
            Status.IN_SERVICE,
            Action.RECALL,
            Party.SENDER,
            Channel.NETWORK,
            Refusal.OUT_OF_TURN,
            "it is not possible to recall now. You can withdraw or mark as entered in error.",
        ),
        (
            Status.SENT,
            Action.ACCEPT,
            Party.SENDER,
            Channel.NETWORK,
            Refusal.WRONG_PARTY,
            "Only the receiver can accept, not the sender.",
        ),
        (
            Status.SENT,
            Action.ACCEPT,
            Party.SENDER,
            Channel.OFF_PLATFORM,
            Refusal.OFF_PLATFORM,
            "This organization is not in the network",
        ),
        (
            Status.DRAFT,
            Action.WITHDRAW,
            Party.RECEIVER,
            Channel.NETWORK,
            Refusal.STILL_DRAFT,
            "still a draft",
        ),
        (
            Status.SENT,
            Action.SERVE,
            Party.RECEIVER,
            Channel.NETWORK,
            Refusal.OUT_OF_TURN,
            "not possible to close as served now. You can mark as in review, accept,",
        ),
    ],
)
def test_a_refusal_says_why(
    status: Status, action: Action, party: Party, channel: Channel, why: Refusal, told: str
) -> None:
    with pytest.raises(MoveRefused) as refused:
        next_status(status, action, party=party, channel=channel)
    assert refused.value.why is why
    assert told in str(refused.value)


def test_open_ended_and_closed_are_three_things() -> None:
    assert {status for status in Status if is_ended(status)} == {status for status in Status if not is_open(status)}
    assert [status for status in Status if is_closed(status)] == [
        Status.SERVED,
        Status.NOT_SERVED,
        Status.DECLINED,
        Status.WITHDRAWN,
    ]
    assert not is_closed(Status.EXPIRED)
    assert is_open(Status.DRAFT)
