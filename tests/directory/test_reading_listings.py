"""Services in the shape of the standard become rows; whatever cannot be used is reported."""

import json
from collections import Counter
from datetime import date, time
from pathlib import Path

import pytest

from referral.directory.rules.batch import Batch, collect, shared_points
from referral.directory.rules.hsds import read_file
from referral.directory.rules.vocabulary import Entity, Frequency, ProblemKind, QuarantineReason, ServiceStatus

DATA = Path(__file__).parent / "data"


def read(*records: object) -> Batch:
    lines = "\n".join(json.dumps(record) for record in records)
    return collect(read_file([lines.encode()], source="test"))


def service(**fields: object) -> dict[str, object]:
    place = {"id": "sal-1", "location": {"id": "loc-1", "location_type": "physical"}}
    organization = {"id": "org-1", "name": "Harvest House", "description": "Food"}
    return {"id": "svc-1", "name": "Pantry", "organization": organization, "service_at_locations": [place]} | fields


def kinds(batch: Batch) -> Counter[tuple[str, str, str]]:
    return Counter((problem.entity.value, problem.field, problem.kind.value) for problem in batch.problems)


def one(batch: Batch, entity: Entity) -> dict[str, object]:
    (row,) = batch.of(entity)
    return dict(row.values)


def test_a_plain_service_gives_its_rows_and_no_problem() -> None:
    batch = read(service(status="active"))
    assert {row.entity for row in batch.rows.values()} == {
        Entity.ORGANIZATION, Entity.SERVICE, Entity.LOCATION, Entity.SERVICE_AT_LOCATION
    }  # fmt: skip
    assert batch.problems == []
    assert batch.quarantined == []


def test_the_same_file_gives_the_same_ids_and_fingerprints_again() -> None:
    first, second = (collect(read_file([(DATA / "services.ndjson").read_bytes()], source="s")) for _ in range(2))
    assert {row.id: row.sha256 for row in first.rows.values()} == {row.id: row.sha256 for row in second.rows.values()}


def test_the_same_external_id_of_two_sources_is_two_services() -> None:
    line = json.dumps(service()).encode()
    one_source, other = (collect(read_file([line], source=name)) for name in ("a", "b"))
    assert not set(one_source.rows) & set(other.rows)


def test_a_changed_value_changes_the_fingerprint_of_its_row_only() -> None:
    before, after = read(service(description="Old")), read(service(description="New"))
    changed = {row.entity for row in after.rows.values() if before.rows[row.id].sha256 != row.sha256}
    assert changed == {Entity.SERVICE}


def test_a_missing_status_is_active_and_said_to_be_assumed() -> None:
    found = one(read(service()), Entity.SERVICE)
    assert (found["status"], found["status_source"]) == (ServiceStatus.ACTIVE, "assumed")


def test_a_status_nobody_can_read_hides_the_service() -> None:
    batch = read(service(status="gone fishing"))
    assert one(batch, Entity.SERVICE)["status"] == ServiceStatus.INACTIVE
    assert kinds(batch)["service", "status", ProblemKind.UNKNOWN_CHOICE] == 1


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("minimum_age", "old", "bad_value"),
        ("minimum_age", -3, "bad_value"),
        ("email", "nobody", "bad_value"),
        ("url", "javascript:alert(1)", "bad_value"),
        ("description", "x" * 20_001, "too_long"),
        ("name_of_service", "typo", "unknown_field"),
        ("last_modified", "yesterday", "bad_value"),
    ],
)
def test_a_bad_value_becomes_null_and_a_problem(field: str, value: object, kind: str) -> None:
    batch = read(service(**{field: value}))
    assert one(batch, Entity.SERVICE).get(field) is None
    assert kinds(batch)["service", field, kind] == 1


def test_an_import_never_takes_over_an_assurance() -> None:
    found = one(read(service(assured_date="2026-01-01", assurer_email="a@example.org")), Entity.SERVICE)
    assert "assured_date" not in found


def test_a_service_without_an_organization_gets_a_stand_in_that_says_so() -> None:
    raw = service(organization_id="org-9")
    del raw["organization"]
    batch = read(raw)
    (organization,) = batch.of(Entity.ORGANIZATION)
    assert organization.is_stand_in
    assert organization.external_id == "org-9"
    assert kinds(batch)["service", "organization", ProblemKind.ORPHAN] == 1


def test_a_stand_in_gives_way_to_the_real_parent() -> None:
    orphan = service(id="svc-2", organization_id="org-1")
    del orphan["organization"]
    (organization,) = read(orphan, service()).of(Entity.ORGANIZATION)
    assert organization.values["name"] == "Harvest House"


def test_two_lines_that_contradict_each_other_keep_the_first_and_report() -> None:
    other = service(id="svc-2", organization={"id": "org-1", "name": "Harvest Home", "description": "Food"})
    batch = read(service(), other)
    assert one(batch, Entity.ORGANIZATION)["name"] == "Harvest House"
    assert kinds(batch)["organization", "name", ProblemKind.CONFLICT] == 1


def test_a_service_without_a_place_is_kept_and_reported() -> None:
    batch = read(service(service_at_locations=[]))
    assert len(batch.of(Entity.SERVICE)) == 1
    assert kinds(batch)["service", "service_at_locations", ProblemKind.NO_PLACE] == 1


def test_half_a_coordinate_is_no_coordinate() -> None:
    place = {"id": "sal-1", "location": {"id": "loc-1", "location_type": "physical", "latitude": 40.1}}
    batch = read(service(service_at_locations=[place]))
    assert one(batch, Entity.LOCATION)["latitude"] is None
    assert kinds(batch)["location", "latitude", ProblemKind.BAD_VALUE] == 1


