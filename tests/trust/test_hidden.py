"""Who asked not to be found after a whole story is found by no door any more, but for whom the matrix allows (L3)."""

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.billing.models import Delivery, InvoiceLine, LedgerEntry
from referral.foundation.principal import Principal
from referral.messaging.models import Message, Question
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import AccessGrant, Coverage
from referral.people.rules import GrantBasis
from referral.people.rules.local_codes import local_code
from referral.programs.models import AuthorizationChange, Enrollment, ServiceAuthorization
from referral.referrals.jobs import hide
from referral.referrals.models import Referral
from referral.web.guard import PROGRAMS
from referral.web.transaction import Application
from tests.factories.billing import BOX_PRICE, PaidLoop
from tests.factories.fixtures import NOW, World
from tests.factories.messaging import PHONE
from tests.trust.test_matrix import SWEPT, every_door, member_in
from tests.trust.whole_story import Door, Story, tell

Api = Callable[[Membership], dict[str, str]]
Browser = Callable[[Membership], FlaskClient]
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAME = {"given_name": "Canarygiven", "family_name": "Canaryfamily"}
MEMBER = "CANARYMEMBER"
OF_OTHERS = {
    "service_at_location_id",
    "instrument_id",
    "membership_id",
    "organization_id",
    "contract_id",
    "export_id",
    "session_id",
    "report_id",
    "hold_id",
    "erasure_id",
}
"""Ids of the story that speak of no client, or of another one."""
OF_BILLS = {"invoice_id", "payment", "payment_id"}
"""A bill of many lines and its payment are about organizations."""
STAYS: dict[Role, set[str]] = {
    Role.COORD_SUPERVISOR: {"glass_id"},
    Role.CBO_ADMIN: {"glass_id"} | OF_BILLS,
    Role.CBO_BILLER: {"line_id", "line"} | OF_BILLS,
    Role.NETWORK_LEAD: OF_BILLS,
    Role.PLAN_CARE_MGR: OF_BILLS,
    Role.PLAN_FINANCE: OF_BILLS,
}
"""What a role keeps: emergencies are reviewed whoever they were about (nameless), one's own books hold the money under
the code of the organization, and bills and payments stay in the books."""
LISTS = (
    *(f"/inbox?box={box}" for box in ("waiting", "active", "ended")),
    *(f"/referrals?box={box}" for box in ("waiting", "active", "ended")),
    *(f"/api/v1/referrals?folder={folder}&box=ended" for folder in ("inbox", "sent")),
    *(f"/invoices?state={state}" for state in ("accepted", "paid")),
)


