"""Scores: the fixed examples, and no score from half the answers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.screening.rules import Finding, answer_with, declined, not_asked, score, suggest_needs, unknown
from referral.screening.rules.vocabulary import NotAskedReason
from tests.screening.conftest import read_instrument

SAFETY = ("/95618-5", "/95617-7", "/95616-9", "/95615-1")
PHQ = ("/44250-9", "/44255-8")
ACTIVITY = ("/89555-7", "/68516-4")
OFTEN, SOMETIMES, NEVER = "LA28397-0", "LA6729-3", "LA28398-8"
AHC = read_instrument("ahc-hrsn")


def by_value(instrument, link_ids, values):
    answers = {}
    for link_id, value in zip(link_ids, values, strict=False):
        item = instrument.item(link_id)
        option = next(option for option in item.options if option.score == value)
        answers[link_id] = answer_with(item, [option.code])
    return answers


def result(instrument, answers, link_id, **known):
    return next(found for found in score(instrument, answers, **known) if found.rule.link_id == link_id)


@pytest.mark.parametrize(
    ("values", "total", "finding"),
    [
        ((5, 3, 2, 2), 12, Finding.POSITIVE),
        ((1, 1, 1, 1), 4, Finding.NEGATIVE),
        ((4, 4, 2, 1), 11, Finding.POSITIVE),
        ((4, 3, 2, 1), 10, Finding.NEGATIVE),
        ((5, 5, 5, 5), 20, Finding.POSITIVE),
    ],
)
def test_the_safety_score_is_positive_from_eleven_on(ahc, values, total, finding):
    found = result(ahc, by_value(ahc, SAFETY, values), "/95614-4")
    assert (found.value, found.finding, found.level) == (Decimal(total), finding, 3)


def test_three_safety_answers_are_no_score(ahc):
    found = result(ahc, by_value(ahc, SAFETY, (1, 2, 2)), "/95614-4")
    assert (found.value, found.finding, found.data_absent_reason) == (None, Finding.UNDETERMINED, "not-asked")
    assert not found.is_concern


def test_a_partial_sum_that_reaches_eleven_is_a_concern_and_still_no_score_and_no_need(ahc):
    answers = by_value(ahc, SAFETY, (5, 5, 1)) | {SAFETY[3]: declined(ahc.item(SAFETY[3]))}
    found = result(ahc, answers, "/95614-4")
    assert (found.value, found.is_concern, found.is_positive) == (None, True, False)
    assert found.data_absent_reason == "asked-declined"
    assert suggest_needs(ahc, answers) == ()


@given(st.lists(st.integers(1, 5), min_size=4, max_size=4))
def test_the_safety_score_is_the_sum_and_its_order_does_not_matter(values):
    answers = by_value(AHC, SAFETY, values)
    turned = dict(reversed(answers.items()))
    found = result(AHC, answers, "/95614-4")
    assert found.value == sum(values)
    assert found.is_positive == (sum(values) > 10)
    assert found == result(AHC, turned, "/95614-4")


@pytest.mark.parametrize(("values", "is_positive"), [((0, 0), False), ((1, 1), False), ((3, 0), True), ((3, 3), True)])
def test_the_phq2_is_positive_from_three_on(ahc, values, is_positive):
    found = result(ahc, by_value(ahc, PHQ, values), "/phq-2")
    assert (found.value, found.is_positive) == (sum(values), is_positive)


@pytest.mark.parametrize(
    ("values", "is_adult", "finding"),
    [
        ((3, 50), True, Finding.NEGATIVE),
        ((3, 40), True, Finding.POSITIVE),
        ((0, 150), True, Finding.POSITIVE),
        ((1, 150), True, Finding.NEGATIVE),
        ((3, 40), False, Finding.UNDETERMINED),
        ((3, 40), None, Finding.UNDETERMINED),
    ],
)
def test_exercise_is_minutes_a_week_and_its_cut_off_speaks_of_adults_only(ahc, values, is_adult, finding):
    found = result(ahc, by_value(ahc, ACTIVITY, values), "/physical-activity", is_adult=is_adult)
    assert (found.value, found.finding) == (values[0] * values[1], finding)


def hunger_answers(hunger, first, second):
    def one(link_id, said):
        item = hunger.item(link_id)
        if said is None:
            return None
        return said(item) if callable(said) else answer_with(item, [said])

    pair = {"/88122-7": one("/88122-7", first), "/88123-5": one("/88123-5", second)}
    return {link_id: answer for link_id, answer in pair.items() if answer is not None}


@pytest.mark.parametrize(
    ("first", "second", "code", "absent"),
    [
        (NEVER, SOMETIMES, "LA19952-3", None),
        (OFTEN, declined, "LA19952-3", None),
        (OFTEN, None, "LA19952-3", None),
        (NEVER, NEVER, "LA19983-8", None),
        (NEVER, declined, None, "asked-declined"),
        (NEVER, unknown, None, "asked-declined"),
        (NEVER, None, None, "not-asked"),
        (None, None, None, "not-asked"),
        (declined, None, None, "asked-declined"),
    ],
)
def test_hunger_vital_sign_is_at_risk_no_risk_or_undetermined(hunger, first, second, code, absent):
    found = result(hunger, hunger_answers(hunger, first, second), "/88124-3")
    assert (found.answer.code if found.answer else None) == code
    assert found.data_absent_reason == absent


def test_a_question_that_was_not_asked_is_not_asked_in_the_score_too(hunger):
    item = hunger.item("/88122-7")
    answers = {item.link_id: not_asked(item, NotAskedReason.OUT_OF_TIME)}
    assert result(hunger, answers, "/88124-3").data_absent_reason == "not-asked"
