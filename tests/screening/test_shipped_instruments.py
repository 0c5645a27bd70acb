"""The shipped Questionnaires say what the published instruments say, word for word."""

import json
from pathlib import Path

import pytest

from referral.people.rules import SensitivityLevel
from referral.screening.rules import ItemKind, Urgency, read_questionnaire

DATA = Path(__file__).parent / "data"
SEED = Path(__file__).parents[2] / "seed" / "instruments"
PAIRS = [
    ("nc-dhhs-sdoh", "instrument_nc_dhhs"),
    ("ahc-hrsn", "instrument_ahc_hrsn"),
    ("hunger-vital-sign", "instrument_hunger_vital_sign"),
]


def both(shipped, published):
    raw = json.loads((SEED / f"{shipped}.json").read_text())
    return raw, read_questionnaire(raw), json.loads((DATA / f"{published}.json").read_text())


@pytest.mark.parametrize(("shipped", "published"), PAIRS)
def test_questions_answers_and_order_are_those_of_the_instrument(shipped, published):
    _, instrument, source = both(shipped, published)
    assert [(item.text, [(o.code, o.text) for o in item.options]) for item in instrument] == [
        (item["text"], [(a["code"], a["text"]) for a in item["answers"]]) for item in source["items"]
    ]


@pytest.mark.parametrize(("shipped", "published"), PAIRS)
def test_need_rules_are_those_of_the_instrument(shipped, published):
    _, instrument, source = both(shipped, published)
    for item, expected in zip(instrument, source["items"], strict=True):
        assert item.kind == expected["kind"]
        assert list(item.categories) == expected["gravity_categories_proposed"]
        assert item.is_multiple == (expected["select"] == "many")
        assert item.is_required == (not expected.get("optional", False))
        assert item.must_ask_alone == expected["sensitive"]
        for option, answer in zip(item.options, expected["answers"], strict=True):
            assert option.need == answer.get("need")
            assert option.is_declined == answer.get("declined", False)
            assert option.is_exclusive == answer.get("exclusive", False)
            assert option.category == answer.get("gravity_category_proposed")
            if "score" in answer:
                assert option.score == answer["score"]
            assert (option.urgency is Urgency.PROPOSED) == answer.get("urgent_proposed", False)
            assert (option.urgency is Urgency.URGENT) == answer.get("urgent", False)


@pytest.mark.parametrize(("shipped", "published"), PAIRS)
def test_loinc_codes_are_those_of_the_instrument(shipped, published):
    _, instrument, source = both(shipped, published)
    assert [item.code.code if item.code else None for item in instrument] == [
        item.get("loinc") for item in source["items"]
    ]
    assert [s.code.code if s.code else None for s in instrument.scores] == [
        s["loinc"] for s in sorted(source.get("scores", []), key=lambda s: s["id"] == "phq2")
    ]


@pytest.mark.parametrize("shipped", ["ahc-hrsn", "hunger-vital-sign"])
def test_the_loinc_notice_travels_with_every_copy(shipped):
    raw = json.loads((SEED / f"{shipped}.json").read_text())
    assert "LOINC® is a registered United States trademark of Regenstrief Institute, Inc." in raw["copyright"]
    assert "http://loinc.org/license" in raw["copyright"]


def test_the_nc_food_questions_are_not_coded_as_hunger_vital_sign(nc):
    assert nc.item("1").code is None
    assert nc.item("2").code is None


def test_what_nobody_verified_is_marked(nc, ahc, hunger):
    assert nc.item("9").unverified == ("wording",)
    assert any("need rule" in mark for mark in nc.unverified)
    assert any("93038-8" in item.link_id and item.unverified for item in ahc)
    assert all(any("proposed" in mark for mark in i.unverified) for i in (nc, ahc, hunger))
    assert next(s for s in ahc.scores if s.is_for_adults).unverified


def test_levels_follow_the_subject_of_the_question(ahc):
    levels = {item.link_id: item.level for item in ahc}
    assert {levels[f"/{code}"] for code in ("95618-5", "95617-7", "95616-9", "95615-1")} == {SensitivityLevel.L3}
    behavioral = ("68517-2", "96842-0", "95530-2", "68524-8", "44250-9", "44255-8")
    assert {levels[f"/{code}"] for code in behavioral} == {SensitivityLevel.L2}
    assert levels["/88122-7"] is SensitivityLevel.L1


def test_the_core_panel_alone_has_ten_questions_and_its_own_score(ahc):
    core = ahc.narrowed_to(["/96777-8"])
    assert ahc.panels == ("/96777-8", "/97023-6")
    assert len(core.items) == 10
    assert [score.link_id for score in core.scores] == ["/95614-4"]
    assert len(ahc.items) == 27


def test_only_the_immediate_need_questions_are_optional(nc):
    assert [item.link_id for item in nc if not item.is_required] == ["10", "11"]
    assert [item.kind for item in nc][-2:] == [ItemKind.URGENT_FLAG, ItemKind.WANTS_HELP]
