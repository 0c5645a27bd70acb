"""Facts are what really happened, copied through the same verbs as everybody's, and nothing that may not be told."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.equity import models
from referral.equity.models import CompletenessFact, InvoiceLineFact, NeedFact, ReferralFact
from referral.equity.rules.cascade import STAGES, Stage
from referral.equity.service import refresh_facts
from referral.foundation.elevation import as_reporter
from referral.foundation.principal import Principal
from referral.people import service as people
from referral.people.rules import AnswerSource, AnswerState, DemographicKind, NeedCategory, NeedDomain, SensitivityLevel
from referral.referrals import service as referrals
from referral.referrals.rules import Action, HeardBy, PersonAnswer
from referral.screening import service as screening
from referral.screening.rules import DismissReason
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, World
from tests.factories.people import a_consent, a_person
from tests.factories.referrals import Loop
from tests.factories.screening import a_screening, answer_all


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> PaidLoop:
    return PaidLoop(session, world, principal_of)


def copied(session: Session, fact: type = NeedFact) -> list:
    refresh_facts(session, at=NOW)
    session.expire_all()
    return list(session.scalars(select(fact)))


def furthest(fact: NeedFact) -> Stage:
    return max((stage for stage in STAGES if getattr(fact, f"is_{stage}")), key=STAGES.index)


def describe(loop: Loop, source: AnswerSource, *values: str, on: date = date(2026, 1, 1)) -> None:
    people.note_demographic(
        loop.session,
        loop.person,
        DemographicKind.RACE_ETHNICITY,
        state=AnswerState.ANSWERED if values else AnswerState.DECLINED,
        source=source,
        values=values,
        observed_on=on,
        by=loop.navigator,
        at=NOW,
    )


def test_a_need_moves_from_stage_to_stage(session, loop):
    assert furthest(copied(session)[0]) is Stage.NEED_FOUND
    loop.allow()
    assert furthest(copied(session)[0]) is Stage.CONSENTED
    referral = loop.send()
    assert furthest(copied(session)[0]) is Stage.REFERRED
    loop.do(referral, Action.ACCEPT)
    assert furthest(copied(session)[0]) is Stage.ACCEPTED
    loop.do(referral, Action.START)
    assert furthest(copied(session)[0]) is Stage.STARTED
    loop.do(referral, Action.SERVE, reason_code="service_delivered")
    assert furthest(copied(session)[0]) is Stage.RECEIVED
    referrals.person_answered(session, referral, PersonAnswer.PARTLY, heard_by=HeardBy.PHONE, by=loop.navigator, at=NOW)
    assert furthest(copied(session)[0]) is Stage.CONFIRMED


def test_a_person_who_says_not_helped_is_asked_and_answered_but_not_confirmed(session, loop):
    loop.allow()
    referral = loop.do(loop.send(), Action.ACCEPT, Action.START)
    loop.do(referral, Action.SERVE, reason_code="service_delivered")
    referrals.person_answered(
        session, referral, PersonAnswer.NOT_HELPED, heard_by=HeardBy.PHONE, by=loop.navigator, at=NOW
    )
    fact = copied(session)[0]
    assert (fact.is_received, fact.is_confirmed, fact.is_asked, fact.is_answered) == (True, False, True, True)


def test_a_dismissed_need_was_only_screened(session, loop):
    screening.dismiss_need(session, loop.need, by=loop.navigator, at=NOW, reason=DismissReason.NOT_A_NEED)
    assert furthest(copied(session)[0]) is Stage.SCREENED


def test_a_need_about_violence_is_copied_nowhere(session, loop):
    screening.add_need(session, loop.person, NeedCategory.INTIMATE_PARTNER_VIOLENCE, by=loop.navigator, at=NOW)
    assert [fact.domain for fact in copied(session)] == [NeedDomain.FOOD]


def test_a_hidden_person_is_copied_nowhere(session, loop):
    loop.person.is_hidden, loop.person.level = True, SensitivityLevel.L3
    session.flush()
    assert copied(session) == []
    assert list(session.scalars(select(CompletenessFact))) == []


def test_a_domain_that_was_screened_without_a_need_stands_in_the_first_stage(session, loop):
    other = a_person(session, loop.navigator, given_name="Ann", family_name="Able")
    a_consent(session, other, loop.navigator)
    answer_all(session, a_screening(session, other, loop.navigator), loop.navigator, q1="yes")
    found = {(fact.domain, furthest(fact)) for fact in copied(session) if fact.language == "en"}
    assert (NeedDomain.FOOD, Stage.NEED_FOUND) in found
    assert (NeedDomain.HOUSING, Stage.SCREENED) in found
    assert (NeedDomain.FOOD, Stage.SCREENED) not in found
    assert NeedDomain.SAFETY not in {domain for domain, _ in found}


def test_the_most_trusted_answer_gives_the_group(session, loop):
    describe(loop, AnswerSource.PLAN_FILE, "white", on=date(2026, 5, 1))
    assert copied(session)[0].race_ethnicity == "white"
    describe(loop, AnswerSource.SELF_REPORTED, "black_or_african_american", on=date(2026, 2, 1))
    assert copied(session)[0].race_ethnicity == "black_or_african_american"
    describe(loop, AnswerSource.SELF_REPORTED, "asian", "white", on=date(2026, 3, 1))
    assert copied(session)[0].race_ethnicity == "multiracial_or_multiethnic"
    describe(loop, AnswerSource.SELF_REPORTED, on=date(2026, 4, 1))
    assert copied(session)[0].race_ethnicity == "declined"


def test_completeness_counts_each_person_once(session, loop):
    a_person(session, loop.navigator, given_name="Ann", family_name="Able")
    describe(loop, AnswerSource.SELF_REPORTED, "asian")
    describe(loop, AnswerSource.PLAN_FILE, "white")
    counts = {
        (fact.state, fact.people)
        for fact in copied(session, CompletenessFact)
        if fact.question is DemographicKind.RACE_ETHNICITY
    }
    assert counts == {(AnswerState.ANSWERED, 1), (AnswerState.NOT_ASKED, 1)}


def test_a_sent_referral_is_counted_with_its_plan_and_county(session, loop):
    loop.allow()
    referral = loop.do(loop.send(), Action.ACCEPT)
    (fact,) = copied(session, ReferralFact)
    assert (fact.referral_id, fact.plan_id, fact.county) == (referral.id, loop.world.plan.id, "Pitt")
    assert (fact.is_counted, fact.is_closed, fact.is_connected) == (True, False, False)
    assert (fact.organization_name, fact.service_name) == ("Helping Hands Pantry", "Food box")


@pytest.mark.parametrize(
    ("reason", "is_counted"), [("duplicate", False), ("sent_to_wrong_service", False), ("rerouted", True)]
)
def test_what_was_sent_by_mistake_stands_in_no_rate(session, loop, reason, is_counted):
    loop.allow()
    referrals.move(session, loop.send(), Action.RECALL, reason_code=reason, by=loop.navigator, at=NOW)
    assert copied(session, ReferralFact)[0].is_counted is is_counted


def test_a_submitted_line_is_copied_with_its_exact_amount(session, loop):
    referral, _ = loop.authorized()
    assert copied(session, InvoiceLineFact) == []
    loop.with_the_plan(referral, 2, 3)
    lines = copied(session, InvoiceLineFact)
    assert [str(line.billed) for line in lines] == ["104.97", "104.97"]
    assert {line.service_code for line in lines} == {"FOO-BOXD"}


def test_copying_twice_changes_nothing(session, loop):
    loop.allow()
    loop.send()
    first = copied(session, ReferralFact)[0].referral_id
    assert [fact.referral_id for fact in copied(session, ReferralFact)] == [first]


def test_no_fact_says_which_person_it_is_about():
    facts = [models.NeedFact, models.ReferralFact, models.InvoiceLineFact, models.CompletenessFact]
    columns = {column.key for fact in facts for column in inspect(fact).columns}
    assert not {name for name in columns if "person" in name or "phone" in name or "birth" in name or "member" in name}


@pytest.mark.parametrize("table", ["person", "need", "referral", "demographic", "audit_event"])
def test_the_reporting_role_reads_no_table_about_people(session, table):
    with pytest.raises(ProgrammingError, match="permission denied"), as_reporter(session):
        session.execute(text(f"SELECT 1 FROM {table}"))


@pytest.mark.parametrize("face", ["referral_app", "referral_plan", "referral_network"])
def test_nobody_else_reads_facts(session, face):
    privileges = "SELECT, INSERT, UPDATE, DELETE"
    held = text("SELECT has_table_privilege(:face, :fact, :privileges)")
    facts = ("need_fact", "referral_fact", "invoice_line_fact", "completeness_fact", "fact_refresh")
    assert not any(session.scalar(held, {"face": face, "fact": f, "privileges": privileges}) for f in facts)


def test_a_reader_takes_the_reporting_face_off_again(session, loop):
    with as_reporter(session):
        assert session.scalar(text("SELECT current_user")) == "referral_report"
    assert session.scalar(text("SELECT current_user")) == "referral_system"
