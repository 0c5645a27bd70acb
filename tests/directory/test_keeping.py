"""Whoever keeps a listing says what callers are told, and nobody's file takes it back."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent
from referral.directory.models import Address, Location, Phone, Schedule, Service, ServiceAtLocation, Verification
from referral.directory.queries import Criteria, listing, search
from referral.directory.rules.hours import Schedule as Rule
from referral.directory.rules.vocabulary import Frequency
from referral.directory.service import Site, add_service
from referral.organizations.models import Contract
from referral.organizations.rules import Role
from referral.people.rules import NeedCategory
from tests.factories.fixtures import SEED as BY
from tests.factories.fixtures import World
from tests.factories.pages import version_on
from tests.factories.referrals import an_unclaimed
from tests.house.page import Page

pytestmark = pytest.mark.usefixtures("places", "vocabulary")
Browser = Callable[[Membership], FlaskClient]
Token = Callable[[Membership], dict[str, str]]
OFFICE = Rule(freq=Frequency.WEEKLY, byday="MO", opens_at=time(9), closes_at=time(12))


@pytest.fixture
def pantry(session: Session, world: World, at: datetime) -> ServiceAtLocation:
    """The pantry's food service in Raleigh."""
    return add_service(
        session, world.pantry, name="Food pantry", description="Groceries every week.", schedules=[OFFICE],
        categories=[NeedCategory.FOOD_INSECURITY], site=Site(zip5="27601", city="Raleigh", address_1="1 Hope St"),
        phone="919 828 0890", languages=["es"], eligibility_description="Anybody", by=BY, at=at,
    )  # fmt: skip


@pytest.fixture
def admin(world: World, browser: Browser) -> FlaskClient:
    return browser(world.staff(world.pantry, Role.CBO_ADMIN))


def form(client: FlaskClient, pantry: ServiceAtLocation, **typed: Any) -> dict[str, Any]:
    """The page's form as it was filled in, with what was typed into it."""
    return {
        "version": version_on(client, f"/directory/{pantry.id}/details"), "name": "Food pantry", "status": "active",
        "description": "Groceries every week.", "needs[]": ["food-insecurity"], "eligibility": "Anybody",
        "hours": "Monday 9:00 AM–12:00 PM", "phones": "(919) 828-0890", "languages[]": ["es"],
        "address_1": "1 Hope St", "city": "Raleigh", "zip5": "27601", **typed,
    }  # fmt: skip


def save(client: FlaskClient, pantry: ServiceAtLocation, **typed: Any) -> int:
    return client.post(f"/directory/{pantry.id}/details", data=form(client, pantry, **typed)).status_code


def test_an_organization_says_everything_that_a_caller_is_told(
    session: Session, world: World, browser: Browser, admin: FlaskClient, pantry: ServiceAtLocation, at: datetime
) -> None:
    assert "Change what it says" in admin.get("/my-services").text
    said = {
        "description": "Groceries and cooked meals.", "hours": "Mon–Fri 9–5\r\nBy appointment on Saturday",
        "eligibility": "People of Wake County", "minimum_age": "18", "documents": "Photo ID\r\nA bag",
        "languages[]": ["en", "ht"], "cost": "Free of charge", "phones": "(919) 828-0890\r\n919 733 0000 ext 4",
        "alert": "Closed on Thanksgiving", "url": "www.example.org",
    }  # fmt: skip
    assert save(admin, pantry, **said) == 303
    page = browser(world.staff(world.center, Role.NAVIGATOR)).get(f"/directory/{pantry.id}").text
    for words in (
        "Groceries and cooked meals.", "Monday to Friday 9:00 AM–5:00 PM", "By appointment on Saturday",
        "People of Wake County Age 18 and older.", "Photo ID, A bag", "English, Haitian Creole", "Free of charge",
        "(919) 828-0890, (919) 733-0000 ext. 4", "Closed on Thanksgiving", "https://www.example.org", "Confirmed on",
    ):  # fmt: skip
        assert words in page, words
    hit = search(session, Criteria(words="cooked", zip_code="27601"), at=at).hits[0]
    assert (hit.service_at_location_id, hit.assured_on) == (pantry.id, at.date())
    session.commit()
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "directory:listing:changed")).all()
    (changed,) = [event.details["fields"] for event in events]
    assert "hours" in changed
    assert "name" not in changed


