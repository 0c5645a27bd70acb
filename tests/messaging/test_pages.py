from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.database import Database
from referral.foundation.settings import Settings
from referral.messaging import service
from referral.messaging.models import Message
from referral.messaging.queries import PAGE
from referral.messaging.rules import ReplyMeaning as M
from referral.organizations.rules import Role
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, World
from tests.factories.messaging import PHONE, ask, work, write

Browser = Callable[[Membership], FlaskClient]


@pytest.fixture
def navigator(world: World, session: Session) -> Membership:
    return world.staff(world.center, Role.NAVIGATOR)


@pytest.fixture
def unread(session: Session, world: World, worker: Callable[[], int]) -> Message:
    """An open question, and a reply to it that nobody understands."""
    ask(session, world)
    worker()
    reply = service.receive(session, twilio_sid="SM" + "1" * 32, phone=PHONE, body="half a <b>box</b>", at=NOW)
    session.commit()
    return reply


def test_a_text_that_did_not_leave_says_why(
    session: Session, world: World, database: Database, browser: Browser, navigator: Membership
) -> None:
    write(session, world)
    work(database, Settings(home=Path()))
    page = browser(navigator).get("/messages?show=not_sent")
    assert page.status_code == 200
    assert b"Not sent" in page.data
    assert b"Texting is not set up here" in page.data
    assert b"(919) 555-0123" in page.data


def test_an_empty_list_says_what_to_expect(browser: Browser, navigator: Membership) -> None:
    page = browser(navigator).get("/messages")
    assert b"No messages yet." in page.data


def test_a_reply_is_read_and_settled_on_the_page(
    session: Session, browser: Browser, navigator: Membership, unread: Message
) -> None:
    client = browser(navigator)
    assert b"Read and settle" in client.get("/messages?show=to_read").data
    page = client.get(f"/messages/{unread.id}")
    assert b"half a &lt;b&gt;box&lt;/b&gt;" in page.data
    assert b"Did you get the help you asked for?" in page.data
    answer = client.post(f"/messages/{unread.id}/settle", data={"meaning": "partly"})
    assert (answer.status_code, answer.location) == (303, "/messages?show=to_read")
    session.refresh(unread)
    assert (unread.meaning, unread.settled_by_user_id) == (M.PARTLY, navigator.user_id)
    assert b"Every reply has been read." in client.get("/messages?show=to_read").data


@pytest.mark.parametrize("meaning", ["", "help", "maybe"])
def test_a_choice_that_is_none_comes_back_at_its_field(
    browser: Browser, navigator: Membership, unread: Message, meaning: str
) -> None:
    page = browser(navigator).post(f"/messages/{unread.id}/settle", data={"meaning": meaning})
    assert page.status_code == 422
    assert b"usa-error-message" in page.data


def test_a_settled_reply_cannot_be_settled_again(browser: Browser, navigator: Membership, unread: Message) -> None:
    client = browser(navigator)
    client.post(f"/messages/{unread.id}/settle", data={"meaning": "unclear"})
    again = client.post(f"/messages/{unread.id}/settle", data={"meaning": "yes"})
    assert again.status_code == 409
    assert b"already settled" in again.data


def test_another_organization_finds_neither_the_text_nor_the_reply(
    world: World, browser: Browser, unread: Message
) -> None:
    client = browser(world.staff(world.pantry, Role.CBO_INTAKE))
    assert b"No messages yet." in client.get("/messages").data
    assert client.get(f"/messages/{unread.id}").status_code == 404
    assert client.post(f"/messages/{unread.id}/settle", data={"meaning": "no"}).status_code == 404


def test_who_may_not_read_texts_is_turned_away(world: World, browser: Browser, unread: Message) -> None:
    assert browser(world.staff(world.plan, Role.PLAN_ANALYST)).get("/messages").status_code == 403
    supervisor = browser(world.staff(world.center, Role.COORD_SUPERVISOR))
    assert b"Settle" not in supervisor.get(f"/messages/{unread.id}").data
    assert supervisor.post(f"/messages/{unread.id}/settle", data={"meaning": "no"}).status_code == 403


def test_a_long_list_goes_on_page_by_page(
    session: Session, world: World, browser: Browser, navigator: Membership
) -> None:
    for number in range(PAGE + 5):
        write(session, world, key=f"list-{number}")
    client = browser(navigator)
    first = client.get("/messages").data.decode()
    assert first.count('data-label="When"') == PAGE
    start = first.index("before=")
    following = client.get("/messages?show=all&" + first[start : start + len("before=") + 36])
    assert following.data.decode().count('data-label="When"') == 5


def test_a_program_reads_and_settles_as_people_do(
    app: Application, api: Callable[[Membership], dict[str, str]], navigator: Membership, unread: Message
) -> None:
    client, headers = app.test_client(), api(navigator)
    listed = client.get("/api/v1/messages?show=to_read", headers=headers)
    assert [item["id"] for item in listed.json["items"]] == [str(unread.id)]
    assert listed.json["next"] is None
    settled = client.post(f"/api/v1/messages/{unread.id}/settle", json={"meaning": "no"}, headers=headers)
    assert (settled.status_code, settled.json["meaning"], settled.json["needs_person"]) == (200, "no", True)
    again = client.post(f"/api/v1/messages/{unread.id}/settle", json={"meaning": "no"}, headers=headers)
    assert again.status_code == 409
    assert client.get("/api/v1/messages?colour=red", headers=headers).status_code == 422
    assert client.get("/api/v1/messages").status_code == 401


def test_texts_stand_by_when_they_were_written_the_latest_first_over_every_page(
    session: Session, world: World, browser: Browser, navigator: Membership
) -> None:
    texts = [write(session, world, key=f"list-{number}") for number in range(3)]
    for text, days in zip(texts, (1, 3, 2), strict=True):
        text.created_at = NOW - timedelta(days=days)
    session.commit()
    newest, oldest, middle = (str(text.id) for text in texts)
    client = browser(navigator)
    page = client.get("/messages").text
    assert page.index(newest) < page.index(middle) < page.index(oldest)
    rest = client.get(f"/messages?before={newest}").text
    assert newest not in rest.replace(f"before={newest}", "")
    assert rest.index(middle) < rest.index(oldest)
