"""T28: old events leave the log, the log still proves whole, and nobody else's deletion passes for theirs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError

from referral.app import handlers
from referral.audit import service as audit
from referral.audit.commands import report
from referral.audit.models import AuditEvent, AuditSeal
from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.foundation.rls import FACES
from referral.foundation.settings import Settings
from referral.organizations.models import Network
from referral.retention import service
from referral.retention.models import RetentionHold
from referral.retention.rules import HoldKind, TimeUnit, older_than
from referral.retention.service.running import RUN
from tests.factories.fixtures import SEED
from tests.trust.test_audit_seals import KEY, SECRET, proof_of, seal

AGES = (0, 5, 6, 7, 10)
"""Years; the events are written and sealed so long ago (and a day), in this order: seals 1 to 5."""


@pytest.fixture
def points(tmp_path: Path) -> audit.Checkpoints:
    return audit.Checkpoints(tmp_path / "checkpoints.jsonl", KEY)


@pytest.fixture
def database(committed_database: Database) -> Database:
    for years in AGES:
        log(committed_database, years=years)
    return committed_database


def log(database: Database, *, years: int, person_id: UUID | None = None) -> None:
    """Write and seal an event of long ago by the real clock: the database asks its own."""
    at = older_than(clock.now(), years, TimeUnit.YEARS) - timedelta(days=1)
    with clock.standing_at(at):
        with database.transaction(SEED) as session:
            audit.record(session, "person:read", at=at, subject=("years", years), person_id=person_id)
        seal(database, 1)


def purge(database: Database, *, after: timedelta = timedelta(0)) -> None:
    with database.transaction(RUN) as session:
        service.purge_log(session, KEY, at=clock.now() + after)


def kept(database: Database) -> set[int]:
    with database.transaction(SEED) as session:
        found = session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "person:read"))
        return {int(str(years)) for years in found}


def attack(database: Database, deed: str) -> None:
    """Do it as the superuser, whom no trigger and no policy stops."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(deed.encode())


def test_t28_events_leave_after_seven_years_and_the_log_proves_whole(
    database: Database, points: audit.Checkpoints
) -> None:
    for _ in range(2):
        purge(database)
        assert kept(database) == {0, 5, 6}
    with database.transaction(SEED) as session:
        audit.note_checkpoint(session, points, at=clock.now())
        (line,) = session.scalars(select(AuditEvent.details).where(AuditEvent.action == "retention:purged"))
        assert line == {"audit_count": 2}
        marked = select(AuditSeal.seq).where(AuditSeal.purged_at.is_not(None)).order_by(AuditSeal.seq)
        assert session.scalars(marked).all() == [4, 5]
    proof = proof_of(database, points)
    assert (proof.findings, proof.seals, proof.purged) == ([], 5, 2)
    assert "2 of them left because their time was over" in report(proof)


def test_t28_the_worker_does_it_by_the_clock(database: Database, settings: Settings, tmp_path: Path) -> None:
    settings = replace(settings, home=tmp_path, audit_key=SECRET)
    with database.transaction(SEED) as session:
        jobs.add(session, "retention.run", key="retention.run")
    jobs.drain(database, handlers(settings, database), limit=20)
    assert kept(database) == {0, 5, 6}


ATTACKS = {
    "a deletion": "DELETE FROM audit_event WHERE id = 2",
    "an invented mark": (
        "DELETE FROM audit_event WHERE id = 2;"
        " UPDATE audit_seal SET purged_at = now(), purge_mark = sha256('guess') WHERE seq = 2"
    ),
    "the mark of another seal": (
        "DELETE FROM audit_event WHERE id = 2; UPDATE audit_seal SET (purged_at, purge_mark) ="
        " (SELECT purged_at, purge_mark FROM audit_seal WHERE seq = 4) WHERE seq = 2"
    ),
    "another instant": "UPDATE audit_seal SET purged_at = purged_at - interval '1 day' WHERE seq = 4",
    "a mark taken off": "UPDATE audit_seal SET purged_at = NULL, purge_mark = NULL WHERE seq = 4",
    "a mark on an event that is there": "UPDATE audit_seal SET purged_at = now(), purge_mark = '' WHERE seq = 2",
    "the seal gone with its event": "DELETE FROM audit_seal WHERE seq = 4",
}
UNDO = (
    "TRUNCATE audit_event, audit_seal; INSERT INTO audit_seal SELECT * FROM old_seal;"
    " INSERT INTO audit_event OVERRIDING SYSTEM VALUE SELECT * FROM old_log"
)


