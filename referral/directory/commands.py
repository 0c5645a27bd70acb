"""What an operator does with the directory from the command line."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from referral.directory.rules.batch import collect
from referral.directory.rules.hsds import read_line_of_file
from referral.directory.rules.lines import Line, lines
from referral.directory.rules.report import ImportReport
from referral.directory.service.imports import import_listings
from referral.directory.service.set_up import set_up
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import system
from referral.foundation.progress import ProgressReporter, silent

CHUNK = 65_536
LICENCES = {"haarrrvest": "CC0-1.0", "haarrrvest_services": "CC0-1.0"}


def import_file(database: Database, path: Path, *, source: str, progress: ProgressReporter = silent) -> ImportReport:
    """Import a file of services (one JSON object a line, also gzipped) in one transaction and return its report.

    Raises OSError when the file cannot be read.
    """
    by = system("directory-import")
    found = list(_lines(path))
    batch = collect(
        read_line_of_file(line, source=source) for line in progress(found, len(found), "Reading the listings")
    )
    with database.transaction(by) as session:
        set_up(session)
        return import_listings(
            session,
            batch,
            source=source,
            file_name=path.name,
            licence=LICENCES.get(source),
            by=by,
            at=clock.now(),
            progress=progress,
        )


def _lines(path: Path) -> Iterator[Line]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield from lines(iter(lambda: file.read(CHUNK), b""))
