"""Single checks where the worked cases leave a question open."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from referral.billing.rules import (
    Cap,
    CapPeriod,
    Decision,
    FrequencyCode,
    MilestoneGoal,
    Outcome,
    PlanSpan,
    Pricing,
    RuleKind,
    ServiceRule,
)
from referral.programs.rules import Approval, Window
from tests.billing.engine import DAY, ROW, TERMS, YEAR, codes, judge, line, paid


def test_a_line_without_a_price_in_force_is_returned() -> None:
    expired = replace(ROW, window=Window(date(2023, 1, 1), date(2023, 12, 31)))

    answer = judge(terms=replace(TERMS, fee_rows=(expired,)))

    assert answer.decision is Decision.RETURN
    assert codes(answer) == ["NO_FEE_ROW"]
    assert answer.total_paid == 0


def test_a_row_without_an_amount_is_unpriced_until_the_plan_sets_a_price() -> None:
    unpriced = replace(TERMS, fee_rows=(replace(ROW, price=None),))
    priced = replace(unpriced, approvals=(Approval("A", "BOX", None, YEAR, unit_price=Decimal("7.50")),))

    assert codes(judge(terms=unpriced)) == ["NO_FEE_ROW"]
    assert judge(terms=priced).total_paid == Decimal("7.50")


def test_a_service_of_individual_consideration_is_paid_at_cost_within_the_authorized_amount() -> None:
    row = replace(ROW, pricing=Pricing.INDIVIDUAL_CONSIDERATION, price=None)
    terms = replace(TERMS, fee_rows=(row,), approvals=(Approval("A", "BOX", None, YEAR, amount=Decimal(40)),))

    assert judge(line(billed=Decimal("35.10")), terms=terms).total_paid == Decimal("35.10")
    assert codes(judge(line(billed=Decimal("45.10")), terms=terms)) == ["AUTH_AMOUNT_EXCEEDED"]


def test_a_percentage_cap_without_its_reference_table_is_unpriced() -> None:
    cap = Cap(CapPeriod.OCCURRENCE, percent_of_fmr=Decimal(110))
    row = replace(ROW, pricing=Pricing.COST_CAPPED, price=None, cap=cap)

    assert codes(judge(terms=replace(TERMS, fee_rows=(row,)))) == ["NO_FEE_ROW"]


def test_coverage_that_begins_later_has_not_started() -> None:
    member = replace(TERMS.member, coverage=(Window(date(2024, 8, 1)),))

    assert codes(judge(terms=replace(TERMS, member=member))) == ["COVERAGE_NOT_STARTED"]


def test_an_unknown_plan_or_county_never_denies() -> None:
    member = replace(TERMS.member, plans=(PlanSpan("OTHER", Window(date(2025, 1, 1))),))

    assert judge(terms=replace(TERMS, member=member)).decision is Decision.PAY


def test_a_line_that_names_an_unapproved_authorization_has_none() -> None:
    assert codes(judge(line(authorization="B"))) == ["NO_AUTHORIZATION"]


def test_a_line_draws_on_the_authorization_that_has_something_left() -> None:
    spent = Approval("A", "BOX", None, YEAR, units=Decimal(1))
    fresh = Approval("B", "BOX", None, YEAR, units=Decimal(1))
    terms = replace(TERMS, approvals=(spent, fresh), history=(paid(served_on=date(2024, 2, 1)),))

    answer = judge(terms=terms)

    assert answer.decision is Decision.PAY
    assert answer.lines[0].authorization == "B"


def test_every_day_of_a_span_lies_in_the_authorized_window() -> None:
    terms = replace(TERMS, approvals=(Approval("A", "BOX", None, Window(DAY, date(2024, 7, 12))),))

    assert judge(line(through_on=date(2024, 7, 12)), terms=terms).decision is Decision.PAY
    assert codes(judge(line(through_on=date(2024, 7, 13)), terms=terms)) == ["AUTH_WINDOW"]


def test_a_line_reduced_to_nothing_is_denied() -> None:
    terms = replace(TERMS, approvals=(Approval("A", "BOX", None, YEAR, units=Decimal(0)),))

    answer = judge(terms=terms)

    assert (answer.decision, answer.lines[0].outcome) == (Decision.DENY, Outcome.DENY)
    assert codes(answer) == ["AUTH_UNITS_EXCEEDED"]


def test_a_lifetime_override_lets_a_second_payment_through() -> None:
    terms = replace(
        TERMS,
        fee_rows=(replace(ROW, is_once_per_lifetime=True),),
        history=(paid(served_on=date(2024, 1, 3)),),
    )

    assert codes(judge(terms=terms)) == ["LIFETIME_ONCE"]
    assert judge(line(has_lifetime_override=True), terms=terms).decision is Decision.PAY


def test_unknown_attendance_is_no_verdict_on_a_milestone() -> None:
    row = replace(ROW, pricing=Pricing.MILESTONE, milestone=MilestoneGoal("phase1", 4))
    member = replace(TERMS.member, attendance={"phase1": 3})

    assert judge(terms=replace(TERMS, fee_rows=(row,))).decision is Decision.PAY
    assert codes(judge(terms=replace(TERMS, fee_rows=(row,), member=member))) == ["MILESTONE_NOT_REACHED"]


@pytest.mark.parametrize(
    ("delivery", "units", "code"),
    [("D1", "1", "DUPLICATE"), ("D2", "1", "SUSPECT_DUPLICATE"), ("D1", "2", "SUSPECT_DUPLICATE")],
)
def test_only_the_very_same_delivery_is_a_duplicate(delivery: str, units: str, code: str) -> None:
    before = paid(delivery=delivery, units=Decimal(units))

    assert codes(judge(terms=replace(TERMS, history=(before,)))) == [code]


def test_another_organizations_delivery_on_the_same_day_is_no_duplicate() -> None:
    assert judge(terms=replace(TERMS, history=(paid(organization="ELSE"),))).decision is Decision.PAY


def test_two_stays_never_pay_the_same_night_twice_even_in_one_invoice() -> None:
    terms = replace(TERMS, fee_rows=(replace(ROW, pricing=Pricing.PER_DIEM),))
    first = line(1, units=Decimal(3), billed=Decimal(30), discharged_on=date(2024, 7, 13))
    second = line(2, served_on=date(2024, 7, 12), units=Decimal(2), billed=Decimal(20), discharged_on=date(2024, 7, 14))

    answer = judge(first, second, terms=terms)

    assert [decided.paid for decided in answer.lines] == [Decimal(30), Decimal(10)]
    assert codes(answer) == ["OK", "OVERLAP"]


def test_the_day_of_discharge_is_no_night() -> None:
    terms = replace(TERMS, fee_rows=(replace(ROW, pricing=Pricing.PER_DIEM),))

    answer = judge(line(units=Decimal(4), billed=Decimal(40), discharged_on=date(2024, 7, 13)), terms=terms)

    assert answer.total_paid == Decimal("30.00")
    assert codes(answer) == ["UNITS_EXCEED_TIME"]


def test_services_that_exclude_each_other_do_not_pass_in_one_invoice() -> None:
    rule = ServiceRule("RIDE", RuleKind.NOT_WITH_SAME_MONTH, frozenset({"BOX"}))
    contract = replace(TERMS.contracts[0], services=frozenset({"BOX", "RIDE"}))
    terms = replace(
        TERMS,
        contracts=(contract,),
        fee_rows=(ROW, replace(ROW, service="RIDE")),
        approvals=(*TERMS.approvals, Approval("R", "RIDE", None, YEAR)),
        service_rules=(rule,),
    )

    assert codes(judge(line(), line(2, service="RIDE"), terms=terms)) == ["OK", "EXCLUSIVE_WITH"]


def test_a_year_cap_turns_with_its_anchor() -> None:
    cap = Cap(CapPeriod.TWELVE_MONTHS, amount=Decimal(100), anchor_on=date(2023, 7, 10))
    row = replace(ROW, pricing=Pricing.COST_CAPPED, price=None, cap=cap)
    day_before, first_day = paid(served_on=date(2024, 7, 9)), paid(served_on=DAY, organization="ELSE")

    def left(before: object) -> Decimal:
        terms = replace(TERMS, fee_rows=(row,), history=(before,))  # type: ignore[arg-type]  # one paid line
        return judge(line(billed=Decimal(100)), terms=terms).total_paid

    assert left(day_before) == Decimal(100)
    assert left(first_day) == Decimal(90)


def test_units_cut_from_a_line_billed_under_price_leave_the_price_of_the_rest() -> None:
    row = replace(ROW, pricing=Pricing.TIMED_15MIN, price=Decimal("13.27"))

    answer = judge(line(units=Decimal(4), billed=Decimal(50), minutes=40), terms=replace(TERMS, fee_rows=(row,)))

    assert answer.total_paid == Decimal("39.81")
    assert [reason.amount for reason in answer.lines[0].reasons] == [Decimal("10.19")]


def test_a_returned_line_returns_the_invoice_and_a_pended_one_pends_it() -> None:
    suspect = paid(delivery="D9")
    late = line(2, served_on=date(2025, 1, 1))
    pended = judge(line(), line(3, served_on=date(2024, 3, 3)), terms=replace(TERMS, history=(suspect,)))
    member = replace(TERMS.member, coverage=(Window(),), consents=(Window(),))
    everywhere = replace(TERMS, member=member, history=(suspect,))
    returned = judge(line(), late, terms=everywhere)

    assert (pended.decision, pended.total_paid) == (Decision.PEND, 0)
    assert (returned.decision, returned.total_paid) == (Decision.RETURN, 0)


def test_a_replacement_downward_takes_money_back() -> None:
    before = paid(units=Decimal(3), paid=Decimal(30))
    terms = replace(TERMS, history=(before,))

    answer = judge(line(), terms=terms, frequency=FrequencyCode.REPLACEMENT, replaces="OLD")

    assert (answer.decision, answer.reversal, answer.total_paid) == (Decision.PAY_DELTA, -30, -20)


def test_a_replacement_that_is_held_changes_no_money() -> None:
    terms = replace(TERMS, history=(paid(),), contracts=())

    answer = judge(line(), terms=terms, frequency=FrequencyCode.REPLACEMENT, replaces="OLD")

    assert (answer.decision, answer.total_paid, answer.reversal) == (Decision.RETURN, 0, None)


def test_a_void_pairs_each_line_with_one_payment() -> None:
    first, second = paid(delivery="D1"), paid(delivery="D2", paid=Decimal(4))
    terms = replace(TERMS, history=(first, second))

    answer = judge(line(2), line(1), terms=terms, frequency=FrequencyCode.VOID, replaces="OLD")

    assert [decided.paid for decided in answer.lines] == [-4, -10]
    assert answer.total_paid == -14
    assert (answer.restored_units, answer.restored_amount) == (2, 14)


def test_an_invoice_without_lines_is_no_invoice() -> None:
    from referral.billing.rules import Claim, adjudicate

    with pytest.raises(ValueError, match="at least one line"):
        adjudicate(Claim("NEW", "HSO", "PLAN", DAY, ()), TERMS)


def test_what_is_left_of_a_limit_in_whole_dollars_is_paid_in_cents() -> None:
    cap = Cap(CapPeriod.OCCURRENCE, amount=Decimal(5))
    row = replace(ROW, pricing=Pricing.COST_CAPPED, price=None, cap=cap)
    limited = replace(TERMS, approvals=(Approval("A", "BOX", None, YEAR, amount=Decimal(5)),))

    paid_amounts = [judge(terms=terms).lines[0].paid for terms in (replace(TERMS, fee_rows=(row,)), limited)]

    assert [str(amount) for amount in paid_amounts] == ["5.00", "5.00"]
