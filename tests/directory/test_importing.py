"""A file becomes listings that are found where they really are; the same file again changes nothing."""

import copy
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from referral.directory.commands import import_file
from referral.directory.models import (
    Address,
    ImportProblem,
    ImportQuarantine,
    ImportRun,
    Location,
    Phone,
    SearchEntry,
    Service,
    ServiceAtLocation,
    ServiceNeed,
    VocabularyWord,
)
from referral.directory.queries import Criteria, listing, search
from referral.directory.rules.batch import collect
from referral.directory.rules.hsds import read_file
from referral.directory.rules.report import ImportReport
from referral.directory.rules.vocabulary import GeoPrecision, NeedSource, ProblemKind
from referral.directory.service import change_listing, import_listings
from referral.foundation.database import Base, Database
from referral.foundation.principal import Principal, PrincipalKind
from referral.organizations.models import Organization
from referral.organizations.rules import OrganizationKind, Role
from referral.people.rules import NeedCategory
from tests.factories.fixtures import SEED as BY

DATA = Path(__file__).parent / "data"
pytestmark = pytest.mark.usefixtures("places", "vocabulary")


def bring(session: Session, at: datetime, *records: dict[str, Any], raw: bytes | None = None) -> ImportReport:
    lines = raw or "\n".join(json.dumps(record) for record in records).encode()
    batch = collect(read_file([lines], source="sample"))
    return import_listings(session, batch, source="sample", file_name="sample.ndjson", by=BY, at=at)


def places_of(session: Session) -> dict[UUID, UUID]:
    """Return which place each listing is at."""
    found = session.execute(select(ServiceAtLocation.id, ServiceAtLocation.location_id))
    return {row.id: row.location_id for row in found}


