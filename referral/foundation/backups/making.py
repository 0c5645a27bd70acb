"""Make a backup while people work: dump and checksums look at one and the same snapshot."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import Connection

from referral.foundation.backups import archive, checksums, tools
from referral.foundation.backups.archive import DUMP, UPLOADS, Manifest
from referral.foundation.encryption import key_id_of
from referral.foundation.progress import ProgressReporter, silent
from referral.foundation.refusals import Refused

LOCK_WAIT_S = 10
"""A dump that waits behind a migration makes everybody else wait behind it: it gives up instead."""


def make_backup(
    url: str, target: Path, *, secret: str, home: Path, at: datetime, progress: ProgressReporter = silent
) -> Path:
    """Write a backup to a file, or into a folder under a name of its own; returns the file.

    The role of the URL must bypass row-level security. Raises NotABackup, or Refused when the file exists.
    """
    path = target / f"referral-{at:%Y%m%dT%H%M%SZ}.backup" if target.is_dir() else target
    if path.exists():
        raise Refused(f"{path} exists already; a backup never overwrites another.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}.")
    with (
        TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        checksums.refuse_unless_all_is_seen(connection)
        files = {DUMP: Path(folder) / DUMP, **_uploads(home)}
        major = tools.server_major(connection)
        revision, sums = _dump(connection, url, files[DUMP], progress)
        manifest = Manifest(
            format=archive.FORMAT,
            made_at=at.isoformat(),
            revision=revision,
            server_major=major,
            key_id=key_id_of(secret),
            tables=sums,
            members={name: _digest(file) for name, file in files.items()},
        )
        archive.write(path, files, manifest, secret)
    return path


def _dump(connection: Connection, url: str, file: Path, progress: ProgressReporter) -> tuple[str, dict[str, list[str]]]:
    """Dump one snapshot and sum up its tables meanwhile; returns the schema's revision and the sums."""
    connection.execute(checksums.SETTINGS)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
        names = checksums.tables(connection)
        with ThreadPoolExecutor(1) as beside:
            dump = beside.submit(_pg_dump, url, file, str(snapshot), tools.server_major(connection))
            sums = {name: checksums.checksum(connection, name) for name in progress(names, len(names), "Tables")}
            dump.result()
    return str(revision), sums


def _pg_dump(url: str, file: Path, snapshot: str, major: int) -> None:
    tools.run(
        tools.program("pg_dump", major),
        "--format=custom",
        "--schema=public",
        f"--snapshot={snapshot}",
        f"--lock-wait-timeout={LOCK_WAIT_S}s",
        f"--file={file}",
        url=url,
    )


def _uploads(home: Path) -> dict[str, Path]:
    folder = home / UPLOADS
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return {f"{UPLOADS}{path.relative_to(folder).as_posix()}": path for path in files}


def _digest(file: Path) -> list[str]:
    with file.open("rb") as stream:
        return archive.digest(stream)
