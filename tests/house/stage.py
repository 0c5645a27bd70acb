"""One person's whole story in one network, and the doors that lead to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from referral.billing import queries
from referral.messaging import service as messaging
from referral.people import service as people
from referral.people.rules import ConsentScope
from referral.referrals.models import Referral
from referral.referrals.rules import Action
from referral.web.guard import PROGRAMS
from tests.factories.fixtures import NOW
from tests.factories.messaging import PHONE, write
from tests.factories.people import a_consent
from tests.factories.referrals import Loop

WITH_FILES = (
    "equity.plan",
    "equity.invoice",
    "billing.lines",
    "billing.remittance",
    "referrals.rows",
    "referrals.members",
)
FILES = {f"{name}_{kind}" for name in WITH_FILES for kind in ("csv", "sheet")}
NOT_PAGES = {"static", "api-docs.openapi_json", *FILES}


@dataclass
class Story:
    """Maria's story: taken in, asked, referred, accepted, texted; and the words that would give her away."""

    loop: Loop
    referral: Referral
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def secrets(self) -> list[str]:
        """Return what nobody outside the network may ever see on a page."""
        person = self.loop.person
        return ["Quillfeather", PHONE, "555-0123", person.number, self.referral.number, str(person.id)]


def tell(session: Session, loop: Loop) -> Story:
    """Let the story happen through the same verbs as everybody's."""
    people.change_person(session, loop.person, {"family_name": "Quillfeather"}, by=loop.navigator, at=NOW)
    people.add_phone(session, loop.person, PHONE, by=loop.navigator, at=NOW)
    a_consent(session, loop.person, loop.navigator, scope=ConsentScope.MESSAGE_SMS)
    loop.allow()
    referral = loop.do(loop.send(), Action.ACCEPT)
    message = write(session, loop.world, person_id=loop.person.id)
    messaging.receive(session, twilio_sid="SM" + "7" * 32, phone=PHONE, body="Maria Quillfeather here", at=NOW)
    session.commit()
    ids = {
        "person_id": loop.person.id,
        "contract_id": queries.contracts_of(session, loop.world.pantry.id, loop.world.network.id)[0].id,
        "need_id": loop.need.id,
        "referral_id": referral.id,
        "message_id": message.id,
        "service_at_location_id": loop.food_box.id,
    }
    return Story(loop, referral, ids)


def addresses(app: Flask, ids: dict[str, UUID], *, api: bool = False) -> Iterator[tuple[str, str]]:
    """Return (endpoint, address) of every page, or API address, that can be opened with these ids."""
    for rule in app.url_map.iter_rules():
        is_api = rule.rule.startswith(PROGRAMS)
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES or is_api is not api:
            continue
        values = _values(rule, ids)
        if values is not None:
            _, address = rule.build(values) or ("", "")
            yield rule.endpoint, re.sub(r"^\|", "", address)


def _values(rule: Rule, ids: dict[str, UUID]) -> dict[str, Any] | None:
    known: dict[str, Any] = {**ids, "kind": "referral", "id": ids["referral_id"]}
    return {name: known[name] for name in rule.arguments} if rule.arguments <= known.keys() else None