def test_what_is_saved_unchanged_changes_and_assures_nothing(
    session: Session, admin: FlaskClient, pantry: ServiceAtLocation
) -> None:
    phone = session.scalars(select(Phone.id)).all()
    hours = session.scalars(select(Schedule.id)).all()
    assert save(admin, pantry) == 303
    session.expire_all()
    assert session.get_one(Service, pantry.service_id).assured_date is None
    assert session.scalars(select(Phone.id)).all() == phone
    assert session.scalars(select(Schedule.id)).all() == hours


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"hours": "Mon 9-25"}, "“Mon 9-25” could mean several things."),
        ({"phones": "919 OPEN"}, "Nobody could dial “919 OPEN”."),
        ({"zip5": "00000"}, "There is no ZIP code 00000."),
        ({"minimum_age": "60", "maximum_age": "18"}, "The highest age is below the lowest."),
        ({"url": "javascript:alert(1)"}, "Write a web address like www.example.org."),
        ({"needs[]": []}, "Choose at least one need that it helps with."),
    ],
)
def test_what_cannot_be_used_comes_back_at_its_field_and_nothing_is_lost(
    session: Session, admin: FlaskClient, pantry: ServiceAtLocation, typed: dict[str, Any], message: str
) -> None:
    given = form(admin, pantry, description="A long new text", **typed)
    answer = admin.post(f"/directory/{pantry.id}/details", data=given)
    assert answer.status_code == 422
    assert message in answer.text
    assert "A long new text" in answer.text
    assert Page(answer.text).problems() == []
    session.expire_all()
    assert session.get_one(Service, pantry.service_id).description == "Groceries every week."


def test_the_second_of_two_sees_both_texts(admin: FlaskClient, pantry: ServiceAtLocation) -> None:
    first, mine = form(admin, pantry, cost="Free"), form(admin, pantry, cost="2 dollars")
    assert admin.post(f"/directory/{pantry.id}/details", data=first).status_code == 303
    clash = admin.post(f"/directory/{pantry.id}/details", data=mine)
    assert clash.status_code == 412
    assert "Saved meanwhile:</strong> Free" in clash.text
    assert "2 dollars" in clash.text


def test_a_paused_service_is_not_found_until_it_is_offered_again(
    session: Session, admin: FlaskClient, pantry: ServiceAtLocation, at: datetime
) -> None:
    def found() -> bool:
        session.commit()
        return bool(search(session, Criteria(words="pantry", zip_code="27601"), at=at).hits)

    assert found()
    assert save(admin, pantry, status="temporarily closed") == 303
    assert not found()
    assert "Paused" in admin.get("/my-services").text
    assert "not offered now" in admin.get(f"/directory/{pantry.id}").text
    assert save(admin, pantry, status="active") == 303
    assert found()


def test_another_address_moves_the_listing_on_the_map(
    session: Session, admin: FlaskClient, pantry: ServiceAtLocation, at: datetime
) -> None:
    assert save(admin, pantry, address_1="9 New Rd", city="Durham", zip5="27701") == 303
    session.commit()
    found = listing(session, pantry.id, at=at)
    assert found is not None
    assert (found.place, found.location.county) == ("9 New Rd, Durham, NC 27701", "Durham")


def test_an_organization_at_a_shared_place_moves_only_itself(
    session: Session, world: World, admin: FlaskClient, pantry: ServiceAtLocation, at: datetime
) -> None:
    place = session.get_one(Location, pantry.location_id)
    other = add_service(
        session, world.shelter, name="Beds", categories=[NeedCategory.HOMELESSNESS], site=place, by=BY, at=at
    )
    assert save(admin, pantry, address_1="9 New Rd", city="Durham", zip5="27701") == 303
    session.commit()
    places = [found.place for one in (pantry, other) if (found := listing(session, one.id, at=at))]
    assert places == ["9 New Rd, Durham, NC 27701", "1 Hope St, Raleigh, NC 27601"]


