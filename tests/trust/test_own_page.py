"""The person's own page: what is known, who looked, what was given; corrected, ended and taken along."""

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
from referral.audit.models import AuditEvent
from referral.desk.queries.own import Looked, in_days
from referral.foundation import clock
from referral.foundation.database import Database, become
from referral.foundation.principal import Principal
from referral.foundation.settings import Settings
from referral.organizations.rules import Role
from referral.people import queries as people_queries
from referral.people import service as people
from referral.people.rules import GivenBy
from referral.referrals import service as referrals
from referral.referrals.rules import Status
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, SEED, World, make_world
from tests.factories.levels import SensitiveLoop

BORN = {"birth_on": "1980-03-14"}
PAGES = ("known", "account", "correct", "about-me.json", "about-me.html")
Browser = Callable[[Membership], FlaskClient]


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> SensitiveLoop:
    found = SensitiveLoop(session, world, principal_of)
    found.person.language = "en"
    found.allow()
    return found


class Phone:
    """The person's phone with the link open."""

    def __init__(self, app: Application, loop: SensitiveLoop, **said: Any) -> None:
        told = {"base_url": "https://example.org", "by": loop.navigator, "at": NOW}
        made = people.share_own_page(loop.session, loop.person, **told, **said)
        loop.session.commit()
        self.path, self.client = f"/s/{made.secret}", app.test_client()

    def come_in(self) -> "Phone":
        assert self.client.post(f"{self.path}/check", data=BORN).status_code == 303
        return self

    def text(self, page: str) -> str:
        answer = self.client.get(f"{self.path}/own/{page}")
        assert answer.status_code == 200, (page, answer.status_code)
        return answer.text

    def post(self, page: str, **data: Any) -> int:
        return self.client.post(f"{self.path}/own/{page}", data=data).status_code


def test_every_page_asks_for_the_birth_date_first_and_again_after_a_quarter_of_an_hour(
    app: Application, loop: SensitiveLoop
) -> None:
    phone = Phone(app, loop)
    assert [phone.client.get(f"{phone.path}/own/{page}").status_code for page in PAGES] == [303] * 5
    assert phone.post("correct", given_name="Eve", family_name="Eve", version=1) == 404
    phone.come_in()
    assert "Garcia" in phone.text("known")
    with clock.standing_at(NOW + timedelta(minutes=14)):
        assert "Garcia" in phone.text("known")
    with clock.standing_at(NOW + timedelta(minutes=28)):
        assert "Garcia" in phone.text("known"), "used in between"
    with clock.standing_at(NOW + timedelta(minutes=44)):
        assert phone.client.get(f"{phone.path}/own/known").status_code == 303
    phone.come_in()
    phone.client.get("/s/leave")
    assert phone.client.get(f"{phone.path}/own/known").status_code == 303, "ended by quick exit"


def test_the_person_reads_what_is_known_and_ends_a_referral_at_once(app: Application, loop: SensitiveLoop) -> None:
    referral = loop.send()
    phone = Phone(app, loop).come_in()
    page = phone.text("known")
    assert all(words in page for words in ("Maria Garcia", "March 14, 1980", "Helping Hands Pantry", "waiting for an"))
    assert phone.post("end", referral_id=referral.id) == 303
    loop.session.expire_all()
    assert referral.status is Status.WITHDRAWN
    assert "ended at your wish" in phone.text("known")


def test_the_person_reads_who_looked_and_what_was_given_to_whom_once(
    app: Application, loop: SensitiveLoop, browser: Browser
) -> None:
    referral = loop.send()
    loop.session.commit()
    assert browser(loop.staff["intake"]).get(f"/referrals/{referral.id}").status_code == 200
    page = Phone(app, loop).come_in().text("account")
    assert page.count("sent with a referral (") == 1
    assert page.count("opened by them (") == 1
    who = loop.staff["intake"].user.name
    assert f"November 16, 2026 · {who} (intake worker), <strong>Helping Hands Pantry</strong> opened a referral" in page
    loop.staff["intake"].roles = [Role.CBO_ADMIN]
    loop.session.commit()
    assert f"{who} (intake worker)" in Phone(app, loop).come_in().text("account"), "in which role it was then"
    assert "food" in page, "what"


def test_the_person_reads_what_the_two_sides_wrote_and_takes_it_along(app: Application, loop: SensitiveLoop) -> None:
    referral, safety = loop.send(), loop.sent_l3()
    cleared = loop.principal_of(loop.staff["cleared"])
    referrals.comment(loop.session, referral, note="Bring a bag", by=loop.navigator, at=NOW)
    referrals.comment(loop.session, safety, note="Knock twice", by=cleared, at=NOW)
    phone = Phone(app, loop).come_in()
    for page in ("known", "about-me.json", "about-me.html"):
        text = phone.text(page)
        assert "Bring a bag" in text, page
        assert loop.staff["navigator"].user.name in text, page
        assert "Knock twice" not in text, page
    answer = phone.client.post(f"{phone.path}/own/private", data=BORN)
    assert "Knock twice" in answer.text


