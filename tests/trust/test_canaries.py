"""T27: what is told in confidence is found nowhere else: 40 canaries, and every place that a leak would reach."""

import json
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyotp import random_base32
from redis import Redis
from sqlalchemy import text
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.accounts.models.factors import TotpFactor
from referral.accounts.service import factors, open_session
from referral.foundation import jobs, logs
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.settings import Settings
from referral.messaging import service as messaging
from referral.organizations.rules import Role
from referral.people import service as people
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, World
from tests.factories.messaging import settings_of, work
from tests.house.stage import addresses
from tests.messaging.twin import TwilioTwin
from tests.trust.contents import rows
from tests.trust.whole_story import Story, tell

PERSON = {
    "given_name": "Canarygiven",
    "family_name": "Canaryfamily",
    "called": "Canarycalled",
    "email": "canary.mail@example.org",
    "line_1": "Canarystreet 17",
    "line_2": "Canaryflat",
    "city": "Canaryville",
    "safe_note": "canarysafe knock twice",
}
PHONE, SECOND_PHONE, STRANGE_PHONE = "+19195550141", "+19195550142", "+19195550143"
BIRTH, WRONG_BIRTH = date(1971, 2, 3), date(1972, 3, 4)
NOTES = {
    name: f"canary{name} was told in confidence"
    for name in (
        "member",
        "witness",
        "paper",
        "proxy",
        "searchname",
        "searchmember",
        "emergencygiven",
        "emergencyfamily",
        "emergencyreason",
        "reviewnote",
        "contactnote",
        "inbound",
        "colleague",
        "password",
        "newpassword",
        "apibody",
        "apiname",
        "brokenjson",
        "query",
        "path",
        "agent",
        "referer",
        "exception",
        "sqlparameter",
        "jobexception",
        "likely",
        "cookie",
    )
}
INJECTION = 'Eve\r\n{"level": "info", "said": "forged"}\x1b[31m\u2028forged'


