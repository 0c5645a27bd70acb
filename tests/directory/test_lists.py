"""A list of places: printed for anybody, texted only to who agreed, and silent about whom it is for."""

import html
from datetime import date
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.directory import service as directory
from referral.directory.models import ServiceAtLocation
from referral.foundation.database import become
from referral.messaging.models import Message
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import Person
from referral.people.rules import NeedCategory
from tests.factories.fixtures import NOW, SEED, World


@pytest.fixture
def pantry(session: Session, world: World, places: None, vocabulary: None) -> ServiceAtLocation:
    return directory.add_service(
        session,
        world.pantry,
        name="Grocery boxes",
        categories=[NeedCategory.FOOD_INSECURITY],
        site=directory.Site(zip5="27601", city="Raleigh", address_1="1 Hope St"),
        by=SEED,
        at=NOW,
    )


@pytest.fixture
def navigator(world: World):
    return world.staff(world.center, Role.NAVIGATOR)


def taken_in(session: Session, by, **told) -> Person:
    become(session, by)
    asked = {"given_name": "Maria", "family_name": "Garcia", "agrees": True, "witness": "call 1", **told}
    person = people.take_in(session, asked, by=by, at=NOW)
    become(session, SEED)
    return person


def test_a_list_is_printed_without_anybody_on_it(browser, world: World, pantry: ServiceAtLocation, navigator):
    page = browser(navigator).get(f"/directory/list?service={pantry.id}&service={world.network.id}").text
    assert "Helping Hands Pantry" in page
    assert page.count("<article") == 1, "what is no listing is left out"


def test_a_list_is_texted_as_a_neutral_link_to_somebody_who_agreed(
    app, browser, session: Session, principal_of, world: World, pantry: ServiceAtLocation, navigator
):
    person = taken_in(session, principal_of(navigator), phone="919 555 0123", can_text=True)
    sent = browser(navigator).post(f"/directory/list?service={pantry.id}", data={"number": person.number.lower()})
    assert sent.status_code == 303, sent.text
    text = session.scalars(select(Message)).one().body
    assert "Pantry" not in text.replace("Coordination Center", "")
    assert "food" not in text.lower()
    path = next(word for word in text.split() if "/l/" in word)
    opened = app.test_client().get("/l/" + path.rpartition("/l/")[2])
    assert "Helping Hands Pantry" in opened.text
    assert "Maria" not in opened.text


@pytest.mark.parametrize("told", [{"phone": "919 555 0123"}, {"can_text": True}], ids=["no permission", "no phone"])
def test_a_list_is_texted_to_nobody_else(
    browser, session: Session, principal_of, pantry: ServiceAtLocation, navigator, told
):
    person = taken_in(session, principal_of(navigator), **told)
    refused = browser(navigator).post(f"/directory/list?service={pantry.id}", data={"number": person.number})
    assert refused.status_code == 409
    assert "Print the list, or read it out." in refused.text
    assert session.scalars(select(Message)).all() == []


def test_the_links_of_lists_and_signatures_do_not_open_each_other(
    app, session: Session, principal_of, pantry: ServiceAtLocation, navigator
):
    by = principal_of(navigator)
    person = taken_in(session, by, phone="919 555 0123", can_text=True, birth_on=date(1980, 1, 1))
    become(session, by)
    made = people.share_own_page(session, person, base_url="", by=by, at=NOW)
    become(session, SEED)
    session.commit()
    ended = app.test_client().get(f"/l/{made.secret}")
    assert ended.status_code == 404
    assert "This link has ended" in ended.text, "said to the person who holds the phone, not to a colleague"


def test_a_program_texts_a_list_to_who_agreed_and_to_nobody_else(
    app, api, session: Session, principal_of, pantry: ServiceAtLocation, navigator
):
    agreed = taken_in(session, principal_of(navigator), phone="919 555 0123", can_text=True)
    silent = taken_in(session, principal_of(navigator), given_name="Rosa", phone="919 555 0199")
    headers, client = api(navigator), app.test_client()
    chosen = {"service_at_location_id": [str(pantry.id)]}
    texted = client.post(f"/api/v1/people/{agreed.id}/lists", json=chosen, headers=headers)
    assert texted.status_code == 201, texted.json
    assert "/l/" in session.scalars(select(Message)).one().body
    assert client.post(f"/api/v1/people/{silent.id}/lists", json=chosen, headers=headers).status_code == 409
    nothing = {"service_at_location_id": []}
    assert client.post(f"/api/v1/people/{agreed.id}/lists", json=nothing, headers=headers).status_code == 422
    assert len(session.scalars(select(Message)).all()) == 1


def test_a_list_for_somebodys_need_goes_to_them_without_asking_for_their_number(
    browser, session: Session, principal_of, pantry: ServiceAtLocation, navigator
):
    person = taken_in(session, principal_of(navigator), phone="919 555 0123", can_text=True)
    client = browser(navigator)
    found = client.get(f"/directory?words=grocery&zip_code=27601&person_id={person.id}").text
    assert f"person_id={person.id}" in found
    chosen = f"service={pantry.id}&search={quote(f'words=grocery&zip_code=27601&person_id={person.id}')}"
    page = client.get(f"/directory/list?{chosen}").text
    assert f"To Maria Garcia, {person.number}." in page
    assert "Number of the person" not in page
    assert client.post(f"/directory/list?{chosen}", data={}).status_code == 303
    assert session.scalars(select(Message)).one().person_id == person.id


def test_a_person_whom_the_asker_may_not_see_is_asked_for_by_number(
    browser, pantry: ServiceAtLocation, navigator, world: World
):
    page = browser(navigator).get(f"/directory/list?service={pantry.id}&search=person_id%3D{world.network.id}").text
    assert "Number of the person" in page


def test_the_way_back_from_a_listing_and_from_a_list_leads_to_the_same_search(
    browser, pantry: ServiceAtLocation, navigator
):
    client = browser(navigator)
    results = client.get("/directory?words=grocery&zip_code=27601&miles=25").text
    way = html.unescape(results.split(f'href="/directory/{pantry.id}')[1].split('"')[0])
    for address in (f"/directory/{pantry.id}{way}", f"/directory/list?service={pantry.id}&{way.removeprefix('?')}"):
        page = html.unescape(client.get(address).text)
        assert "/directory?words=grocery&zip_code=27601&miles=25" in page
    odd = client.get(f"/directory/{pantry.id}?search=words%3Dx%26evil%3D1%26_external%3D1").text
    assert "evil" not in odd
    assert "_external" not in odd
