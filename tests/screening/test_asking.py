"""Asking, answer by answer, through the service and under row-level security."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from referral.audit.models import AuditEvent
from referral.foundation.refusals import NotAllowed, NotFound, Refused
from referral.people import service as people
from referral.people.models import AccessGrant
from referral.people.rules import AnswerState, NeedCategory, SensitivityLevel
from referral.screening import queries, service
from referral.screening.models import Answer
from referral.screening.rules import Mode, NeedState, NotAskedReason, Respondent, ScreeningStatus
from tests.factories.fixtures import NOW, SEED
from tests.factories.people import a_person
from tests.factories.screening import a_screening, answer_all, the_instrument


def test_loading_instruments_twice_changes_nothing(session):
    first = the_instrument(session)
    assert the_instrument(session).id == first.id
    assert len(queries.instruments(session)) == 3


def test_the_same_version_with_other_content_is_refused(session):
    row = the_instrument(session)
    with pytest.raises(Refused, match="give it a new version"):
        service.load_instrument(session, {**row.document, "title": "Other"}, by=SEED, at=NOW)


def test_a_new_version_is_offered_instead_and_the_old_one_is_kept(session):
    row = the_instrument(session)
    newer = service.load_instrument(session, {**row.document, "version": "2027-r1"}, by=SEED, at=NOW)
    assert row.id not in {offered.id for offered in queries.instruments(session)}
    assert newer.id in {offered.id for offered in queries.instruments(session)}
    assert queries.instrument(session, row.url, row.version) is row


def test_no_question_is_put_before_the_person_allows_to_keep_the_answers(session, ana):
    person = a_person(session, ana)
    with pytest.raises(Refused, match="permission to keep"):
        a_screening(session, person, ana)


def test_each_answer_is_kept_at_once_and_can_be_corrected(session, ana, maria):
    screening = a_screening(session, maria, ana)
    service.answer(session, screening, "1", codes=["yes"], by=ana, at=NOW)
    service.answer(session, screening, "1", codes=["no"], by=ana, at=NOW + timedelta(minutes=1))
    (row,) = queries.answers_of(session, screening.id)
    assert (row.chosen, row.answered_at) == (("no",), NOW + timedelta(minutes=1))


def test_declined_unknown_and_skipped_are_three_things(session, ana, maria):
    screening = a_screening(session, maria, ana)
    service.answer(session, screening, "1", state=AnswerState.DECLINED, by=ana, at=NOW)
    service.answer(session, screening, "2", state=AnswerState.UNKNOWN, by=ana, at=NOW)
    service.answer(session, screening, "3", state=AnswerState.NOT_ASKED, by=ana, at=NOW)
    rows = queries.answers_of(session, screening.id)
    assert [(row.state, row.reason) for row in rows] == [
        (AnswerState.DECLINED, None),
        (AnswerState.UNKNOWN, None),
        (AnswerState.NOT_ASKED, NotAskedReason.SKIPPED_FOR_NOW),
    ]


@pytest.mark.parametrize(
    ("link_id", "codes", "error"),
    [("1", ["maybe"], Refused), ("1", [], Refused), ("1", ["yes", "no"], Refused), ("99", ["yes"], NotFound)],
)
def test_what_the_question_does_not_offer_is_refused(session, ana, maria, link_id, codes, error):
    screening = a_screening(session, maria, ana)
    with pytest.raises(error):
        service.answer(session, screening, link_id, codes=codes, by=ana, at=NOW)


def test_a_safety_question_on_a_shared_line_is_refused_and_may_be_passed_over(session, ana, maria):
    screening = a_screening(session, maria, ana, is_alone=False)
    with pytest.raises(Refused, match="in private"):
        service.answer(session, screening, "7", codes=["no"], by=ana, at=NOW)
    service.answer(session, screening, "7", state=AnswerState.NOT_ASKED, by=ana, at=NOW)


def test_a_safety_question_is_never_put_to_a_proxy(session, ana, maria):
    screening = a_screening(session, maria, ana, respondent=Respondent.CAREGIVER)
    with pytest.raises(Refused, match="answers for them"):
        service.answer(session, screening, "8", codes=["no"], by=ana, at=NOW)


def test_only_who_began_goes_on(session, ana, ben, maria):
    screening = a_screening(session, maria, ana)
    with pytest.raises(NotAllowed):
        service.answer(session, screening, "1", codes=["yes"], by=ben, at=NOW)
    with pytest.raises(NotAllowed):
        service.complete(session, screening, by=ben, at=NOW)


def test_a_complete_screening_suggests_one_need_a_category_resting_on_its_answers(session, ana, maria):
    screening = a_screening(session, maria, ana)
    needs = answer_all(session, screening, ana, q1="yes", q2="yes", q5="yes")
    assert screening.status is ScreeningStatus.COMPLETED
    assert [(need.category, need.state) for need in needs] == [
        (NeedCategory.FOOD_INSECURITY, NeedState.IDENTIFIED),
        (NeedCategory.UTILITY_INSECURITY, NeedState.IDENTIFIED),
    ]
    assert [answer.link_id for answer, _ in queries.answers_behind(session, needs[0].id)] == ["1", "2"]


def test_what_was_passed_over_is_kept_as_not_asked_with_its_reason(session, ana, maria):
    screening = a_screening(session, maria, ana, is_alone=False)
    service.answer(session, screening, "1", codes=["yes"], by=ana, at=NOW)
    service.complete(session, screening, by=ana, at=NOW)
    reasons = {row.link_id: row.reason for row in queries.answers_of(session, screening.id)}
    assert screening.status is ScreeningStatus.STOPPED
    assert reasons == {
        "1": None,
        **dict.fromkeys(("2", "3", "4", "5", "6", "11"), NotAskedReason.OUT_OF_TIME),
        **dict.fromkeys(("7", "8", "9", "10"), NotAskedReason.NOT_PRIVATE),
    }


def test_nothing_asked_cannot_be_finished_and_finished_cannot_be_answered(session, ana, maria):
    screening = a_screening(session, maria, ana)
    with pytest.raises(Refused, match="No question was asked"):
        service.complete(session, screening, by=ana, at=NOW)
    answer_all(session, screening, ana)
    with pytest.raises(Refused, match="finished"):
        service.answer(session, screening, "1", codes=["yes"], by=ana, at=NOW)


def test_screening_again_strengthens_an_open_need_and_a_blank_closes_nothing(session, ana, maria):
    (food,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes")
    again = a_screening(session, maria, ana)
    service.answer(session, again, "2", codes=["yes"], by=ana, at=NOW)
    (same,) = service.complete(session, again, by=ana, at=NOW)
    assert same.id == food.id
    assert len(queries.answers_behind(session, food.id)) == 2
    third = a_screening(session, maria, ana)
    service.answer(session, third, "6", codes=["no"], by=ana, at=NOW)
    assert service.complete(session, third, by=ana, at=NOW) == []
    assert food.state is NeedState.IDENTIFIED
    assert len(queries.screenings_of(session, maria.id)) == 3


def test_whoever_wants_no_help_keeps_the_need_as_help_declined_once(session, ana, maria):
    (need,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes")
    service.decline_help(session, need, by=ana, at=NOW)
    (again,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes", q11="no")
    assert (again.id, again.state) == (need.id, NeedState.HELP_DECLINED)
    (wanted,) = answer_all(session, a_screening(session, maria, ana), ana, q1="yes", q11="yes")
    assert (wanted.id != need.id, wanted.state) == (True, NeedState.IDENTIFIED)


def test_the_core_panel_can_be_put_alone(session, ana, maria):
    screening = a_screening(session, maria, ana, name="AhcHrsn", panels=["/96777-8"])
    assert len(service.instrument_of(screening).items) == 10
    with pytest.raises(Refused, match="no such part"):
        a_screening(session, maria, ana, name="AhcHrsn", panels=["/0"])


def test_the_choices_begin_with_what_the_state_asks_for(session, ana, maria):
    the_instrument(session)
    offers = service.offers(session, network_id=maria.network_id)
    assert [(offer.version.name, offer.questions) for offer in offers] == [
        ("NcDhhsSdoh", 11),
        ("AhcHrsn", 10),
        ("AhcHrsn", 27),
        ("HungerVitalSign", 2),
    ]
    assert service.offer(session, offers[1].key).panels == ("/96777-8",)
    with pytest.raises(Refused):
        service.offer(session, "anything")


def test_a_safety_answer_is_sealed_and_its_asker_alone_reads_it(session, as_user, ana, ben, maria):
    screening = a_screening(session, maria, ana)
    answer_all(session, screening, ana, q1="yes", q9="yes")
    sealed = session.scalars(select(Answer).where(Answer.link_id == "9")).one()
    assert (sealed.level, sealed.codes, sealed.chosen) == (SensitivityLevel.L3, [], ("yes",))
    with as_user(ana) as mine:
        assert len(queries.answers_of(mine, screening.id)) == 11
        assert {need.category for need in queries.needs_of(mine, maria.id)} == {
            NeedCategory.FOOD_INSECURITY,
            NeedCategory.INTIMATE_PARTNER_VIOLENCE,
        }
    with as_user(ben) as others:
        seen = {row.link_id for row in queries.answers_of(others, screening.id)}
        assert seen == {"1", "2", "3", "4", "5", "6", "11"}
        assert [need.category for need in queries.needs_of(others, maria.id)] == [NeedCategory.FOOD_INSECURITY]


def test_another_navigator_can_find_the_same_safety_need_without_learning_of_the_first(
    session, as_user, ana, ben, maria
):
    answer_all(session, a_screening(session, maria, ana), ana, q9="yes")
    with as_user(ben) as others:
        (need,) = answer_all(others, a_screening(others, maria, ben), ben, q9="yes")
        assert need.found_by_user_id == ben.user_id
        others.commit()
    with as_user(ana) as mine:
        assert [row.found_by_user_id for row in queries.needs_of(mine, maria.id)] == [ana.user_id]


def test_without_the_persons_permission_nobody_reads_the_answers_any_more(session, as_user, ana, maria):
    screening = a_screening(session, maria, ana)
    answer_all(session, screening, ana, q9="yes")
    for basis in set(session.scalars(select(AccessGrant.basis_id).where(AccessGrant.person_id == maria.id))):
        people.revoke(session, basis_id=basis, at=NOW)
    with as_user(ana) as mine:
        assert queries.screening(mine, screening.id) is None
        assert queries.answers_of(mine, screening.id) == []


def test_the_log_names_the_question_and_never_the_answer(session, ana, maria):
    screening = a_screening(session, maria, ana)
    service.answer(session, screening, "9", codes=["yes"], by=ana, at=NOW)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "screening:answered")).one()
    assert event.details == {"link_id": "9", "state": "answered", "roles": ["navigator"]}
    assert event.person_id == maria.id


def test_a_paper_form_is_keyed_in_at_once_under_the_same_rules(session, ana, maria):
    screening = a_screening(session, maria, ana, mode=Mode.PAPER, is_alone=False)
    service.answer_form(session, screening, {"1": ["yes"], "2": AnswerState.DECLINED}, by=ana, at=NOW)
    service.answer_form(session, screening, {"1": ["no"], "11": ["yes"]}, by=ana, at=NOW)
    said = {row.link_id: (row.state, row.chosen) for row in queries.answers_of(session, screening.id)}
    assert said == {
        "1": (AnswerState.ANSWERED, ("no",)),
        "2": (AnswerState.DECLINED, ()),
        "11": (AnswerState.ANSWERED, ("yes",)),
    }
    with pytest.raises(Refused, match="in private"):
        service.answer_form(session, screening, {"7": ["yes"]}, by=ana, at=NOW)
    with pytest.raises(NotFound):
        service.answer_form(session, screening, {"99": ["yes"]}, by=ana, at=NOW)


def test_an_urgent_answer_on_paper_is_noticed_too(session, ana, maria):
    screening = a_screening(session, maria, ana, mode=Mode.PAPER)
    service.answer_form(session, screening, {"10": ["yes"]}, by=ana, at=NOW)
    assert len(queries.urgent_waiting(session, ana.user_id)) == 1
