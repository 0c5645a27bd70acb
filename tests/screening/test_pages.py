"""The pages: from the choice of questions to a confirmed need, as a browser sees them."""

import re

import pytest
from sqlalchemy import select

from referral.organizations.rules import Role
from referral.people.rules import NeedCategory, SensitivityLevel
from referral.screening import queries, service
from referral.screening.models import Need, Screening
from referral.screening.rules import HandOff, NeedState, ScreeningStatus
from tests.factories.fixtures import NOW
from tests.factories.pages import version_on
from tests.factories.screening import a_screening, answer_all, the_instrument


@pytest.fixture
def page(browser, ana_works):
    return browser(ana_works)


@pytest.fixture
def asked(session, ana, maria):
    screening = a_screening(session, maria, ana)
    session.commit()
    return screening


def heading(response):
    return re.sub(r"\s+", " ", re.search(r"<h1>(.*?)</h1>", response.text, re.S).group(1)).strip()


def say(page, screening, link_id, **said):
    return page.post(f"/screenings/{screening.id}", data={"link_id": link_id, **said})


def test_a_navigator_chooses_the_questions_and_begins(page, session, maria):
    the_instrument(session)
    session.commit()
    shown = page.get(f"/people/{maria.id}/screenings/new")
    assert heading(shown) == "Ask what is needed"
    assert shown.text.index("North Carolina") < shown.text.index("Accountable Health")
    choice = re.search(r'name="choice"[^>]*value="([^"]+)"', shown.text).group(1)
    begun = page.post(
        f"/people/{maria.id}/screenings/new",
        data={"choice": choice, "is_alone": "true", "respondent": "person", "mode": "phone", "language": "en"},
    )
    screening = session.scalars(select(Screening)).one()
    assert begun.headers["Location"] == f"/screenings/{screening.id}"
    assert (screening.is_alone, screening.panels) == (True, [])


def test_the_question_about_privacy_must_be_answered_and_the_rest_is_kept(page, session, maria):
    the_instrument(session)
    session.commit()
    sent = {"choice": "unknown", "respondent": "caregiver", "mode": "video", "language": "es"}
    again = page.post(f"/people/{maria.id}/screenings/new", data=sent)
    assert again.status_code == 422
    assert "Ask whether the person is alone." in again.text
    assert re.search(r'<option value="caregiver" selected>', again.text)
    assert session.scalars(select(Screening)).all() == []


def test_one_question_a_page_with_a_key_for_each_answer(page, asked):
    shown = page.get(f"/screenings/{asked.id}")
    assert heading(shown) == "Question 1"
    assert "did you worry that your food would run out" in shown.text
    assert 'data-key="1"' in shown.text
    assert "Chose not to answer" in shown.text
    following = say(page, asked, "1", **{"codes[]": "yes"})
    assert following.headers["Location"] == f"/screenings/{asked.id}"
    assert heading(page.get(f"/screenings/{asked.id}")) == "Question 2"


@pytest.mark.parametrize("state", ["declined", "unknown", "not_asked"])
def test_a_question_may_be_declined_unknown_or_skipped(page, session, asked, state):
    assert say(page, asked, "1", state=state).status_code == 303
    (row,) = queries.answers_of(session, asked.id)
    assert row.state == state


def test_an_answer_that_is_not_offered_says_so_and_changes_nothing(page, session, asked):
    refused = say(page, asked, "1", **{"codes[]": "maybe"})
    assert refused.status_code == 409
    assert "no answer with the code maybe" in refused.text
    assert queries.answers_of(session, asked.id) == []


def test_an_unverified_wording_is_marked_where_it_is_asked(page, asked):
    shown = page.get(f"/screenings/{asked.id}?link_id=9")
    assert heading(shown) == "Question 9"
    assert "Unverified" in shown.text


def test_several_problems_are_chosen_together(page, session, ana, maria):
    asked = a_screening(session, maria, ana, name="AhcHrsn")
    session.commit()
    shown = page.get(f"/screenings/{asked.id}?link_id=/96778-6")
    assert shown.text.count('type="checkbox" name="codes[]"') == 8
    say(page, asked, "/96778-6", **{"codes[]": ["LA28580-1", "LA32001-2"]})
    (row,) = queries.answers_of(session, asked.id)
    assert row.chosen == ("LA28580-1", "LA32001-2")


