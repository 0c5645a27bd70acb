"""What an operator does with the directory from the command line."""

from pathlib import Path

from referral.directory.rules.batch import collect
from referral.directory.rules.hsds import read_line_of_file
from referral.directory.rules.lines import lines
from referral.directory.rules.report import ImportReport
from referral.directory.service.imports import import_listings
from referral.directory.service.set_up import set_up
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import system
from referral.foundation.progress import ProgressReporter, silent
from referral.foundation.reading_files import chunks

LICENCES = {"haarrrvest": "CC0-1.0", "haarrrvest_services": "CC0-1.0"}


def import_file(database: Database, path: Path, *, source: str, progress: ProgressReporter = silent) -> ImportReport:
    """Import a file of services (one JSON object a line, also packed) in one transaction; return its report.

    Raises FileRefused for a file that is not read, before anything is written, and OSError when it cannot be read.
    """
    by = system("directory-import")
    total = sum(1 for _ in lines(chunks(path)))
    found = progress(lines(chunks(path)), total, "Reading the listings")
    batch = collect(read_line_of_file(line, source=source) for line in found)
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
