"""Completeness: four counts, and what nobody said never counts."""

from referral.equity.rules.completeness import completeness
from referral.people.rules import AnswerState


def test_answered_declined_unknown_and_not_asked_are_counted_apart() -> None:
    states = [AnswerState.ANSWERED] * 5 + [AnswerState.DECLINED] * 2 + [AnswerState.UNKNOWN, AnswerState.NOT_ASKED]
    found = completeness(states)
    assert (found.answered, found.declined, found.unknown, found.not_asked) == (5, 2, 1, 1)
    assert found.total == len(states)


def test_an_imputed_value_is_unknown() -> None:
    found = completeness([AnswerState.ANSWERED], imputed=1)
    assert (found.answered, found.unknown) == (1, 1)


def test_whether_a_decline_counts_is_a_switch() -> None:
    found = completeness([AnswerState.ANSWERED, AnswerState.DECLINED, AnswerState.NOT_ASKED, AnswerState.NOT_ASKED])
    strict, lenient = found.share(), found.share(is_decline_complete=True)
    assert strict is not None
    assert lenient is not None
    assert (strict.estimate, lenient.estimate) == (0.25, 0.5)


def test_nobody_has_no_completeness() -> None:
    assert completeness([]).share() is None