def test_an_urgent_answer_opens_the_page_that_says_what_to_do(page, session, ana, asked):
    sent = say(page, asked, "10", **{"codes[]": "yes"})
    assert sent.headers["Location"] == f"/screenings/{asked.id}/now"
    shown = page.get(sent.headers["Location"])
    assert heading(shown) == "What to do now"
    for number in ("911", "988", "2-1-1", "1-800-799-7233"):
        assert number in shown.text
    page.post(f"/screenings/{asked.id}/now", data={"cause": "food-insecurity", "handed_to": "Rosa, pantry desk"})
    session.expire_all()
    (urgent,) = queries.urgent_answers_of(session, asked.id)
    assert (urgent.cause, urgent.handed_to) == (NeedCategory.FOOD_INSECURITY, "Rosa, pantry desk")
    assert "Handed over" in page.get(f"/screenings/{asked.id}/now").text


def test_without_anything_urgent_the_page_leads_back_to_the_questions(page, asked):
    assert page.get(f"/screenings/{asked.id}/now").headers["Location"] == f"/screenings/{asked.id}"
    assert page.post(f"/screenings/{asked.id}/now", data={"handed_to": "Rosa"}).status_code == 404


def test_after_the_last_question_the_answers_are_looked_over_and_finished(page, session, ana, asked):
    for item in service.instrument_of(asked):
        say(page, asked, item.link_id, **{"codes[]": "yes" if item.link_id in {"1", "11"} else "no"})
    shown = page.get(f"/screenings/{asked.id}")
    assert heading(shown) == "Look over the answers"
    finished = page.post(f"/screenings/{asked.id}/finish")
    assert finished.headers["Location"] == f"/screenings/{asked.id}/result"
    result = page.get(finished.headers["Location"])
    assert heading(result) == "What was found"
    assert "Food" in result.text
    session.expire_all()
    assert session.get_one(Screening, asked.id).status is ScreeningStatus.COMPLETED
    assert page.get(f"/screenings/{asked.id}").headers["Location"] == f"/screenings/{asked.id}/result"


def test_finishing_before_the_first_question_says_why_not(page, asked):
    refused = page.post(f"/screenings/{asked.id}/finish")
    assert refused.status_code == 409
    assert "No question was asked yet." in refused.text


def test_stopping_early_is_said_and_never_counts_as_no(page, asked):
    say(page, asked, "1", **{"codes[]": "no"})
    assert heading(page.get(f"/screenings/{asked.id}/review")) == "Look over the answers"
    page.post(f"/screenings/{asked.id}/finish")
    assert "They count as not asked, never as No." in page.get(f"/screenings/{asked.id}/result").text


def test_a_partial_safety_score_that_is_high_already_is_shown_as_a_concern(page, session, ana, maria):
    asked = a_screening(session, maria, ana, name="AhcHrsn", panels=["/96777-8"])
    for link_id in ("/95618-5", "/95617-7", "/95616-9"):
        service.answer(session, asked, link_id, codes=["LA6482-9"], by=ana, at=NOW)
    service.complete(session, asked, by=ana, at=NOW)
    session.commit()
    shown = page.get(f"/screenings/{asked.id}/result").text
    assert "A safety concern" in shown
    assert "No score: not every question was answered" in shown


def test_flags_and_clinical_answers_are_shown_apart_from_needs(page, session, ana, maria):
    asked = a_screening(session, maria, ana, name="AhcHrsn")
    for link_id, code in {"/97027-7": "LA33-6", "/68517-2": "LA18891-4", "/44250-9": "LA6571-9"}.items():
        service.answer(session, asked, link_id, codes=[code], by=ana, at=NOW)
    service.complete(session, asked, by=ana, at=NOW)
    session.commit()
    shown = page.get(f"/screenings/{asked.id}/result").text
    assert "an interpreter and translated material" in shown
    assert "Substance Use (Alcohol Use)" in shown
    assert "The answers point to no need." in shown


