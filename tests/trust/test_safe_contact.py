"""No message to a survivor but by the channel they called safe; neutral words; a way out of every page (T09)."""

import csv
import re
from collections.abc import Callable
from datetime import time, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from referral.messaging.templates import FOLDER, Template, languages, template_text
from referral.people import service as people
from referral.people.rules import (
    ConsentScope,
    ContactChannel,
    NeedCategory,
    SafeContact,
    SensitivityLevel,
    contact_refusal,
)
from referral.referrals.queries import texting
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, World
from tests.factories.levels import PHONE, SensitiveLoop
from tests.factories.people import a_consent

with (Path(__file__).parent / "banned_words.csv").open(encoding="utf-8") as lines:
    BANNED = [row["word"] for row in csv.DictReader(lines)]
WORDS = re.compile(r"[a-záéíóúñü]+")


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> SensitiveLoop:
    return SensitiveLoop(session, world, principal_of)


def test_t09_no_text_says_what_it_is_about_in_any_language() -> None:
    assert len(BANNED) >= 60
    banned = [word.casefold().split() for word in BANNED]
    for template, language in product(Template, languages()):
        said = WORDS.findall(template_text(template, language).casefold())
        for phrase in banned:
            found = any(said[start : start + len(phrase)] == phrase for start in range(len(said)))
            assert not found, (template, language, phrase)
    assert {path.stem for path in FOLDER.rglob("*.txt")} == {template.value for template in Template}


def test_t09_in_five_hundred_cases_no_message_leaves_but_by_a_safe_and_recent_channel() -> None:
    chance = Random(9)
    left = 0
    for _ in range(500):
        channel, chosen = chance.choice(list(ContactChannel)), frozenset(chance.sample(list(ContactChannel), k=2))
        age = timedelta(days=chance.randint(0, 60), seconds=chance.randint(0, 86_399))
        hours: dict[str, Any] = {"from_time": time(chance.randint(0, 11)), "until_time": time(chance.randint(12, 23))}
        contact = SafeContact(chosen, NOW - age, weekdays=frozenset(chance.sample(range(7), k=4)), **hours)
        asked: dict[str, Any] = {"level": SensitivityLevel.L3, "at": NOW, "zone": "America/New_York"}
        refusal = contact_refusal(chance.choice([contact, None]), channel, **asked)
        known = contact_refusal(contact, channel, **asked)
        is_safe = channel in chosen and age <= timedelta(days=30) and 0 in contact.weekdays
        is_safe = is_safe and contact.from_time <= time(10) <= contact.until_time  # type: ignore[operator] # both are given
        assert (known is None) == is_safe
        assert refusal is not None or is_safe
        left += known is None
    assert 0 < left < 100, "some cases are safe, else this proves nothing"


@pytest.mark.parametrize("reason", ["hidden", "a safety need", "a release"])
def test_t09_a_survivor_is_not_texted_until_they_named_texting_as_safe_within_thirty_days(
    loop: SensitiveLoop, reason: str
) -> None:
    person, session = loop.person, loop.session
    a_consent(session, person, loop.navigator, scope=ConsentScope.MESSAGE_SMS)
    assert texting.may_text(session, person.id, PHONE, NOW)
    if reason == "hidden":
        people.change_person(session, person, {"is_hidden": True}, by=loop.navigator, at=NOW)
    elif reason == "a safety need":
        loop.need_of(NeedCategory.INTIMATE_PARTNER_VIOLENCE)
    else:
        loop.release(ConsentScope.IPV_RELEASE, loop.world.shelter)
    session.flush()
    assert not texting.may_text(session, person.id, PHONE, NOW), "nobody asked how it is safe"
    by = loop.navigator
    people.note_safe_contact(session, person, channels=[ContactChannel.VOICE], by=by, at=NOW)
    assert not texting.may_text(session, person.id, PHONE, NOW)
    people.note_safe_contact(session, person, channels=[ContactChannel.SMS], by=by, at=NOW)
    assert texting.may_text(session, person.id, PHONE, NOW + timedelta(days=30))
    assert not texting.may_text(session, person.id, PHONE, NOW + timedelta(days=30, seconds=1)), "ask again"


def opened(app: Application, loop: SensitiveLoop) -> tuple[str, TestResponse, Any]:
    made = people.share_own_page(loop.session, loop.person, base_url="https://x.test", by=loop.navigator, at=NOW)
    loop.session.commit()
    client = app.test_client()
    client.post(f"/s/{made.secret}/check", data={"birth_on": "1980-03-14"})
    return f"/s/{made.secret}", client.get(f"/s/{made.secret}"), client


def test_t09_the_way_out_comes_first_works_without_scripts_and_leaves_nothing(
    app: Application, loop: SensitiveLoop
) -> None:
    address, page, client = opened(app, loop)
    assert page.headers["Cache-Control"] == "no-store"
    focusable = re.search(r"<(a|button|input|select|textarea)\b[^>]*>", page.text[page.text.index("<body") :])
    assert focusable is not None
    assert "data-quick-exit" in focusable.group()
    assert 'href="/s/leave"' in focusable.group()
    gone = client.get("/s/leave")
    assert gone.status_code == 303
    assert gone.headers["Location"] == "https://www.weather.gov/"
    assert gone.headers["Clear-Site-Data"] == '"cookies", "storage"'
    again = client.get(address).text
    assert "Maria" not in again
    assert "What you allow now" not in again, "the way back asks for the birth date"