@dataclass
class Aviary:
    """The canaries that were let go, and what the program wrote meanwhile."""

    story: Story
    written: StringIO
    canaries: dict[str, str] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    error_pages: list[str] = field(default_factory=list)

    def found_in(self, place: str, *, but: tuple[str, ...] = ()) -> list[str]:
        """Return which canaries sit in a text, in any of the ways in which it could be written."""
        heard = unescape(place).casefold()
        return [name for name, song in self.canaries.items() if name not in but and song.casefold() in heard]


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the process writes, with the configuration of the running program."""
    root, ours = logging.getLogger(), logging.getLogger(logs.OURS)
    handlers, levels = root.handlers[:], (root.level, ours.level)
    stream = StringIO()
    logs.configure(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


@pytest.fixture
def aviary(
    app: Application,
    session: Session,
    world: World,
    principal_of: Callable[[Membership], Principal],
    written: StringIO,
) -> Aviary:
    app.testing = False
    found = Aviary(tell(session, world, principal_of), written)
    songs = [*PERSON.items(), *NOTES.items(), ("phone", PHONE), ("second_phone", SECOND_PHONE)]
    found.canaries = {name: song.split(" ")[0] for name, song in songs}
    found.canaries |= {"birth": BIRTH.isoformat(), "wrong_birth": WRONG_BIRTH.isoformat(), "strange": STRANGE_PHONE}
    return found


def a_day(name: str, day: date) -> dict[str, str]:
    return {f"{name}.year": str(day.year), f"{name}.month": str(day.month), f"{name}.day": str(day.day)}


class Teller:
    """A browser that keeps every address it was given and every page that said sorry."""

    def __init__(self, client: FlaskClient, aviary: Aviary) -> None:
        self.client = client
        self.aviary = aviary

    def get(self, address: str, **options: Any) -> Any:
        return self._heard(self.client.get(address, **options))

    def post(self, address: str, told: dict[str, Any], **options: Any) -> Any:
        return self._heard(self.client.post(address, data=told, **options))

    def send(self, address: str, **options: Any) -> Any:
        return self._heard(self.client.post(address, **options))

    def _heard(self, answer: Any) -> Any:
        body = answer.text if answer.mimetype in {"text/html", "application/json", "application/problem+json"} else ""
        self.aviary.addresses += [
            answer.headers.get("Location", ""),
            *re.findall(r'(?:href|action|src)="([^"]*)"', body),
        ]
        if 'class="error-page"' in body or answer.mimetype == "application/problem+json":
            self.aviary.error_pages.append(body)
        return answer


def let_go(aviary: Aviary, app: Application, session: Session, browser: Callable[[Membership], FlaskClient]) -> None:
    """Tell everything that is confidential, through the doors through which people tell it."""
    loop, world = aviary.story.loop, aviary.story.loop.world
    center = Teller(browser(world.staff(world.center, Role.NAVIGATOR, Role.COORD_SUPERVISOR, name="Tess")), aviary)
    person_id = loop.person.id
    told = {
        **PERSON,
        **a_day("birth_on", BIRTH),
        "phone": PHONE,
        "language": "en",
        "postal_code": "27601",
        "state": "NC",
    }
    version = center.get(f"/people/{person_id}/edit").text.split('name="version" value="')[1].split('"')[0]
    told |= {"safe_channels[]": ["sms"], "version": version}
    assert center.post(f"/people/{person_id}/edit", told).status_code == 303
    for search in ({"name": NOTES["searchname"]}, {"phone": STRANGE_PHONE}, {"member_id": NOTES["searchmember"]}):
        assert center.post("/people", search).status_code == 200
    center.post("/people/likely", {"given_name": NOTES["likely"], "family_name": "X"})
    proxy = {"given_by": "parent", "proxy_name": NOTES["proxy"], "paper_reference": NOTES["paper"]}
    consent = {"scope": "message.voice", "method": "written", **proxy, "witness": NOTES["witness"]}
    assert center.post(f"/people/{person_id}/consents", consent).status_code in {303, 409, 422}
    emergency = {
        "given_name": NOTES["emergencygiven"],
        "family_name": NOTES["emergencyfamily"],
        **a_day("birth_on", WRONG_BIRTH),
        "reason": NOTES["emergencyreason"],
        "understood": "true",
    }
    assert center.post("/emergencies", emergency).status_code == 303
    reviewer = Teller(browser(world.staff(world.center, Role.COORD_SUPERVISOR, name="Rita")), aviary)
    waiting = re.findall(r"/emergencies/[0-9a-f-]{36}", reviewer.get("/emergencies").text)
    for address in set(waiting):
        assert (
            reviewer.post(f"{address}/review", {"verdict": "justified", "note": NOTES["reviewnote"]}).status_code == 303
        )
    contact = {"way": "phone", "result": "reached", "note": NOTES["contactnote"]}
    center.post(f"/referrals/{aviary.story.ids['referral_id']}/contacts", contact)
    strange = {"User-Agent": NOTES["agent"], "Referer": f"http://localhost/{NOTES['referer']}"}
    center.get(f"/people?q={NOTES['query']}", headers=strange)
    center.get(f"/{NOTES['path']}")
    nobody = Teller(app.test_client(), aviary)
    nobody.client.set_cookie("sid", NOTES["cookie"].split(" ")[0])
    nobody.post("/sign-in", {"email": PERSON["email"], "password": NOTES["password"], "next": ""})
    colleague = {"name": NOTES["colleague"], "email": "new@example.org", "roles[]": ["navigator"]}
    reviewer.post("/users", colleague | {"password": NOTES["newpassword"]})
    _link(aviary, session, nobody)


def _link(aviary: Aviary, session: Session, nobody: Teller) -> None:
    loop = aviary.story.loop
    made = people.share_own_page(session, loop.person, base_url="https://example.org", by=loop.navigator, at=NOW)
    session.commit()
    aviary.canaries["link_secret"] = made.secret
    nobody.post(f"/s/{made.secret}/check", a_day("birth_on", WRONG_BIRTH))
    nobody.post(f"/s/{made.secret}/check", a_day("birth_on", BIRTH))
    nobody.get(f"/s/{made.secret}")
    messaging.receive(session, twilio_sid="SM" + "8" * 32, phone=PHONE, body=NOTES["inbound"], at=NOW)
    session.commit()


def keep_secrets(aviary: Aviary, session: Session, membership: Membership, settings: Settings) -> None:
    """Hand out what opens doors: a session, a token, an app's secret, recovery codes, the program's keys."""
    opened = open_session(session, membership, at=NOW)
    secret = random_base32()
    session.add(TotpFactor(user_id=membership.user_id, secret=secret, created_at=NOW, last_step=0))
    codes = factors.new_recovery_codes(session, opened.sign_in, at=NOW)
    session.commit()
    aviary.canaries |= {"session": opened.secret, "totp": secret, "recovery": codes[0], "key": settings.secret_key}


def call_the_api(aviary: Aviary, app: Application, headers: dict[str, str]) -> None:
    program = Teller(app.test_client(), aviary)
    aviary.canaries["token"] = headers["Authorization"].removeprefix("Bearer ")
    program.send("/api/v1/people/search", json={"name": NOTES["apiname"]}, headers=headers)
    program.send("/api/v1/people/search", json={"name": 1, "nothing": NOTES["apibody"]}, headers=headers)
    broken = headers | {"Content-Type": "application/json"}
    program.send("/api/v1/people/search", data=f'{{"name": "{NOTES["brokenjson"]}', headers=broken)
    for _, address in addresses(app, aviary.story.ids, api=True):
        program.get(address, headers=headers)


def break_on_purpose(aviary: Aviary, app: Application, database: Database, client: FlaskClient) -> None:
    """Let a page and a job fail with a name in the error, and the database with one among its parameters."""

    def fail(**_: Any) -> Any:
        raise RuntimeError(NOTES["exception"])

    def fail_in_sql(**_: Any) -> Any:
        with database.transaction(aviary.story.loop.navigator) as session:
            session.execute(
                text("SELECT no_such_column FROM person WHERE given_name = :name"), {"name": NOTES["sqlparameter"]}
            )

    def fail_at_work(_session: Session, **_: Any) -> None:
        raise ValueError(NOTES["jobexception"])

    teller = Teller(client, aviary)
    for failing in (fail, fail_in_sql):
        failing.permission = "signed-in"  # type: ignore[attr-defined] # as the guard marks doors
        app.view_functions["people.search"] = failing
        assert teller.get("/people").status_code == 500
    with database.transaction(aviary.story.loop.navigator) as session:
        jobs.add(session, "boom", key="boom")
    jobs.drain(database, {"boom": (fail_at_work,)}, limit=1)


def redis_dump(url: str) -> str:
    """Return everything the queue holds, unpacked."""
    redis = Redis.from_url(url)
    found: list[bytes] = []
    for key in redis.scan_iter(count=1000):
        kind = redis.type(key)
        found.append(key)
        if kind == b"hash":
            for name, value in redis.hgetall(key).items():
                found += [name, value, _unpacked(value)]
        elif kind == b"string":
            found.append(redis.get(key) or b"")
        elif kind == b"list":
            found += redis.lrange(key, 0, -1)
    return b"\n".join(found).decode("utf-8", "replace")


def _unpacked(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return b""


def table(session: Session, name: str) -> str:
    return str(session.execute(text(f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {name} t")).scalar())


@pytest.mark.full
def test_t27_no_canary_sings_in_a_log_a_job_an_address_an_error_or_the_queue(
    aviary: Aviary,
    app: Application,
    session: Session,
    database: Database,
    settings: Settings,
    browser: Callable[[Membership], FlaskClient],
    api: Callable[[Membership], dict[str, str]],
) -> None:
    navigator = aviary.story.loop.world.staff(aviary.story.loop.world.center, Role.NAVIGATOR, name="Nora")
    let_go(aviary, app, session, browser)
    keep_secrets(aviary, session, navigator, settings)
    call_the_api(aviary, app, api(navigator))
    for insider in aviary.story.insiders().values():
        teller = Teller(browser(insider), aviary)
        for _, address in addresses(app, aviary.story.ids):
            teller.get(address)
    with TwilioTwin() as twin:
        work(database, replace(settings_of(twin), secret_key=settings.secret_key))
        sent = json.dumps(twin.requests)
    break_on_purpose(aviary, app, database, browser(navigator))

    assert len(aviary.canaries) >= 40
    assert len(aviary.error_pages) > 10
    assert "Canaryfamily" in browser(navigator).get(f"/people/{aviary.story.loop.person.id}").text, "they are there"
    log = aviary.written.getvalue()
    assert log.count('"said": "request"') > 50
    assert '"error": "RuntimeError"' in log or "unexpected RuntimeError" in log
    assert aviary.found_in(log) == []
    assert aviary.found_in(table(session, "job")) == []
    assert aviary.found_in(table(session, "audit_event")) == []
    assert aviary.found_in(redis_dump(str(settings.redis_url))) == []
    assert [aviary.found_in(page) for page in aviary.error_pages if aviary.found_in(page)] == []
    assert aviary.found_in("\n".join(aviary.addresses), but=("link_secret", "phone", "second_phone", "path")) == []
    assert aviary.found_in(sent, but=("phone", "second_phone", "link_secret")) == []


SEALED = ("safe_note", "emergencyreason", "emergencygiven", "emergencyfamily", "reviewnote", "totp")
"""What the program keeps encrypted: who holds the files of the database or a backup does not read it."""


def test_what_is_kept_sealed_stands_nowhere_in_the_database(
    aviary: Aviary,
    app: Application,
    session: Session,
    settings: Settings,
    browser: Callable[[Membership], FlaskClient],
) -> None:
    navigator = aviary.story.loop.world.staff(aviary.story.loop.world.center, Role.NAVIGATOR, name="Nora")
    let_go(aviary, app, session, browser)
    keep_secrets(aviary, session, navigator, settings)
    kept = "\n".join(row for table in rows(session).values() for row in table).casefold()
    assert "canarystreet" in kept, "what is not sealed does stand there"
    songs = [aviary.canaries[name].casefold() for name in SEALED]
    assert [song for song in songs if song in kept or song.encode().hex() in kept] == []


def test_t27_nothing_typed_can_forge_a_line_of_the_log_or_color_a_terminal(written: StringIO) -> None:
    logging.getLogger("referral.test").warning("note %s", INJECTION, extra={"name_typed": INJECTION})
    logging.getLogger("library").warning("note %s", INJECTION)
    try:
        int(INJECTION)
    except ValueError:
        logging.getLogger("referral.test").exception("it failed")
    lines = written.getvalue().splitlines()
    assert len(lines) == 3
    assert [json.loads(line)["level"] for line in lines] == ["warning", "warning", "error"]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\uffff]", written.getvalue())
    assert "Eve" not in lines[1], "of a library only the sentence is kept"
    assert "Eve" not in lines[2], "of an error only its kind and its frames"
    assert json.loads(lines[2])["error"] == "ValueError"


def test_a_request_is_one_line_with_ids_only(
    aviary: Aviary, browser: Callable[[Membership], FlaskClient], written: StringIO
) -> None:
    navigator = aviary.story.loop.world.staff(aviary.story.loop.world.center, Role.NAVIGATOR, name="Nora")
    client = browser(navigator)
    written.truncate(0)
    written.seek(0)
    answer = client.get(f"/people/{aviary.story.loop.person.id}?secret=yes")
    (line,) = [json.loads(one) for one in written.getvalue().splitlines()]
    assert line.pop("ms") > 0
    line.pop("at")
    assert line == {
        "level": "info",
        "logger": "referral.web.access_log",
        "said": "request",
        "method": "GET",
        "route": "/people/<uuid:person_id>",
        "status": 200,
        "request_id": answer.headers["X-Request-Id"],
        "principal": f"user:{navigator.user_id}",
    }