def test_a_confidential_address_never_becomes_public(
    session: Session, world: World, browser: Browser, api: Token, admin: FlaskClient, pantry: ServiceAtLocation
) -> None:
    assert save(admin, pantry, is_confidential="true", transportation="The red door") == 303
    session.expire_all()
    assert set(session.scalars(select(Address.address_1))) | set(session.scalars(select(Address.postal_code))) == {None}
    for role, organization in ((Role.NAVIGATOR, world.center), (Role.CBO_ADMIN, world.pantry)):
        member = world.staff(organization, role, name=f"Reads {role}")
        client, headers = browser(member), api(member)
        addresses = [
            f"/directory/{pantry.id}",
            "/directory?words=pantry&zip_code=27601",
            "/api/v1/directory/" + str(pantry.id),
        ]
        addresses += (
            [f"/directory/{pantry.id}/details", f"/api/v1/directory/{pantry.id}/details"]
            if role is Role.CBO_ADMIN
            else []
        )
        for address in addresses:
            text = client.get(address, headers=headers if "/api/" in address else {}).text
            assert "Raleigh" in text, address
            for secret in ("1 Hope St", "The red door"):
                assert secret not in text, address
    again = admin.post(f"/directory/{pantry.id}/details", data=form(admin, pantry))
    assert again.status_code == 422
    assert "its address is not kept here" in again.text


def test_an_organization_adds_a_service_at_a_place_it_has_and_at_a_new_one(
    session: Session, admin: FlaskClient, pantry: ServiceAtLocation, at: datetime
) -> None:
    assert "1 Hope St, Raleigh, NC 27601" in admin.get("/my-services/new").text
    given = {"name": "Cooking class", "needs[]": ["food-insecurity"], "hours": "2nd Tuesday 1-3"}
    assert admin.post("/my-services/new", data={**given, "location_id": str(pantry.location_id)}).status_code == 303
    elsewhere = {"name": "Diaper closet", "needs[]": ["material-hardship"], "zip5": "27701", "city": "Durham"}
    assert admin.post("/my-services/new", data=elsewhere).status_code == 303
    session.commit()
    here = search(session, Criteria(words="cooking class", zip_code="27601"), at=at).hits[0]
    there = search(session, Criteria(words="diaper closet", zip_code="27701"), at=at).hits[0]
    assert (here.place, here.assured_on) == ("1 Hope St, Raleigh, NC 27601", at.date())
    assert there.place == "Durham, NC 27701"
    wrong = admin.post("/my-services/new", data={**elsewhere, "zip5": "", "city": "Durham"})
    assert wrong.status_code == 422
    assert "Write the ZIP code of the address." in wrong.text
    assert "Diaper closet" in wrong.text


def test_each_changes_their_own_listings_only(
    session: Session, world: World, browser: Browser, pantry: ServiceAtLocation, at: datetime
) -> None:
    church = add_service(
        session, an_unclaimed(session), name="Soup", categories=[NeedCategory.FOOD_INSECURITY],
        site=Site(zip5="27601"), by=BY, at=at,
    )  # fmt: skip
    may = {
        (Role.CBO_INTAKE, world.pantry): (200, 403),
        (Role.CBO_ADMIN, world.shelter): (403, 403),
        (Role.NETWORK_LEAD, world.lead): (200, 403),
        (Role.NETWORK_LEAD, world.other_lead): (403, 403),
        (Role.COORD_SUPERVISOR, world.center): (403, 200),
        (Role.NAVIGATOR, world.center): (403, 403),
    }
    for (role, organization), due in may.items():
        client = browser(world.staff(organization, role, name=f"{role} of {organization.name}"))
        got = tuple(client.get(f"/directory/{one.id}/details").status_code for one in (pantry, church))
        assert got == due, role
        assert ("Change it" in client.get(f"/directory/{pantry.id}").text) is (due[0] == 200)


def test_a_network_lead_puts_a_listing_of_its_network_right(
    session: Session, world: World, browser: Browser, pantry: ServiceAtLocation
) -> None:
    lead = browser(world.staff(world.lead, Role.NETWORK_LEAD))
    assert save(lead, pantry, eligibility="People of Wake County") == 303
    said = session.scalars(select(Verification)).one()
    assert (said.method, said.organization_id) == ("edit", world.lead.id)
    assert lead.post(f"/my-services/{pantry.id}/capacity", data={"status": "open"}).status_code == 403


@pytest.mark.parametrize(("ends_on", "status"), [(date(2090, 1, 1), 200), (date(2021, 1, 1), 403)])
def test_a_network_lead_keeps_a_listing_until_the_contract_has_ended(
    session: Session, world: World, browser: Browser, pantry: ServiceAtLocation, ends_on: date, status: int
) -> None:
    of_pantry = update(Contract).where(Contract.organization_id == world.pantry.id)
    session.execute(of_pantry.values(starts_on=date(2020, 1, 1), ends_on=ends_on))
    lead = browser(world.staff(world.lead, Role.NETWORK_LEAD))
    assert lead.get(f"/directory/{pantry.id}/details").status_code == status


