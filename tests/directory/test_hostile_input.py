"""Whatever bytes arrive, the reader answers with rows, problems or quarantine, never with an exception."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.directory.rules import lines as line_reader
from referral.directory.rules.batch import collect
from referral.directory.rules.hsds import read_file
from referral.directory.rules.vocabulary import Entity, ProblemKind, QuarantineReason

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
KEYS = st.sampled_from(
    [
        *(
            "id",
            "name",
            "data",
            "description",
            "status",
            "attributes",
            "taxonomy_term",
            "capacities",
            "unit",
            "available",
        ),
        *("organization", "organizations", "services", "service", "service_at_locations", "location", "locations"),
        *(
            "addresses",
            "address",
            "postal_code",
            "latitude",
            "longitude",
            "coordinates",
            "phones",
            "number",
            "extension",
        ),
        *("schedules", "schedule", "freq", "byday", "days", "times", "dates", "opens_at"),
    ]
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)


@settings(max_examples=200)
@given(ANYTHING)
def test_any_json_is_answered(value: object) -> None:
    for reading in read_file([json.dumps(value).encode()], source="any"):
        for row in reading.rows:
            assert len(row.sha256) == 64
            json.dumps(dict(row.values), default=str).encode()


@settings(max_examples=100)
@given(st.lists(st.binary(max_size=80), max_size=6))
def test_any_bytes_are_answered_and_no_line_is_lost(chunks: list[bytes]) -> None:
    readings = list(read_file(chunks, source="any"))
    whole = b"".join(chunks).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert len(readings) == sum(1 for line in whole.split(b"\n") if line.strip())
    assert all(reading.rows or reading.quarantined for reading in readings)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", QuarantineReason.NOT_JSON),
        (b"[" * 100_000, QuarantineReason.NOT_JSON),
        (b'{"a":' * 100_000, QuarantineReason.NOT_JSON),
        (b'{"id": NaN}', QuarantineReason.NOT_JSON),
        (b"9" * 10_000, QuarantineReason.NOT_JSON),
        (b"17", QuarantineReason.NOT_A_RECORD),
        (b"{}", QuarantineReason.NO_SERVICE),
        (b'{"organization": {"name": "x"}, "services": "none"}', QuarantineReason.NO_SERVICE),
    ],
)
def test_a_line_that_is_no_record_is_set_aside_with_the_reason(line: bytes, reason: QuarantineReason) -> None:
    (reading,) = read_file([line], source="any")
    assert [found.reason for found in reading.quarantined] == [reason]


def test_a_giant_line_is_set_aside_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_reader, "MOST_CHARACTERS", 1000)
    good = json.dumps({"id": "1", "name": "Pantry", "service_at_locations": []}).encode()
    giant, after = read_file([b"x" * 700] * 5 + [b"\n", good], source="any")
    assert [found.reason for found in giant.quarantined] == [QuarantineReason.TOO_LONG]
    assert after.rows


def test_bytes_that_are_not_utf8_are_read_as_windows_text_and_reported() -> None:
    raw = '{"id": "1", "name": "Café", "service_at_locations": []}'.encode("cp1252")
    (reading,) = read_file([raw], source="any")
    assert any(row.values.get("name") == "Café" for row in reading.rows)
    assert ProblemKind.BAD_ENCODING in {problem.kind for problem in reading.problems}


def test_nul_and_half_characters_never_reach_a_row() -> None:
    raw = b'\xef\xbb\xbf{"id": "1\\u0000", "name": "Pan\\u0000try \\ud800", "service_at_locations": []}'
    (row,) = collect(read_file([raw], source="any")).of(Entity.SERVICE)
    assert row.values["name"] == "Pantry \ufffd"
    assert row.external_id == "1"


def test_lines_end_in_lf_crlf_or_cr() -> None:
    found = [line.text for line in line_reader.lines([b"a\r", b"\nb\rc\n\n", b"d"])]
    assert found == ["a", "b", "c", "d"]


def test_a_list_without_end_is_cut_and_reported() -> None:
    phones = [{"id": str(number), "number": "211"} for number in range(700)]
    raw = {"id": "1", "name": "x", "service_at_locations": [], "phones": phones}
    batch = collect(read_file([json.dumps(raw).encode()], source="any"))
    assert len(batch.of(Entity.PHONE)) == 500
    assert ProblemKind.TOO_MANY in {problem.kind for problem in batch.problems}
