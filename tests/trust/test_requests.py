"""What a person asks for on their own page becomes work; that the record be erased, two administrators decide."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import Person, PersonRequest
from referral.people.rules import GivenBy
from referral.people.rules.requests import RequestKind
from referral.retention import jobs as retention
from referral.retention.models import Erasure, RetentionHold, Tombstone
from referral.retention.rules import HoldKind
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, World
from tests.factories.levels import SensitiveLoop

BORN = {"birth_on": "1980-03-14"}
PLEA = "CANARY-PLEA please forget me"
Browser = Callable[[Membership], FlaskClient]


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> SensitiveLoop:
    found = SensitiveLoop(session, world, principal_of)
    found.allow()
    found.person.language = "en"
    session.commit()
    return found


def own_page(app: Application, loop: SensitiveLoop, **said: Any) -> tuple[FlaskClient, str]:
    """Open the page on the person's phone."""
    told = {"base_url": "https://example.org", "by": loop.navigator, "at": NOW}
    made = people.share_own_page(loop.session, loop.person, **told, **said)
    loop.session.commit()
    client = app.test_client()
    client.post(f"/s/{made.secret}/check", data=BORN)
    return client, f"/s/{made.secret}/own/ask"


def the_request(session: Session) -> PersonRequest:
    session.expire_all()
    return session.scalars(select(PersonRequest)).one()


def test_a_request_becomes_work_for_the_navigator_and_the_answer_is_read_by_the_person(
    app: Application, loop: SensitiveLoop, browser: Browser
) -> None:
    phone, path = own_page(app, loop)
    assert phone.post(path, data={"kind": "call", "words": ""}).status_code == 422
    assert phone.post(path, data={"kind": "call", "words": PLEA}).status_code == 303
    assert "Waits for an answer" in phone.get(path).text
    stored = loop.session.execute(text("SELECT words FROM person_request")).scalar_one()
    assert b"CANARY" not in bytes(stored), "it may say anything, so it is kept encrypted"

    desk = browser(loop.staff["navigator"])
    assert "People asked you for something" in desk.get("/").text
    page = f"/people/{loop.person.id}/requests"
    assert PLEA in desk.get(page).text
    for role in ("intake", "other_head", "finance", "sysadmin"):
        assert browser(loop.staff[role]).get(page).status_code in {403, 404}, role
    answered = f"{page}/{the_request(loop.session).id}"
    assert desk.post(answered, data={"answer": ""}).status_code == 422
    assert desk.post(answered, data={"answer": "I call on Monday."}).status_code == 303
    assert desk.post(answered, data={"answer": "Twice"}).status_code == 409
    assert "People asked you for something" not in desk.get("/").text
    assert "I call on Monday." in phone.get(path).text


def test_who_speaks_for_a_person_does_not_read_what_the_person_wrote_nor_asks_for_the_end_of_the_record(
    app: Application, loop: SensitiveLoop
) -> None:
    phone, path = own_page(app, loop)
    phone.post(path, data={"kind": "other", "words": PLEA})
    guardian, theirs = own_page(app, loop, reader=GivenBy.GUARDIAN)
    page = guardian.get(theirs).text
    assert PLEA not in page
    assert 'value="erase"' not in page
    assert guardian.post(theirs, data={"kind": "erase", "words": "all of it"}).status_code == 409


def test_a_page_cannot_be_flooded_and_is_in_spanish_too(app: Application, loop: SensitiveLoop) -> None:
    loop.person.language = "es"
    phone, path = own_page(app, loop)
    for _ in range(5):
        assert phone.post(path, data={"kind": "call", "words": "otra vez"}).status_code == 303
    refused = phone.post(path, data={"kind": "call", "words": "una más"})
    assert refused.status_code == 409
    assert "espera una respuesta. Llame" in refused.text
    assert "una más" in refused.text, "nothing typed is lost"
    assert "Espera una respuesta" in phone.get(path).text


