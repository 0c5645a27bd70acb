"""From answers to suggested needs, flags and matters for a clinician."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.people.rules import AnswerState, NeedCategory, NeedDomain, SensitivityLevel
from referral.screening.rules import (
    Answer,
    NeedState,
    NotAskedReason,
    access_flags,
    answer_with,
    clinical_flags,
    declined,
    not_asked,
    score,
    suggest_needs,
    unknown,
    urgent_items,
)
from tests.screening.conftest import read_instrument

INSTRUMENTS = [read_instrument(name) for name in ("nc-dhhs-sdoh", "ahc-hrsn", "hunger-vital-sign")]


def answered(instrument, codes):
    return {link: answer_with(instrument.item(link), [code]) for link, code in codes.items()}


def categories(instrument, codes):
    return [need.category for need in suggest_needs(instrument, answered(instrument, codes))]


@pytest.mark.parametrize(
    ("link_id", "category"),
    [
        ("1", "food-insecurity"),
        ("2", "food-insecurity"),
        ("3", "homelessness"),
        ("4", "housing-instability"),
        ("5", "utility-insecurity"),
        ("6", "transportation-insecurity"),
        ("7", "sdoh-category-unspecified"),
        ("8", "sdoh-category-unspecified"),
        ("9", "intimate-partner-violence"),
    ],
)
def test_each_yes_of_the_nc_questions_is_a_need_and_each_no_is_none(nc, link_id, category):
    assert categories(nc, {link_id: "yes"}) == [category]
    assert categories(nc, {link_id: "no"}) == []


@pytest.mark.parametrize(
    ("link_id", "code", "expected"),
    [
        ("/71802-3", "LA31993-1", []),
        ("/71802-3", "LA31994-9", ["housing-instability"]),
        ("/71802-3", "LA31995-6", ["homelessness"]),
        ("/96778-6", "LA28580-1", ["inadequate-housing"]),
        ("/96778-6", "LA9-3", []),
        ("/88122-7", "LA28397-0", ["food-insecurity"]),
        ("/88123-5", "LA6729-3", ["food-insecurity"]),
        ("/88123-5", "LA28398-8", []),
        ("/93030-5", "LA33-6", ["transportation-insecurity"]),
        ("/96779-4", "LA33-6", ["utility-insecurity"]),
        ("/96779-4", "LA32002-0", ["utility-insecurity"]),
        ("/76513-1", "LA15832-1", ["financial-insecurity"]),
        ("/76513-1", "LA31980-8", []),
        ("/96780-2", "LA31982-4", ["employment-status"]),
        ("/96781-0", "LA31977-4", []),
        ("/96781-0", "LA31978-2", ["social-connection"]),
        ("/93159-2", "LA10082-8", []),
        ("/93159-2", "LA10044-8", ["social-connection"]),
        ("/96782-8", "LA33-6", ["educational-attainment"]),
        ("/97027-7", "LA33-6", []),
        ("/93038-8", "LA13863-8", ["stress"]),
        ("/93038-8", "LA30122-8", []),
        ("/95618-5", "LA6482-9", []),
        ("/68517-2", "LA18934-2", []),
        ("/69858-9", "LA33-6", []),
    ],
)
def test_each_answer_of_the_ahc_tool_leads_where_its_rule_says(ahc, link_id, code, expected):
    assert categories(ahc, {link_id: code}) == expected


def test_two_positive_food_answers_are_one_need_with_both_answers(nc):
    (need,) = suggest_needs(nc, answered(nc, {"1": "yes", "2": "yes"}))
    assert (need.category, need.link_ids, need.level) == (
        NeedCategory.FOOD_INSECURITY,
        ("1", "2"),
        SensitivityLevel.L1,
    )


def test_two_housing_categories_are_one_case(nc):
    needs = suggest_needs(nc, answered(nc, {"3": "yes", "4": "yes"}))
    assert [need.category for need in needs] == ["homelessness", "housing-instability"]
    assert {need.domain for need in needs} == {NeedDomain.HOUSING}
    assert needs[0].other_categories == (NeedCategory.HOUSING_INSTABILITY,)


def test_safety_answers_are_level_three_and_a_partner_is_told_apart(nc):
    needs = suggest_needs(nc, answered(nc, {"7": "yes", "8": "yes", "9": "yes"}))
    assert [(need.category, need.link_ids) for need in needs] == [
        ("sdoh-category-unspecified", ("7", "8")),
        ("intimate-partner-violence", ("9",)),
    ]
    assert {need.level for need in needs} == {SensitivityLevel.L3}


def test_a_positive_safety_score_is_one_need_that_rests_on_all_four_answers(ahc):
    frequently = {f"/{code}": "LA6482-9" for code in ("95618-5", "95617-7", "95616-9", "95615-1")}
    (need,) = suggest_needs(ahc, answered(ahc, frequently))
    assert (need.category, need.level) == (NeedCategory.SDOH_CATEGORY_UNSPECIFIED, SensitivityLevel.L3)
    assert set(need.link_ids) == set(frequently)


def test_suggestions_come_in_the_order_of_the_questions(ahc):
    frequently = {f"/{code}": "LA6482-9" for code in ("95618-5", "95617-7", "95616-9", "95615-1")}
    assert categories(ahc, {"/76513-1": "LA15832-1"} | frequently | {"/93030-5": "LA33-6"}) == [
        "transportation-insecurity",
        "sdoh-category-unspecified",
        "financial-insecurity",
    ]


def test_needs_of_somebody_who_wants_no_help_are_kept_as_help_declined(nc):
    (need,) = suggest_needs(nc, answered(nc, {"1": "yes", "11": "no"}))
    assert need.state is NeedState.HELP_DECLINED
    for wish in ({}, {"11": "yes"}):
        (need,) = suggest_needs(nc, answered(nc, {"1": "yes"} | wish))
        assert need.state is NeedState.IDENTIFIED


def test_the_urgent_question_finds_no_need_of_its_own(nc):
    assert categories(nc, {"10": "yes"}) == []


def test_another_language_at_home_is_an_access_flag_and_not_a_referral(ahc):
    answers = answered(ahc, {"/97027-7": "LA33-6", "/69861-3": "LA33-6", "/69858-9": "LA32-8"})
    assert [(mark.link_id, mark.category) for mark in access_flags(ahc, answers)] == [
        ("/97027-7", NeedCategory.LANGUAGE_ACCESS),
        ("/69861-3", None),
    ]
    assert suggest_needs(ahc, answers) == ()


def test_substances_and_mood_go_to_a_clinician(ahc):
    answers = answered(
        ahc, {"/68517-2": "LA26460-8", "/96842-0": "LA6270-8", "/44250-9": "LA6571-9", "/44255-8": "LA6568-5"}
    )
    marks = clinical_flags(ahc, answers)
    assert [(mark.link_id, mark.level) for mark in marks] == [
        ("/68517-2", SensitivityLevel.L2),
        ("/phq-2", SensitivityLevel.L2),
    ]
    assert suggest_needs(ahc, answers) == ()


def test_too_little_exercise_goes_to_a_clinician_for_adults_only(ahc):
    answers = answered(ahc, {"/89555-7": "LA6112-2", "/68516-4": "LA28855-7"})
    assert [mark.link_id for mark in clinical_flags(ahc, answers, is_adult=True)] == ["/physical-activity"]
    assert clinical_flags(ahc, answers, is_adult=False) == ()


@st.composite
def screenings(draw):
    """An instrument and answers in every state, in any order."""
    instrument = draw(st.sampled_from(INSTRUMENTS))
    answers = {}
    for item in draw(st.permutations(instrument.items)):
        kind = draw(st.sampled_from(["answered", "declined", "unknown", "not asked", "blank"]))
        if kind == "answered":
            answers[item.link_id] = answer_with(item, [draw(st.sampled_from(item.options)).code])
        elif kind == "declined":
            answers[item.link_id] = declined(item)
        elif kind == "unknown":
            answers[item.link_id] = unknown(item)
        elif kind == "not asked":
            answers[item.link_id] = not_asked(item, draw(st.sampled_from(NotAskedReason)))
    return instrument, answers


@given(screenings())
def test_the_order_of_answering_does_not_matter(screening):
    instrument, answers = screening
    turned = dict(reversed(answers.items()))
    for read in (suggest_needs, access_flags, clinical_flags, urgent_items, score):
        assert read(instrument, answers) == read(instrument, turned)


@given(screenings())
def test_only_what_was_answered_is_ever_positive(screening):
    instrument, answers = screening
    only_answered = {k: a for k, a in answers.items() if a.state is AnswerState.ANSWERED}
    for read in (suggest_needs, access_flags, clinical_flags, urgent_items):
        assert read(instrument, answers) == read(instrument, only_answered)


@given(screenings())
def test_there_is_at_most_one_need_for_a_category_and_each_rests_on_answers(screening):
    instrument, answers = screening
    needs = suggest_needs(instrument, answers)
    assert len({need.category for need in needs}) == len(needs)
    for need in needs:
        assert need.link_ids
        assert all(answers[link].state is AnswerState.ANSWERED for link in need.link_ids)
        assert need.level >= max(instrument.item(link).level for link in need.link_ids)


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_a_screening_that_was_declined_from_end_to_end_finds_nothing(instrument):
    answers = {item.link_id: declined(item) for item in instrument}
    assert suggest_needs(instrument, answers) == ()
    assert clinical_flags(instrument, answers, is_adult=True) == ()
    assert urgent_items(instrument, answers) == ()


def test_a_code_kept_beside_a_declined_answer_is_never_read_as_an_answer(nc):
    answers = {"1": Answer("1", AnswerState.DECLINED, ("yes",))}
    assert suggest_needs(nc, answers) == ()