def test_t28_no_other_deletion_passes_for_a_lawful_one(database: Database, points: audit.Checkpoints) -> None:
    purge(database)
    attack(database, "CREATE TABLE old_log AS TABLE audit_event; CREATE TABLE old_seal AS TABLE audit_seal")
    unseen = []
    for name, deed in ATTACKS.items():
        attack(database, deed)
        unseen += [] if proof_of(database, points).findings else [name]
        attack(database, UNDO)
    assert unseen == []
    assert proof_of(database, points).findings == []


def test_t28_an_event_that_was_made_to_look_old_is_not_removed_for_whoever_did_it(
    database: Database, points: audit.Checkpoints
) -> None:
    attack(
        database,
        "UPDATE audit_event SET at = at - interval '20 years' WHERE id = 1;"
        " UPDATE audit_seal SET sealed_at = sealed_at - interval '20 years' WHERE seq = 1",
    )
    purge(database)
    assert 0 in kept(database)
    assert proof_of(database, points).findings == ["event 1 (seal 1) is not what was sealed"]


def test_t28_neither_a_clock_that_runs_ahead_nor_a_short_policy_removes_what_is_young(database: Database) -> None:
    purge(database, after=timedelta(days=20 * 366))
    assert kept(database) == {0, 5, 6}
    attack(database, "UPDATE retention_policy SET amount = 1 WHERE retention_class = 'audit'")
    purge(database)
    assert kept(database) == {0, 5}


def test_t28_the_function_lets_go_only_what_is_sealed_and_old_and_only_to_the_system(database: Database) -> None:
    attack(database, "DELETE FROM audit_seal WHERE seq = 5")
    call = "SELECT audit_purge('{1,2,3,5}', ARRAY['', '', '', '']::bytea[], now())"
    with database.transaction(RUN) as session:
        assert session.scalar(text(call)) == 0
    tries = [
        *(f"SET LOCAL ROLE {role}; {call}" for role in FACES[:3]),
        "SET LOCAL app.retention = 'audit_event'; DELETE FROM audit_event",
        "SET LOCAL app.retention = 'audit_event'; UPDATE audit_event SET at = now()",
        "SET LOCAL app.retention = 'audit_seal'; UPDATE audit_seal SET purged_at = now(), purge_mark = ''",
    ]
    for deed in tries:
        with pytest.raises(ProgrammingError, match="permission denied"), database.transaction(RUN) as session:
            session.execute(text(deed))
    assert kept(database) == set(AGES)


def test_t28_a_legal_hold_keeps_the_events_of_the_person_and_the_lists_that_may_show_them(database: Database) -> None:
    network, person_id = Network(id=uuid4(), name="Net", state="NY", time_zone="America/New_York"), uuid4()
    log(database, years=8, person_id=person_id)
    at = older_than(clock.now(), 9, TimeUnit.YEARS)
    with clock.standing_at(at):
        with database.transaction(SEED) as session:
            audit.record_list(session, "need:listed", at=at, kind="need", ids=[uuid4()])
        seal(database, 1)
    with database.transaction(SEED) as session:
        session.add(network)
        session.flush()
        why = {"kind": HoldKind.LEGAL, "reason": "Case 7", "starts_at": clock.now() - timedelta(days=1)}
        session.add(RetentionHold(person_id=person_id, network_id=network.id, **why))
    lists = select(AuditEvent.id).where(AuditEvent.action == "need:listed")
    for ended_at, ages, shown in ((None, {0, 5, 6, 8}, 1), (clock.now(), {0, 5, 6}, 0)):
        with database.transaction(SEED) as session:
            session.execute(update(RetentionHold).values(ended_at=ended_at))
        purge(database)
        assert kept(database) == ages
        with database.transaction(SEED) as session:
            assert len(session.scalars(lists).all()) == shown
