"""What holds for every invoice: exact sums, and never a cent above any limit."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from referral.billing.rules import (
    Cap,
    CapPeriod,
    Claim,
    ClaimLine,
    FrequencyCode,
    PaidLine,
    Pricing,
    adjudicate,
    quarter_hours,
    to_cents,
    total,
)
from referral.programs.rules import Approval
from tests.billing.engine import DAY, ROW, TERMS, YEAR, judge, line

CENTS = st.decimals(min_value=0, max_value=5000, places=2)
PRICES = st.decimals(min_value=0, max_value=500, places=4)
UNITS = st.integers(min_value=1, max_value=40).map(Decimal)
LINES = st.lists(
    st.builds(lambda day, units, billed: (day, units, billed), st.integers(min_value=0, max_value=120), UNITS, CENTS),
    min_size=1,
    max_size=6,
)


def _lines(drawn: list[tuple[int, Decimal, Decimal]]) -> tuple[ClaimLine, ...]:
    return tuple(
        line(number, served_on=date(2024, 3, 1) + timedelta(days=day), units=units, billed=billed)
        for number, (day, units, billed) in enumerate(drawn, start=1)
    )


@given(LINES, PRICES, st.none() | UNITS, st.none() | CENTS)
def test_no_line_is_paid_above_what_is_billed_priced_or_authorized(
    drawn: list[tuple[int, Decimal, Decimal]], price: Decimal, units: Decimal | None, amount: Decimal | None
) -> None:
    lines = _lines(drawn)
    approval = Approval("A", "BOX", None, YEAR, units=units, amount=amount)
    terms = replace(TERMS, fee_rows=(replace(ROW, price=price),), approvals=(approval,))

    answer = judge(*lines, terms=terms)

    for billed, decided in zip(lines, answer.lines, strict=True):
        assert Decimal(0) <= decided.paid <= min(billed.billed, to_cents(price * billed.units))
    assert amount is None or total(decided.paid for decided in answer.lines) <= amount
    assert units is None or sum(decided.units for decided in answer.lines if decided.paid) <= units


@given(LINES, CENTS)
def test_no_member_is_paid_above_a_lifetime_cap(drawn: list[tuple[int, Decimal, Decimal]], amount: Decimal) -> None:
    cap = Cap(CapPeriod.LIFETIME, amount=amount)
    row = replace(ROW, pricing=Pricing.COST_CAPPED, price=None, cap=cap)

    answer = judge(*_lines(drawn), terms=replace(TERMS, fee_rows=(row,)))

    assert answer.total_paid <= amount
    assert answer.total_paid == min(amount, total(billed for _, _, billed in drawn))


@given(LINES, PRICES, st.none() | UNITS, st.none() | CENTS)
def test_the_total_is_the_sum_of_rounded_lines_and_every_cent_taken_off_is_named(
    drawn: list[tuple[int, Decimal, Decimal]], price: Decimal, units: Decimal | None, amount: Decimal | None
) -> None:
    lines = _lines(drawn)
    approval = Approval("A", "BOX", None, YEAR, units=units, amount=amount)

    answer = judge(*lines, terms=replace(TERMS, fee_rows=(replace(ROW, price=price),), approvals=(approval,)))

    assert answer.total_paid == sum(decided.paid for decided in answer.lines)
    for billed, decided in zip(lines, answer.lines, strict=True):
        assert decided.paid == to_cents(decided.paid)
        taken_off = sum(reason.amount or 0 for reason in decided.reasons)
        assert decided.paid == billed.billed - taken_off


@given(LINES)
def test_without_shared_limits_the_order_of_lines_changes_nothing(
    drawn: list[tuple[int, Decimal, Decimal]],
) -> None:
    lines = _lines(drawn)

    forward, backward = judge(*lines), judge(*reversed(lines))

    assert forward.total_paid == backward.total_paid
    assert set(forward.lines) == set(backward.lines)


@given(LINES, CENTS)
def test_a_void_returns_to_the_cent_what_was_paid(drawn: list[tuple[int, Decimal, Decimal]], amount: Decimal) -> None:
    history = tuple(
        PaidLine(
            "OLD", one.service, None, one.served_on, one.units, one.billed, "PLAN", "HSO", "A", delivery=one.delivery
        )
        for one in _lines(drawn)
    )
    void = Claim("NEW", "HSO", "PLAN", DAY, _lines(drawn), FrequencyCode.VOID, "OLD")
    other = replace(history[0], invoice="OTHER", paid=amount)

    answer = adjudicate(void, replace(TERMS, history=(*history, other)))

    assert answer.total_paid == -total(billed for _, _, billed in drawn)
    assert sum(decided.paid for decided in answer.lines) == answer.total_paid


@given(st.lists(st.integers(min_value=0, max_value=300), min_size=1, max_size=6))
def test_the_units_of_a_day_are_those_of_its_summed_minutes_however_they_are_split(minutes: list[int]) -> None:
    row = replace(ROW, pricing=Pricing.TIMED_15MIN, price=Decimal(1))
    lines = [
        line(number, minutes=one, units=Decimal(99), billed=Decimal(99)) for number, one in enumerate(minutes, start=1)
    ]

    answer = judge(*lines, terms=replace(TERMS, fee_rows=(row,)))

    assert answer.total_paid == quarter_hours(sum(minutes))


@given(st.decimals(min_value=0, max_value=10_000, places=6))
def test_rounding_is_half_up_and_never_moves_more_than_half_a_cent(amount: Decimal) -> None:
    rounded = to_cents(amount)

    assert abs(rounded - amount) <= Decimal("0.005")
    assert to_cents(Decimal("0.005")) == Decimal("0.01")
    assert to_cents(rounded) == rounded
