"""The schema goes up, down and up again with data in it, and in nobody's way (acceptance T26)."""

import time
from collections.abc import Iterator
from itertools import pairwise

import psycopg
import pytest

from referral.accounts import service as accounts
from referral.foundation import migrations
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING
from referral.foundation.migrations import MigrationBlocked, migrate, migrate_down
from referral.permissions import GRANTS
from tests.factories.fixtures import SEED, make_world
from tests.factories.schema import fingerprint
from tests.factories.scratch import Scratch, migrated, scratch_database
from tests.fault.ground import SECRET
from tests.trust import whole_story

FIRST_RELEASE = "0012"
"""Below it nobody has data."""


@pytest.fixture(scope="module")
def story() -> Iterator[str]:
    """URL of a database that holds one whole story."""
    with scratch_database(copy_of=migrated()) as url:
        KEYRING.unlock(SECRET)
        database = Database(url)
        with database.session(SEED) as session:
            world = make_world(session)
            whole_story.tell(session, world, lambda member: accounts.principal_of_membership(member, GRANTS))
        database.dispose()
        yield url


def ids_of(url: str, tables: tuple[str, ...]) -> dict[str, list[str]]:
    with psycopg.connect(url) as connection:
        return {
            table: [str(row[0]) for row in connection.execute(f"SELECT id FROM {table} ORDER BY id".encode())]
            for table in tables
        }


def revision(url: str) -> str:
    with psycopg.connect(url) as connection:
        return str((connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",))[0])


def test_t26_down_to_the_first_release_and_up_again_keeps_the_story_and_the_schema(
    story: str, scratch: Scratch
) -> None:
    url = scratch(copy_of=story)
    kept = (
        "person",
        "consent",
        "need",
        "referral",
        "outcome_evidence",
        "delivery",
        "invoice_line",
        "payment",
        "message",
    )
    before, people = fingerprint(url), ids_of(url, kept)
    assert all(people.values())
    migrate_down(url, FIRST_RELEASE)
    assert revision(url) == FIRST_RELEASE
    migrate(url)
    assert revision(url) == migrations.revisions()[0]
    assert fingerprint(url) == before
    assert ids_of(url, kept) == people


@pytest.mark.full
def test_t26_each_step_down_and_up_again_with_data_is_the_same_schema(story: str, scratch: Scratch) -> None:
    url = scratch(copy_of=story)
    newest_first = [one for one in migrations.revisions() if one >= FIRST_RELEASE]
    for above, below in pairwise(newest_first):
        standing = fingerprint(url)
        migrate_down(url, below)
        migrate(url, above)
        assert fingerprint(url) == standing, f"{above} does not come back as it was"
        migrate_down(url, below)


def test_t26_a_migration_at_a_lock_gives_up_after_a_second_and_leaves_nothing_half_done(
    story: str, scratch: Scratch
) -> None:
    url = scratch(copy_of=story)
    before = fingerprint(url)
    with psycopg.connect(url) as somebody:
        somebody.execute("SELECT * FROM person, app_user LIMIT 1")
        begun = time.monotonic()
        with pytest.raises(MigrationBlocked, match="Nothing was changed") as refused:
            migrate_down(url, "base", tries=1)
        took = time.monotonic() - begun
    assert "\n" not in str(refused.value)
    assert 1 <= took < 5
    assert fingerprint(url) == before
    assert revision(url) == migrations.revisions()[0]


def test_t26_a_migration_tries_again_when_the_lock_is_gone(
    story: str, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = scratch(copy_of=story)
    somebody = psycopg.connect(url)
    somebody.execute("SELECT * FROM person LIMIT 1")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        somebody.close()

    monkeypatch.setattr(migrations.time, "sleep", pause)
    migrate_down(url, "0003")
    assert (revision(url), pauses) == ("0003", [migrations.PAUSE_S])


def test_t26_others_wait_a_second_at_most_behind_a_migration(story: str, scratch: Scratch) -> None:
    assert migrations.LOCK_TIMEOUT_MS == 1_000
    url = scratch(copy_of=story)
    seen: list[str] = []
    migrations._with_patience(
        url, lambda connection: seen.append(str(connection.exec_driver_sql("SHOW lock_timeout").scalar())), 1
    )
    assert seen == ["1s"]