def test_an_open_need_that_is_denied_now_is_asked_about_and_stays_open(page, session, ana, maria):
    (food,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes")
    service.confirm_need(session, food, by=ana, at=NOW)
    again = a_screening(session, maria, ana)
    answer_all(session, again, ana)
    session.commit()
    shown = page.get(f"/screenings/{again.id}/result").text
    assert "answered with No this time" in shown
    assert f"/needs/{food.id}/meet_elsewhere" in shown
    assert food.state is NeedState.CONFIRMED


def test_the_result_hides_safety_from_everybody_but_the_asker(page, browser, ben_works, session, ana, maria):
    asked = a_screening(session, maria, ana)
    answer_all(session, asked, ana, q1="yes", q8="yes")
    session.commit()
    mine = page.get(f"/screenings/{asked.id}/result").text
    others = browser(ben_works).get(f"/screenings/{asked.id}/result").text
    for words in ("Safety at home or around others", "hit, slapped, kicked", "warm hand-off", "Only you see this"):
        assert words in mine
        assert words not in others
    assert "Food" in others


def test_a_need_is_confirmed_in_one_click_and_then_help_can_be_found(page, session, ana, maria):
    (need,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes")
    session.commit()
    moved = page.post(f"/needs/{need.id}/confirm")
    assert moved.headers["Location"] == f"/screenings/{need.screening_id}/result"
    assert f"/needs/{need.id}/refer" in page.get(moved.headers["Location"]).text
    assert f"/needs/{need.id}/refer" in page.get(f"/needs/{need.id}").text


def test_a_move_that_is_not_allowed_says_why(page, session, ana, maria):
    (need,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes")
    session.commit()
    refused = page.post(f"/needs/{need.id}/meet")
    assert refused.status_code == 409
    assert "cannot take the step meet" in refused.text
    assert page.post(f"/needs/{need.id}/dance").status_code == 404


def test_dismissing_without_a_reason_is_refused_at_its_field(page, session, ana, maria):
    (need,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes")
    session.commit()
    assert "Say why this is not a need." in page.post(f"/needs/{need.id}/dismiss").text
    words = page.post(f"/needs/{need.id}/dismiss", data={"reason": "other"})
    assert (words.status_code, "few words about the other reason" in words.text) == (422, True)
    page.post(f"/needs/{need.id}/dismiss", data={"reason": "not_a_need"})
    session.expire_all()
    assert session.get_one(Need, need.id).state is NeedState.DISMISSED
    assert "Not a need" in page.get(f"/needs/{need.id}").text


def test_a_need_can_be_put_elsewhere_on_its_page(page, session, ana, maria):
    (need,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes")
    session.commit()
    version = version_on(page, f"/needs/{need.id}")
    page.post(f"/needs/{need.id}/category", data={"category": "material-hardship", "version": version})
    shown = page.get(f"/needs/{need.id}")
    assert heading(shown) == "Clothing and household goods"
    assert "Was put under another need; before: Food" in shown.text


def test_a_need_told_in_passing_is_added_by_hand(page, session, maria):
    session.commit()
    assert heading(page.get(f"/people/{maria.id}/needs/new")) == "Add a need"
    assert page.post(f"/people/{maria.id}/needs/new", data={}).status_code == 422
    added = page.post(f"/people/{maria.id}/needs/new", data={"category": "utility-insecurity", "is_urgent": "true"})
    need = session.scalars(select(Need)).one()
    assert added.headers["Location"] == f"/needs/{need.id}"
    assert "The person told it outside of the questions." in page.get(f"/needs/{need.id}").text


def test_a_sensitive_need_offers_a_warm_hand_off_that_is_counted_without_the_person(page, session, world, ana, maria):
    need = service.add_need(session, maria, NeedCategory.INTIMATE_PARTNER_VIOLENCE, by=ana, at=NOW)
    session.commit()
    shown = page.get(f"/needs/{need.id}").text
    assert "1-800-799-7233" in shown
    assert shown.index("1-800-799-7233") < shown.index(f"/needs/{need.id}/refer"), "the hand-off comes first"
    page.post(f"/needs/{need.id}/hand-off", data={"kind": "hotline_called_together"})
    assert queries.hand_offs(session, world.center.id, NOW.date()) == {HandOff.HOTLINE_CALLED_TOGETHER: 1}


def test_a_safety_need_of_another_navigator_does_not_exist(browser, ben_works, session, ana, maria):
    need = service.add_need(session, maria, NeedCategory.INTIMATE_PARTNER_VIOLENCE, by=ana, at=NOW)
    session.commit()
    assert need.level is SensitivityLevel.L3
    page = browser(ben_works)
    assert page.get(f"/needs/{need.id}").status_code == 404
    assert page.post(f"/needs/{need.id}/confirm").status_code == 404


@pytest.mark.parametrize("role", [Role.CBO_INTAKE, Role.CBO_BILLER])
def test_organizations_that_help_do_not_read_screenings(browser, world, session, asked, role):
    page = browser(world.staff(world.pantry, role))
    assert page.get(f"/screenings/{asked.id}/result").status_code == 403
    assert page.get(f"/screenings/{asked.id}").status_code == 403


def test_another_network_does_not_know_the_screening(browser, session, asked):
    from tests.factories.fixtures import make_world

    elsewhere = make_world(session, "Other Network")
    stranger = browser(elsewhere.staff(elsewhere.center, Role.NAVIGATOR, name="Stranger"))
    assert stranger.get(f"/screenings/{asked.id}/result").status_code == 404
    assert stranger.get(f"/screenings/{asked.id}").status_code == 404
