"""Backup and restore: what comes back is what was there, and nothing else is ever taken for it (acceptance T25)."""

import json
import shutil
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from referral import cli
from referral.accounts import service as accounts
from referral.foundation.backups import NotABackup, archive, make_backup, restore_backup, tools
from referral.foundation.backups.archive import MANIFEST, Manifest
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING, key_id_of
from referral.foundation.refusals import Refused
from referral.foundation.settings import Settings
from referral.permissions import GRANTS
from tests.factories.fixtures import NOW, SEED, make_world
from tests.factories.schema import fingerprint
from tests.factories.scratch import Scratch, migrated, scratch_database
from tests.trust import whole_story

SECRET = "x" * 40
"""The secret of every test, so that the keyring stays as it is."""
OTHER = "another secret of at least thirty-two chars"
UPLOAD = Path("uploads") / "consents" / "paper.pdf"
Damage = Callable[[bytes], bytes]


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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    (home / UPLOAD).parent.mkdir(parents=True)
    (home / UPLOAD).write_bytes(b"%PDF signed on paper")
    return home


@pytest.fixture(scope="module")
def backup(story: str, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good backup of the story."""
    return make_backup(story, tmp_path_factory.mktemp("backups"), secret=SECRET, home=home, at=NOW)


def restored(url: str, source: Path, home: Path, *secrets: str) -> Manifest:
    return restore_backup(url, source, secrets=secrets or (SECRET,), home=home)


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        return {
            str(name): int((connection.execute(f'SELECT count(*) FROM "{name}"'.encode()).fetchone() or (0,))[0])
            for (name,) in names.fetchall()
        }


def test_t25_everything_comes_back_and_every_checksum_is_the_same(
    story: str, backup: Path, scratch: Scratch, tmp_path: Path
) -> None:
    empty = scratch()
    manifest = restored(empty, backup, tmp_path)
    assert len(manifest.tables) > 20
    assert sum(int(rows) > 0 for rows, _ in manifest.tables.values()) > 20
    assert counts(empty) == counts(story)
    assert (tmp_path / UPLOAD).read_bytes() == b"%PDF signed on paper"


def test_t25_the_restored_database_has_its_walls_and_lets_the_program_in(
    story: str, backup: Path, scratch: Scratch, tmp_path: Path
) -> None:
    empty = scratch()
    restored(empty, backup, tmp_path)
    assert fingerprint(empty) == fingerprint(story)
    database = Database(empty)
    with database.transaction(SEED) as session:
        assert make_world(session, "Founded after the restore").network.id is not None
    database.dispose()


def test_t25_a_backup_holds_no_key_and_only_its_owner_reads_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    content = backup.read_bytes()
    assert SECRET.encode() not in content
    assert key_id_of(SECRET).encode() in content
    assert b"%PDF" in content, "an upload is there, so the search above would have found a key"


def test_t25_a_backup_is_never_written_over_another(story: str, backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(Refused, match="exists already"):
        make_backup(story, backup, secret=SECRET, home=tmp_path, at=NOW)
    assert backup.read_bytes() == before


def test_t25_a_role_that_does_not_see_every_row_makes_no_backup(story: str, tmp_path: Path) -> None:
    url = make_url(story)
    owner = url.set(username="referral_owner").render_as_string(hide_password=False)
    if not _may_sign_in(owner):
        pytest.skip("this server does not let us sign in as the owner")
    with pytest.raises(NotABackup, match="BYPASSRLS"):
        make_backup(owner, tmp_path, secret=SECRET, home=tmp_path, at=NOW)
    assert list(tmp_path.iterdir()) == []


def _may_sign_in(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_t25_a_backup_is_restored_into_an_empty_database_only(story: str, backup: Path, tmp_path: Path) -> None:
    before = counts(story)
    with pytest.raises(Refused, match="not empty"):
        restored(story, backup, tmp_path)
    assert counts(story) == before


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda content: content[: len(content) // 2], "not a whole backup|not whole"),
        (lambda content: content[:-20_000], "not a whole backup|not whole|damaged"),
        (lambda content: b"", "not a whole backup"),
        (lambda content: b"-- PostgreSQL database dump\n" * 50, "not a whole backup"),
        (lambda content: _flipped(content, len(content) // 2), "damaged"),
        (lambda content: content.replace(b"%PDF", b"%PDX"), "damaged"),
        (
            lambda content: content.replace(key_id_of(SECRET).encode(), key_id_of(OTHER).encode()),
            "needs the SECRET_KEY",
        ),
    ],
    ids=["half", "cut at the end", "empty", "another file", "one bit", "an upload changed", "another key's id"],
)
def test_t25_a_wrong_or_half_file_is_refused_in_one_line_before_anything_is_written(
    backup: Path, scratch: Scratch, tmp_path: Path, damage: Damage, complaint: str
) -> None:
    broken = tmp_path / "broken.backup"
    broken.write_bytes(damage(backup.read_bytes()))
    empty = scratch()
    with pytest.raises(NotABackup, match=complaint) as refused:
        restored(empty, broken, tmp_path)
    assert "\n" not in str(refused.value)
    assert counts(empty) == {}
    assert not (tmp_path / UPLOAD).exists()


def _flipped(content: bytes, position: int) -> bytes:
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]


def test_t25_another_secret_is_told_which_one_is_needed(backup: Path, scratch: Scratch, tmp_path: Path) -> None:
    with pytest.raises(NotABackup) as refused:
        restored(scratch(), backup, tmp_path, OTHER)
    assert key_id_of(SECRET) in str(refused.value)
    assert SECRET not in str(refused.value)


def test_t25_an_older_secret_among_those_given_is_enough(backup: Path, scratch: Scratch, tmp_path: Path) -> None:
    assert restored(scratch(), backup, tmp_path, OTHER, SECRET).key_id == key_id_of(SECRET)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"tables": {}}, "was changed"),
        ({"revision": "9999"}, "newer program"),
        ({"server_major": 99}, "PostgreSQL 99"),
        ({"format": 2}, "format 2"),
    ],
    ids=str,
)
def test_t25_a_list_of_contents_that_does_not_fit_is_refused(
    backup: Path, scratch: Scratch, tmp_path: Path, change: dict[str, object], complaint: str
) -> None:
    """Only the first was changed by somebody without the secret; the others are sealed and still do not fit."""
    altered = _with_manifest(backup, tmp_path, change, is_sealed="tables" not in change)
    empty = scratch()
    with pytest.raises(NotABackup, match=complaint):
        restored(empty, altered, tmp_path)
    assert counts(empty) == {}


def _with_manifest(backup: Path, folder: Path, change: dict[str, object], *, is_sealed: bool) -> Path:
    parts = folder / "parts"
    with tarfile.open(backup) as tar:
        for name in tar.getnames():
            stream = tar.extractfile(name)
            (parts / name).parent.mkdir(parents=True, exist_ok=True)
            (parts / name).write_bytes(stream.read() if stream else b"")
    told = replace(Manifest(**json.loads((parts / MANIFEST).read_bytes())), **change)  # type: ignore[arg-type] # a test's choice
    files = {name: parts / name for name in told.members}
    archive.write(folder / "altered.backup", files, told, SECRET if is_sealed else OTHER)
    return folder / "altered.backup"


def test_t25_a_dump_that_fails_leaves_no_file(story: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "program", lambda name, major: Path("/bin/false"))
    with pytest.raises(NotABackup, match="false gave up"):
        make_backup(story, tmp_path, secret=SECRET, home=tmp_path, at=NOW)
    assert list(tmp_path.iterdir()) == []


def test_t25_the_commands_say_what_they_did_and_which_key_is_needed(
    story: str,
    scratch: Scratch,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    empty, folder = scratch(), tmp_path / "backups"
    folder.mkdir()
    given = {"REDIS_URL": str(settings.redis_url), "SECRET_KEY": SECRET, "REFERRAL_HOME": str(tmp_path / "home")}
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    def run(url: str, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
        monkeypatch.setattr(sys, "argv", ["referral", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    code, said, _ = run(story, "backup", str(folder))
    assert (code, key_id_of(SECRET) in said, SECRET in said) == (0, True, False)
    code, said, _ = run(empty, "restore", str(folder))
    assert (code, "all checksums equal" in said) == (0, True)
    assert run(empty, "migrate")[0] == 0
    code, said, complaint = run(empty, "restore", str(folder))
    assert (code, said, complaint.count("\n")) == (1, "", 1)
    shutil.rmtree(folder)
    folder.mkdir()
    assert run(empty, "restore", str(folder)) == (1, "", f"referral: There is no backup in {folder}.\n")