def pantry(**fields: Any) -> dict[str, Any]:
    address = {"id": "a", "address_1": "1 Main St", "city": "Lorain", "state_province": "OH", "postal_code": "44052"}
    location = {"id": "l", "latitude": 41.45, "longitude": -82.17, "addresses": [address]}
    return {
        "id": "s",
        "name": "Pantry",
        "description": "Groceries",
        "organization": {"id": "o", "name": "Harvest House"},
        "phones": [{"id": "p", "number": "440-244-5883"}],
        "schedules": [{"id": "h", "freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "12:00"}],
        "service_at_locations": [{"id": "x", "location": location}],
    } | fields


def everything(session: Session) -> dict[str, Sequence[Any]]:
    """Every row of the directory except the log of imports."""
    log = {"import_run", "import_problem", "import_quarantine"}
    tables = [
        Base.metadata.tables[name]
        for name in ("organization", "search_entry", "open_interval", *_hsds())
        if name not in log
    ]
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}


def _hsds() -> list[str]:
    return [
        "service",
        "location",
        "service_at_location",
        "address",
        "phone",
        "schedule",
        "service_need",
        "source_record",
    ]


def test_the_sample_of_the_real_data_is_found_and_a_second_run_changes_nothing(session: Session, at: datetime) -> None:
    raw = (DATA / "services.ndjson").read_bytes()
    first = bring(session, at, raw=raw)
    assert (first.lines, first.changed, first.unchanged, first.set_aside) == (14, 0, 0, {})
    assert first.added > 60
    before = everything(session)
    again = bring(session, at, raw=raw)
    assert (again.added, again.changed, again.unchanged) == (0, 0, first.added)
    assert everything(session) == before


def test_one_changed_value_is_one_changed_row(session: Session, at: datetime) -> None:
    bring(session, at, pantry())
    report = bring(session, at, pantry(description="Hot soup"))
    assert (report.added, report.changed) == (0, 1)
    assert session.scalars(select(Service.description)).one() == "Hot soup"
    assert search(session, Criteria(words="soup", zip_code="44052"), at=at).hits[0].title == "Pantry"


@pytest.mark.parametrize("asked", ["O'Connor", "oconnor", "std", "sti", "do an", "食物"])
def test_words_are_found_however_they_are_joined_marked_or_written(session: Session, at: datetime, asked: str) -> None:
    bring(session, at, pantry(name="O'Connor House, STD/STI clinic", description="Đồ ăn. 食物 24/7"))
    assert [hit.title for hit in search(session, Criteria(words=asked), at=at).hits]


def test_words_of_another_script_that_nobody_offers_find_nothing_of_the_name(session: Session, at: datetime) -> None:
    bring(session, at, pantry())
    assert not search(session, Criteria(words="食物"), at=at).hits


def test_a_service_is_at_a_place_once_whatever_its_source_calls_the_pair(session: Session, at: datetime) -> None:
    once = pantry()
    bring(session, at, once)
    (listed,) = session.scalars(select(ServiceAtLocation.id))

    twice = copy.deepcopy(once)
    twice["service_at_locations"].append({**copy.deepcopy(twice["service_at_locations"][0]), "id": "again"})
    assert bring(session, at, twice).problems == {"conflict": 1}
    renamed = copy.deepcopy(once)
    renamed["service_at_locations"][0]["id"] = "another"
    bring(session, at, renamed)

    assert session.scalars(select(ServiceAtLocation.id)).all() == [listed]
    assert session.scalars(select(ServiceAtLocation.gone_on)).all() == [None]
    assert bring(session, at, renamed).changed == 0


def test_pairs_without_an_id_may_come_in_another_order(session: Session, at: datetime) -> None:
    record = pantry()
    (here,) = record["service_at_locations"]
    there = copy.deepcopy(here)
    there["location"] |= {"id": "l2", "addresses": [{**there["location"]["addresses"][0], "id": "a2"}]}
    record["service_at_locations"] = [here, there]
    for one in (here, there):
        one.pop("id", None)
    bring(session, at, record)
    before = places_of(session)

    record["service_at_locations"].reverse()
    bring(session, at, record)

    after = places_of(session)
    assert (len(before), after) == (2, before)


def test_a_phone_that_moves_to_the_place_leaves_the_service(session: Session, at: datetime) -> None:
    record = pantry()
    bring(session, at, record)
    record["service_at_locations"][0]["location"]["phones"] = record.pop("phones")

    bring(session, at, record)

    (phone,) = session.scalars(select(Phone))
    assert (phone.service_id, phone.location_id is None) == (None, False)


def test_a_place_that_loses_its_address_loses_its_county(session: Session, at: datetime) -> None:
    record = pantry()
    bring(session, at, record)
    record["service_at_locations"][0]["location"] = {"id": "l"}

    bring(session, at, record)

    session.expire_all()
    place = session.scalars(select(Location)).one()
    assert (place.zip5, place.county, place.state) == (None, None, None)


def test_a_service_that_changes_what_it_does_is_found_for_its_new_need_only(session: Session, at: datetime) -> None:
    bring(session, at, pantry())
    bring(session, at, pantry(name="Rides", description="Rides to the doctor", organization={"id": "o", "name": "HH"}))
    needs = set(session.scalars(select(ServiceNeed.need)))
    assert needs == {NeedCategory.TRANSPORTATION_INSECURITY}


def test_an_imported_listing_is_unclaimed_unconfirmed_and_tells_where_it_is_from(
    session: Session, at: datetime
) -> None:
    bring(session, at, pantry(assured_date="2026-11-01"))
    (hit,) = search(session, Criteria(need=NeedCategory.FOOD_INSECURITY, zip_code="44052"), at=at).hits
    found = listing(session, hit.service_at_location_id, at=at)
    assert found is not None
    assert (hit.is_claimed, hit.assured_on, hit.freshness) == (False, None, "Not confirmed by anyone")
    assert (found.source, found.imported_on) == ("sample", date(2026, 11, 16))
    assert found.needs == [(NeedCategory.FOOD_INSECURITY, NeedSource.DERIVED)]
    assert (hit.phones, hit.opening) == (("(440) 244-5883",), "Open now, until 12:00 PM")


def test_problems_and_set_aside_records_are_kept_with_the_run(session: Session, at: datetime) -> None:
    raw = json.dumps(pantry(phones=[{"id": "p", "number": "123"}], minimum_age="old")).encode() + b"\n{nonsense"
    report = bring(session, at, raw=raw)
    assert (report.problems, report.set_aside) == ({"bad_value": 1, "bad_phone": 1}, {"not_json": 1})
    problems = {(row.entity.value, row.field, row.value) for row in session.scalars(select(ImportProblem))}
    assert problems == {("service", "minimum_age", "old"), ("phone", "number", "123")}
    assert session.scalars(select(ImportQuarantine.raw)).one() == "{nonsense"
    assert session.scalars(select(Phone)).all() == []


def test_people_win_over_files_once_an_organization_works_here(session: Session, at: datetime) -> None:
    bring(session, at, pantry())
    organization = session.scalars(select(Organization).where(Organization.source == "sample")).one()
    organization.kind, organization.name = OrganizationKind.CBO, "Harvest House of Lorain"
    session.flush()
    report = bring(session, at, pantry(description="Older text", organization={"id": "o", "name": "Harvest"}))
    assert (report.changed, report.kept) == (0, 2)
    session.expire_all()
    assert organization.name == "Harvest House of Lorain"
    assert session.scalars(select(Service.description)).one() == "Groceries"


def test_a_point_far_from_its_zip_is_not_believed(session: Session, at: datetime) -> None:
    record = pantry()
    record["service_at_locations"][0]["location"] |= {"latitude": 35.77, "longitude": -78.63}
    report = bring(session, at, record)
    location = session.scalars(select(Location)).one()
    assert report.problems == {"point_far_from_zip": 1}
    assert (location.geo_precision, location.zip5, location.county) == (GeoPrecision.ZIP, "44052", "Lorain")
    hit = search(session, Criteria(words="pantry", zip_code="44052"), at=at).hits[0]
    assert hit.distance == "about 1 mile"


def test_a_service_that_is_not_active_is_not_found(session: Session, at: datetime) -> None:
    bring(session, at, pantry(status="temporarily closed"))
    assert search(session, Criteria(words="pantry", zip_code="44052"), at=at).hits == ()
    assert session.scalar(select(func.count()).select_from(SearchEntry)) == 1


def test_a_nested_taxonomy_term_and_a_stated_need_are_kept_apart_from_guesses(session: Session, at: datetime) -> None:
    term = {"id": "t", "name": "Food Pantry", "description": "x"}
    bring(session, at, pantry(name="Thursday table", description="", attributes=[{"id": "a1", "taxonomy_term": term}]))
    assert search(session, Criteria(words="food pantry", zip_code="44052"), at=at).hits


def test_words_of_listings_can_be_spelled_wrong(session: Session, at: datetime) -> None:
    bring(session, at, pantry(description="Farmworkers welcome"))
    assert session.get(VocabularyWord, "farmworkers") is not None
    found = search(session, Criteria(words="farmwrkers", zip_code="44052"), at=at)
    assert (found.understood, len(found.hits)) == ("farmworkers", 1)


def test_the_command_imports_in_one_transaction_and_reports(committed_database: Database) -> None:
    report = import_file(committed_database, DATA / "untidy.jsonl", source="untidy")
    assert report.is_usable
    assert report.set_aside["no_service"] >= 1
    assert "records read" in report.text()
    with committed_database.transaction(BY) as session:
        run = session.scalars(select(ImportRun)).one()
        assert (run.source, run.lines) == ("untidy", report.lines)
        located = select(func.count()).select_from(Location)
        assert session.scalar(located.where(Location.geo_precision != GeoPrecision.NONE)) > 40
        assert session.scalar(select(func.count()).select_from(ServiceNeed)) > 20


def neighbors(count: int, **changes: object) -> list[dict[str, Any]]:
    """Pantries `s0`, `s1`, … of one organization, each at its own place."""
    found = []
    for number in range(count):
        record = copy.deepcopy(pantry(id=f"s{number}", name=f"Pantry {number}", **changes))
        place = record["service_at_locations"][0]
        place["id"], place["location"]["id"] = f"sl{number}", f"l{number}"
        place["location"]["addresses"][0]["id"] = f"a{number}"
        record["phones"][0]["id"], record["schedules"][0]["id"] = f"p{number}", f"h{number}"
        found.append(record)
    return found


def shown(session: Session, at: datetime) -> set[str]:
    hits = search(session, Criteria(words="pantry", zip_code="44052"), at=at).hits
    return {hit.title for hit in hits}


def test_a_listing_that_left_its_source_is_hidden_and_says_so_until_it_is_back(session: Session, at: datetime) -> None:
    bring(session, at, *neighbors(3))
    report = bring(session, at, *neighbors(3)[1:])
    assert (report.gone, report.is_part, shown(session, at)) == (1, False, {"Pantry 1", "Pantry 2"})
    left = session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.gone_on.is_not(None))).one()
    found = listing(session, left.id, at=at)
    assert found is not None
    assert (found.title, found.gone_on) == ("Pantry 0", at.date())
    assert bring(session, at, *neighbors(3)[1:]).gone == 0
    again = bring(session, at, *neighbors(3))
    assert (again.added, again.changed, again.gone) == (0, 0, 0)
    assert shown(session, at) == {"Pantry 0", "Pantry 1", "Pantry 2"}


