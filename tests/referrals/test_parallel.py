"""Fifty tries at once: one moves the referral, the others are told why not, and nothing is written twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from referral.accounts import service as accounts
from referral.foundation.database import Database
from referral.foundation.ids import uuid7
from referral.foundation.jobs import Job
from referral.foundation.refusals import Refused
from referral.permissions import GRANTS
from referral.referrals import service
from referral.referrals.models import Contradiction, Referral, StatusChange
from referral.referrals.rules import Action, Connection, EvidenceKind, PersonAnswer, Status
from referral.screening.models import Need
from tests.factories.fixtures import NOW, SEED, make_world
from tests.factories.referrals import Loop

TRIES = 50


@pytest.fixture
def stage(committed_database: Database) -> tuple[Database, Loop, Referral]:
    session = committed_database.session(SEED)
    loop = Loop(session, make_world(session), lambda member: accounts.principal_of_membership(member, GRANTS))
    loop.allow()
    referral = loop.send()
    session.commit()
    session.close()
    return committed_database, loop, referral


def attempt(database: Database, loop: Loop, referral: Referral, action: Action, reason: str | None) -> str:
    try:
        with database.transaction(loop.intake) as session:
            found = service.find_referral(session, referral.id, by=loop.intake, at=NOW)
            service.move(session, found, action, by=loop.intake, at=NOW, reason_code=reason)
    except Refused as refused:
        return str(refused)
    return "done"


def test_of_fifty_acceptances_one_counts(stage: tuple[Database, Loop, Referral]) -> None:
    database, loop, referral = stage
    with ThreadPoolExecutor(8) as crowd:
        told = list(crowd.map(lambda _: attempt(database, loop, referral, Action.ACCEPT, None), range(TRIES)))
    assert told.count("done") == 1
    assert all("already accepted" in sentence for sentence in told if sentence != "done")
    assert counted(database, referral) == {"changes": 2, "jobs": 1}


def test_of_an_acceptance_and_a_decline_at_once_one_wins_and_the_other_is_told_why(
    stage: tuple[Database, Loop, Referral],
) -> None:
    database, loop, referral = stage
    acts = [(Action.ACCEPT, None), (Action.DECLINE, "no_capacity")] * (TRIES // 2)
    with ThreadPoolExecutor(8) as crowd:
        told = list(crowd.map(lambda act: attempt(database, loop, referral, *act), acts))
    assert told.count("done") == 1
    with database.transaction(SEED) as session:
        status = session.get_one(Referral, referral.id).status
    assert status in {Status.ACCEPTED, Status.DECLINED}
    assert counted(database, referral)["changes"] == 2


def test_of_ten_sendings_to_the_same_service_one_goes_out(stage: tuple[Database, Loop, Referral]) -> None:
    database, loop, referral = stage
    with database.transaction(loop.navigator) as session:
        found = service.find_referral(session, referral.id, by=loop.navigator, at=NOW)
        service.move(session, found, Action.RECALL, by=loop.navigator, at=NOW, reason_code="rerouted")

    def send(_: int) -> str:
        try:
            with database.transaction(loop.navigator) as session:
                need = session.get_one(Need, loop.need.id)
                service.refer(session, need, [loop.food_box.id], by=loop.navigator, at=NOW)
        except (Refused, IntegrityError) as refused:
            return type(refused).__name__
        return "sent"

    with ThreadPoolExecutor(8) as crowd:
        told = list(crowd.map(send, range(10)))
    assert told.count("sent") == 1
    with database.transaction(SEED) as session:
        assert session.scalar(select(func.count()).select_from(Referral).where(Referral.status == Status.SENT)) == 1


def test_evidence_that_arrives_at_the_same_moment_is_weighed_together(stage: tuple[Database, Loop, Referral]) -> None:
    database, loop, referral = stage
    assert attempt(database, loop, referral, Action.ACCEPT, None) == "done"

    def report(number: int) -> None:
        with database.transaction(SEED) as session:
            found = session.get_one(Referral, referral.id)
            answer = PersonAnswer.NOT_HELPED if number % 2 else PersonAnswer.HELPED
            kind = EvidenceKind.PERSON_CONFIRMATION if number % 2 else EvidenceKind.DELIVERY_RECORD
            service.record_evidence(session, found, kind=kind, answer=answer, source_id=uuid7(), by=SEED, at=NOW)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(report, range(16)))
    with database.transaction(SEED) as session:
        assert session.get_one(Referral, referral.id).connection is Connection.NOT_CONNECTED
        assert session.scalar(select(func.count()).select_from(Contradiction)) == 1


def counted(database: Database, referral: Referral) -> dict[str, int]:
    with database.transaction(SEED) as session:
        changes = session.scalar(
            select(func.count()).select_from(StatusChange).where(StatusChange.referral_id == referral.id)
        )
        jobs = session.scalar(select(func.count()).select_from(Job).where(Job.task == "referral.accepted"))
    return {"changes": changes or 0, "jobs": jobs or 0}