def test_programs_keep_listings_as_people_do(
    app: object, world: World, browser: Browser, api: Token, pantry: ServiceAtLocation
) -> None:
    member = world.staff(world.pantry, Role.CBO_ADMIN)
    client, headers = browser(member), api(member)
    address = f"/api/v1/directory/{pantry.id}/details"
    read = client.get(address, headers=headers)
    assert read.json["hours"] == ["Monday 9:00 AM–12:00 PM"]
    match = headers | {"If-Match": read.headers["ETag"]}
    changed = client.patch(address, json={"hours": ["Tue 9-4"], "cost": None}, headers=match)
    assert (changed.status_code, changed.json["hours"]) == (200, ["Tuesday 9:00 AM–4:00 PM"])
    assert changed.json["eligibility"] == "Anybody", "what was not sent stays"
    assert client.patch(address, json={"cost": "Free"}, headers=match).status_code == 412
    now = headers | {"If-Match": changed.headers["ETag"]}
    wrong = client.patch(address, json={"hours": ["sometimes at 5"]}, headers=now)
    assert (wrong.status_code, list(wrong.json["errors"]["json"])) == (422, ["hours"])
    assert client.patch(address, json={"cost": "Free"}, headers=headers).status_code == 428
    (place,) = client.get("/api/v1/my-services/places", headers=headers).json["items"]
    given = {"name": "Cooking class", "needs": ["food-insecurity"], "location_id": place["location_id"]}
    made = client.post("/api/v1/my-services", json=given, headers=headers)
    assert (made.status_code, made.json["name"], made.json["city"]) == (201, "Cooking class", "Raleigh")


MISSING = {
    "organization": "Saint Luke's Church", "name": "Saturday lunch", "needs[]": ["food-insecurity"],
    "phones": "919 733 0000", "zip5": "27601", "city": "Raleigh", "hours": "Sat 11-1",
}  # fmt: skip


def test_a_supervisor_adds_a_listing_that_nobody_keeps_and_searches_find_it_at_once(
    session: Session, world: World, browser: Browser, at: datetime
) -> None:
    supervisor = browser(world.staff(world.center, Role.COORD_SUPERVISOR))
    assert "Add a missing listing" in supervisor.get("/directory").text
    assert supervisor.post("/directory/new", data=MISSING).status_code == 303
    hit = search(session, Criteria(words="lunch", zip_code="27601"), at=at).hits[0]
    assert (hit.organization_name, hit.is_claimed) == ("Saint Luke's Church", False)
    assert hit.phones == ("(919) 733-0000",)
    listed = session.get_one(ServiceAtLocation, hit.service_at_location_id)
    typed = {**form(supervisor, listed), "name": "Sunday lunch"}
    assert supervisor.post(f"/directory/{listed.id}/details", data=typed).status_code == 303
    navigator = browser(world.staff(world.center, Role.NAVIGATOR))
    assert navigator.post("/directory/new", data=MISSING).status_code == 403


@pytest.mark.parametrize(
    "changed", [{"phones": "(919) 828-0890", "zip5": "27701"}, {"organization": "hope pantry of raleigh"}]
)
def test_what_is_likely_there_already_is_shown_before_it_is_added_twice(
    world: World, browser: Browser, pantry: ServiceAtLocation, changed: dict[str, str]
) -> None:
    world.pantry.name = "Hope Pantry"
    world.session.flush()
    supervisor = browser(world.staff(world.center, Role.COORD_SUPERVISOR))
    warned = supervisor.post("/directory/new", data={**MISSING, **changed})
    assert warned.status_code == 422
    assert Page(warned.text).problems() == []
    assert f"/directory/{pantry.id}" in warned.text
    assert "Saturday lunch" in warned.text
    assert supervisor.post("/directory/new", data={**MISSING, **changed, "is_another": "true"}).status_code == 303


def test_a_program_adds_a_listing_that_nobody_keeps(app: object, world: World, browser: Browser, api: Token) -> None:
    member = world.staff(world.center, Role.COORD_SUPERVISOR)
    client, headers = browser(member), api(member)
    given = {"organization": "Saint Luke's Church", "name": "Lunch", "needs": ["food-insecurity"], "zip5": "27601"}
    made = client.post("/api/v1/directory", json=given, headers=headers)
    assert (made.status_code, made.json["organization_name"]) == (201, "Saint Luke's Church")
    again = client.post("/api/v1/directory", json=given, headers=headers)
    assert (again.status_code, list(again.json["errors"]["json"])) == (422, ["is_another"])
