"""What an operator does while people work: back up, restore, migrate (`make fault`; acceptance T25, T26)."""

import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from referral.foundation import migrations
from referral.foundation.backups import make_backup, restore_backup
from tests.factories.scratch import Scratch
from tests.fault.conftest import Tell
from tests.fault.ground import SECRET, ground, wait_until
from tests.fault.load import load
from tests.fault.sizes import SIZE_MB

BALLAST = (
    "INSERT INTO zip_place (zip5, city, state, county, latitude, longitude, timezone, kind)"
    " SELECT 'z' || n, noise, 'NC', 'none', 0, 0, 'UTC', 'none' FROM generate_series(1, %s) AS n,"
    " LATERAL (SELECT string_agg(md5(random()::text || k), '') AS noise FROM generate_series(1, 28) AS k WHERE n > 0) x"
)
"""Rows of about a thousand bytes that do not shrink."""


def test_t25_a_backup_under_load_is_one_moment_and_comes_back_whole(
    tmp_path: Path, scratch: Scratch, tell: Tell
) -> None:
    with ground(tmp_path) as place:
        place.serve()
        working = load(place.database, place.address)
        with psycopg.connect(place.database_url, autocommit=True) as connection:
            connection.execute(BALLAST, (SIZE_MB * 1000,))
        with working.running():
            wait_until(lambda: len(working.acknowledged) > 20, "people work")
            begun = time.monotonic()
            backup = make_backup(place.database_url, tmp_path, secret=SECRET, home=tmp_path, at=datetime.now(UTC))
            made_in = time.monotonic() - begun
            before = len(working.acknowledged)
            wait_until(lambda: len(working.acknowledged) > before, "people still work")
    begun = time.monotonic()
    manifest = restore_backup(scratch(), backup, secrets=(SECRET,), home=tmp_path / "elsewhere")
    back_in = time.monotonic() - begun
    what = f"tables equal, {SIZE_MB} MB backed up under load in {made_in:.0f} s, restored in {back_in:.0f} s"
    tell(what, len(manifest.tables), 0)
    tell("requests during the backup", working.told[201], working.failed)
    assert len(manifest.tables) >= 20
    assert int(manifest.tables["person"][0]) > 20
    assert (working.failed, working.odd) == (0, [])
    assert back_in <= max(60, 0.6 * SIZE_MB)


def test_t26_the_old_program_works_on_while_the_schema_is_expanded(tmp_path: Path, tell: Tell) -> None:
    with ground(tmp_path) as place:
        place.serve()
        working = load(place.database, place.address)
        with working.running(), psycopg.connect(place.database_url, autocommit=True) as connection:
            connection.execute(f"SET lock_timeout = {migrations.LOCK_TIMEOUT_MS}".encode())
            for number in range(10):
                before = len(working.acknowledged)
                for table in ("person", "job", "audit_event"):
                    expand(connection, f"ALTER TABLE {table} ADD COLUMN later_{number} integer DEFAULT 7")
                wait_until(lambda before=before: len(working.acknowledged) >= before + 5, "people can work")  # type: ignore[misc] # bound now
    tell("requests of the old program, ten columns added to three tables", working.told[201], working.failed)
    assert (working.failed, working.odd) == (0, [])


def expand(connection: psycopg.Connection, change: str) -> None:
    """Change the schema with the patience of `referral migrate`: others are let through between its tries."""
    for left in reversed(range(migrations.TRIES)):
        try:
            connection.execute(change.encode())
        except psycopg.errors.LockNotAvailable:
            if not left:
                raise
            time.sleep(migrations.PAUSE_S)
        else:
            return
