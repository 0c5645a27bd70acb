import random
from datetime import timedelta

import pytest

from referral.messaging.rules import MAX_ATTEMPTS, Failure, failure_of, retry_delay
from referral.messaging.vocabulary import error_meanings, known_failures


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 21610, Failure.OPTED_OUT),
        (400, 21211, Failure.PERMANENT),
        (400, 99999, Failure.PERMANENT),
        (404, None, Failure.PERMANENT),
        (401, 20003, Failure.RETRY),
        (429, None, Failure.RETRY),
        (400, 20429, Failure.RETRY),
        (500, None, Failure.IN_DOUBT),
        (503, 20500, Failure.IN_DOUBT),
    ],
)
def test_an_error_answer_says_what_to_do_next(status: int, code: int | None, expected: Failure) -> None:
    assert failure_of(status, code, known_failures()) is expected


def test_waiting_grows_and_differs_from_message_to_message() -> None:
    jitter = random.Random(7)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        middle = timedelta(seconds=30 * 2 ** (attempt - 1))
        waits = {retry_delay(attempt, jitter) for _ in range(20)}
        assert len(waits) > 1
        assert all(middle * 0.75 <= wait <= middle * 1.25 for wait in waits)


def test_a_meaning_nobody_checked_says_so() -> None:
    meanings = error_meanings()
    assert "(unverified)" not in meanings[21610]
    assert "(unverified)" in meanings[21211]
