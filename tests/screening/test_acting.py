"""Urgent answers: noticed at once, private until their cause is recorded, handed to a named person."""

from datetime import timedelta

import pytest

from referral.foundation.refusals import NotAllowed, Refused
from referral.people.rules import NeedCategory, SensitivityLevel
from referral.screening import queries, service
from referral.screening.rules import NeedState
from tests.factories.fixtures import NOW
from tests.factories.screening import a_screening


@pytest.fixture
def screening(session, ana, maria):
    return a_screening(session, maria, ana)


@pytest.fixture
def urgent(session, ana, screening):
    service.answer(session, screening, "10", codes=["yes"], by=ana, at=NOW)
    (row,) = queries.urgent_answers_of(session, screening.id)
    return row


def test_an_urgent_answer_is_its_askers_alone_until_its_cause_is_recorded(as_user, ana, ben, screening, urgent):
    assert (urgent.level, urgent.cause) == (SensitivityLevel.L3, None)
    with as_user(ana) as mine:
        assert [row.id for row in queries.urgent_waiting(mine, ana.user_id)] == [urgent.id]
    with as_user(ben) as others:
        assert queries.urgent_answers_of(others, screening.id) == []


def test_an_urgent_answer_that_is_taken_back_is_urgent_no_more(as_user, ana, screening, urgent):
    with as_user(ana) as mine:
        screening = service.open_screening(mine, screening.id, by=ana, at=NOW)
        service.answer(mine, screening, "10", codes=["no"], by=ana, at=NOW)
        assert queries.urgent_answers_of(mine, screening.id) == []


def test_hunger_tonight_joins_the_team_on_top(session, as_user, ana, ben, maria, screening, urgent):
    need = service.record_cause(session, urgent, NeedCategory.FOOD_INSECURITY, by=ana, at=NOW)
    assert (need.category, need.state, need.is_urgent) == (NeedCategory.FOOD_INSECURITY, NeedState.IDENTIFIED, True)
    with as_user(ben) as others:
        assert [row.level for row in queries.urgent_answers_of(others, screening.id)] == [SensitivityLevel.L1]
        assert [row.link_id for row in queries.answers_of(others, screening.id)] == ["10"]
        assert [row.is_urgent for row in queries.needs_of(others, maria.id)] == [True]


def test_fear_of_a_partner_stays_with_the_asker(session, as_user, ana, ben, maria, screening, urgent):
    need = service.record_cause(session, urgent, NeedCategory.INTIMATE_PARTNER_VIOLENCE, by=ana, at=NOW)
    assert need.level is SensitivityLevel.L3
    with as_user(ben) as others:
        assert queries.urgent_answers_of(others, screening.id) == []
        assert queries.needs_of(others, maria.id) == []


def test_an_urgent_need_found_again_by_the_questions_is_one_need(session, ana, screening, urgent):
    first = service.record_cause(session, urgent, NeedCategory.FOOD_INSECURITY, by=ana, at=NOW)
    service.answer(session, screening, "1", codes=["yes"], by=ana, at=NOW)
    (need,) = service.complete(session, screening, by=ana, at=NOW)
    assert (need.id, need.is_urgent) == (first.id, True)
    assert {answer.link_id for answer, _ in queries.answers_behind(session, need.id)} == {"1", "10"}


def test_whoever_takes_over_is_named_with_the_time_of_the_first_contact(session, ana, screening, urgent):
    service.act_on(session, [urgent], cause=None, handed_to="Rosa at the shelter desk", by=ana, at=NOW)
    assert (urgent.handed_to, urgent.first_contact_at, urgent.cause) == ("Rosa at the shelter desk", NOW, None)
    assert queries.urgent_waiting(session, ana.user_id) == []


def test_a_first_contact_in_the_future_is_refused(session, ana, urgent):
    with pytest.raises(Refused, match="future"):
        service.record_first_contact(
            session, urgent, handed_to="Rosa", contact_at=NOW + timedelta(hours=1), by=ana, at=NOW
        )


def test_nobody_else_acts_on_it(session, ben, urgent):
    with pytest.raises(NotAllowed):
        service.act_on(session, [urgent], cause=NeedCategory.FOOD_INSECURITY, handed_to="", by=ben, at=NOW)


def test_an_answer_that_names_its_cause_makes_an_urgent_need_at_the_end(session, ana, maria):
    screening = a_screening(session, maria, ana, name="AhcHrsn", panels=["/96777-8"])
    service.answer(session, screening, "/71802-3", codes=["LA31995-6"], by=ana, at=NOW)
    (urgent,) = queries.urgent_answers_of(session, screening.id)
    assert (urgent.cause, urgent.level, urgent.is_proposed) == (NeedCategory.HOMELESSNESS, SensitivityLevel.L1, True)
    (need,) = service.complete(session, screening, by=ana, at=NOW)
    assert (need.category, need.is_urgent) == (NeedCategory.HOMELESSNESS, True)


def test_what_to_do_follows_the_cause_as_soon_as_it_is_known(session, ana, screening, urgent):
    assert service.act_now([urgent]).lines[0].number == "911"
    service.record_cause(session, urgent, NeedCategory.FOOD_INSECURITY, by=ana, at=NOW)
    assert service.act_now([urgent]).lines[0].number == "2-1-1"
