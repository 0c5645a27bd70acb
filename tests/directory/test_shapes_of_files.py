"""Listings come as lines, as one JSON document, or as the tables of a package; they are read alike."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from referral.directory.rules import values
from referral.directory.rules.batch import Batch, collect
from referral.directory.rules.hsds import read_line_of_file
from referral.directory.rules.languages import language_codes
from referral.directory.rules.lines import records
from referral.directory.rules.places import Gazetteer, ZipPlace, settle
from referral.directory.rules.problems import Unusable
from referral.directory.rules.tables import read_csv, read_tables
from referral.directory.rules.text import clean
from referral.directory.rules.vocabulary import Entity, ProblemKind
from referral.foundation.reading_files import FileRefused, tables

PLACE = {"id": "x", "location": {"id": "l", "addresses": [{"id": "a", "address_1": "1 Main St", "city": "Lorain"}]}}
ORGANIZATION = {"id": "o", "name": "Harvest House"}
SERVICE = {"id": "s", "name": "Pantry", "organization": ORGANIZATION, "service_at_locations": [PLACE]}
TABLES = {
    "organizations": "id,name,website\r\no,Harvest House,harvest.org\r\no2,No Services Inc,\r\no,Twice,\r\n",
    "services": "\ufeffid;organization_id;Name;fees\ns;o;Pantry;free\nt;gone;Rides;\n",
    "locations": "id,latitude,longitude\nl,41.45,-82.17\n",
    "services_at_location": "id,service_id,location_id\nx,s,l\n",
    "physical_addresses": "id,location_id,address_1,city,state_province\na,l,1 Main St,Lorain,OH,extra\n",
    "phones": "id,service_id,organization_id,number\np,s,o,440-244-5883\nq,nobody,,440-244-5884\n",
    "regular_schedules": "id,service_id,weekday,opens_at,closes_at\n,s,Monday,9:00am,noon\n,s,Friday,9:00am,noon\n",
    "languages": "id,service_id,language\n1,s,Spanish\n1,s,French\n",
    "services_taxonomy": "id,service_id,taxonomy_id\n7,s,T1\n",
    "eligibility": "id,service_id,eligibility\n,s,Everybody\n,,Nobody knows whom\n",
    "metadata": "id,resource_id\n1,s\n",
}


def batch_of(content: bytes, pieces: int = 7) -> Batch:
    chunks = [content[start : start + pieces] for start in range(0, len(content), pieces)]
    return collect(read_line_of_file(line, source="t") for line in records(lambda: chunks))


def packed(files: dict[str, str], encoding: str = "utf-8") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"package/{name}.csv", text.encode(encoding))
        archive.writestr("package/datapackage.json", "{}")
    return file.getvalue()


def joined(path: Path) -> Batch:
    found = tables(path)
    assert found is not None
    return collect(read_tables({name: read_csv(content) for name, content in found.items()}, source="t"))


def counted(batch: Batch) -> Counter[str]:
    return Counter(row.entity.value for row in batch.rows.values())


PLAIN = json.dumps(SERVICE)
DOCUMENTS: dict[str, str] = {
    "a line": PLAIN,
    "one object over many lines": json.dumps(SERVICE, indent=2),
    "a list": json.dumps([SERVICE]),
    "a list over many lines": json.dumps([SERVICE], indent=2),
    "a page": json.dumps({"total_items": 1, "contents": [SERVICE]}),
    "a page over many lines": json.dumps({"total_items": 1, "empty": False, "contents": [SERVICE]}, indent=1),
    "an organization with its services": json.dumps(
        ORGANIZATION | {"services": [{key: value for key, value in SERVICE.items() if key != "organization"}]}
    ),
    "a service at a location": json.dumps(
        PLACE | {"service": {key: value for key, value in SERVICE.items() if key != "service_at_locations"}}
    ),
}


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("encode", [str.encode, lambda text: b"\xef\xbb\xbf" + text.encode()], ids=["plain", "marked"])
def test_a_service_is_the_same_in_every_document(text: str, encode: Callable[[str], bytes]) -> None:
    batch = batch_of(encode(text))
    assert {row.id for row in batch.rows.values()} == {row.id for row in batch_of(PLAIN.encode()).rows.values()}
    assert (batch.quarantined, batch.problems) == ([], [])


def test_a_list_that_breaks_off_keeps_what_came_before() -> None:
    content = json.dumps([SERVICE, SERVICE | {"id": "t"}, SERVICE | {"id": "u"}], indent=1)[:-60]
    batch = batch_of(content.encode(), 50)
    assert (len(batch.of(Entity.SERVICE)), [found.reason.value for found in batch.quarantined]) == (2, ["not_json"])


def test_a_broken_first_line_costs_that_line_only() -> None:
    batch = batch_of(b"{nonsense\n" + PLAIN.encode())
    assert (batch.lines, len(batch.of(Entity.SERVICE)), len(batch.quarantined)) == (2, 1, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_the_tables_of_a_package_become_services_and_no_row_is_lost(tmp_path: Path, encoding: str) -> None:
    text = {name: table if encoding != "cp1252" else table.replace("\ufeff", "") for name, table in TABLES.items()}
    (tmp_path / "package.zip").write_bytes(packed(text, encoding))
    batch = joined(tmp_path / "package.zip")
    assert counted(batch) == {
        "organization": 2, "service": 2, "location": 1, "service_at_location": 1, "address": 1, "phone": 1,
        "schedule": 2, "language": 2, "attribute": 1, "taxonomy_term": 1,
    }  # fmt: skip
    (pantry,) = (row for row in batch.of(Entity.SERVICE) if row.external_id == "s")
    assert (pantry.values["fees_description"], pantry.values["eligibility_description"]) == ("free", "Everybody")
    assert [row.values["byday"] for row in batch.of(Entity.SCHEDULE)] == ["MO", "FR"]
    assert sorted(row.values["name"] for row in batch.of(Entity.LANGUAGE)) == ["French", "Spanish"]
    aside = Counter((found.reason.value, found.raw.split('"')[1]) for found in batch.quarantined)
    assert aside == {
        ("no_parent", "organization"): 1, ("same_id", "organization"): 1, ("no_parent", "phone"): 1,
        ("no_parent", "eligibility"): 1,
    }  # fmt: skip
    kinds = {problem.kind for problem in batch.problems}
    assert {ProblemKind.ORPHAN, ProblemKind.NO_PLACE} <= kinds


def test_a_folder_of_tables_is_a_package_too_and_a_zip_of_one_file_is_none(tmp_path: Path) -> None:
    for name, table in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(table, encoding="utf-8")
    assert counted(joined(tmp_path))["service"] == 2
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("listings.ndjson", PLAIN)
    assert tables(tmp_path / "one.zip") is None


def test_tables_that_unpack_without_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.zip").write_bytes(packed({"services": "id,name\n" + "a" * 20_000_000}))
    with pytest.raises(FileRefused):
        tables(tmp_path / "bomb.zip")


@pytest.mark.parametrize(
    ("said", "expected"),
    [("noon", time(12)), ("Midnight", time(0)), ("0900", time(9)), ("930", time(9, 30)), ("9:00am EST", time(9)),
     ("12 a.m.", time(0)), ("12:30 pm", time(12, 30)), ("24:00", time(0)), ("25:00", None), ("13:00 PM", None),
     ("9:5", None)],
)  # fmt: skip
def test_times_are_read_as_people_write_them(said: str, expected: time | None) -> None:
    assert read_or_none(values.clock, said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [("Mon-Fri", "MO,TU,WE,TH,FR"), ("Saturday through Monday", "SA,SU,MO"), ("M, W & F", "MO,WE,FR"),
     ("Mondays", "MO"), ("Daily", "MO,TU,WE,TH,FR,SA,SU"), ("2nd Thursday and last Friday", "2TH,-1FR"),
     ("2TH,4TH", "2TH,4TH"), ("T", None), ("6MO", None), ("2MO-FR", None)],
)  # fmt: skip
def test_days_are_read_as_people_write_them(said: str, expected: str | None) -> None:
    assert read_or_none(values.weekdays, said) == expected


def read_or_none(reader: Callable[[object], Any], said: str) -> Any:
    try:
        return reader(said)
    except Unusable:
        return None


def test_a_date_may_be_written_the_american_way() -> None:
    assert values.day("1/31/2026") == date(2026, 1, 31)
    assert read_or_none(values.day, "31/1/2026") is None


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [("spa", None, {"es"}), ("es-MX", None, {"es"}), ("en_US", None, {"en"}), ("Spanish", None, {"es"}),
     (None, "English, Español (limited) and Kreyol", {"en", "es", "ht"}), (None, "Chinese - Mandarin", {"zh"}),
     (None, "Others upon request", set()), ("tlh", None, {"tlh"})],
)  # fmt: skip
def test_languages_are_understood_by_code_or_name(code: str | None, name: str | None, expected: set[str]) -> None:
    assert language_codes(code, name) == expected


@pytest.mark.parametrize(
    ("written", "shown"),
    [("<!-- hidden -->Open", "Open"), ("<style>p{}</style>Open<script>steal()</script>", "Open"), ("a  b ", "a b"),
     ("x < y & z", "x < y & z"), ("Don\u00e2\u20ac\u2122t", "Don\u2019t"), ("a\\nb", "a\nb")],
)  # fmt: skip
def test_markup_and_what_it_hides_are_left_out(written: str, shown: str) -> None:
    assert clean(written) == shown


RALEIGH = ZipPlace("27601", "Raleigh", "NC", "Wake", 35.77, -78.63, "America/New_York", "STANDARD")
RIGHT, SWAPPED, FAR, ABROAD = (35.8, -78.6), (-78.6, 35.8), (41.4, -82.1), (51.5, -0.1)


@pytest.mark.parametrize(
    ("point", "zip5", "city", "expected", "problem"),
    [
        (RIGHT, "27601", None, RIGHT, None),
        (SWAPPED, "27601", None, RIGHT, ProblemKind.POINT_SWAPPED),
        (SWAPPED, None, "Raleigh", RIGHT, ProblemKind.POINT_SWAPPED),
        (SWAPPED, None, None, RIGHT, ProblemKind.POINT_SWAPPED),
        (FAR, "27601", None, (35.77, -78.63), ProblemKind.POINT_FAR_FROM_ZIP),
        (FAR, None, "Raleigh", (35.77, -78.63), ProblemKind.POINT_FAR_FROM_ZIP),
        (ABROAD, None, None, ABROAD, None),
    ],
)
def test_a_point_is_believed_set_right_or_replaced(
    point: tuple[float, float],
    zip5: str | None,
    city: str | None,
    expected: tuple[float, float],
    problem: ProblemKind | None,
) -> None:
    placed = settle(Gazetteer([RALEIGH]), point=point, postal_code=zip5, city=city, state="NC")
    assert ((placed.latitude, placed.longitude), placed.problem) == (expected, problem)