def test_what_somebody_opened_many_times_a_day_is_one_line() -> None:
    first, again, before, other = (
        Looked(NOW - ago, "referral:read", "Harbor Clinic", name, ("navigator",))
        for name, ago in (
            ("Nora", timedelta()),
            ("Nora", timedelta(minutes=5)),
            ("Nora", timedelta(days=1)),
            ("Nils", timedelta(days=1)),
        )
    )
    assert in_days([first, again, before, other]) == [(first, 2), (before, 1), (other, 1)]


def test_what_was_told_about_safety_is_shown_once_after_the_birth_date_again_and_never_in_a_file(
    app: Application, loop: SensitiveLoop
) -> None:
    loop.sent_l3()
    phone = Phone(app, loop).come_in()
    for page in PAGES:
        assert "Open Door Shelter" not in phone.text(page), page
    asked = phone.client.post(f"{phone.path}/own/private", data=BORN)
    assert asked.status_code == 200
    assert "Open Door Shelter" in asked.text
    assert "Open Door Shelter" not in phone.text("known"), "once"
    wrong = phone.client.post(f"{phone.path}/own/private", data={"birth_on": "1980-03-15"})
    assert wrong.status_code == 409
    assert "Open Door Shelter" not in wrong.text


def test_five_wrong_birth_dates_end_the_link_wherever_they_are_asked(
    settings: Settings, committed_database: Database
) -> None:
    app = create_app(settings, committed_database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with committed_database.session(SEED) as session:
        world = make_world(session)
        loop = SensitiveLoop(session, world, lambda one: principal_of_membership(one, app.extensions["grants"]))
        phone = Phone(app, loop).come_in()
        for _ in range(5):
            assert phone.client.get(phone.path).status_code == 200
            phone.client.post(f"{phone.path}/own/private", data={"birth_on": "1980-03-15"})
        assert phone.client.get(phone.path).status_code == 404


def test_a_correction_is_kept_and_the_log_says_that_the_person_made_it(app: Application, loop: SensitiveLoop) -> None:
    phone = Phone(app, loop).come_in()
    told = {"given_name": "María", "family_name": "García", "phone": "919 555 0177", "language": "es"}
    assert phone.post("correct", **told, postal_code="nonsense", version=loop.person.version) == 422
    assert phone.post("correct", **told, postal_code="27601", version=loop.person.version + 7) == 412
    assert phone.post("correct", **told, postal_code="27601", version=loop.person.version) == 303
    loop.session.expire_all()
    assert (loop.person.full_name, loop.person.language) == ("María García", "es")
    primary = people_queries.primary_phone(loop.session, loop.person.id)
    assert primary is not None
    assert primary.number == "+19195550177"
    changes = select(AuditEvent.principal_kind).where(AuditEvent.action == "person:changed")
    assert loop.session.scalars(changes).all() == ["link"]


def test_everything_is_taken_along_as_data_and_as_a_page(app: Application, loop: SensitiveLoop) -> None:
    loop.sent_l2()
    phone = Phone(app, loop).come_in()
    answer = phone.client.get(f"{phone.path}/own/about-me.json")
    assert answer.json is not None
    assert answer.json["person"]["family_name"] == "Garcia"
    assert [one["to"] for one in answer.json["referrals"]] == ["Helping Hands Pantry"]
    assert [one["how"] for one in answer.json["given"]] == ["referral"]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Helping Hands Pantry" in phone.text("about-me.html")
    files = select(AuditEvent.principal_kind).where(AuditEvent.action == "person:exported")
    assert loop.session.scalars(files).all() == ["link", "link"]


def test_who_speaks_for_somebody_reads_nothing_sensitive(app: Application, loop: SensitiveLoop) -> None:
    referral = loop.sent_l2()
    become(loop.session, loop.intake)
    people.open_person(loop.session, loop.person.id, by=loop.intake, at=NOW)
    become(loop.session, SEED)
    phone = Phone(app, loop, reader=GivenBy.GUARDIAN).come_in()
    for page in PAGES:
        assert "Counselling" not in phone.text(page), page
        assert "Helping Hands Pantry" not in phone.text(page), page
    assert phone.post("end", referral_id=referral.id) == 404


def test_every_page_is_also_in_spanish_with_a_mark(app: Application, loop: SensitiveLoop) -> None:
    loop.person.language = "es"
    loop.send()
    phone = Phone(app, loop).come_in()
    for page, words in (("known", "en espera de respuesta"), ("account", "enviado con una referencia")):
        text = phone.text(page)
        assert words in text
        assert "no ha sido revisada" in text


def test_the_care_team_reads_the_account_to_the_person_and_others_do_not(
    app: Application, loop: SensitiveLoop, api: Callable[[Membership], dict[str, str]]
) -> None:
    loop.send()
    loop.session.commit()
    path = f"/api/v1/people/{loop.person.id}/disclosures"
    answer = app.test_client().get(path, headers=api(loop.staff["navigator"]))
    assert answer.json is not None
    assert [(one["organization"], one["how"]) for one in answer.json["items"]] == [("Helping Hands Pantry", "referral")]
    assert app.test_client().get(path, headers=api(loop.staff["intake"])).status_code == 403