def test_a_file_that_holds_a_small_part_of_its_source_hides_nothing(session: Session, at: datetime) -> None:
    bring(session, at, *neighbors(3))
    report = bring(session, at, neighbors(3)[0])
    assert (report.gone, report.is_part, len(shown(session, at))) == (0, True, 3)
    assert "left as it is" in report.text()


def test_what_a_source_no_longer_says_about_a_service_is_taken_away(session: Session, at: datetime) -> None:
    phones = [
        {"id": "p1", "number": "440-244-5883", "languages": [{"id": "x", "code": "es"}]},
        {"number": "440-244-5884"},
    ]
    bring(session, at, pantry(phones=phones))
    bring(session, at, pantry(phones=[{"id": "p2", "number": "440-244-5885"}], schedules=[]))
    assert session.scalars(select(Phone.number)).all() == ["+14402445885"]
    (hit,) = search(session, Criteria(words="pantry", zip_code="44052"), at=at).hits
    assert (hit.phones, hit.opening) == (("(440) 244-5885",), "Hours not known")


def test_an_organization_that_works_here_keeps_listings_that_left_the_file(session: Session, at: datetime) -> None:
    bring(session, at, *neighbors(2))
    session.execute(update(Organization).where(Organization.source == "sample").values(kind=OrganizationKind.CBO))
    assert bring(session, at, neighbors(2)[0]).gone == 0
    assert len(shown(session, at)) == 2


