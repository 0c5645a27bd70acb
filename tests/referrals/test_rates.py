"""The rates of the loop, counted side by side over one denominator."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.referrals.rules import (
    DEFINITIONS,
    Connection,
    Outcome,
    Status,
    closed_loop_rate,
    closed_loop_rate_mature,
    confirmed_connection_rate,
    connection_rate,
    loop_rates,
)

SENT_ON = date(2026, 3, 1)


def outcome(
    status: Status,
    connection: Connection = Connection.UNKNOWN,
    reason: str | None = None,
    sent_on: date | None = SENT_ON,
) -> Outcome:
    return Outcome(status, connection, sent_on, reason)


YEAR = [
    outcome(Status.SERVED, Connection.CONNECTED),
    outcome(Status.SERVED, Connection.REPORTED),
    outcome(Status.SERVED, Connection.NOT_CONNECTED),
    outcome(Status.SERVED, Connection.WITHHELD),
    outcome(Status.NOT_SERVED, Connection.NOT_CONNECTED, "no_show"),
    outcome(Status.DECLINED, reason="no_capacity"),
    outcome(Status.WITHDRAWN, reason="moved_away"),
    outcome(Status.EXPIRED, reason="no_response"),
    outcome(Status.RECALLED, reason="no_response"),
    outcome(Status.SENT),
    outcome(Status.RECALLED, reason="duplicate"),
    outcome(Status.RECALLED, reason="sent_to_wrong_service"),
    outcome(Status.ENTERED_IN_ERROR, Connection.CONNECTED, "wrong_person"),
    outcome(Status.DRAFT, sent_on=None),
    outcome(Status.WITHDRAWN, reason="consent_withdrawn", sent_on=None),
]


def test_closed_is_not_connected() -> None:
    rates = loop_rates(YEAR)
    assert (rates.closed_loop.numerator, rates.closed_loop.denominator) == (7, 10)
    assert (rates.connection.numerator, rates.connection.denominator) == (2, 10)
    assert (rates.confirmed_connection.numerator, rates.confirmed_connection.denominator) == (1, 10)
    assert rates.withheld == 1
    assert rates.closed_loop.share == pytest.approx(0.7)


def test_a_rate_over_nothing_has_no_share() -> None:
    rates = loop_rates([])
    assert rates.closed_loop.share is None
    assert rates.connection.share is None


def test_thirty_days_make_a_referral_mature() -> None:
    month = [outcome(Status.SERVED), outcome(Status.SENT, sent_on=date(2026, 3, 2))]
    rate = closed_loop_rate_mature(month, as_of=date(2026, 3, 31))
    assert (rate.numerator, rate.denominator) == (1, 1)
    assert closed_loop_rate_mature(month, as_of=date(2026, 3, 30)).denominator == 0
    assert closed_loop_rate_mature(month, as_of=date(2026, 4, 1)).denominator == 2


def test_each_definition_is_named_with_its_version() -> None:
    assert [definition.key for definition in DEFINITIONS] == [
        "closed_loop_rate@1",
        "closed_loop_rate_mature@1",
        "connection_rate@1",
        "confirmed_connection_rate@1",
    ]
    assert "never printed without connection_rate" in closed_loop_rate([]).definition.note


OUTCOMES = st.lists(
    st.builds(
        Outcome,
        st.sampled_from(Status),
        st.sampled_from(Connection),
        st.sampled_from([None, SENT_ON]),
        st.sampled_from([None, "duplicate", "no_response"]),
    )
)


@given(OUTCOMES)
def test_the_confirmed_rate_never_exceeds_the_connection_rate(outcomes: list[Outcome]) -> None:
    connected, confirmed = connection_rate(outcomes), confirmed_connection_rate(outcomes)
    assert confirmed.numerator <= connected.numerator <= connected.denominator
    assert connected.denominator == confirmed.denominator == closed_loop_rate(outcomes).denominator
