"""A link to the own page is texted only to a number from which the person read a code back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.accounts.service import principal_of_membership
from referral.app import create_app
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.foundation.settings import Settings
from referral.messaging.models import Message
from referral.messaging.templates import Template
from referral.people import queries
from referral.people import service as people
from referral.people.models import PersonPhone
from referral.people.rules import ConsentScope, ContactChannel
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, SEED, World, make_world
from tests.factories.levels import PHONE, SensitiveLoop
from tests.factories.people import a_consent

BORN = {"birth_on": "1980-03-14"}


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> SensitiveLoop:
    found = SensitiveLoop(session, world, principal_of)
    a_consent(session, found.person, found.navigator, scope=ConsentScope.MESSAGE_SMS)
    session.commit()
    return found


def texts(session: Session, template: Template) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.template == template).order_by(Message.id)))


def code_in(session: Session) -> str:
    """Read the code on the phone."""
    found = re.search(r"\b\d{6}\b", texts(session, Template.PHONE_CODE)[-1].body)
    assert found is not None
    return found.group()


def phone_of(loop: SensitiveLoop) -> PersonPhone:
    loop.session.expire_all()
    found = queries.primary_phone(loop.session, loop.person.id)
    assert found is not None
    return found


def test_t09_the_link_is_texted_once_the_person_read_the_code_back_and_no_longer_when_the_number_changes(
    app: Application, loop: SensitiveLoop, browser: Callable[[Membership], FlaskClient], api: Any
) -> None:
    client, path = browser(loop.staff["navigator"]), f"/people/{loop.person.id}"
    assert "not confirmed, so the link was not texted" in client.post(f"{path}/own-page").text
    assert texts(loop.session, Template.PAGE_LINK) == []
    assert client.post(f"{path}/phone", data={"code": "12345"}).status_code == 422
    assert "No code is open" in client.post(f"{path}/phone", data={"code": "123456"}).text

    assert client.post(f"{path}/phone/code").status_code == 303
    code = code_in(loop.session)
    for staff_page in (f"{path}/phone", "/messages", f"/messages/{texts(loop.session, Template.PHONE_CODE)[0].id}"):
        assert code not in client.get(staff_page).text, f"{staff_page}: who asks does not read it"
    headers = api(loop.staff["navigator"])
    assert code not in app.test_client().get("/api/v1/messages", headers=headers).text
    assert client.post(f"{path}/phone", data={"code": f"{code[:3]} {code[3:]}"}).status_code == 303
    assert loop.staff["navigator"].user.name in client.get(f"{path}/phone").text, "who heard it"
    assert "on its way" in client.post(f"{path}/own-page").text
    assert len(texts(loop.session, Template.PAGE_LINK)) == 1

    people.add_phone(loop.session, loop.person, "919 555 0100", by=loop.navigator, at=NOW)
    loop.session.commit()
    assert "not confirmed" in client.post(f"{path}/own-page").text
    people.add_phone(loop.session, loop.person, PHONE, by=loop.navigator, at=NOW)
    loop.session.commit()
    assert phone_of(loop).confirmed_at is None, "numbers are given to others: the old one is asked again too"


def test_t09_a_program_confirms_by_the_same_code(app: Application, loop: SensitiveLoop, api: Any) -> None:
    client, headers = app.test_client(), api(loop.staff["navigator"])
    path = f"/api/v1/people/{loop.person.id}"
    assert client.post(f"{path}/phone/code", headers=headers).json == {"status": "queued", "reason": None}
    code = code_in(loop.session)
    confirmed = client.post(f"{path}/phone/confirm", json={"code": code}, headers=headers)
    assert (confirmed.status_code, (confirmed.json or {})["confirmed_at"] is None) == (200, False)
    assert client.post(f"{path}/phone/confirm", json={"code": code}, headers=headers).status_code == 409, "once"
    assert client.post(f"{path}/own-page", headers=headers).json["is_texted"] is True  # type: ignore[index] # it is JSON
    assert client.post(f"{path}/phone/code", headers=api(loop.staff["intake"])).status_code == 403


def test_t09_five_wrong_codes_end_the_code_and_so_does_a_day(settings: Settings, committed_database: Database) -> None:
    app = create_app(settings, committed_database)
    with committed_database.session(SEED) as session:
        loop = SensitiveLoop(
            session, make_world(session), lambda m: principal_of_membership(m, app.extensions["grants"])
        )
        person, told = loop.person, {"by": loop.navigator}
        a_consent(session, person, loop.navigator, scope=ConsentScope.MESSAGE_SMS)
        people.text_code(session, person, **told, at=NOW)
        session.commit()
        code = code_in(session)
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"

        def tries(said: str, *, days: int = 0) -> str:
            with pytest.raises(Refused) as refusal:
                people.confirm_phone(session, committed_database, person, said, **told, at=NOW + timedelta(days=days))
            session.rollback()
            return str(refusal.value)

        assert "No code is open" in tries(code, days=1)
        for _ in range(5):
            assert "not the code" in tries(wrong)
        assert "No code is open" in tries(code), "the right one comes too late"


@pytest.mark.parametrize("reason", ["no permission", "hidden"])
def test_t09_no_code_is_texted_where_no_text_may_go(loop: SensitiveLoop, reason: str) -> None:
    person, session = loop.person, loop.session
    if reason == "no permission":
        (consent,) = [one for one in queries.consents(session, person.id) if one.scope is ConsentScope.MESSAGE_SMS]
        people.withdraw_consent(session, consent, by=loop.navigator, at=NOW)
    else:
        people.change_person(session, person, {"is_hidden": True}, by=loop.navigator, at=NOW)
    session.flush()
    with pytest.raises(Refused, match="no permission to text"):
        people.text_code(session, person, by=loop.navigator, at=NOW)
    if reason != "no permission":
        people.note_safe_contact(session, person, channels=[ContactChannel.SMS], by=loop.navigator, at=NOW)
        assert people.text_code(session, person, by=loop.navigator, at=NOW).template is Template.PHONE_CODE


def test_t09_behind_a_link_to_sign_stands_only_what_is_signed_there(app: Application, loop: SensitiveLoop) -> None:
    loop.allow()
    made = people.request_signature(
        loop.session,
        loop.person,
        scope=ConsentScope.PILOT_ENROL,
        recipient_organization_id=loop.world.plan.id,
        base_url="https://example.org",
        by=loop.navigator,
        at=NOW,
    )
    loop.session.commit()
    assert made.is_texted, "to any number: it opens nothing that was told before"
    client, path = app.test_client(), f"/s/{made.secret}"
    client.post(f"{path}/check", data=BORN)
    assert client.post(f"{path}/sign", data={"signature": "Maria Garcia", "agrees": "true"}).status_code == 303
    page = client.get(path).text
    assert page.count("/withdraw") == 1
    assert "Who may see what" not in page
    earlier = next(one for one in queries.consents(loop.session, loop.person.id) if one.signed_link_id is None)
    assert client.post(f"{path}/withdraw", data={"consent_id": earlier.id}).status_code == 404
    for part in ("known", "account", "correct", "about-me.json"):
        assert client.get(f"{path}/own/{part}").status_code == 303, part
    assert client.post(f"{path}/own/end", data={}).status_code == 404
