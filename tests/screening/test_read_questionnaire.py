"""A Questionnaire that contradicts itself is refused, with every mistake named."""

import copy
import json
from pathlib import Path

import pytest

from referral.screening.rules import QuestionnaireInvalid, read_questionnaire

SEED = Path(__file__).parents[2] / "seed" / "instruments"
OWN = "https://referral.example/fhir/StructureDefinition/"


@pytest.fixture
def raw():
    return copy.deepcopy(json.loads((SEED / "hunger-vital-sign.json").read_text()))


def errors_of(raw):
    with pytest.raises(QuestionnaireInvalid) as caught:
        read_questionnaire(raw)
    return caught.value.errors


def test_missing_title_and_wrong_resource_are_named_together(raw):
    del raw["title"]
    raw["resourceType"] = "Patient"
    assert errors_of(raw) == ["resourceType must be Questionnaire", "title is missing"]


def test_a_questionnaire_without_questions_is_refused(raw):
    raw["item"] = []
    assert errors_of(raw) == ["there is no question"]


def test_the_same_link_id_twice_is_refused(raw):
    raw["item"].insert(0, raw["item"][0])
    assert "item /88122-7: the link id is used 2 times" in errors_of(raw)


def test_the_same_answer_twice_is_refused(raw):
    options = raw["item"][0]["answerOption"]
    options.append(options[0])
    assert errors_of(raw) == ["item /88122-7: the answer LA28397-0 is offered 2 times"]


def test_a_question_with_one_answer_is_refused(raw):
    raw["item"][0]["answerOption"] = raw["item"][0]["answerOption"][:1]
    assert errors_of(raw) == ["item /88122-7: there must be at least two answers to choose from"]


def test_a_declined_answer_that_counts_as_a_need_is_refused(raw):
    raw["item"][0]["answerOption"][3]["extension"].append({"url": OWN + "need", "valueBoolean": True})
    assert errors_of(raw) == ["item /88122-7: a declined answer is neither positive nor negative (LA15775-2)"]


def test_a_need_without_a_category_is_refused(raw):
    item = raw["item"][0]
    item["extension"] = [e for e in item["extension"] if not e["url"].endswith("need-category")]
    assert "item /88122-7: the answer LA28397-0 is a need without a category" in errors_of(raw)


def test_a_score_of_a_question_that_is_not_there_is_refused(raw):
    del raw["item"][0]
    assert errors_of(raw) == ["item /88124-3: /88122-7 is not a question of this instrument"]


def test_a_sum_over_answers_without_values_is_refused(raw):
    rule = raw["item"][2]["extension"][-1]["extension"]
    rule[0]["valueCode"] = "sum"
    assert "item /88124-3: an answer of /88122-7 has no value" in errors_of(raw)


def test_a_read_only_item_without_a_rule_is_refused(raw):
    raw["item"][2]["extension"] = []
    assert errors_of(raw) == ["item /88124-3: a read-only item must say how it is derived"]


def test_a_question_of_an_unknown_type_or_kind_is_refused(raw):
    raw["item"][0]["type"] = "attachment"
    raw["item"][1]["extension"] = []
    found = errors_of(raw)
    assert "item /88122-7: the type 'attachment' is not supported; only choice is" in found
    assert any(error.startswith("item /88123-5: '' is not a valid ItemKind") for error in found)


def test_a_flag_that_is_not_true_or_false_is_refused(raw):
    raw["item"][0]["answerOption"][0]["extension"][0]["valueBoolean"] = "yes"
    assert errors_of(raw)[0] == f"item /88122-7: {OWN}need must be true or false"


def test_an_answer_without_a_code_is_refused(raw):
    raw["item"][0]["answerOption"][0] = {"valueString": "Often"}
    assert errors_of(raw)[0] == "item /88122-7: a coding must have a code"


def test_display_text_is_no_question(raw):
    raw["item"].insert(0, {"linkId": "intro", "type": "display", "text": "Read this aloud."})
    assert len(read_questionnaire(raw).items) == 2
