from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.messaging.rules import MessageStatus as S
from referral.messaging.rules import is_final, next_status, status_from_twilio
from referral.messaging.rules.status import RANK
from tests.messaging.openapi import Contract

statuses = st.sampled_from(list(S))


def test_every_status_of_twilio_has_a_rank_and_ours_is_not_one_of_theirs() -> None:
    theirs = Contract().document["components"]["schemas"]["message_enum_status"]["enum"]
    assert {status_from_twilio(word) for word in theirs} == set(S) - {S.NOT_SENT}
    assert status_from_twilio("not_sent") is None
    assert status_from_twilio("exploded") is None
    assert set(RANK) == set(S)


@pytest.mark.parametrize(
    ("current", "reported", "after"),
    [
        (S.QUEUED, S.SENT, S.SENT),
        (S.SENT, S.QUEUED, S.SENT),
        (S.SENDING, S.ACCEPTED, S.SENDING),
        (S.SENT, S.DELIVERED, S.DELIVERED),
        (S.DELIVERED, S.UNDELIVERED, S.DELIVERED),
        (S.UNDELIVERED, S.DELIVERED, S.UNDELIVERED),
        (S.DELIVERED, S.READ, S.READ),
        (S.READ, S.DELIVERED, S.READ),
        (S.FAILED, S.READ, S.FAILED),
        (S.NOT_SENT, S.SENT, S.NOT_SENT),
    ],
)
def test_a_message_moves_up_only_and_its_first_final_status_stays(current: S, reported: S, after: S) -> None:
    assert next_status(current, reported) is after


@given(st.lists(statuses, max_size=12))
def test_no_order_of_reports_ever_moves_a_message_down(reports: list[S]) -> None:
    status, finals = S.QUEUED, set()
    for report in reports:
        moved = next_status(status, report)
        assert RANK[moved] >= RANK[status]
        assert next_status(moved, report) is moved, "a replayed report changes nothing"
        status = moved
        finals |= {moved} if is_final(moved) else set()
    assert len(finals - {S.READ}) <= 1 or finals == {S.READ}


def test_reports_of_one_delivery_end_alike_in_any_order() -> None:
    for order in permutations([S.QUEUED, S.SENDING, S.SENT, S.DELIVERED]):
        status = S.QUEUED
        for report in order:
            status = next_status(status, report)
        assert status is S.DELIVERED
