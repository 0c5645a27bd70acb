"""Answers, what may be asked where, the next question, and completeness."""

import pytest

from referral.people.rules import AnswerState, NeedCategory, SensitivityLevel
from referral.screening.rules import (
    DATA_ABSENT_REASON,
    AnswerRefused,
    NotAskedReason,
    answer_with,
    declined,
    is_complete,
    level_of_item,
    may_ask,
    next_item,
    not_asked,
    reason_not_to_ask,
    unknown,
    wants_help,
)

PRIVATE = {"is_alone": True, "is_proxy": False}


def answered(instrument, codes):
    return {link: answer_with(instrument.item(link), [code]) for link, code in codes.items()}


def test_one_answer_is_kept_with_its_code(nc):
    answer = answer_with(nc.item("1"), ["yes"])
    assert (answer.state, answer.codes) == (AnswerState.ANSWERED, ("yes",))


def test_an_answer_that_is_not_offered_is_refused(nc):
    with pytest.raises(AnswerRefused, match="no answer with the code maybe"):
        answer_with(nc.item("1"), ["maybe"])


def test_no_answer_at_all_is_refused_never_taken_for_no(nc):
    with pytest.raises(AnswerRefused):
        answer_with(nc.item("1"), [])


def test_two_answers_to_a_question_that_takes_one_are_refused(nc):
    with pytest.raises(AnswerRefused, match="takes one answer"):
        answer_with(nc.item("1"), ["yes", "no"])


def test_several_housing_problems_are_kept_in_the_printed_order(ahc):
    answer = answer_with(ahc.item("/96778-6"), ["LA32001-2", "LA28580-1", "LA32001-2"])
    assert answer.codes == ("LA28580-1", "LA32001-2")


def test_none_of_the_above_excludes_every_other_answer(ahc):
    with pytest.raises(AnswerRefused, match="None of the above"):
        answer_with(ahc.item("/96778-6"), ["LA9-3", "LA28580-1"])
    assert answer_with(ahc.item("/96778-6"), ["LA9-3"]).state is AnswerState.ANSWERED


def test_choosing_not_to_answer_is_declined_and_keeps_the_instruments_code(ahc, hunger):
    assert answer_with(ahc.item("/93038-8"), ["LA30122-8"]).state is AnswerState.DECLINED
    assert declined(hunger.item("/88122-7")).codes == ("LA15775-2",)
    assert declined(ahc.item("/88122-7")).codes == ()


def test_each_state_has_its_own_data_absent_reason():
    assert DATA_ABSENT_REASON == {
        AnswerState.ANSWERED: None,
        AnswerState.DECLINED: "asked-declined",
        AnswerState.UNKNOWN: "asked-unknown",
        AnswerState.NOT_ASKED: "not-asked",
    }


@pytest.mark.parametrize(
    ("link_id", "is_alone", "is_proxy", "reason"),
    [
        ("1", False, True, None),
        ("7", True, False, None),
        ("7", False, False, NotAskedReason.NOT_PRIVATE),
        ("7", True, True, NotAskedReason.PROXY_ANSWERS),
        ("8", False, True, NotAskedReason.PROXY_ANSWERS),
        ("10", True, False, None),
        ("10", True, True, None),
        ("10", False, False, NotAskedReason.NOT_PRIVATE),
        ("11", False, True, None),
    ],
)
def test_sensitive_questions_are_asked_alone_and_safety_never_of_a_proxy(nc, link_id, is_alone, is_proxy, reason):
    item = nc.item(link_id)
    assert reason_not_to_ask(item, is_alone=is_alone, is_proxy=is_proxy) is reason
    assert may_ask(item, is_alone=is_alone, is_proxy=is_proxy) is (reason is None)


def test_substances_and_mood_are_asked_alone_and_may_be_answered_by_a_proxy(ahc):
    for link_id in ("/68517-2", "/44250-9"):
        assert not may_ask(ahc.item(link_id), is_alone=False, is_proxy=False)
        assert may_ask(ahc.item(link_id), is_alone=True, is_proxy=True)


def test_questions_come_in_the_printed_order(nc):
    answers, asked = {}, []
    while (item := next_item(nc, answers, **PRIVATE)) is not None:
        asked.append(item.link_id)
        answers[item.link_id] = answer_with(item, ["no"])
    assert asked == [str(number) for number in range(1, 12)]


def test_safety_and_the_urgent_question_are_passed_over_on_a_shared_line(nc):
    answers = answered(nc, dict.fromkeys("123456", "no"))
    assert next_item(nc, answers, is_alone=False, is_proxy=False).link_id == "11"


def test_a_skipped_question_does_not_come_again_by_itself(nc):
    answers = {"1": not_asked(nc.item("1"), NotAskedReason.SKIPPED_FOR_NOW)}
    assert next_item(nc, answers, **PRIVATE).link_id == "2"


def test_a_screening_is_complete_without_the_optional_questions(nc):
    answers = answered(nc, dict.fromkeys("12345678", "no"))
    assert not is_complete(nc, answers)
    for settle in (declined, unknown):
        assert is_complete(nc, answers | {"9": settle(nc.item("9"))})
    assert not is_complete(nc, answers | {"9": not_asked(nc.item("9"), NotAskedReason.OUT_OF_TIME)})


def test_the_core_questions_alone_can_be_complete(ahc):
    core = ahc.narrowed_to(["/96777-8"])
    answers = {item.link_id: declined(item) for item in core}
    assert is_complete(core, answers)
    assert not is_complete(ahc, answers)


def test_the_urgent_question_is_safety_until_its_cause_is_recorded(nc):
    urgent = nc.item("10")
    assert level_of_item(urgent) is SensitivityLevel.L3
    assert level_of_item(urgent, NeedCategory.FOOD_INSECURITY) is SensitivityLevel.L1
    assert level_of_item(urgent, NeedCategory.INTIMATE_PARTNER_VIOLENCE) is SensitivityLevel.L3


def test_an_ordinary_question_keeps_its_level_whatever_the_cause(nc):
    assert level_of_item(nc.item("7"), NeedCategory.FOOD_INSECURITY) is SensitivityLevel.L3
    assert level_of_item(nc.item("1"), NeedCategory.INTIMATE_PARTNER_VIOLENCE) is SensitivityLevel.L1


def test_the_wish_for_help_is_yes_no_or_not_known(nc, ahc):
    item = nc.item("11")
    assert wants_help(nc, {"11": answer_with(item, ["yes"])}) is True
    assert wants_help(nc, {"11": answer_with(item, ["no"])}) is False
    assert wants_help(nc, {"11": declined(item)}) is None
    assert wants_help(nc, {}) is None
    assert wants_help(ahc, {}) is None
