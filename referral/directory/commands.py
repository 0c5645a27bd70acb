"""What an operator does with the directory from the command line."""

import csv
from pathlib import Path
from typing import Any

from referral.directory.queries.problems import findings_of
from referral.directory.rules.batch import collect
from referral.directory.rules.hsds import read_line_of_file
from referral.directory.rules.lines import records
from referral.directory.rules.report import Finding, ImportReport
from referral.directory.rules.tables import read_csv, read_tables
from referral.directory.service.imports import import_listings
from referral.directory.service.set_up import set_up
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import system
from referral.foundation.progress import ProgressReporter, silent
from referral.foundation.reading_files import FileRefused, chunks, tables
from referral.foundation.sheets import cells

LICENCES = {"haarrrvest": "CC0-1.0", "haarrrvest_services": "CC0-1.0"}


def import_file(database: Database, path: Path, *, source: str, progress: ProgressReporter = silent) -> ImportReport:
    """Import a file of services (JSON, a line each or one document; packed; or the CSV tables of an HSDS package).

    One transaction. Raises FileRefused for a file that is not read, before anything is written, and OSError when it
    cannot be read.
    """
    by = system("directory-import")
    packaged = tables(path)
    if packaged is not None:
        rows = {name: _read_table(name, content) for name, content in packaged.items()}
        total = max(len(table) for table in rows.values())
        batch = collect(progress(read_tables(rows, source=source), total, "Reading the tables"))
    else:
        total = sum(1 for _ in records(lambda: chunks(path)))
        found = progress(records(lambda: chunks(path)), total, "Reading the listings")
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


def _read_table(name: str, content: bytes) -> list[dict[str, Any]]:
    try:
        return read_csv(content)
    except csv.Error as error:
        raise FileRefused(f"{name}.csv cannot be read as a table: {error}.") from error


def write_findings(database: Database, report: ImportReport, path: Path) -> int:
    """Write what an import could not use as a CSV file, a row each; return how many. Raises OSError."""
    with (
        database.transaction(system("directory-import")) as session,
        path.open("w", newline="", encoding="utf-8") as file,
    ):
        rows = csv.writer(file)
        rows.writerow(Finding._fields)
        count = 0
        for finding in findings_of(session, report.run_id):
            rows.writerow(cells(finding))
            count += 1
    return count
