"""T27: whoever owns the database cannot change the log unseen: attacks as the superuser, without triggers."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from referral import cli
from referral.app import checkpoints, handlers
from referral.audit import queries
from referral.audit import service as audit
from referral.audit.commands import report
from referral.audit.models import AuditSeal
from referral.audit.rules import sealing_key
from referral.audit.service import Proof
from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.foundation.principal import system
from referral.foundation.settings import Settings
from referral.worker import tick
from tests.factories.fixtures import NOW, SEED

SECRET = "a secret that the database never sees"
KEY = sealing_key(SECRET)
EVENTS = 12
PATIENCE_S = 60


@pytest.fixture
def points(tmp_path: Path) -> audit.Checkpoints:
    return audit.Checkpoints(tmp_path / "outside" / "checkpoints.jsonl", KEY)


@pytest.fixture
def database(committed_database: Database) -> Database:
    """Events in several transactions, as users write them."""
    log(committed_database, EVENTS)
    return committed_database


def log(database: Database, count: int) -> None:
    for number in range(count):
        with database.transaction(SEED) as session:
            audit.record(session, "person:read", at=NOW, subject=("person", number), count=number)


def proof_of(database: Database, points: audit.Checkpoints) -> Proof:
    with database.transaction(system("audit-verifier")) as session:
        return audit.verify(session, points)


def seal(database: Database, count: int) -> None:
    """Seal until so many events are; transactions of other tests on the same server hold the sealer up."""
    deadline = time.monotonic() + PATIENCE_S
    sealed = 0
    while (sealed := sealed + audit.seal_all(database, KEY)) < count:
        assert time.monotonic() < deadline, f"only {sealed} of {count} were sealed"
        time.sleep(0.05)
    assert sealed == count


def note(database: Database, points: audit.Checkpoints, count: int, **options: bool) -> None:
    seal(database, count)
    with database.transaction(SEED) as session:
        audit.note_checkpoint(session, points, at=NOW, **options)


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection]:
    """The database's superuser, whom no trigger and no policy stops."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture
def sealed(database: Database, points: audit.Checkpoints) -> Database:
    """A log that is sealed and noted outside."""
    note(database, points, EVENTS)
    proof = proof_of(database, points)
    assert (proof.findings, proof.seals, proof.checkpoints, proof.waiting) == ([], EVENTS, 1, 0)
    return database


ATTACKS = {
    "an edit": "UPDATE audit_event SET action = 'person:changed' WHERE id = 5",
    "an edit of who it was": "UPDATE audit_event SET principal_id = 'somebody-else' WHERE id = 5",
    "an edit of when": "UPDATE audit_event SET at = at + interval '1 microsecond' WHERE id = 5",
    "an edit of a detail": """UPDATE audit_event SET details = '{"count": 99}' WHERE id = 5""",
    "a deletion in the middle": "DELETE FROM audit_event WHERE id = 6",
    "a deletion in the middle with its seal": (
        "DELETE FROM audit_event WHERE id = 6; DELETE FROM audit_seal WHERE audit_id = 6"
    ),
    "a deletion with the seals numbered anew": (
        "DELETE FROM audit_event WHERE id = 6; DELETE FROM audit_seal WHERE audit_id = 6;"
        " UPDATE audit_seal SET seq = -seq WHERE seq > 6; UPDATE audit_seal SET seq = -seq - 1 WHERE seq < 0"
    ),
    "a cut at the end": "DELETE FROM audit_event WHERE id > 9; DELETE FROM audit_seal WHERE audit_id > 9",
    "the last seal alone": "DELETE FROM audit_seal WHERE seq = 12",
    "everything taken out": "TRUNCATE audit_event, audit_seal",
    "all seals taken off": "TRUNCATE audit_seal",
    "two events exchanged": (
        "UPDATE audit_event SET id = 1000 WHERE id = 4; UPDATE audit_event SET id = 4 WHERE id = 5;"
        " UPDATE audit_event SET id = 5 WHERE id = 1000"
    ),
    "two seals exchanged": (
        "UPDATE audit_seal SET seq = 1000 WHERE seq = 4; UPDATE audit_seal SET seq = 4 WHERE seq = 5;"
        " UPDATE audit_seal SET seq = 5 WHERE seq = 1000"
    ),
    "an event slipped in afterwards": (
        "INSERT INTO audit_event (xid, at, action, principal_kind, principal_id, details)"
        " SELECT xid, at, 'consent:given', 'user', 'nobody', '{}' FROM audit_event WHERE id = 3;"
        " UPDATE audit_event SET id = 0 WHERE action = 'consent:given'"
    ),
}


