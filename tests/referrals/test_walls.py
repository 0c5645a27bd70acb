"""Who sees a referral: row-level security, the queries, and the fields that are cut."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation.refusals import NotFound
from referral.organizations.rules import Role
from referral.people.models import Person, PersonPhone
from referral.people.rules import AnswerSource
from referral.people.service import add_coverage, add_phone
from referral.referrals import queries, service
from referral.referrals.models import Referral, StatusChange
from referral.referrals.rules import Action, Connection, EvidenceKind, HeardBy, PersonAnswer, Sight, Status
from tests.factories.fixtures import NOW
from tests.factories.referrals import Loop, a_listing


def reads(loop: Loop, acting_as, who: str) -> Session:
    return acting_as(loop.staff[who])


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("navigator", True),
        ("supervisor", True),
        ("intake", True),
        ("admin", True),
        ("biller", False),
        ("stranger", False),
        ("lead", True),
        ("care_manager", False),
    ],
)
def test_who_may_open_a_sent_referral(loop: Loop, acting_as, sent: Referral, who: str, sees: bool) -> None:
    by = loop.principal_of(loop.staff[who])
    with reads(loop, acting_as, who) as session:
        if sees:
            assert service.open_referral(session, sent.id, by=by, at=NOW).number == sent.number
        else:
            with pytest.raises(NotFound):
                service.open_referral(session, sent.id, by=by, at=NOW)


def test_a_stranger_finds_no_row_at_all(loop: Loop, acting_as, sent: Referral) -> None:
    with reads(loop, acting_as, "stranger") as session:
        assert session.scalars(select(Referral)).all() == []
        assert session.scalars(select(StatusChange)).all() == []
        assert queries.inbox(session, loop.stranger.organization_id) == []


def test_before_acceptance_the_receiver_sees_six_things_and_no_more(loop: Loop, acting_as, sent: Referral) -> None:
    add_phone(loop.session, loop.person, number="+19195550100", by=loop.navigator, at=NOW)
    loop.session.commit()
    with reads(loop, acting_as, "intake") as session:
        referral = service.find_referral(session, sent.id, by=loop.intake, at=NOW)
        seen = queries.seen_person(session, referral, loop.intake, at=NOW)
        assert seen.sight is Sight.MINIMUM
        assert (seen.given_name, seen.language, seen.household_size) == ("Maria", "es", 4)
        hidden = (seen.family_name, seen.phone, seen.email, seen.note, seen.needs_interpreter, seen.person_id)
        assert hidden == (None,) * 6
        assert session.scalars(select(PersonPhone)).all() == []
        (line,) = queries.inbox(session, loop.intake.organization_id)
        assert (line.given_name, line.family_name) == ("Maria", None)


def test_after_acceptance_the_receiver_sees_how_to_reach_the_person(loop: Loop, acting_as, sent: Referral) -> None:
    add_phone(loop.session, loop.person, number="+19195550100", by=loop.navigator, at=NOW)
    loop.session.commit()
    with reads(loop, acting_as, "intake") as session:
        referral = service.find_referral(session, sent.id, by=loop.intake, at=NOW)
        service.move(session, referral, Action.ACCEPT, by=loop.intake, at=NOW)
        seen = queries.seen_person(session, referral, loop.intake, at=NOW)
        assert (seen.family_name, seen.phone, seen.note) == ("Garcia", "+19195550100", "Ring twice")
        session.rollback()


def test_the_receiver_s_own_verbs_pass_the_wall(loop: Loop, acting_as, sent: Referral) -> None:
    with reads(loop, acting_as, "intake") as session:
        referral = service.find_referral(session, sent.id, by=loop.intake, at=NOW)
        for action, said in (
            (Action.REVIEW, {}),
            (Action.ACCEPT, {}),
            (Action.START, {}),
            (Action.SERVE, {"reason_code": "service_delivered"}),
        ):
            service.move(session, referral, action, by=loop.intake, at=NOW, **said)
        assert referral.status is Status.SERVED
        session.rollback()


def test_the_sender_s_recall_passes_the_wall_and_takes_the_access_away(loop: Loop, acting_as, sent: Referral) -> None:
    with reads(loop, acting_as, "navigator") as session:
        referral = service.find_referral(session, sent.id, by=loop.navigator, at=NOW)
        service.move(session, referral, Action.RECALL, by=loop.navigator, at=NOW, reason_code="sent_to_wrong_service")
        session.commit()
    with reads(loop, acting_as, "intake") as session:
        (line,) = queries.inbox(session, loop.intake.organization_id, statuses={Status.RECALLED})
        assert line.given_name == "Maria"  # the minimum stays for 90 days, without a family name
        assert line.family_name is None


def test_one_referral_does_not_open_the_person_s_other_referrals(loop: Loop, acting_as, sent: Referral) -> None:
    loop.allow(loop.world.shelter)
    loop.send(a_listing(loop.session, loop.world.shelter, "Beds"))
    loop.session.commit()
    with reads(loop, acting_as, "intake") as session:
        assert [row.number for row in session.scalars(select(Referral))] == [sent.number]


def test_a_network_lead_sees_where_it_stands_but_not_the_person(loop: Loop, acting_as, sent: Referral) -> None:
    lead = loop.principal_of(loop.staff["lead"])
    with reads(loop, acting_as, "lead") as session:
        referral = service.open_referral(session, sent.id, by=lead, at=NOW)
        seen = queries.seen_person(session, referral, lead, at=NOW)
        assert seen.sight is Sight.NOTHING
        assert seen.given_name is None
        assert session.scalars(select(Person)).all() == []


def test_a_referral_filed_in_error_is_gone_for_the_receiver(loop: Loop, acting_as, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    loop.do(sent, Action.MARK_ERROR, reason_code="wrong_person", note="another Maria")
    loop.session.commit()
    with reads(loop, acting_as, "intake") as session:
        with pytest.raises(NotFound):
            service.open_referral(session, sent.id, by=loop.intake, at=NOW)
        (line,) = queries.inbox(session, loop.intake.organization_id, statuses={Status.ENTERED_IN_ERROR})
        assert line.given_name is None


def test_a_plan_s_payment_becomes_evidence_behind_the_plan_s_own_wall(loop: Loop, acting_as) -> None:
    add_coverage(
        loop.session,
        loop.person,
        plan_id=loop.world.plan.id,
        member_id="M1",
        starts_on=NOW.date(),
        source=AnswerSource.SELF_REPORTED,
        by=loop.navigator,
        at=NOW,
    )
    loop.allow()
    referral = loop.do(loop.send(), Action.ACCEPT)
    service.person_answered(
        loop.session, referral, PersonAnswer.NOT_HELPED, heard_by=HeardBy.PHONE, by=loop.navigator, at=NOW
    )
    payer = loop.world.staff(loop.world.plan, Role.PLAN_FINANCE)
    loop.session.commit()
    with acting_as(payer) as session:
        found = session.get_one(Referral, referral.id)
        by = loop.principal_of(payer)
        service.record_evidence(
            session, found, kind=EvidenceKind.PAID_LINE, source_id=referral.id, by=by, at=NOW + timedelta(days=1)
        )
        assert found.connection is Connection.NOT_CONNECTED
        session.commit()
    assert queries.count_contradictions(loop.session, loop.world.network.id) == 1
