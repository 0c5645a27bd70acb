"""Who can help is found by need or words, nearest and surest first, with the reasons; never a blank page."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from referral.directory.models import Location, ServiceAtLocation
from referral.directory.queries import Criteria, search
from referral.directory.rules.criteria import PlaceProblem
from referral.directory.rules.freshness import CapacityState
from referral.directory.rules.hours import Schedule
from referral.directory.rules.ladder import Step
from referral.directory.rules.vocabulary import Frequency, LocationType
from referral.directory.service import Site, add_service, confirm_listing, prepare, set_capacity
from referral.foundation.refusals import NotAllowed, Refused
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.people.rules import NeedCategory
from tests.factories.fixtures import SEED as BY
from tests.factories.fixtures import World, make_world

pytestmark = pytest.mark.usefixtures("places", "vocabulary")
FOOD, UTILITY = NeedCategory.FOOD_INSECURITY, NeedCategory.UTILITY_INSECURITY
MONDAYS = Schedule(freq=Frequency.WEEKLY, byday="MO", opens_at=time(9), closes_at=time(17))

Offer = Callable[..., ServiceAtLocation]


@pytest.fixture
def offer(session: Session, world: World, at: datetime) -> Offer:
    """Add a service of the pantry in downtown Raleigh, or what the test says instead."""

    def add(name: str = "Food pantry", organization: Organization | None = None, **fields: Any) -> ServiceAtLocation:
        given = {"categories": [FOOD], "site": Site(zip5="27601", city="Raleigh", address_1="1 Hope St")} | fields
        return add_service(session, organization or world.pantry, name=name, by=BY, at=at, **given)

    return add


def titles(session: Session, at: datetime, **criteria: Any) -> list[str]:
    return [hit.title for hit in search(session, Criteria(**{"zip_code": "27601"} | criteria), at=at).hits]


def test_a_need_finds_its_services_and_no_others(session: Session, at: datetime, offer: Offer) -> None:
    offer("Food pantry")
    offer("Light bill help", categories=[UTILITY])
    assert titles(session, at, need=FOOD) == ["Food pantry"]
    assert titles(session, at, need=UTILITY) == ["Light bill help"]


def test_a_service_without_a_place_is_found_from_everywhere(session: Session, at: datetime, offer: Offer) -> None:
    hotline = offer("Food hotline")
    location = session.get_one(Location, hotline.location_id)
    location.location_type = LocationType.VIRTUAL
    assert location.latitude is not None
    prepare(session, at=at)
    assert titles(session, at, need=FOOD, zip_code="28801", miles=5) == ["Food hotline"]


@pytest.mark.parametrize("words", ["groceries", "despensa", "We are running out of food", "food stamps", "pantri"])
def test_words_in_two_languages_or_misspelt_find_the_pantry(
    session: Session, at: datetime, offer: Offer, words: str
) -> None:
    offer("Food pantry", description="A box of groceries every week.")
    assert titles(session, at, words=words) == ["Food pantry"]


def test_the_nearest_comes_first_and_the_reason_says_how_far(session: Session, at: datetime, offer: Offer) -> None:
    offer("Far pantry", site=Site(zip5="27610"))
    offer("Near pantry")
    found = search(session, Criteria(need=FOOD, zip_code="27601"), at=at)
    assert [hit.title for hit in found.hits] == ["Near pantry", "Far pantry"]
    assert [reason.text for reason in found.hits[0].reasons][:2] == ["Helps with this need", "about 1 mile"]
    assert found.hits[0].place == "1 Hope St, Raleigh, NC 27601"


def test_a_name_beats_a_description_beats_an_organizations_name(session: Session, at: datetime, offer: Offer) -> None:
    offer("Eye exams and vision tests", categories=[])
    offer("Health van", categories=[], description="Also vision tests.")
    vision = Organization(name="New Vision Church", description="x", created_at=at)
    session.add(vision)
    session.flush()
    offer("Choir", organization=vision, categories=[])
    assert titles(session, at, words="vision") == ["Eye exams and vision tests", "Health van", "Choir"]


def test_a_misspelt_word_is_corrected_and_can_be_searched_as_typed(
    session: Session, at: datetime, offer: Offer
) -> None:
    offer("Diaper bank", categories=[NeedCategory.MATERIAL_HARDSHIP])
    found = search(session, Criteria(words="diapirs", zip_code="27601"), at=at)
    assert [(one.typed, one.meant) for one in found.corrections] == [("diapirs", "diapers")]
    assert len(found.hits) == 1
    assert search(session, Criteria(words="diapirs", zip_code="27601", is_exact=True), at=at).hits == ()


def test_the_search_widens_step_by_step_and_says_so(session: Session, at: datetime, offer: Offer) -> None:
    offer("Durham pantry", site=Site(zip5="27701"))
    assert search(session, Criteria(need=FOOD, zip_code="27601", miles=25), at=at).step is Step.AS_ASKED
    assert search(session, Criteria(need=FOOD, zip_code="27514", miles=5), at=at).step is Step.WIDER
    charlotte = search(session, Criteria(need=FOOD, zip_code="28202"), at=at)
    assert charlotte.step is Step.STATE_AND_VIRTUAL
    assert charlotte.step_text.startswith("Nothing near")
    assert search(session, Criteria(need=FOOD, zip_code="43215"), at=at).step is Step.NOTHING


def test_when_no_service_has_every_word_some_are_enough(session: Session, at: datetime, offer: Offer) -> None:
    offer("Notary", categories=[])
    found = search(session, Criteria(words="notary yacht", zip_code="27601"), at=at)
    assert (found.step, [hit.title for hit in found.hits]) == (Step.ANY_WORD, ["Notary"])


def test_a_service_that_covers_the_county_is_found_from_all_of_it(session: Session, at: datetime, offer: Offer) -> None:
    offer("County rides", site=Site(zip5="28202"), counties=["NC Wake"])
    offer("Statewide line", site=Site(), states=["NC"])
    assert sorted(titles(session, at, miles=2)) == ["County rides", "Statewide line"]
    assert titles(session, at, zip_code="43215", miles=2) == ["Statewide line"]


@pytest.mark.parametrize(
    ("typed", "problem"), [("G1M 3H6", PlaceProblem.NOT_A_ZIP), ("99999", PlaceProblem.UNKNOWN_ZIP)]
)
def test_a_place_nobody_knows_is_said_and_the_search_goes_on(
    session: Session, at: datetime, offer: Offer, typed: str, problem: PlaceProblem
) -> None:
    offer()
    found = search(session, Criteria(need=FOOD, zip_code=typed), at=at)
    assert (found.place_problem, len(found.hits)) == (problem, 1)


def test_filters_leave_only_what_was_insisted_on(session: Session, at: datetime, offer: Offer, world: World) -> None:
    stranger = Organization(name="Unclaimed", description="x", created_at=at)
    session.add(stranger)
    session.flush()
    offer("Spanish", languages=["es"])
    offer("Monday", schedules=[MONDAYS])
    room = offer("Room")
    set_capacity(session, room.id, status=CapacityState.OPEN, by=BY, at=at)
    offer("Stranger", organization=stranger)
    assert titles(session, at, language="es") == ["Spanish"]
    assert titles(session, at, is_open_now=True) == ["Monday"]
    assert titles(session, at, has_room=True) == ["Room"]
    assert "Stranger" not in titles(session, at, is_in_network=True)


def test_a_member_of_another_network_is_not_in_mine(session: Session, at: datetime, offer: Offer, world: World) -> None:
    offer("Ours")
    offer("Theirs", organization=make_world(session, "Another Network").pantry)
    found = search(session, Criteria(zip_code="27601", network_id=world.network.id), at=at)
    assert {hit.title: hit.is_claimed for hit in found.hits} == {"Ours": True, "Theirs": False}
    assert titles(session, at, is_in_network=True, network_id=world.network.id) == ["Ours"]


def test_room_expires_and_closed_hides_only_until_it_expires(session: Session, at: datetime, offer: Offer) -> None:
    listing = offer()
    set_capacity(session, listing.id, status=CapacityState.CLOSED, by=BY, at=at, is_beds=True)
    assert titles(session, at, need=FOOD) == []
    tomorrow = at + timedelta(hours=24)
    (hit,) = search(session, Criteria(need=FOOD, zip_code="27601"), at=tomorrow).hits
    assert hit.capacity is CapacityState.UNKNOWN


def test_hours_are_known_unknown_or_over(session: Session, at: datetime, offer: Offer) -> None:
    offer("A Mondays", schedules=[MONDAYS])
    offer("B Unknown")
    past = Schedule(
        freq=Frequency.WEEKLY, byday="MO", opens_at=time(9), closes_at=time(17), valid_to=at.date() - timedelta(days=1)
    )
    offer("C Over", schedules=[past])
    found = {hit.title: hit.opening for hit in search(session, Criteria(zip_code="27601"), at=at).hits}
    assert found == {
        "A Mondays": "Open now, until 5:00 PM",
        "B Unknown": "Hours not known",
        "C Over": "Hours not known",
    }


def test_a_safe_house_shows_its_city_and_nothing_nearer(session: Session, at: datetime, offer: Offer) -> None:
    hidden = Site(
        zip5="27601", city="Raleigh", address_1="9 Secret Ln", latitude=35.7, longitude=-78.6, is_confidential=True
    )
    offer("Safe house", site=hidden)
    (hit,) = search(session, Criteria(zip_code="27601"), at=at).hits
    assert hit.place == "Raleigh, NC, confidential address"
    assert hit.distance.startswith("about")


def test_sites_of_one_service_are_one_result_with_the_nearest(session: Session, at: datetime, offer: Offer) -> None:
    offer("Rent help", site=Site(zip5="27610"))
    offer("RENT HELP", site=Site(zip5="27601"))
    (hit,) = search(session, Criteria(words="rent", zip_code="27601"), at=at).hits
    assert (hit.other_sites, hit.title) == (1, "Rent Help")


def test_only_the_organization_itself_keeps_its_listings(
    session: Session, at: datetime, offer: Offer, world: World, principal_of: Callable[..., Any]
) -> None:
    listing = offer()
    stranger = principal_of(world.staff(world.shelter, Role.CBO_ADMIN))
    with pytest.raises(NotAllowed):
        set_capacity(session, listing.id, status=CapacityState.OPEN, by=stranger, at=at)
    with pytest.raises(NotAllowed):
        confirm_listing(session, listing.id, by=stranger, at=at)
    owner = principal_of(world.staff(world.pantry, Role.CBO_ADMIN))
    assert confirm_listing(session, listing.id, by=owner, at=at).assured_date == at.date()


@pytest.mark.parametrize("wrong", [{"site": Site(zip5="99999")}, {"phone": "call us"}])
def test_a_service_with_an_impossible_place_or_phone_is_refused(offer: Offer, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        offer(**wrong)


def test_a_search_stays_within_its_statements(session: Session, at: datetime, offer: Offer) -> None:
    for number in range(12):
        offer(f"Pantry number {number}")
    statements: list[str] = []
    connection = session.connection()

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(connection, "before_cursor_execute", note)
    assert len(search(session, Criteria(words="pantry", zip_code="27601"), at=at).hits) == 12
    assert len(statements) <= 9
