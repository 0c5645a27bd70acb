"""The loop's rates: who is in the denominator, and on which day."""

from datetime import date, timedelta

from referral.equity.rules.loop import ReferralFact, mature, sent_between

TODAY = date(2026, 6, 30)


def fact(days_ago: int, *, closed: bool = True, void: bool = False) -> ReferralFact:
    return ReferralFact(TODAY - timedelta(days=days_ago), closed, is_connected=False, is_confirmed=False, is_void=void)


def test_the_thirtieth_day_is_mature_and_the_twenty_ninth_is_not() -> None:
    assert mature([fact(30), fact(29)], as_of=TODAY).sent == 1


def test_open_referrals_stay_in_the_denominator() -> None:
    counts = mature([fact(40), fact(40, closed=False)], as_of=TODAY)
    assert (counts.sent, counts.closed) == (2, 1)


def test_void_referrals_are_in_no_rate() -> None:
    assert mature([fact(40, void=True)], as_of=TODAY).sent == 0


def test_the_cohort_of_a_period_holds_its_first_and_last_day() -> None:
    facts = [fact(10), fact(5), fact(4), fact(11)]
    counts = sent_between(facts, TODAY - timedelta(days=10), TODAY - timedelta(days=5))
    assert counts.sent == 2