KEEPER = Principal(kind=PrincipalKind.USER, id="supervisor", roles=frozenset({Role.COORD_SUPERVISOR.value}))


def own_word(session: Session, at: datetime, **said: Any) -> None:
    """Let a keeper say something about the one listing there is."""
    listing_id = session.scalars(select(ServiceAtLocation.id)).one()
    change_listing(session, listing_id, said, seen=None, by=KEEPER, at=at)


def test_what_was_said_here_stands_until_the_source_changes_the_record_later(session: Session, at: datetime) -> None:
    bring(session, at, pantry())
    own_word(session, at, phones=["440 244 5899"], hours=["Tue 10-2"], address_1="2 New St", eligibility="Anybody")
    older = {"description": "Older text", "last_modified": (at - timedelta(days=1)).isoformat()}
    report = bring(session, at, pantry(**older))
    assert report.changed == 0
    assert report.problems["own_word"] == report.kept > 0
    findings = session.scalars(select(ImportProblem).where(ImportProblem.kind == ProblemKind.OWN_WORD)).all()
    assert ("service", "Pantry") in {(one.entity.value, one.value) for one in findings}
    (hit,) = search(session, Criteria(words="pantry", zip_code="44052"), at=at).hits
    found = listing(session, hit.service_at_location_id, at=at)
    assert found is not None
    assert (found.phones, found.schedules) == (("(440) 244-5899",), ["Tuesday 10:00 AM–2:00 PM"])
    assert found.place.startswith("2 New St")

    newer = {"description": "Newer text", "last_modified": (at + timedelta(days=1)).isoformat()}
    bring(session, at, pantry(**newer))
    session.expire_all()
    found = listing(session, hit.service_at_location_id, at=at)
    assert found is not None
    assert (found.service.description, found.phones) == ("Newer text", ("(440) 244-5883",))
    assert found.schedules == ["Monday 9:00 AM–12:00 PM"]
    assert found.place.startswith("1 Main St")


def test_no_file_moves_the_place_of_an_organization_that_works_here(session: Session, at: datetime) -> None:
    bring(session, at, pantry())
    session.execute(update(Organization).where(Organization.source == "sample").values(kind=OrganizationKind.CBO))
    record = pantry()
    record["service_at_locations"][0]["location"]["addresses"] = [
        {"id": "b", "address_1": "66 Wrong Way", "city": "Lorain", "state_province": "OH", "postal_code": "44052"}
    ]
    report = bring(session, at, record)
    assert (report.added, report.changed) == (0, 0)
    assert session.scalars(select(Address.address_1)).all() == ["1 Main St"]


def test_no_file_gives_away_the_address_of_a_confidential_place(session: Session, at: datetime) -> None:
    bring(session, at, pantry())
    own_word(session, at, is_confidential=True)
    newer = {"last_modified": (at + timedelta(days=1)).isoformat()}
    bring(session, at, pantry(**newer))
    assert session.scalars(select(Address.address_1)).all() == [None]
    place = session.scalars(select(Location)).one()
    assert (place.is_confidential, place.geo_precision) == (True, GeoPrecision.ZIP)
