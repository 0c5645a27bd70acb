"""Whoever finds a listing wrong says so, and whoever keeps the listing hears of it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent
from referral.directory.models import ListingReport, ServiceAtLocation
from referral.directory.rules.reports import ReportState
from referral.directory.service import Site, add_service
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.people.rules import NeedCategory
from tests.factories.fixtures import SEED as BY
from tests.factories.fixtures import World
from tests.factories.referrals import an_unclaimed

pytestmark = pytest.mark.usefixtures("places", "vocabulary")
Browser = Callable[[Membership], FlaskClient]
Token = Callable[[Membership], dict[str, str]]
WRONG = {"part": "phone", "note": "It rings and rings"}


def food_at(session: Session, organization: Organization, at: datetime) -> ServiceAtLocation:
    given = {"name": "Food pantry", "categories": [NeedCategory.FOOD_INSECURITY], "site": Site(zip5="27601")}
    return add_service(session, organization, **given, by=BY, at=at)


@pytest.fixture
def pantry(session: Session, world: World, at: datetime) -> ServiceAtLocation:
    return food_at(session, world.pantry, at)


@pytest.fixture
def church(session: Session, world: World, at: datetime) -> ServiceAtLocation:
    """A listing that nobody keeps."""
    return food_at(session, an_unclaimed(session), at)


def reported(client: FlaskClient, listing: ServiceAtLocation, **said: str) -> int:
    return client.post(f"/directory/{listing.id}/reports", data={**WRONG, **said}).status_code


def test_a_navigator_reports_a_listing_and_its_organization_puts_it_right(
    session: Session, world: World, browser: Browser, pantry: ServiceAtLocation
) -> None:
    navigator = browser(world.staff(world.center, Role.NAVIGATOR))
    assert "Something is wrong with this listing" in navigator.get(f"/directory/{pantry.id}").text
    assert reported(navigator, pantry) == 303
    head = browser(world.staff(world.pantry, Role.CBO_ADMIN))
    assert "Reported listings" in head.get("/").text
    page = head.get("/listing-reports").text
    assert "The phone number is wrong" in page
    assert "It rings and rings" in page
    assert "Coordination Center" in page
    assert "Take it out of searches" not in page, "who works here says so on their own page"
    report = session.scalars(select(ListingReport)).one()
    assert head.post(f"/listing-reports/{report.id}/settle", data={"state": "done"}).status_code == 303
    session.expire_all()
    assert (report.state, report.settled_by_user_id is not None) == (ReportState.DONE, True)
    assert "It rings and rings" not in head.get("/listing-reports").text
    assert head.post(f"/listing-reports/{report.id}/settle", data={"state": "dismissed"}).status_code == 404
    session.commit()  # asks as the stage again, no longer as the last browser
    events = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("directory:report:%"))).all()
    assert sorted(events) == ["directory:report:made", "directory:report:settled"]


def test_a_supervisor_takes_a_listing_that_nobody_keeps_out_of_searches(
    session: Session, world: World, browser: Browser, church: ServiceAtLocation
) -> None:
    supervisor = browser(world.staff(world.center, Role.COORD_SUPERVISOR))
    find = "/directory?words=pantry&zip_code=27601"
    assert str(church.id) in supervisor.get(find).text
    for organization, role in (
        (world.pantry, Role.CBO_INTAKE),
        (world.shelter, Role.CBO_ADMIN),
        (world.lead, Role.NETWORK_LEAD),
    ):
        assert reported(browser(world.staff(organization, role)), church, part="closed") == 303
    first, *_ = session.scalars(select(ListingReport).order_by(ListingReport.id))
    assert supervisor.get("/listing-reports").text.count("It has closed") == 3
    assert supervisor.post(f"/listing-reports/{first.id}/settle", data={"state": "taken_out"}).status_code == 303
    assert str(church.id) not in supervisor.get(find).text


def test_each_looks_after_their_own_listings_and_tells_nobody_else_about_theirs(
    session: Session, world: World, browser: Browser, pantry: ServiceAtLocation
) -> None:
    assert reported(browser(world.staff(world.shelter, Role.CBO_ADMIN)), pantry) == 403, "it works here"
    assert reported(browser(world.staff(world.plan, Role.PLAN_FINANCE)), pantry) == 403
    assert reported(browser(world.staff(world.center, Role.NAVIGATOR)), pantry) == 303
    report = session.scalars(select(ListingReport)).one()
    for organization, role in ((world.shelter, Role.CBO_ADMIN), (world.center, Role.COORD_SUPERVISOR)):
        stranger = browser(world.staff(organization, role, name=f"Other {role}"))
        assert "It rings and rings" not in stranger.get("/listing-reports").text
        assert stranger.post(f"/listing-reports/{report.id}/settle", data={"state": "done"}).status_code == 404
    head = browser(world.staff(world.pantry, Role.CBO_ADMIN))
    assert head.post(f"/listing-reports/{report.id}/settle", data={"state": "taken_out"}).status_code == 409
    assert head.post(f"/listing-reports/{report.id}/settle", data={"state": "open"}).status_code == 422


def test_what_is_typed_stays_when_nothing_was_chosen(world: World, browser: Browser, pantry: ServiceAtLocation) -> None:
    client = browser(world.staff(world.center, Role.NAVIGATOR))
    answer = client.post(f"/directory/{pantry.id}/reports", data={"note": "The door is blue"})
    assert answer.status_code == 422
    assert "Choose what is wrong." in answer.text
    assert "The door is blue" in answer.text


def test_programs_report_and_settle_as_people_do(
    world: World, browser: Browser, api: Token, pantry: ServiceAtLocation
) -> None:
    client = browser(world.staff(world.center, Role.NAVIGATOR, name="Nobody"))
    as_navigator = api(world.staff(world.center, Role.NAVIGATOR))
    made = client.post(f"/api/v1/directory/{pantry.id}/reports", json=WRONG, headers=as_navigator)
    assert (made.status_code, made.json["state"]) == (201, "open")
    as_head = api(world.staff(world.pantry, Role.CBO_ADMIN))
    (waiting,) = client.get("/api/v1/listing-reports", headers=as_head).json["items"]
    assert (waiting["id"], waiting["service"], waiting["note"]) == (made.json["id"], "Food pantry", WRONG["note"])
    left = client.post(f"/api/v1/listing-reports/{waiting['id']}/settle", json={"state": "done"}, headers=as_head)
    assert left.json["items"] == []
