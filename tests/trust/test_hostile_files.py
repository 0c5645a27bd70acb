"""A file that somebody gives us is read as what it is, or refused whole; memory stays bounded (V5.2, V1.5.1)."""

import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.directory.commands import import_file
from referral.directory.models import ImportQuarantine, ImportRun, Service
from referral.foundation import reading_files
from referral.foundation.database import Database
from referral.foundation.reading_files import FileRefused, chunks, tables
from tests.directory.conftest import places, vocabulary

__all__ = ["places", "vocabulary"]
PANTRY = {"id": "s", "name": "Café", "service_at_locations": [], "organization": {"id": "o", "name": "Harvest House"}}
GOOD = json.dumps(PANTRY, ensure_ascii=False)
XXE = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
MEMORY = """
import resource, sys
from pathlib import Path
from referral.directory.rules.lines import lines
from referral.foundation.reading_files import FileRefused, chunks
try:
    found = sum(1 for _ in lines(chunks(Path(sys.argv[1]))))
except FileRefused:
    found = -1
print(found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries:
            packed.writestr(name, content)
    return file.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("listings.ndjson")
    entry.external_attr = 0o120777 << 16
    return entry


def spreadsheet() -> bytes:
    """A real spreadsheet whose sheet asks for a file of the machine."""
    file, poisoned = io.BytesIO(), io.BytesIO()
    Workbook().save(file)
    with zipfile.ZipFile(file) as book, zipfile.ZipFile(poisoned, "w") as copy:
        for name in book.namelist():
            copy.writestr(name, XXE if "sheet1" in name else book.read(name))
    return poisoned.getvalue()


def lying() -> bytes:
    """An archive that declares a few bytes and holds twenty million."""
    content = archive(("a.ndjson", b" " * 20_000_000))
    return content.replace((20_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a bomb of gzip": lambda: gzip.compress(b" " * 20_000_000),
    "a bomb of zip": lambda: archive(("a.ndjson", b" " * 20_000_000)),
    "a zip in a zip": lambda: archive(("a.zip", archive(("a.ndjson", GOOD)))),
    "a zip in a gzip": lambda: gzip.compress(archive(("a.ndjson", GOOD))),
    "many files": lambda: archive(*((f"{n}.ndjson", GOOD) for n in range(30))),
    "two files": lambda: archive(("a.ndjson", GOOD), ("b.ndjson", GOOD)),
    "a way out": lambda: archive(("../../a.ndjson", GOOD)),
    "a root": lambda: archive(("/etc/a.ndjson", GOOD)),
    "a drive": lambda: archive(("C:\\a.ndjson", GOOD)),
    "a link": lambda: archive((link(), "/etc/passwd")),
    "entities in a spreadsheet": spreadsheet,
    "half a zip": lambda: archive(("a.ndjson", GOOD))[:-30],
    "half a gzip": lambda: gzip.compress(GOOD.encode() * 100)[:-10],
    "gzip with noise": lambda: b"\x1f\x8b" + b"noise" * 100,
}
READ: dict[str, bytes] = {
    "UTF-8": GOOD.encode(),
    "UTF-8 with a mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + GOOD.encode("utf-16-be"),
    "UTF-32": GOOD.encode("utf-32"),
    "Windows": GOOD.encode("cp1252"),
    "CR only": b"\r" + GOOD.encode() + b"\r",
    "gzip": gzip.compress(GOOD.encode()),
    "zip": archive(("folder/", b""), ("folder/a.ndjson", GOOD)),
}


def count(session: Session, kind: type) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.mark.usefixtures("places", "vocabulary")
@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_whatever_its_letters_and_wrapping(
    tmp_path: Path, session: Session, database: Database, name: str
) -> None:
    path = tmp_path / "given"
    path.write_bytes(READ[name])
    assert import_file(database, path, source="sample").added > 0
    assert session.scalars(select(Service.name)).all() == ["Café"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_whole(tmp_path: Path, session: Session, database: Database, name: str) -> None:
    path = tmp_path / "given"
    path.write_bytes(HOSTILE[name]())
    with pytest.raises(FileRefused):
        import_file(database, path, source="sample")
    assert (count(session, ImportRun), count(session, Service)) == (0, 0)
    assert [found.name for found in tmp_path.iterdir()] == ["given"]


def test_an_archive_that_lies_about_its_size_gives_no_more_than_it_said_or_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(lying())
    with pytest.raises(FileRefused):
        list(chunks(path))


@pytest.mark.usefixtures("places", "vocabulary")
def test_rows_that_are_none_are_reported_line_by_line(tmp_path: Path, session: Session, database: Database) -> None:
    path = tmp_path / "given"
    path.write_bytes(b'name,phone\n"a,b\n1,2,3,4\n\x00\x00\n{\n' + GOOD.encode())
    report = import_file(database, path, source="sample")
    assert sum(report.set_aside.values()) == 5
    assert sorted(session.scalars(select(ImportQuarantine.line))) == [1, 2, 3, 4, 5]
    assert count(session, Service) == 1


def test_a_cell_of_a_hundred_megabytes_and_a_bomb_leave_memory_as_it_was(tmp_path: Path) -> None:
    files = {
        "small": GOOD.encode(),
        "cell": b'{"name": "' + b"x" * 100_000_000,
        "bomb": gzip.compress(b" " * 200_000_000),
    }
    told = {}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        run = [sys.executable, "-c", MEMORY, str(tmp_path / name)]
        told[name] = [int(n) for n in subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()]
    assert [lines for lines, _ in told.values()] == [1, 1, -1]
    megabytes = [used for _, used in told.values()]
    assert max(megabytes) < megabytes[0] + 60


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "phones.csv").mkdir()
    with pytest.raises(FileRefused, match="no CSV table"):
        tables(tmp_path)


def test_a_table_whose_field_never_ends_is_refused(database: Database, tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text('id,name\n1,"' + "x" * 2_100_000 + '"\n')
    with pytest.raises(FileRefused, match=r"services\.csv cannot be read"):
        import_file(database, tmp_path, source="sample")


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_files, "MOST_BYTES", 10)
    (tmp_path / "given").write_bytes(b"x" * 11)
    with pytest.raises(FileRefused):
        next(chunks(tmp_path / "given"))