def test_t27_no_attack_on_the_log_goes_unseen(
    sealed: Database, points: audit.Checkpoints, owner: psycopg.Connection
) -> None:
    engine = create_engine(sealed.url)
    found: dict[str, list[str]] = {}
    for attack, deed in ATTACKS.items():
        with engine.connect() as connection, Session(connection, info={"principal": SEED}) as session:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(deed)
            found[attack] = audit.verify(session, points).findings
            connection.rollback()
    engine.dispose()
    assert [attack for attack, findings in found.items() if not findings] == []
    assert found["a deletion in the middle"] == ["event 6 (seal 6) is gone"]
    assert found["an edit"] == ["event 5 (seal 5) is not what was sealed"]
    assert "its end was cut off" in found["a cut at the end"][0]
    assert "its end was cut off" in found["everything taken out"][0]
    assert proof_of(sealed, points).findings == []


def test_t27_a_restored_old_copy_is_found_by_the_file_outside_until_an_operator_owns_up_to_it(
    sealed: Database, points: audit.Checkpoints, owner: psycopg.Connection
) -> None:
    owner.execute("CREATE TABLE old_log AS TABLE audit_event; CREATE TABLE old_seal AS TABLE audit_seal")
    log(sealed, 3)
    note(sealed, points, 3)
    owner.execute("TRUNCATE audit_event, audit_seal")
    owner.execute("INSERT INTO audit_event OVERRIDING SYSTEM VALUE SELECT * FROM old_log")
    owner.execute("INSERT INTO audit_seal SELECT * FROM old_seal")
    assert "old copy" in proof_of(sealed, points).findings[0]
    log(sealed, 8)
    note(sealed, points, 8)
    assert "another one than the checkpoint" in " ".join(proof_of(sealed, points).findings)
    note(sealed, points, 0, after_restore=True)
    assert proof_of(sealed, points).findings == []


def test_t27_a_forged_or_shortened_checkpoint_file_is_found(sealed: Database, points: audit.Checkpoints) -> None:
    log(sealed, 1)
    note(sealed, points, 1)
    first, second = points.path.read_text().splitlines()
    forged = json.dumps({**json.loads(second), "seq": 3})
    for lines in ([first, forged], [second], [first, "{}"], [first, "not json"]):
        points.path.write_text("\n".join(lines))
        assert "checkpoints.jsonl was changed" in proof_of(sealed, points).findings[0]


def test_t27_another_key_proves_nothing(sealed: Database, points: audit.Checkpoints, tmp_path: Path) -> None:
    stranger = audit.Checkpoints(tmp_path / "none.jsonl", sealing_key("a guessed secret"))
    assert len(proof_of(sealed, stranger).findings) == EVENTS
    assert not proof_of(sealed, replace(points, key=stranger.key)).is_whole


def test_without_a_checkpoint_the_proof_says_what_it_cannot_see(database: Database, points: audit.Checkpoints) -> None:
    seal(database, EVENTS)
    proof = proof_of(database, points)
    assert (proof.is_whole, proof.is_complete) == (True, False)
    assert "a cut at the end would not have been seen" in report(proof)


def test_an_event_of_a_slow_transaction_is_sealed_when_it_ends_and_none_is_passed_over(
    database: Database, points: audit.Checkpoints
) -> None:
    slow = database.session(SEED)
    audit.record(slow, "consent:given", at=NOW)
    log(database, 3)
    seal(database, EVENTS)
    slow.commit()
    slow.close()
    seal(database, 4)
    assert proof_of(database, points).findings == []


def test_only_one_sealer_works_at_a_time(database: Database) -> None:
    with database.transaction(SEED) as other:
        other.execute(text("SELECT pg_advisory_xact_lock(hashtext('referral-audit-sealer'))"))
        assert audit.seal_all(database, KEY) == 0
    seal(database, EVENTS)


