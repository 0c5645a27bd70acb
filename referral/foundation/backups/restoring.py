"""Restore a backup into an empty database, and believe it only when every table's checksum is the same again."""

import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import Connection

from referral.foundation import migrations
from referral.foundation.backups import archive, checksums, tools
from referral.foundation.backups.archive import DUMP, UPLOADS, Manifest, NotABackup
from referral.foundation.progress import ProgressReporter, silent
from referral.foundation.refusals import Refused
from referral.foundation.rls import OWNER, rights_on_new_tables


def restore_backup(
    owner_url: str, source: Path, *, secrets: tuple[str, ...], home: Path, progress: ProgressReporter = silent
) -> Manifest:
    """Restore a file, or the latest of a folder, as the owner who migrates; returns what it held.

    Nothing is written before the whole file was checked. Raises NotABackup, Refused when the database is not empty.
    """
    path = _chosen(source)
    with archive.opened(path, secrets) as (manifest, tar):
        migrations.prepare(owner_url)
        with psycopg.connect(owner_url, autocommit=True) as connection:
            major = tools.server_major(connection)
            _refuse_unfit(connection, manifest, major)
            with TemporaryDirectory(dir=path.parent, prefix=".restore-") as folder, _closed_to_all(connection):
                _unpack(tar, DUMP, Path(folder) / DUMP)
                _pour(owner_url, Path(folder) / DUMP, major)
            _bring_back_uploads(tar, manifest, home)
            _verify(connection, manifest, progress)
    return manifest


def _chosen(source: Path) -> Path:
    if not source.is_dir():
        return source
    found = sorted(source.glob("referral-*.backup"))
    if not found:
        raise NotABackup(f"There is no backup in {source}.")
    return found[-1]


def _refuse_unfit(connection: Connection, manifest: Manifest, major: int) -> None:
    if checksums.tables(connection):
        raise Refused("The database is not empty. A backup is restored into an empty one, never over another.")
    if major < manifest.server_major:
        raise NotABackup(f"The backup is of PostgreSQL {manifest.server_major}; this server is {major}.")
    if manifest.revision not in migrations.revisions():
        raise NotABackup(f"The backup is of a newer program (schema {manifest.revision}); upgrade this one first.")


@contextmanager
def _closed_to_all(connection: Connection) -> Iterator[None]:
    """Let new tables begin without rights: a dump says what to grant, not what to take away (the audit log!)."""
    try:
        for statement in rights_on_new_tables("REVOKE"):
            connection.execute(statement.encode())
        yield
    finally:
        for statement in rights_on_new_tables("GRANT"):
            connection.execute(statement.encode())


def _pour(owner_url: str, dump: Path, major: int) -> None:
    """Let pg_restore do all of it in one transaction, or nothing."""
    tools.run(
        tools.program("pg_restore", major),
        "--single-transaction",
        "--exit-on-error",
        "--schema=public",
        "--no-owner",
        f"--role={OWNER}",
        str(dump),
        url=owner_url,
    )


def _bring_back_uploads(tar: tarfile.TarFile, manifest: Manifest, home: Path) -> None:
    for name in manifest.members:
        target = (home / name).resolve()
        if name.startswith(UPLOADS) and target.is_relative_to(home.resolve()):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _unpack(tar, name, target)


def _unpack(tar: tarfile.TarFile, name: str, target: Path) -> None:
    """Write one file of the archive, for us alone; the early releases of Python 3.11 unpack nothing safely."""
    stream = tar.extractfile(name)
    if stream is not None:
        with stream, target.open("xb") as file:
            target.chmod(0o600)
            shutil.copyfileobj(stream, file)


def _verify(connection: Connection, manifest: Manifest, progress: ProgressReporter) -> None:
    connection.execute(checksums.SETTINGS)
    connection.execute(f"SET ROLE {OWNER}".encode())
    names = sorted({*manifest.tables, *checksums.tables(connection)})
    found = {name: checksums.checksum(connection, name) for name in progress(names, len(names), "Checking")}
    wrong = [name for name, sum_ in found.items() if sum_ != list(manifest.tables.get(name, ()))]
    if wrong:
        raise NotABackup(f"Restored, but not the same: {', '.join(wrong)}. Do not use this database; drop it.")
    connection.execute("ANALYZE")