@pytest.mark.parametrize(
    ("raw", "freq", "byday", "kind"),
    [
        ({"freq": "WEEKLY", "byday": "MO,Wed"}, Frequency.WEEKLY, "MO,WE", None),
        ({"freq": "MONTHLY", "byday": "2TH,4TH"}, Frequency.MONTHLY, "2TH,4TH", None),
        ({"freq": "MONTHLY", "byday": "TU"}, None, "TU", ProblemKind.WEEK_NOT_STATED),
        ({"freq": "WEEKLY"}, None, None, ProblemKind.DAY_NOT_STATED),
        ({"freq": "WEEKLY", "byday": "2TH"}, None, "2TH", ProblemKind.BAD_VALUE),
        ({"freq": "WEEKLY", "byday": "MO", "interval": 2}, None, "MO", ProblemKind.ANCHOR_NOT_STATED),
        ({"freq": "DAILY"}, Frequency.WEEKLY, "MO,TU,WE,TH,FR,SA,SU", ProblemKind.UNKNOWN_FREQUENCY),
        ({"freq": "YEARLY", "byday": "MO"}, None, "MO", ProblemKind.UNKNOWN_FREQUENCY),
        ({"freq": "ONCE", "dtstart": "2026-03-01"}, Frequency.WEEKLY, None, ProblemKind.UNKNOWN_FREQUENCY),
    ],
)
def test_a_schedule_becomes_a_rule_only_when_it_says_which_days(
    raw: dict[str, object], freq: Frequency | None, byday: str | None, kind: ProblemKind | None
) -> None:
    batch = read(service(schedules=[{"id": "s", "opens_at": "9:00", "closes_at": "5 pm", **raw}]))
    found = one(batch, Entity.SCHEDULE)
    assert (found["freq"], found["byday"]) == (freq, byday)
    assert (found["opens_at"], found["closes_at"]) == (time(9), time(17))
    assert {problem.kind for problem in batch.problems} == ({kind} if kind else set())


def test_a_rule_that_cannot_be_evaluated_is_kept_as_words() -> None:
    found = one(read(service(schedules=[{"id": "s", "freq": "MONTHLY", "byday": "TU"}])), Entity.SCHEDULE)
    assert found["notes"] == "Monthly TU: dates not stated, call first"


def test_nested_lists_of_every_kind_become_rows_that_point_back() -> None:
    term = {"id": "t-1", "code": "1130", "name": "Food Pantry", "description": ""}
    batch = read(
        service(
            phones=[
                {"id": "p", "number": "(919) 555-0100", "languages": [{"id": "l", "name": "Spanish", "code": "es"}]}
            ],
            cost_options=[{"id": "c", "option": "Donation", "amount": "2.50"}],
            capacities=[
                {"id": "k", "available": 3, "updated": "2026-01-02T00:00:00Z", "unit": {"id": "u", "name": "beds"}}
            ],
            attributes=[{"id": "a", "taxonomy_term": term}],
            contacts=[{"id": "d", "name": "Front desk", "phones": [{"id": "p2", "number": "211"}]}],
            schedules=[{"id": "s", "valid_from": "2026-01-01T00:00:00", "freq": "WEEKLY", "byday": "FR"}],
        )
    )
    assert batch.problems == []
    service_id = batch.of(Entity.SERVICE)[0].id
    assert one(batch, Entity.ATTRIBUTE)["link_id"] == service_id
    assert one(batch, Entity.SERVICE_CAPACITY)["unit_id"] == batch.of(Entity.UNIT)[0].id
    assert one(batch, Entity.SCHEDULE)["valid_from"] == date(2026, 1, 1)
    assert {row.values["number"] for row in batch.of(Entity.PHONE)} == {"+19195550100", "211"}


def test_an_untold_name_or_id_sets_the_record_aside() -> None:
    batch = read(service(name="  "), service(id=None), [1, 2], "text", {"id": "x"})
    reasons = [found.reason for found in batch.quarantined]
    assert reasons[:2] == [QuarantineReason.NO_NAME, QuarantineReason.NO_ID]
    assert len(reasons) == 5


def test_a_point_that_many_organizations_share_is_told_apart_from_a_place() -> None:
    def at_city_hall(number: int) -> dict[str, object]:
        place = {"id": f"l{number}", "latitude": 40.71, "longitude": -74.0}
        organization = {"id": f"o{number}", "name": f"Church {number}", "description": "x"}
        return service(
            id=f"s{number}", organization=organization, service_at_locations=[{"id": f"p{number}", "location": place}]
        )

    assert shared_points(read(*map(at_city_hall, range(4)))) == set()
    assert shared_points(read(*map(at_city_hall, range(5)))) == {(40.71, -74.0)}


def test_untidy_records_are_read_or_set_aside_line_by_line() -> None:
    lines = (DATA / "untidy.jsonl").read_text().splitlines()
    readings = list(read_file([(DATA / "untidy.jsonl").read_bytes()], source="raw"))
    assert len(readings) == len(lines)
    assert all(reading.rows or reading.quarantined for reading in readings)
    batch = collect(readings)
    assert len(batch.of(Entity.SERVICE)) > 55
    stated = {problem.value for problem in batch.problems if problem.kind is ProblemKind.UNKNOWN_FREQUENCY}
    assert {"ONE_TIME", "BI_WEEKLY", "DAILY", "YEARLY"} <= stated


def test_repeated_local_ids_of_untidy_records_are_different_services() -> None:
    def record(name: str) -> dict[str, object]:
        return {"organizations": [{"id": "org_1", "name": name}], "services": [{"id": "svc_1", "name": "Meal"}]}

    assert len(read(record("St. Mark"), record("St. Luke")).of(Entity.SERVICE)) == 2
