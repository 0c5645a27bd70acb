"""T27: what must be logged is logged once, also when the request is rolled back, and every read of a record is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.accounts.service import factors
from referral.app import create_app
from referral.audit import service as audit
from referral.audit.models import AuditEvent
from referral.audit.rules import TAGS, DisclosureWay, SecurityEvent
from referral.audit.service import Told
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.settings import Settings
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.rules import ConsentScope
from referral.retention import jobs as retention_jobs
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, PASSWORD, SEED, World, make_world
from tests.factories.messaging import write
from tests.factories.people import BORN, a_consent
from tests.factories.referrals import Loop
from tests.house.source import PROGRAM, files

WRONG = {"email": "ana@example.org", "password": "not the password", "next": ""}
RIGHT = {**WRONG, "password": PASSWORD}


@dataclass
class Stage:
    """A program over a database of its own, with real commits and real roll-backs."""

    app: Application
    database: Database
    loop: Loop
    ana: Membership

    @property
    def session(self) -> Session:
        return self.loop.session

    def acts(self, who: str) -> Principal:
        return self.principal(self.loop.staff[who])

    def principal(self, membership: Membership) -> Principal:
        return accounts.principal_of_membership(membership, self.app.extensions["grants"])

    def browser(self, membership: Membership) -> FlaskClient:
        opened = accounts.open_session(self.session, membership, at=NOW)
        self.session.commit()
        client = self.app.test_client()
        client.set_cookie("sid", opened.secret)
        return client

    def logged(self, event: SecurityEvent) -> list[str]:
        """Return every event of the kind so far, as committed."""
        with self.database.transaction(SEED) as session:
            return list(session.scalars(select(AuditEvent.action).where(AuditEvent.action.in_(TAGS[event]))))


@pytest.fixture
def stage(settings: Settings, committed_database: Database) -> Iterator[Stage]:
    app = create_app(settings, committed_database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with committed_database.session(SEED) as session:
        world: World = make_world(session)
        user = accounts.add_user(session, email="ana@example.org", name="Ana", password=PASSWORD, by=SEED, at=NOW)
        ana = accounts.add_membership(
            session, user, world.center, network_id=world.network.id, roles={Role.NAVIGATOR}, by=SEED, at=NOW
        )
        loop = Loop(session, world, lambda one: accounts.principal_of_membership(one, app.extensions["grants"]))
        session.commit()
        yield Stage(app, committed_database, loop, ana)


def sign_in(stage: Stage, **typed: str) -> int:
    return stage.app.test_client().post("/sign-in", data=typed).status_code


def fail_until_locked(stage: Stage) -> None:
    for number in range(10):
        with clock.standing_at(NOW + timedelta(seconds=64 * number)):
            sign_in(stage, **WRONG)
    with clock.standing_at(NOW + timedelta(seconds=641)):
        assert sign_in(stage, **WRONG) == 429


def sign_out(stage: Stage) -> None:
    assert stage.browser(stage.ana).post("/sign-out").status_code == 303


def be_denied(stage: Stage) -> None:
    assert stage.browser(stage.ana).get("/jobs").status_code == 403


def make_codes(stage: Stage) -> None:
    opened = accounts.open_session(stage.session, stage.ana, at=NOW)
    factors.new_recovery_codes(stage.session, opened.sign_in, at=NOW)
    stage.session.commit()


def hire(stage: Stage) -> None:
    stage.loop.world.staff(stage.loop.world.center, Role.NAVIGATOR, name="New")
    stage.session.commit()


def agree(stage: Stage) -> None:
    a_consent(stage.session, stage.loop.person, stage.loop.navigator, scope=ConsentScope.MESSAGE_SMS)
    stage.session.commit()


def read_record(stage: Stage) -> None:
    address = f"/people/{stage.loop.person.id}"
    assert stage.browser(stage.loop.staff["navigator"]).get(address).status_code == 200


def export(stage: Stage) -> None:
    finance = stage.loop.world.staff(stage.loop.world.plan, Role.PLAN_FINANCE, name="Finn")
    assert stage.browser(finance).get("/invoices/lines.csv").status_code == 200


def disclose(stage: Stage) -> None:
    person, to = stage.loop.person, stage.loop.world.pantry.id
    told = Told(
        person_id=person.id, network_id=person.network_id, subject=("person", person.id), what=["record"], level=2
    )
    way = DisclosureWay.READ
    audit.disclose(stage.session, [told], how=way, to_organization_id=to, by=stage.loop.navigator, at=NOW)
    stage.session.commit()


def break_glass(stage: Stage) -> None:
    told: dict[str, Any] = {"given_name": "No", "family_name": "Body", "birth_on": BORN, "reason": "An emergency"}
    people.break_glass(stage.session, **told, base_url="https://example.org", by=stage.loop.navigator, at=NOW)
    stage.session.commit()


def make_token(stage: Stage) -> None:
    accounts.make_token(stage.session, stage.ana, name="test", by=SEED, at=NOW)
    stage.session.commit()


def purge(stage: Stage) -> None:
    write(stage.session, stage.loop.world)
    retention_jobs.run(stage.session, at=NOW + timedelta(days=40))
    stage.session.commit()


DEEDS: dict[SecurityEvent, Callable[[Stage], object]] = {
    SecurityEvent.SIGN_IN: lambda stage: sign_in(stage, **RIGHT),
    SecurityEvent.MFA_CHANGE: make_codes,
    SecurityEvent.LOCK: fail_until_locked,
    SecurityEvent.SIGN_OUT: sign_out,
    SecurityEvent.DENIED: be_denied,
    SecurityEvent.ROLE_CHANGE: hire,
    SecurityEvent.CONSENT: agree,
    SecurityEvent.RECORD_READ: read_record,
    SecurityEvent.EXPORT: export,
    SecurityEvent.DISCLOSURE: disclose,
    SecurityEvent.BREAK_GLASS: break_glass,
    SecurityEvent.SETTING_CHANGE: make_token,
    SecurityEvent.PURGE: purge,
}


def test_t27_each_security_event_is_logged_exactly_once(stage: Stage) -> None:
    assert DEEDS.keys() == TAGS.keys() == set(SecurityEvent)
    counted = {}
    for event, deed in DEEDS.items():
        before = len(stage.logged(event))
        deed(stage)
        counted[event.value] = len(stage.logged(event)) - before
    assert counted == {event.value: 1 for event in SecurityEvent}


def test_t27_what_is_refused_and_rolled_back_stays_in_the_log(stage: Stage) -> None:
    assert sign_in(stage, **WRONG) == 409
    be_denied(stage)
    assert stage.logged(SecurityEvent.SIGN_IN) == ["sign-in:failed"]
    assert stage.logged(SecurityEvent.DENIED) == ["access:denied"]


def test_every_tag_of_the_list_is_written_somewhere_in_the_program() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in files(PROGRAM) if path.parts[-2:] != ("audit", "rules.py")
    )
    computed = {"report:invoices:exported", "report:plan:exported"}
    assert [tag for tags in TAGS.values() for tag in tags if f'"{tag}"' not in text and tag not in computed] == []


def test_a_deed_that_fails_leaves_no_line_that_it_happened(stage: Stage) -> None:
    person = stage.loop.person
    with stage.database.session(stage.loop.navigator) as session:
        people.open_person(session, person.id, by=stage.loop.navigator, at=NOW)
        session.rollback()
    assert stage.logged(SecurityEvent.RECORD_READ) == []


READS = ("/people/{id}", "/people/{id}/edit", "/people/{id}/coverage", "/people/{id}/about", "/people/{id}/consents")


@pytest.mark.parametrize("times", [2, pytest.param(100, marks=pytest.mark.full)])
def test_t27_every_read_of_a_record_is_logged_once(stage: Stage, times: int) -> None:
    client = stage.browser(stage.loop.staff["navigator"])
    person_id = stage.loop.person.id

    def reads() -> int:
        with stage.database.transaction(SEED) as session:
            query = select(AuditEvent.id).where(AuditEvent.person_id == person_id, AuditEvent.action.like("%:read"))
            return len(session.scalars(query).all())

    unlogged = []
    for _ in range(times):
        for address in READS:
            before = reads()
            assert client.get(address.format(id=person_id)).status_code == 200
            if reads() - before != 1:
                unlogged.append((address, reads() - before))
    assert unlogged == []
