"""Malformed requests: none breaks the program, none fills its memory, none writes what the form does not offer."""

import json
import random
import resource
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from marshmallow import Schema, ValidationError, fields
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from referral.organizations.queries import organization_named
from referral.organizations.rules import Role
from referral.people.models import Person
from referral.web.entry import refuse_odd_booleans
from referral.web.guard import PROGRAMS
from referral.web.transaction import Application
from tests.factories.fixtures import World
from tests.trust.oddities import BODIES, REFUSED, TEXTS, VALUES
from tests.trust.whole_story import Story, tell

Browser = Callable[[Membership], FlaskClient]
Api = Callable[[Membership], dict[str, str]]
FEW, MANY = 300, 5000
MOST_GROWTH_MB = 64
"""What 4,000 further requests may add to the memory of the process: caches fill, leaks would take more."""
KINDS = [
    "application/json",
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "",
]


@pytest.fixture
def story(app: Application, session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    """The whole story; what breaks shows as 500, as outside."""
    app.testing = False
    app.extensions["limits"] = {}
    return tell(session, world, principal_of)


def names(app: Application) -> list[str]:
    """Return every name that some form or body of the API knows."""
    schemas = app.test_client().get("/openapi.json").json["components"]["schemas"]
    return sorted({name for schema in schemas.values() for name in schema.get("properties", {})})


class Vandal:
    """Sends requests that no page and no good program would send, always the same for one seed."""

    def __init__(self, app: Application, story: Story, browser: Browser, api: Api, seed: int) -> None:
        self.dice, self.story, self.names = random.Random(seed), story, names(app)
        staff = list(story.insiders().values())
        self.browsers, self.programs = [browser(one) for one in staff], [api(one) for one in staff]
        self.client, self.bound = app.test_client(), app.url_map.bind("localhost")
        self.rules = sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=str)

    def send(self) -> tuple[str, TestResponse]:
        """Send one; returns what it was, and the answer."""
        rule = self.dice.choice(self.rules)
        method = self.dice.choice(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        address = self.bound.build(rule.endpoint, self._values(rule), method=method)
        client, sent = self._api(method) if address.startswith(PROGRAMS) else self._page(method)
        return f"{method} {address} {str(sent)[:300]}", client.open(address, method=method, **sent)

    def _values(self, rule: Any) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, converter in rule._converters.items():
            choices, kind = getattr(converter, "items", None), type(converter).__name__
            known = self.story.ids.get(name) if self.dice.random() < 0.8 else None
            text = self.dice.choice(["referral", "no-such", "\ud7ff", "%", "a" * 3000, "..", "💥"])
            odd = self.dice.choice([1, 0, 2**40, 2**70]) if "Integer" in kind else uuid4() if "UUID" in kind else text
            values[name] = self.dice.choice(sorted(choices)) if choices else odd if known is None else known
        if "kind" in rule.arguments and self.dice.random() < 0.8:
            values["kind"] = self.dice.choice(sorted(self.story.thread))
        return values

    def _api(self, method: str) -> tuple[FlaskClient, dict[str, Any]]:
        headers = {**self.dice.choice(self.programs), "If-Match": self.dice.choice(['"1"', '"0"', "x", '"9"'])}
        if self.dice.random() < 0.2:
            headers["Idempotency-Key"] = self.dice.choice(["k", "ß", "a b", "x" * 300])
        sent: dict[str, Any] = {"headers": headers, "query_string": self._fields()}
        if method != "GET":
            is_raw = self.dice.random() < 0.3
            body = self.dice.choice(BODIES) if is_raw else json.dumps(self._object()).encode()
            sent |= {"data": body, "content_type": self.dice.choice(KINDS) if is_raw else "application/json"}
        return self.client, sent

    def _page(self, method: str) -> tuple[FlaskClient, dict[str, Any]]:
        form = {**self._fields(), "version": self.dice.choice(["1", "0", "x", "-1", "9" * 30])}
        is_raw = self.dice.random() < 0.1
        sent = {"data": self.dice.choice(BODIES), "content_type": self.dice.choice(KINDS)} if is_raw else {"data": form}
        return self.dice.choice(self.browsers), {"query_string": self._fields(), **(sent if method != "GET" else {})}

    def _fields(self) -> dict[str, str]:
        chosen = self.dice.sample(self.names, self.dice.randint(0, 4))
        return {name + self.dice.choice(["", "", "[]"]): self.dice.choice(TEXTS) for name in chosen}

    def _object(self) -> dict[str, Any]:
        return {name: self.dice.choice(VALUES) for name in self.dice.sample(self.names, self.dice.randint(0, 8))}


def broken(vandal: Vandal, times: int) -> Iterator[str]:
    for _ in range(times):
        what, answer = vandal.send()
        answer.get_data()
        answer.close()
        if answer.status_code >= 500:
            yield f"{answer.status_code} {what}"


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_malformed_requests_break_nothing(app: Application, story: Story, browser: Browser, api: Api) -> None:
    assert list(broken(Vandal(app, story, browser, api, seed=20261116), FEW)) == []


@pytest.mark.full
def test_five_thousand_malformed_requests_break_nothing_and_fill_nothing(
    app: Application, story: Story, browser: Browser, api: Api
) -> None:
    vandal = Vandal(app, story, browser, api, seed=random.randrange(10**6))
    found = list(broken(vandal, 1000))
    before = megabytes()
    found += list(broken(vandal, MANY - 1000))
    assert found == []
    assert megabytes() - before < MOST_GROWTH_MB


@pytest.mark.parametrize("body", REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_a_body_that_cannot_be_meant_is_refused_before_it_is_read(
    app: Application, world: World, api: Api, body: bytes
) -> None:
    headers = api(world.staff(world.center, Role.NAVIGATOR))
    answer = app.test_client().post(
        "/api/v1/people/search", data=body, content_type="application/json", headers=headers
    )
    assert answer.status_code in {400, 422}
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("value", [0, 1, 0.0, 1.0, "on", "true", "no", "1", ""], ids=repr)
def test_a_boolean_of_a_program_is_true_or_false_and_nothing_that_stands_for_it(
    app: Application, session: Session, world: World, api: Api, value: object
) -> None:
    form = {"name": "Harvest Table", "kind": "cbo", "is_new": value}
    headers = api(world.staff(world.lead, Role.NETWORK_LEAD))
    refused = app.test_client().post("/api/v1/organizations", json=form, headers=headers)
    assert refused.status_code == 422
    assert refused.json["errors"] == {"json": {"is_new": ["Not a valid boolean."]}}
    assert organization_named(session, "Harvest Table") is None


def test_a_boolean_inside_a_list_is_told_at_its_place() -> None:
    class Answer(Schema):
        is_sure = fields.Boolean(allow_none=True)

    class Answers(Schema):
        items = fields.List(fields.Nested(Answer))

    sent = {"items": [{"is_sure": True}, {"is_sure": None}, {}, {"is_sure": 1}]}
    with pytest.raises(ValidationError) as odd:
        refuse_odd_booleans(sent, schema=Answers(), location="json")
    assert odd.value.messages == {"items": {3: {"is_sure": ["Not a valid boolean."]}}}


@pytest.mark.parametrize("value", [True, False])
def test_a_real_boolean_of_a_program_is_taken(
    app: Application, session: Session, world: World, api: Api, value: bool
) -> None:
    form = {"name": "Harvest Table", "kind": "cbo", "is_new": value}
    headers = api(world.staff(world.lead, Role.NETWORK_LEAD))
    assert app.test_client().post("/api/v1/organizations", json=form, headers=headers).status_code == 201
    assert organization_named(session, "Harvest Table") is not None


def test_a_box_of_a_form_and_a_filter_of_an_address_are_texts(
    app: Application, session: Session, world: World, browser: Browser, api: Api
) -> None:
    lead = world.staff(world.lead, Role.NETWORK_LEAD)
    form = {"name": "Harvest Table", "kind": "cbo", "is_new": "on"}
    assert browser(lead).post("/organizations", data=form).status_code == 303
    assert organization_named(session, "Harvest Table") is not None
    asked = app.test_client().get("/api/v1/directory?is_exact=true&words=food", headers=api(lead))
    assert asked.status_code == 200


@pytest.mark.parametrize(
    "field", ["id", "number", "network_id", "level", "version", "intake_organization_id", "owner_user_id", "created_at"]
)
def test_what_the_form_does_not_offer_is_refused_and_not_written(
    app: Application, session: Session, story: Story, browser: Browser, api: Api, field: str
) -> None:
    person_id, center = story.ids["person_id"], story.insiders()["center"]
    before = dict(vars(session.get_one(Person, person_id)))
    patched = app.test_client().patch(
        f"/api/v1/people/{person_id}", json={field: "3"}, headers={**api(center), "If-Match": f'"{before["version"]}"'}
    )
    form = {"given_name": "A", "family_name": "B", "version": str(before["version"]), field: "3"}
    posted = browser(center).post(f"/people/{person_id}/edit", data=form) if field != "version" else patched
    assert (patched.status_code, posted.status_code) == (422, 422)
    after = session.get_one(Person, person_id, populate_existing=True)
    assert getattr(after, field) == before[field]


@pytest.mark.parametrize("year", ["1850", "2150"])
def test_a_day_nobody_means_comes_back_at_its_field(world: World, browser: Browser, year: str) -> None:
    client = browser(world.staff(world.center, Role.NAVIGATOR))
    form = {"given_name": "Maria", "birth_on.year": year, "birth_on.month": "3", "birth_on.day": "14"}
    answer = client.post("/people/new", data=form)
    assert answer.status_code == 422
    assert f'value="{year}"' in answer.text
