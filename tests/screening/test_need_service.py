"""Needs in the database: moves, reasons, categories, and who may see them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from referral.foundation.refusals import NotFound, Refused
from referral.people.rules import NeedCategory, SensitivityLevel
from referral.screening import queries, service
from referral.screening.models import NeedAnswer, NeedChange
from referral.screening.rules import DismissReason, HandOff, NeedAction, NeedState
from tests.factories.fixtures import NOW
from tests.factories.screening import a_screening, answer_all

LATER = NOW + timedelta(days=3)


@pytest.fixture
def food(session, ana, maria):
    (need,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes")
    return need


def test_confirming_makes_a_need_ready_to_be_referred(session, ana, food):
    assert not food.can_refer
    service.confirm_need(session, food, by=ana, at=LATER)
    assert (food.state, food.confirmed_at, food.ended_at) == (NeedState.CONFIRMED, LATER, None)
    assert food.can_refer


def test_every_move_is_written_with_who_and_when(session, ana, food):
    service.confirm_need(session, food, by=ana, at=LATER)
    service.mark_met(session, food, by=ana, at=LATER, note="on the phone")
    changes = queries.changes_of(session, food.id)
    assert [(change.from_state, change.to_state, change.note) for change in changes] == [
        (None, NeedState.IDENTIFIED, None),
        (NeedState.IDENTIFIED, NeedState.CONFIRMED, None),
        (NeedState.CONFIRMED, NeedState.MET, "on the phone"),
    ]
    assert {change.by_principal for change in changes} == {f"user:{ana.user_id}"}
    assert [event.what for event in service.history(session, food)] == ["Met", "Confirmed with the person", "Found"]
    assert {event.who for event in service.history(session, food)} == {"Ana"}


def test_a_move_outside_the_table_changes_nothing(session, ana, food):
    with pytest.raises(Refused, match="identified cannot take the step meet"):
        service.mark_met(session, food, by=ana, at=LATER)
    assert food.state is NeedState.IDENTIFIED
    assert len(queries.changes_of(session, food.id)) == 1


def test_dismissing_takes_a_reason_and_another_reason_takes_words(session, ana, food):
    with pytest.raises(Refused, match="Say why"):
        service.move_need(session, food, NeedAction.DISMISS, by=ana, at=LATER)
    with pytest.raises(Refused, match="few words"):
        service.dismiss_need(session, food, reason=DismissReason.OTHER, by=ana, at=LATER)
    with pytest.raises(Refused, match="Only a dismissed need"):
        service.move_need(session, food, NeedAction.CONFIRM, reason=DismissReason.NOT_A_NEED, by=ana, at=LATER)
    service.dismiss_need(session, food, reason=DismissReason.MISUNDERSTOOD, by=ana, at=LATER)
    assert (food.state, food.dismiss_reason, food.ended_at) == (
        NeedState.DISMISSED,
        DismissReason.MISUNDERSTOOD,
        LATER,
    )
    assert service.history(session, food)[0].what == "Dismissed: misunderstood"


def test_a_met_need_may_turn_out_unmet_and_be_tried_again(session, ana, food):
    for action in (NeedAction.CONFIRM, NeedAction.MEET, NeedAction.LEAVE_UNMET, NeedAction.CONFIRM):
        service.move_need(session, food, action, by=ana, at=LATER)
    assert (food.state, food.ended_at) == (NeedState.CONFIRMED, None)


def test_a_need_that_is_wanted_again_is_refused_when_a_new_one_is_open(session, ana, maria, food):
    service.decline_help(session, food, by=ana, at=LATER)
    service.add_need(session, maria, NeedCategory.FOOD_INSECURITY, by=ana, at=LATER)
    with pytest.raises(Refused, match="already on the list"):
        service.confirm_need(session, food, by=ana, at=LATER)


def test_a_need_told_outside_the_questions_is_confirmed_and_listed_once(session, ana, maria):
    need = service.add_need(session, maria, NeedCategory.UTILITY_INSECURITY, is_urgent=True, by=ana, at=NOW)
    assert (need.state, need.is_urgent, need.screening_id) == (NeedState.CONFIRMED, True, None)
    assert service.words_behind(session, need) == []
    assert service.history(session, need)[0].what == "Found, confirmed"
    with pytest.raises(Refused, match="already on the list"):
        service.add_need(session, maria, NeedCategory.UTILITY_INSECURITY, by=ana, at=NOW)


def test_a_need_can_be_put_into_another_category(session, ana, food):
    service.change_category(session, food, NeedCategory.MATERIAL_HARDSHIP, by=ana, at=LATER)
    assert (food.category, food.level) == (NeedCategory.MATERIAL_HARDSHIP, SensitivityLevel.L1)
    assert service.history(session, food)[0].what == "Was put under another need; before: Food"


def test_an_ended_need_keeps_its_category(session, ana, food):
    service.dismiss_need(session, food, reason=DismissReason.NOT_A_NEED, by=ana, at=LATER)
    with pytest.raises(Refused, match="has ended"):
        service.change_category(session, food, NeedCategory.STRESS, by=ana, at=LATER)


def test_two_needs_never_share_a_category(session, ana, maria, food):
    other = service.add_need(session, maria, NeedCategory.STRESS, by=ana, at=LATER)
    with pytest.raises(Refused, match="already on the list"):
        service.change_category(session, other, NeedCategory.FOOD_INSECURITY, by=ana, at=LATER)


def test_a_safety_need_stays_sensitive_whatever_it_is_called(session, ana, maria):
    (need,) = answer_all(session, a_screening(session, maria, ana), ana, q7="yes")
    service.change_category(session, need, NeedCategory.HOUSING_INSTABILITY, by=ana, at=LATER)
    assert need.level is SensitivityLevel.L3


def test_a_need_that_turns_out_to_be_safety_belongs_to_whoever_heard_it(session, as_user, ana, ben, food):
    service.confirm_need(session, food, by=ana, at=NOW)
    with as_user(ben) as heard:
        need = service.open_need(heard, food.id, by=ben, at=LATER)
        service.change_category(heard, need, NeedCategory.INTIMATE_PARTNER_VIOLENCE, by=ben, at=LATER)
        heard.commit()
    session.expire_all()
    assert (food.found_by_user_id, food.level) == (ben.user_id, SensitivityLevel.L3)
    for table in (NeedChange, NeedAnswer):
        assert set(session.scalars(select(table.level).where(table.need_id == food.id))) == {SensitivityLevel.L3}
    with as_user(ana) as others, pytest.raises(NotFound):
        service.open_need(others, food.id, by=ana, at=LATER)


def test_a_safety_need_is_handed_off_by_voice_unless_the_person_wants_otherwise(session, ana, maria):
    stress = service.add_need(session, maria, NeedCategory.STRESS, by=ana, at=NOW)
    assert stress.can_refer
    assert not stress.is_for_hand_off
    safety = service.add_need(session, maria, NeedCategory.INTIMATE_PARTNER_VIOLENCE, by=ana, at=NOW)
    assert safety.is_for_hand_off
    assert not safety.can_refer


def test_the_words_behind_a_need_are_those_of_the_instrument(session, food):
    (said,) = service.words_behind(session, food)
    assert (said.question, said.words) == (
        "Within the past 12 months, did you worry that your food would run out before you got money to buy more?",
        "Yes",
    )


def test_hand_offs_are_counted_by_kind_and_day_without_a_person(session, world, as_user, ana):
    with as_user(ana) as mine:
        for kind in (HandOff.HOTLINE_NUMBER_GIVEN, HandOff.HOTLINE_NUMBER_GIVEN, HandOff.HOTLINE_CALLED_TOGETHER):
            service.count_hand_off(mine, kind, by=ana, at=NOW)
        mine.commit()
    assert queries.hand_offs(session, world.center.id, NOW.date()) == {
        HandOff.HOTLINE_NUMBER_GIVEN: 2,
        HandOff.HOTLINE_CALLED_TOGETHER: 1,
    }
    assert queries.hand_offs(session, world.center.id, LATER.date()) == {}
