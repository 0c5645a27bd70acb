"""What an operator does with the directory from the command line."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from referral.directory.rules.batch import collect
from referral.directory.rules.hsds import read_file
from referral.directory.service.imports import Progress, import_listings
from referral.directory.service.words import load_words
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import system

CHUNK = 65_536


def import_file(
    database: Database,
    path: Path,
    progress: Progress = lambda _step: None,
    *,
    source: str = "haarrrvest",
    licence: str | None = None,
    seed: Path | None = None,
) -> UUID:
    """Import a file of services (NDJSON, also gzipped) in one transaction; returns the id of the run with its report.

    `seed` names the folder of synonyms and taxonomies to load first. Raises OSError when the file cannot be read.
    """
    progress("reading")
    batch = collect(read_file(_chunks(path), source=source))
    by = system("directory-import")
    with database.transaction(by) as session:
        if seed is not None:
            load_words(session, seed)
        run = import_listings(
            session,
            batch,
            source=source,
            file_name=path.name,
            licence=licence,
            by=by,
            at=clock.now(),
            progress=progress,
        )
        return run.id


def _chunks(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