def test_nobody_but_the_sealer_adds_a_seal_and_nobody_changes_one(sealed: Database) -> None:
    forged = insert(AuditSeal).values(seq=99, audit_id=99, xid="1", cluster=1, prev_hash=b"", hash=b"", sealed_at=NOW)
    with pytest.raises(ProgrammingError, match="row-level security"), sealed.transaction(SEED) as session:
        session.execute(forged)
    for deed in ("UPDATE audit_seal SET seq = 2", "DELETE FROM audit_seal", "TRUNCATE audit_seal"):
        with pytest.raises(ProgrammingError, match="permission denied"), sealed.transaction(SEED) as session:
            session.execute(text(deed))


def test_a_copy_restored_on_another_server_goes_on_being_sealed(
    sealed: Database, points: audit.Checkpoints, owner: psycopg.Connection
) -> None:
    log(sealed, 2)
    # On the new server transactions are numbered from the start: what the old one wrote lies in the future.
    owner.execute("UPDATE audit_seal SET cluster = 1")
    owner.execute("UPDATE audit_event SET xid = (xid::text::bigint + 1000000)::text::xid8 WHERE id > 12")
    log(sealed, 3)
    seal(sealed, 5)
    log(sealed, 4)
    seal(sealed, 4)
    proof = proof_of(sealed, points)
    assert (proof.findings, proof.seals, proof.waiting) == ([], EVENTS + 9, 0)


def test_the_worker_seals_and_notes_by_the_clock(database: Database, settings: Settings, tmp_path: Path) -> None:
    settings = replace(settings, home=tmp_path)
    file = checkpoints(settings).path
    assert file == tmp_path / "audit-checkpoints.jsonl"
    for hour in range(PATIENCE_S):
        with clock.standing_at(NOW + timedelta(hours=hour)):
            tick(database, clock.now())
            jobs.drain(database, handlers(settings, database), limit=200)
        # A transaction of another test holds the sealer back: the server numbers them for all its databases.
        if points := [point.seq for point in checkpoints(settings).read() if point.seq >= EVENTS]:
            break
        time.sleep(1)
    assert points, "the worker never noted the whole chain"
    with database.transaction(SEED) as session:
        assert queries.seals(session) >= EVENTS
        assert not session.scalars(select(jobs.Job.last_error).where(jobs.Job.task.like("audit.%"))).first()


def test_t27_the_command_proves_the_log_and_tells_by_its_exit_code(
    sealed: Database,
    points: audit.Checkpoints,
    owner: psycopg.Connection,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    given = {
        "DATABASE_URL": sealed.url,
        "REDIS_URL": str(settings.redis_url),
        "SECRET_KEY": settings.secret_key,
        "AUDIT_KEY": SECRET,
        "AUDIT_CHECKPOINTS": str(points.path),
        "REFERRAL_HOME": str(tmp_path),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["referral", "audit", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capsys.readouterr().out

    seal(sealed, 0)
    assert run("verify") == (
        0,
        "The log is whole: 12 events are sealed, 0 wait for the next minute.\n"
        "1 checkpoints outside the database were compared.\n",
    )
    code, said = run("checkpoint")
    assert (code, said.startswith(f"Noted in {points.path}: 1")) == (0, True)
    points.path.rename(points.path.with_suffix(".away"))
    code, said = run("verify")
    assert (code, "no checkpoint" in said) == (2, True)
    points.path.with_suffix(".away").rename(points.path)
    owner.execute("DELETE FROM audit_event WHERE id = 6")
    code, said = run("verify")
    assert (code, "event 6 (seal 6) is gone" in said) == (1, True)


@pytest.mark.full
def test_a_hundred_thousand_events_are_sealed_and_proven(database: Database, points: audit.Checkpoints) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO audit_event (at, action, principal_kind, principal_id, details)"
            " SELECT now(), 'person:read', 'user', n::text, jsonb_build_object('count', n)"
            " FROM generate_series(1, 100000) n"
        )
    begun = time.monotonic()
    seal(database, EVENTS + 100_000)
    sealing, begun = time.monotonic() - begun, time.monotonic()
    proof = proof_of(database, points)
    proving = time.monotonic() - begun
    print(f"sealed 100,000 events in {sealing:.1f} s, proved them in {proving:.1f} s")
    assert (proof.findings, proof.seals) == ([], EVENTS + 100_000)
