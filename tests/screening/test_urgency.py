"""An urgent answer tells the asker what to do now."""

from referral.people.rules import NeedCategory, SensitivityLevel
from referral.screening.rules import answer_with, urgent_items, what_to_do_now

NUMBERS = {"911", "988", "2-1-1", "1-800-799-7233"}


def answered(instrument, link_id, code):
    return urgent_items(instrument, {link_id: answer_with(instrument.item(link_id), [code])})


def test_an_urgent_yes_names_no_cause_and_is_safety_until_it_does(nc):
    (found,) = answered(nc, "10", "yes")
    assert (found.level, found.category, found.is_proposed) == (SensitivityLevel.L3, None, False)


def test_without_a_cause_the_asker_asks_for_it_and_sees_the_safety_numbers_first(nc):
    act = what_to_do_now(answered(nc, "10", "yes"))
    assert "record the cause" in act.steps[0]
    assert any("safe to talk" in step for step in act.steps)
    assert any("open today" in step for step in act.steps)
    assert act.lines[0].number == "911"
    assert {line.number for line in act.lines} == NUMBERS


def test_hunger_tonight_leads_to_the_community_line_first(nc):
    act = what_to_do_now(answered(nc, "10", "yes"), NeedCategory.FOOD_INSECURITY)
    assert act.lines[0].number == "2-1-1"
    assert not any("safe to talk" in step for step in act.steps)
    assert {line.number for line in act.lines} == NUMBERS


def test_fear_of_being_hurt_sends_nothing_without_a_release(nc):
    act = what_to_do_now(answered(nc, "10", "yes"), NeedCategory.INTIMATE_PARTNER_VIOLENCE)
    assert any("without the person's release" in step for step in act.steps)
    assert not any("open today" in step for step in act.steps)


def test_nothing_urgent_needs_no_page(nc):
    assert what_to_do_now(answered(nc, "10", "no")) is None
    assert urgent_items(nc, {}) == ()


def test_proposed_urgent_answers_of_the_ahc_tool_name_their_cause(ahc):
    (home,) = answered(ahc, "/71802-3", "LA31995-6")
    (cut_off,) = answered(ahc, "/96779-4", "LA32002-0")
    (hurt,) = answered(ahc, "/95618-5", "LA16644-9")
    assert (home.category, home.level) == (NeedCategory.HOMELESSNESS, SensitivityLevel.L1)
    assert (cut_off.category, cut_off.level) == (NeedCategory.UTILITY_INSECURITY, SensitivityLevel.L1)
    assert (hurt.category, hurt.level) == (NeedCategory.SDOH_CATEGORY_UNSPECIFIED, SensitivityLevel.L3)
    assert home.is_proposed
    assert cut_off.is_proposed
    assert hurt.is_proposed
    assert answered(ahc, "/95618-5", "LA10082-8") == ()
    assert what_to_do_now([hurt]).lines[1].number == "1-800-799-7233"
