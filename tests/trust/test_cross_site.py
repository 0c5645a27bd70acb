"""T12: no form of another site changes anything, and reading changes nothing."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.app import HOOKS
from referral.foundation.principal import Principal
from referral.referrals.models import Referral
from referral.referrals.rules import Status
from referral.web.guard import PROGRAMS
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, World
from tests.factories.referrals import Loop
from tests.trust.contents import changed, contents
from tests.trust.whole_story import Story, tell

PrincipalOf = Callable[[Membership], Principal]
WRITTEN_BY_READING = {"disclosure", "audit_event", "sign_in", "use_count"}
"""Who read what, that the session lives, and how often: the log of access. Nothing else is written by a GET."""


@pytest.fixture
def guarded(put_together: Callable[..., Application]) -> Application:
    """The application with its forms guarded, as in production."""
    return put_together(public_base_url="http://localhost")


@pytest.fixture
def story(session: Session, world: World, principal_of: PrincipalOf) -> Story:
    return tell(session, world, principal_of)


@pytest.fixture
def nora(guarded: Application, session: Session, story: Story) -> FlaskClient:
    return signed_in(guarded, session, story.insiders()["center"])


def signed_in(app: Application, session: Session, membership: Membership) -> FlaskClient:
    opened = accounts.open_session(session, membership, at=NOW)
    session.commit()
    client = app.test_client()
    client.set_cookie("sid", opened.secret)
    return client


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    return found[1]


def forms(app: Application, story: Story) -> Iterator[tuple[str, str]]:
    """Return (method, address) of everything that a browser could be made to send, but what others sign themselves."""
    bound = app.url_map.bind("localhost")
    signed = {hook.name for hook in HOOKS}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PROGRAMS) or rule.endpoint.split(".")[0] in signed:
            continue
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            yield method, bound.build(rule.endpoint, values_for(rule, story), method=method)


def values_for(rule: object, story: Story) -> dict[str, object]:
    """Return what fills the address: ids of the story, the first of several words, or something that never was."""
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():  # type: ignore[attr-defined]  # werkzeug keeps them there
        choices, kind = getattr(converter, "items", None), type(converter).__name__
        values[name] = min(choices) if choices else story.ids.get(name) or (uuid4() if "UUID" in kind else "1")
    return values


FORGED = {
    "no token": ({}, False, 400),
    "the token of another browser": ({}, True, 400),
    "another origin": ({"Origin": "https://evil.example"}, None, 403),
    "no origin to be named": ({"Origin": "null"}, None, 403),
    "our name on another port": ({"Origin": "http://localhost:8443"}, None, 403),
    "another site, says the browser": ({"Sec-Fetch-Site": "cross-site"}, None, 403),
    "a sister site, says the browser": ({"Sec-Fetch-Site": "same-site"}, None, 403),
}
"""What is forged -> headers, whose token it brings (None: the right one), and the answer."""


@pytest.mark.parametrize("forgery", FORGED)
def test_t12_no_forged_form_changes_a_row(
    guarded: Application, nora: FlaskClient, session: Session, story: Story, forgery: str
) -> None:
    headers, is_foreign, status = FORGED[forgery]
    token = token_of(guarded.test_client()) if is_foreign else token_of(nora)
    data = {} if is_foreign is False else {"csrf_token": token}
    sent = list(forms(guarded, story))
    before = contents(session)
    taken = {
        f"{method} {address}": answer.status_code
        for method, address in sent
        if (answer := nora.open(address, method=method, data=data, headers=headers)).status_code != status
    }
    refused = nora.post("/people", data=data, headers=headers)
    assert refused.headers["X-Request-Id"], "a refusal can be found in the log"
    assert "'nonce-'" not in refused.headers["Content-Security-Policy"]
    assert len(sent) > 40
    assert taken == {}
    assert changed(before, contents(session)) == set()


def test_t12_the_same_form_with_its_token_from_our_own_page_is_taken(
    nora: FlaskClient, session: Session, story: Story
) -> None:
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    before = contents(session)
    address = f"/people/{story.ids['person_id']}/needs/new"
    form = {"csrf_token": token_of(nora), "category": "utility-insecurity"}
    assert nora.post(address, data=form, headers=ours).status_code == 303
    assert "need" in changed(before, contents(session))


def test_t12_the_api_knows_no_cookie(guarded: Application, nora: FlaskClient) -> None:
    assert nora.get("/").status_code == 200
    assert nora.get("/api/v1/me").status_code == 401
    assert nora.post("/api/v1/people/search", json={"name": "Maria"}).status_code == 401


def addresses_to_read(app: Application, story: Story) -> Iterator[str]:
    bound = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            for kind, id_ in story.thread.items() if "kind" in rule.arguments else [("", None)]:
                values = values_for(rule, story)
                values |= {"kind": kind, next(iter(rule.arguments - {"kind"})): id_} if kind else {}
                yield bound.build(rule.endpoint, values, method="GET")


ROLES = [
    pytest.param(role, id=role, marks=[] if role == "cbo" else [pytest.mark.full])
    for role in ("center", "cbo", "lead", "plan", "system")
]
"""Each part of the network with all its roles; one of them in each run."""


@pytest.mark.parametrize("role", ROLES)
def test_t12_reading_every_page_and_every_answer_changes_nothing(
    guarded: Application,
    session: Session,
    world: World,
    story: Story,
    api: Callable[[Membership], dict[str, str]],
    role: str,
) -> None:
    staff = story.insiders()
    client, headers = signed_in(guarded, session, staff[role]), api(staff[role])
    before, good = contents(session), 0
    for address in addresses_to_read(guarded, story):
        answer = client.get(address, headers=headers if address.startswith(PROGRAMS) else {})
        assert answer.status_code < 500, address
        answer.get_data()
        good += answer.status_code == 200
    assert good > (8 if role == "system" else 20), "a sweep of refusals would prove nothing"
    assert changed(before, contents(session)) - WRITTEN_BY_READING == set()


def test_t12_opening_a_referral_is_no_review(
    guarded: Application, session: Session, world: World, principal_of: PrincipalOf
) -> None:
    loop = Loop(session, world, principal_of)
    loop.allow()
    sent = loop.send()
    carla = signed_in(guarded, session, loop.staff["intake"])
    for address in ("/inbox", f"/referrals/{sent.id}", f"/thread/referral/{sent.id}"):
        carla.get(address)
    assert carla.get(f"/referrals/{sent.id}").status_code == 200
    assert session.get_one(Referral, sent.id, populate_existing=True).status is Status.SENT
