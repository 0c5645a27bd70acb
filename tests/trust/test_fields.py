"""Facts told in confidence reach the roles whose cells open them, by page and by program, and no other (T04)."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.billing.models import Payment
from referral.foundation import clock
from referral.foundation.principal import Principal
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import AccessGrant, Coverage, Person, PersonAddress
from referral.people.rules import AnswerSource, AnswerState, ConsentScope, DemographicKind
from referral.people.rules.sogi import GenderIdentity
from referral.referrals import service as referrals
from referral.referrals.models import Comment, ContactAttempt, Contradiction, OutcomeEvidence, Referral, StatusChange
from referral.referrals.rules import Action, ContactResult, ContactWay, MoveRefused
from referral.web.guard import PROGRAMS
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.people import a_consent
from tests.factories.referrals import Loop
from tests.trust.matrix.grammar import holders
from tests.trust.test_matrix import STAFF, member_in
from tests.trust.whole_story import Story, tell

Api = Callable[[Membership], dict[str, str]]
Browser = Callable[[Membership], FlaskClient]

FACTS = {
    "Canaryfamily": "client.identity R",
    "canary.mail@example.org": "safe_contact R",
    "Canarystreet 17": "safe_contact R",
    "canarysafe": "safe_contact R",
    "CANARYMEMBER": "roster R:own-client:net:member:plan | client.identity R:invoiced-min:billed-min",
    "canaryreferral": "contact_log.general R",
    "canarycontact": "contact_log.general R",
    "Please ring twice": "comment.general R",
    "canaryanswer": "outcome_evidence.general R!status!deid!own-org",
    "canarypayment": "payment R!deid",
    "canarygender": "demographics R!access-needs!deid",
}
"""What was told or written down, and who reads it: a question to the matrix."""
ADDRESSES = (
    "/people/{person_id}",
    "/people/{person_id}/enrollment",
    "/referrals/{referral_id}",
    "/referrals/{referral_id}/deliveries",
    "/authorizations/{authorization_id}",
    "/invoices/{invoice_id}",
    "/thread/referral/{referral_id}",
    "/api/v1/people/{person_id}",
    "/api/v1/people/{person_id}/overview",
    "/api/v1/people/{person_id}/demographics",
    "/api/v1/people/{person_id}/enrollments",
    "/api/v1/referrals/{referral_id}",
    "/api/v1/referrals/{referral_id}/story",
    "/api/v1/service-authorizations/{authorization_id}",
    "/api/v1/invoices/{invoice_id}",
    "/fhir/R4/Patient/{person_id}",
    "/fhir/R4/Task/{referral_id}",
    "/fhir/R4/ServiceRequest/{referral_id}",
)
FIELDS: dict[str, set[str]] = {
    "client.identity R": {"family_name", "birth_on"},
    "client.minimum R": {"language", "household_size"},
    "safe_contact R": {"phones", "email", "safe_note", "address"},
    "roster R:own-client:net:member:plan | client.identity R:invoiced-min": {"coverages"},
    "client.minimum R!party-min": {"created_at", "version"},
}
"""The facts of a person that their record holds in this story, and who gets them."""


@pytest.fixture
def story(app: Application, session: Session, world: World, principal_of: Callable[..., Principal]) -> Story:
    """The whole story, with something to recognize in every field; the person shares the content with the plan."""
    found = tell(session, world, principal_of)
    person, by = found.loop.person, found.loop.navigator
    person.family_name, person.email, person.safe_note = "Canaryfamily", "canary.mail@example.org", "canarysafe"
    planted: dict[tuple[type[Any], str], str] = {
        (PersonAddress, "line_1"): "Canarystreet 17",
        (Coverage, "member_id"): "CANARYMEMBER",
        (Referral, "note"): "canaryreferral",
        (ContactAttempt, "note"): "canarycontact",
        (OutcomeEvidence, "note"): "canaryanswer",
        (Payment, "reference"): "canarypayment",
    }
    for (table, column), song in planted.items():
        for row in session.scalars(select(table)):
            setattr(row, column, song)
    told = {"state": AnswerState.ANSWERED, "values": [GenderIdentity.FEMALE], "detail": "canarygender"}
    asked = {DemographicKind.GENDER_IDENTITY: told}
    people.describe(session, person, asked, source=AnswerSource.SELF_REPORTED, by=by, at=NOW)
    plan = {"recipient_organization_id": world.plan.id, "shares_content": True}
    a_consent(session, person, by, scope=ConsentScope.PLAN_SHARE, **plan)
    session.commit()
    return found


def texts(client: FlaskClient, headers: dict[str, str], addresses: Iterable[str]) -> str:
    answers = [client.get(one, headers=headers if one.startswith(PROGRAMS) else {}) for one in addresses]
    return "\n".join(answer.text for answer in answers if answer.status_code == 200)


def test_t04_each_fact_is_read_by_the_roles_of_its_cell_and_stands_on_nobody_elses_page(
    app: Application, story: Story, api: Api, browser: Browser
) -> None:
    addresses = [one.format(**story.ids) for one in ADDRESSES]
    wrong = []
    for role in STAFF:
        member = member_in(story, role)
        client, headers = browser(member), api(member)
        for kind in ("page", "program"):
            text = texts(client, headers, [one for one in addresses if one.startswith(PROGRAMS) == (kind == "program")])
            due = {fact for fact, question in FACTS.items() if role in holders(question)}
            due -= {"canarygender"} if kind == "page" else set()
            wrong += [(role.value, kind, fact) for fact in due ^ {fact for fact in FACTS if fact in text}]
        answer = client.get(f"/api/v1/people/{story.ids['person_id']}", headers=headers)
        expected = {name for question, names in FIELDS.items() if role in holders(question) for name in names}
        got = set(answer.json) if answer.status_code == 200 else set()
        shown = {name for name in got if answer.json[name]} - {"id", "number", "given_name"}
        wrong += [(role.value, "record", name) for name in shown ^ expected]
    assert not wrong, wrong


BILLED = {"name": "Maria Canaryfamily", "birth_on": "1980-03-14", "member_id": "CANARYMEMBER"}


def test_t04_a_biller_reads_name_birth_and_member_id_of_who_stands_on_the_own_bills_and_keeps_reading_it(
    app: Application, story: Story, api: Api, browser: Browser, acting_as: Callable[[Membership], Session]
) -> None:
    address = f"/invoices/{story.ids['invoice_id']}"
    world = story.loop.world
    elsewhere = world.staff(world.shelter, Role.CBO_BILLER, name="Biller elsewhere")
    story.loop.session.commit()
    over = update(Referral).values(ended_at=func.now() - timedelta(days=91))
    closed = update(AccessGrant).where(AccessGrant.organization_id == world.pantry.id)
    for is_over in (False, True):
        if is_over:
            story.loop.session.execute(over)
            story.loop.session.execute(closed.values(until=func.now() - timedelta(days=1)))
            story.loop.session.commit()
        biller, client = story.loop.staff["biller"], app.test_client()
        (line,) = client.get(f"/api/v1{address}", headers=api(biller)).json["lines"]
        assert line["person"] == BILLED, is_over
        page = browser(biller).get(address).text
        assert [word for word in ("Maria Canaryfamily", "Mar 14, 1980", "CANARYMEMBER") if word not in page] == []
        assert client.get(f"/api/v1{address}", headers=api(elsewhere)).status_code == 404
        admin = client.get(f"/api/v1{address}", headers=api(story.loop.staff["admin"]))
        assert "CANARYMEMBER" not in admin.text
        assert ("Canaryfamily" in admin.text) == (not is_over), "whoever runs the organization knows it as a party only"
    with acting_as(biller) as session:
        assert [session.scalars(select(table)).all() for table in (Person, Coverage)] == [[], []], (
            "the record is closed"
        )
    assert client.get(f"/api/v1/people/{story.ids['person_id']}", headers=api(biller)).status_code == 404


# -- The receiver: before it takes the referral, after, and when its time is over --------------------------------------

OF_A_REFERRAL = (Referral, StatusChange, ContactAttempt, Comment, OutcomeEvidence, Contradiction)
BEFORE = {"given_name", "area", "language", "household_size"}
AFTER = {"given_name", "family_name", "area", "language", "household_size", "phone", "note"}


@pytest.fixture
def referral(loop: Loop) -> Referral:
    """Food for Maria Canaryfamily, sent to the pantry."""
    loop.allow()
    loop.person.family_name = "Canaryfamily"
    people.add_phone(loop.session, loop.person, "+19195550177", by=loop.navigator, at=NOW)
    people.move_to(loop.session, loop.person, line_1="Canarystreet 17", postal_code="27834", by=loop.navigator, at=NOW)
    sent = loop.send(note="canaryreferral")
    loop.session.commit()
    return sent


def seen_by(client: FlaskClient, headers: dict[str, str], referral: Referral) -> set[str] | int:
    answer = client.get(f"/api/v1/referrals/{referral.id}", headers=headers)
    if answer.status_code != 200:
        return int(answer.status_code)
    told = answer.json["person"]
    return {name for name in AFTER if told[name] is not None}


def test_t04_the_receiver_reads_the_minimum_until_it_takes_the_referral(
    loop: Loop, referral: Referral, api: Api, browser: Browser
) -> None:
    more = ("Canaryfamily", "canaryreferral", "919-555-0177", "Canarystreet")
    for who in ("intake", "admin", "biller"):
        client, headers = browser(loop.staff[who]), api(loop.staff[who])
        pages = (f"/referrals/{referral.id}", "/inbox", f"/people/{referral.person_id}", "/", "/api/v1/home")
        text = texts(client, headers, pages)
        assert [word for word in more if word in text] == [], who
        assert seen_by(client, headers, referral) == (404 if who == "biller" else BEFORE), who
    loop.do(referral, Action.ACCEPT)
    loop.session.commit()
    for who, expected in {"intake": AFTER, "admin": AFTER, "biller": {"given_name", "family_name"}}.items():
        assert seen_by(browser(loop.staff[who]), api(loop.staff[who]), referral) == expected, who


def ended(loop: Loop, referral: Referral) -> None:
    """Let the pantry take it, call once and close it; the person says otherwise."""
    loop.do(referral, Action.ACCEPT, Action.START)
    called = {"way": ContactWay.PHONE, "result": ContactResult.REACHED}
    referrals.log_contact(loop.session, referral, **called, by=loop.intake, at=NOW)
    referrals.comment(loop.session, referral, note="She is on her way", by=loop.intake, at=NOW)
    loop.do(referral, Action.SERVE, reason_code="service_delivered")
    loop.session.commit()


def test_t04_ninety_days_after_its_end_the_receiver_finds_no_trace_of_the_referral(
    loop: Loop, referral: Referral, app: Application
) -> None:
    ended(loop, referral)
    for who in ("intake", "admin"):
        member = loop.staff[who]
        for days, is_open in ((90, True), (91, False)):
            with clock.standing_at(NOW + timedelta(days=days, hours=-1)):
                made = accounts.make_token(loop.session, member, name=f"Day {days}", by=SEED, at=clock.now())
                opened = accounts.open_session(loop.session, member, at=clock.now())
                loop.session.commit()
                client, headers = app.test_client(), {"Authorization": f"Bearer {made}"}
                client.set_cookie("sid", opened.secret)
                shown = seen_by(client, headers, referral)
                assert shown == (AFTER if is_open else 404), (who, days)
                pages = (f"/referrals/{referral.id}", f"/people/{referral.person_id}")
                assert [client.get(page).status_code for page in pages] == [200 if is_open else 404] * 2, (who, days)


@pytest.mark.parametrize(("minutes_left", "is_open"), [(5, True), (-5, False)])
def test_t04_row_level_security_alone_closes_every_row_of_it_after_ninety_days(
    loop: Loop, referral: Referral, acting_as: Callable[[Membership], Session], minutes_left: int, is_open: bool
) -> None:
    ended(loop, referral)
    end = func.now() - timedelta(days=90) + timedelta(minutes=minutes_left)
    loop.session.execute(update(Referral).values(ended_at=end))
    loop.session.execute(
        update(AccessGrant).where(AccessGrant.basis_id == referral.id).values(until=end + timedelta(days=90))
    )
    loop.session.commit()
    tables = {Referral, StatusChange, ContactAttempt, Comment, OutcomeEvidence, Person}
    for who in ("intake", "admin", "biller"):
        with acting_as(loop.staff[who]) as session:
            seen = {table for table in tables if session.scalars(select(table)).all()}
        assert seen == (tables - ({Comment} if who == "biller" else set()) if is_open else set()), who
    with acting_as(loop.staff["navigator"]) as session:
        assert all(session.scalars(select(table)).all() for table in tables), "the care team keeps the record"


def test_t04_what_is_over_is_gone_from_the_receivers_lists(loop: Loop, referral: Referral, browser: Browser) -> None:
    ended(loop, referral)
    client = browser(loop.staff["intake"])
    assert referral.number in client.get("/inbox?box=ended").text
    loop.session.execute(update(Referral).values(ended_at=func.now() - timedelta(days=91)))
    loop.session.commit()
    assert referral.number not in client.get("/inbox?box=ended").text


def test_a_receiver_dates_nothing_further_back_than_it_may_see(loop: Loop, referral: Referral) -> None:
    at = NOW + timedelta(days=100)
    loop.do(referral, Action.ACCEPT)
    with pytest.raises(MoveRefused, match="last 90"):
        referrals.move(loop.session, referral, Action.START, occurred_at=NOW + timedelta(days=1), by=loop.intake, at=at)