@pytest.fixture
def story(app: Application, session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    """The whole story, and then the person asks not to be found."""
    found = tell(session, world, principal_of)
    person, by = found.loop.person, found.loop.navigator
    session.execute(update(Coverage).values(member_id=MEMBER))
    people.change_person(session, person, NAME | {"is_hidden": True}, by=by, at=NOW)
    hide(session, at=NOW, person_id=str(person.id))
    session.commit()
    return found


def traces(story: Story) -> dict[str, str]:
    """Return what would give the person away, by what it is."""
    person, session = story.loop.person, story.loop.session
    written = f"{PHONE[2:5]}-{PHONE[5:8]}-{PHONE[8:]}"
    told = {**NAME, "member": MEMBER, "number": person.number, "phone": PHONE, "phone as written": written}
    told["referral number"] = session.get_one(Referral, story.ids["referral_id"]).number
    ids = {name: id_ for name, id_ in story.ids.items() if name not in OF_OTHERS} | story.thread
    return told | {name: str(id_) for name, id_ in ids.items()}


def text_of(answer: Any) -> str:
    """Return a page, an answer, a file, or the sheets of a workbook as text."""
    if not answer.data.startswith(b"PK"):
        return str(answer.data.decode())
    with zipfile.ZipFile(BytesIO(answer.data)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


def pages(app: Application, story: Story) -> Iterator[Door]:
    yield from (door for door in every_door(app.url_map, story) if door.method == "GET")
    yield from (Door("list", frozenset(), "GET", address, address) for address in LISTS)


def is_echo(client: FlaskClient, headers: dict[str, str], door: Door, trace: str) -> bool:
    """Say whether the page only repeats its own address, as it does with an id that never was."""
    return trace in door.real and any(
        one in client.get(door.random, headers=headers).text for one in UUID.findall(door.random)
    )


def found_by(app: Application, story: Story, client: FlaskClient, headers: dict[str, str]) -> set[tuple[str, str]]:
    """Return which traces stand where, walking every page and every answer and searching for the person."""
    sought, found = traces(story), set()
    for door in pages(app, story):
        sent = headers if door.real.startswith(PROGRAMS) else {}
        text = text_of(client.get(door.real, headers=sent))
        hits = (name for name, trace in sought.items() if trace in text and not is_echo(client, sent, door, trace))
        found |= {(door.endpoint, name) for name in hits}
    search = {"name": NAME["family_name"], "phone": PHONE, "member_id": MEMBER}
    asked = (
        ("search", client.post("/people", data=search)),
        ("likely", client.post("/people/likely", data=NAME | {"phone": PHONE})),
        ("api search", client.post("/api/v1/people/search", json=search, headers=headers)),
    )
    typed = {NAME["family_name"], PHONE, MEMBER}
    for where, answer in asked:
        found |= {(where, name) for name, trace in sought.items() if trace in answer.text and trace not in typed}
    return found


@pytest.mark.parametrize("role", SWEPT)
def test_t04_who_asked_not_to_be_found_is_found_by_no_door_of_a_role(
    app: Application, story: Story, browser: Browser, api: Api, role: Role
) -> None:
    member = member_in(story, role)
    found = found_by(app, story, browser(member), api(member))
    assert {(where, what) for where, what in found if what not in STAYS.get(role, set())} == set()


def test_the_owner_still_finds_what_the_sweep_looks_for(
    app: Application, story: Story, browser: Browser, api: Api
) -> None:
    owner = story.loop.staff["navigator"]
    found = {what for _, what in found_by(app, story, browser(owner), api(owner))}
    assert traces(story).keys() - found <= {"member", "glass_id", "answer", "phone as written"} | OF_BILLS


BOOKS = {Delivery, InvoiceLine, LedgerEntry}


@pytest.mark.parametrize("who", ["supervisor", "intake", "admin", "biller", "lead", "care_manager", "finance"])
def test_t03_row_level_security_alone_shows_a_hidden_person_to_the_owner_and_in_the_books_of_who_served_them(
    story: Story, acting_as: Callable[[Membership], Session], who: str
) -> None:
    person_id = story.ids["person_id"]
    tables: set[Any] = {Enrollment, ServiceAuthorization, AuthorizationChange, Question, Message} | BOOKS
    for name, expected in ((who, BOOKS if who == "biller" else set()), ("navigator", tables)):
        with acting_as(story.loop.staff[name]) as session:
            seen = {one for one in tables if session.scalars(select(one).where(one.person_id == person_id)).all()}
        assert seen == expected, name


def test_the_own_books_keep_the_money_by_code_and_the_payer_reads_no_line(
    app: Application, story: Story, api: Api, browser: Browser
) -> None:
    client = app.test_client()
    members = {
        "biller": story.loop.staff["biller"],
        "admin": story.loop.staff["admin"],
        "lead": story.loop.staff["lead"],
        "finance": story.loop.staff["finance"],
    }
    lines = {}
    for who, member in members.items():
        answer = client.get(f"/api/v1/invoices/{story.ids['invoice_id']}", headers=api(member))
        lines[who] = answer.json["lines"]
        file = browser(member).get("/invoices/lines.csv")
        if file.status_code == 200:
            assert ("FOO-BOXD" in file.text) == (who == "biller"), who
    assert [bool(lines[who]) for who in members] == [True, False, False, False]
    (line,) = lines["biller"]
    assert (line["person_id"], line["delivery_id"], line["service_authorization_id"]) == (None, None, None)
    code = local_code(story.loop.world.pantry.id, story.loop.person.id)
    assert line["client_code"] == code
    assert code in browser(members["biller"]).get(f"/invoices/{story.ids['invoice_id']}").text
    assert line["paid_amount"] == line["approved_amount"] != "0.00"


def test_what_was_delivered_to_someone_hidden_can_still_be_billed_under_a_code(
    session: Session, world: World, principal_of: Callable[..., Principal], app: Application, api: Api, browser: Browser
) -> None:
    paid = PaidLoop(session, world, principal_of)
    referral, _ = paid.authorized()
    paid.deliver(referral)
    people.change_person(session, paid.person, NAME | {"is_hidden": True}, by=paid.navigator, at=NOW)
    hide(session, at=NOW, person_id=str(paid.person.id))
    session.commit()
    code = local_code(world.pantry.id, paid.person.id)
    client, headers = app.test_client(), api(paid.staff["biller"])
    (waiting,) = client.get("/api/v1/deliveries?month_on=2026-11-01", headers=headers).json["items"]
    assert (waiting["delivery"]["client_code"], waiting["delivery"]["person_id"], waiting["problems"]) == (
        code,
        None,
        [],
    )
    page = browser(paid.staff["biller"]).get("/deliveries?month_on=2026-11-01").text
    assert code in page
    assert [
        word for word in (*NAME.values(), paid.person.number, referral.number, str(referral.id)) if word in page
    ] == []
    for who in ("intake", "admin"):
        assert client.get("/api/v1/deliveries?month_on=2026-11-01", headers=api(paid.staff[who])).json["items"] == [], (
            who
        )

    draft = {"plan_id": str(world.plan.id), "month_on": "2026-11-01"}
    made = client.post("/api/v1/invoices", json=draft, headers=headers).json
    assert [line["client_code"] for line in made["lines"]] == [code]
    address = f"/api/v1/invoices/{made['id']}"
    assert client.post(f"{address}/submit", headers=headers).json["state"] == "submitted"
    assert client.post(f"{address}/approve", headers=api(paid.staff["lead"])).json["lines"] == []
    decided = client.post(f"{address}/decide", json={}, headers=api(paid.staff["finance"])).json
    assert (decided["state"], decided["lines"]) == ("accepted", [])
    assert decided["unshown"]["approved_amount"] == f"{BOX_PRICE}", "the plan learns the sum and pays it"
    opened = select(AccessGrant.id).where(AccessGrant.basis == GrantBasis.BILLING_PARTY)
    assert session.scalars(opened).all() == [], "the bill opened nobody"