def test_a_request_said_by_phone_comes_in_by_a_program_too(app: Application, loop: SensitiveLoop, api: Any) -> None:
    client, headers = app.test_client(), api(loop.staff["navigator"])
    path = f"/api/v1/people/{loop.person.id}/requests"
    made = client.post(path, json={"kind": "correct", "words": "My name has an accent"}, headers=headers)
    assert made.status_code == 201, made.json
    answer = client.post(f"{path}/{(made.json or {})['id']}/answer", json={"answer": "Done."}, headers=headers)
    assert (answer.json or {})["answer"] == "Done."
    assert [one["kind"] for one in (client.get(path, headers=headers).json or {})["items"]] == ["correct"]
    assert client.get(path, headers=api(loop.staff["intake"])).status_code == 403


def administrators(loop: SensitiveLoop) -> tuple[Membership, Membership]:
    return loop.staff["sysadmin"], loop.world.staff(loop.world.center, Role.SYSADMIN, name="Second")


def asked_to_erase(loop: SensitiveLoop) -> Erasure:
    """Let Maria ask by phone; the worker puts it before the administrators."""
    request = people.ask(loop.session, loop.person, kind=RequestKind.ERASE, words=PLEA, by=loop.navigator, at=NOW)
    loop.session.commit()
    retention.note_erasure(loop.session, at=NOW, person_request_id=str(request.id))
    loop.session.commit()
    return loop.session.scalars(select(Erasure)).one()


def test_t28_two_administrators_erase_at_the_persons_request_and_a_tombstone_stays(
    loop: SensitiveLoop, browser: Browser
) -> None:
    erasure = asked_to_erase(loop)
    one, other = (
        browser(loop.staff["sysadmin"]),
        browser(loop.world.staff(loop.world.center, Role.SYSADMIN, name="Two")),
    )
    page = one.get("/erasures").text
    assert loop.person.number in page
    assert PLEA not in page
    assert loop.person.family_name not in page, "an administrator reads no field about a person"
    path = f"/erasures/{erasure.id}"
    assert other.post(f"{path}/confirm").status_code == 409, "nobody proposed it"
    assert one.post(f"{path}/propose").status_code == 303
    assert one.post(f"{path}/confirm").status_code == 409, "four eyes"
    assert other.post(f"{path}/confirm").status_code == 303
    retention.erase(loop.session, at=NOW, erasure_id=str(erasure.id))
    loop.session.commit()
    assert loop.session.get_one(Person, loop.person.id).family_name == ""
    assert loop.session.scalars(select(PersonRequest)).all() == []
    stone = loop.session.scalars(select(Tombstone).where(Tombstone.record_kind == "erasure request")).one()
    assert stone.record_id == loop.person.id
    assert "Erased" in one.get("/erasures").text
    assert other.post(f"{path}/confirm").status_code == 404, "once"
    for role in ("navigator", "head", "lead", "finance"):
        if role in loop.staff:
            assert browser(loop.staff[role]).get("/erasures").status_code == 403, role


def test_t28_a_hold_stops_it_at_every_step_and_it_shows_when_it_is_overdue(
    loop: SensitiveLoop, browser: Browser
) -> None:
    erasure = asked_to_erase(loop)
    one, other = (
        browser(loop.staff["sysadmin"]),
        browser(loop.world.staff(loop.world.center, Role.SYSADMIN, name="Two")),
    )
    path = f"/erasures/{erasure.id}"
    one.post(f"{path}/propose")
    assert other.post(f"{path}/confirm").status_code == 303
    given: dict[str, Any] = {"reason": "Case 7", "starts_at": NOW, "kind": HoldKind.LEGAL}
    hold = RetentionHold(person_id=loop.person.id, network_id=loop.person.network_id, **given)
    loop.session.add(hold)
    loop.session.commit()
    retention.erase(loop.session, at=NOW, erasure_id=str(erasure.id))
    loop.session.commit()
    assert loop.session.get_one(Person, loop.person.id).family_name, "the hold came first"
    assert "Held back" in one.get("/erasures").text
    assert one.post(f"{path}/propose").status_code == 409
    assert erasure.due_on == NOW.date() + timedelta(days=30)
    assert "Overdue" not in one.get("/erasures").text
    erasure.due_on = NOW.date() - timedelta(days=1)
    loop.session.commit()
    assert "Overdue" in one.get("/erasures").text
    assert "overdue" in one.get("/").text
    assert one.post(f"{path}/close", data={"reason": ""}).status_code == 422
    assert one.post(f"{path}/close", data={"reason": "They thought better of it."}).status_code == 303
    assert "without erasing" in one.get("/erasures").text
