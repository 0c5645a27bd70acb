"""Consent as live data: nothing gets through without it (T05), the notice travels (T06), who may give it (T08)."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent
from referral.billing.models import InvoiceLine
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.people import queries, service
from referral.people.models import AccessGrant, Consent, Person
from referral.people.rules import ConsentMethod, ConsentScope, GivenBy, NeedCategory, NeedDomain, SensitivityLevel
from referral.people.rules.minors import MinorTopic, adult_on, is_adult
from referral.people.rules.part2 import shipped_notice
from referral.referrals import service as referrals
from referral.referrals.rules import ContactResult, ContactWay, MoveRefused, Refusal
from referral.web.transaction import Application
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, World
from tests.factories.levels import NOTE, ON_PAPER, PHONE, SensitiveLoop
from tests.factories.people import a_consent, a_person

Api = Callable[[Membership], dict[str, str]]
Browser = Callable[[Membership], FlaskClient]
TODAY = NOW.date()
BEGINS = "This record which has been disclosed to you is protected by Federal confidentiality rules"


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[..., Principal]) -> SensitiveLoop:
    return SensitiveLoop(session, world, principal_of)


# -- T05: no active consent of the right scope ------------------------------------------------------------------------


def end(loop: SensitiveLoop, how: str) -> None:
    """Let the consent on which the L2 referral rests end in some way."""
    if how == "withdrawn":
        service.withdraw_consent(loop.session, loop.part2, by=loop.navigator, at=NOW)
    elif how == "for another organization":
        loop.part2.recipient_organization_id = loop.world.shelter.id
        service.revoke(loop.session, basis_id=loop.part2.id, at=NOW)
    else:
        loop.part2.starts_on, loop.part2.ends_on = TODAY - timedelta(days=365), TODAY - timedelta(days=1)
        grants = update(AccessGrant).where(AccessGrant.basis_id == loop.part2.id)
        loop.session.execute(grants.values(until=func.now() - timedelta(hours=1)))
    loop.session.commit()


@pytest.mark.parametrize("how", ["withdrawn", "expired", "for another organization"])
def test_t05_without_an_active_consent_no_role_gets_through_by_page_or_program(
    loop: SensitiveLoop, app: Application, api: Api, how: str
) -> None:
    referral = loop.sent_l2()
    end(loop, how)
    client = app.test_client()
    for who, member in loop.everybody().items():
        if who == "navigator":
            continue
        token = api(member)
        for address in (f"referrals/{referral.id}", f"referrals/{referral.id}/story", f"thread/referral/{referral.id}"):
            assert client.get(f"/api/v1/{address}", headers=token).status_code in {403, 404}, (who, address)
        for address in ("referrals?folder=inbox&box=active", "referrals?folder=sent", f"people/{referral.person_id}"):
            answer = client.get(f"/api/v1/{address}", headers=token)
            assert referral.number not in answer.text, (who, address)
            assert NOTE not in answer.text, (who, address)


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ((ConsentScope.PART2_DISCLOSE,), Refusal.NO_RELEASE),
        ((ConsentScope.REFERRAL_SHARE,), Refusal.NO_CONSENT),
        ((ConsentScope.PART2_DISCLOSE, ConsentScope.REFERRAL_SHARE), Refusal.NO_RELEASE),
    ],
)
def test_t05_nothing_is_sent_when_one_of_the_two_signatures_is_missing(
    loop: SensitiveLoop, missing: tuple[ConsentScope, ...], why: Refusal
) -> None:
    stress = loop.need_of(NeedCategory.STRESS)
    for scope in {ConsentScope.PART2_DISCLOSE, ConsentScope.REFERRAL_SHARE} - set(missing):
        loop.release(scope, loop.world.pantry)
    with pytest.raises(MoveRefused) as refused:
        referrals.refer(loop.session, stress, [loop.counselling.id], by=loop.navigator, at=NOW)
    assert refused.value.why is why


def test_t05_a_signature_for_food_or_for_somebody_else_is_none_for_this(loop: SensitiveLoop) -> None:
    stress = loop.need_of(NeedCategory.STRESS)
    loop.release(ConsentScope.PART2_DISCLOSE, loop.world.pantry)
    loop.release(ConsentScope.REFERRAL_SHARE, loop.world.pantry, domains=[NeedDomain.FOOD])
    loop.release(ConsentScope.REFERRAL_SHARE, loop.world.shelter)
    with pytest.raises(MoveRefused) as refused:
        referrals.refer(loop.session, stress, [loop.counselling.id], by=loop.navigator, at=NOW)
    assert refused.value.why is Refusal.NO_CONSENT


def test_t05_a_consent_to_keep_or_to_share_with_the_plan_opens_nothing_sensitive(
    loop: SensitiveLoop, acting_as: Callable[[Membership], Session]
) -> None:
    loop.sent_l2()
    a_consent(loop.session, loop.person, loop.navigator, level=SensitivityLevel.L3)
    shared = {"scope": ConsentScope.PLAN_SHARE, "recipient_organization_id": loop.world.plan.id, **ON_PAPER}
    a_consent(loop.session, loop.person, loop.navigator, **shared, level=SensitivityLevel.L2, shares_content=True)
    loop.session.commit()
    for who in ("colleague", "supervisor", "care_manager", "lead"):
        with acting_as(loop.staff[who]) as session:
            assert {need.level for need in needs_of(session, loop.person)} <= {SensitivityLevel.L1}, who


def test_t05_a_plan_reads_an_l2_authorization_only_while_a_signature_names_it(
    session: Session, world: World, principal_of: Callable[..., Principal], app: Application, api: Api, browser: Browser
) -> None:
    paid = PaidLoop(session, world, principal_of)
    paid.enroll()
    referral = paid.accepted()
    referral.level = SensitivityLevel.L2
    signed = {"scope": ConsentScope.PART2_DISCLOSE, "level": SensitivityLevel.L2, **ON_PAPER}
    named = a_consent(session, paid.person, paid.navigator, recipient_organization_id=world.plan.id, **signed)
    authorization = paid.request(referral)
    session.commit()
    pages = (f"/authorizations/{authorization.id}", "/authorizations")
    answers = (f"/api/v1/service-authorizations/{authorization.id}", "/api/v1/service-authorizations")
    readers = [paid.staff["care_manager"], paid.staff["finance"]]
    for is_open in (True, False):
        for member in readers:
            client, headers = browser(member), api(member)
            for address in (*pages, *answers):
                answer = client.get(address, headers=headers if address in answers else {})
                assert (authorization.number in answer.text) == is_open, (address, member.roles)
        if is_open:
            service.withdraw_consent(session, named, by=paid.navigator, at=NOW)
            session.commit()


def needs_of(session: Session, person: Person) -> list[Any]:
    from referral.screening.queries import needs_of as found

    return list(found(session, person.id))


# -- T06: the notice and a copy of the consent travel -----------------------------------------------------------------


def outputs(loop: SensitiveLoop, referral_id: object) -> Iterator[tuple[str, str]]:
    """Yield every page that shows something of the L2 referral, and who looks at it."""
    for who in ("navigator", "intake", "admin", "biller"):
        yield who, f"/referrals/{referral_id}"
        yield who, f"/thread/referral/{referral_id}"
    for who in ("intake", "admin"):
        yield who, "/inbox?box=active"
    for address in (
        "/referrals?box=active",
        f"/needs/{loop.stress.id}",
        f"/people/{loop.person.id}",
        f"/needs/{loop.stress.id}/refer?service={loop.counselling.id}",
    ):
        yield "navigator", address


def test_t06_every_page_that_shows_an_l2_record_carries_the_notice_and_the_consent(
    loop: SensitiveLoop, browser: Browser
) -> None:
    referral = loop.sent_l2()
    called = {"way": ContactWay.PHONE, "result": ContactResult.REACHED}
    referrals.log_contact(loop.session, referral, **called, by=loop.intake, at=NOW)
    loop.session.commit()
    for who, address in outputs(loop, referral.id):
        page = browser(loop.staff[who]).get(address)
        assert page.status_code == 200, (who, address)
        assert BEGINS in page.text, (who, address)
        assert "Helping Hands Pantry may receive this" in page.text, (who, address)
        assert "Unverified" in page.text, "nobody has compared our text with the law"
    part = browser(loop.staff["intake"]).get("/inbox?box=active", headers={"HX-Request": "true"})
    assert "<!doctype" not in part.text.lower()
    assert BEGINS in part.text
    assert 'hx-swap-oob="true"' in part.text


def test_t06_every_answer_of_the_api_that_discloses_an_l2_record_carries_both(
    loop: SensitiveLoop, app: Application, api: Api
) -> None:
    referral = loop.sent_l2()
    client = app.test_client()
    addresses = {
        "navigator": [
            f"referrals/{referral.id}",
            f"referrals/{referral.id}/story",
            "referrals?folder=sent",
            f"needs/{loop.stress.id}",
            f"people/{loop.person.id}/needs",
            f"thread/referral/{referral.id}",
        ],
        "intake": [f"referrals/{referral.id}", f"referrals/{referral.id}/story", "referrals?folder=inbox"],
        "biller": [f"referrals/{referral.id}"],
    }
    for who, paths in addresses.items():
        token = api(loop.staff[who])
        for path in paths:
            answer = client.get(f"/api/v1/{path}", headers=token)
            assert answer.status_code == 200, (who, path, answer.text)
            assert answer.json["notice"]["text"].startswith(BEGINS), (who, path)
            assert "may receive this" in answer.json["notice"]["consents"][0], (who, path)
    token = api(loop.staff["intake"])
    moved = client.post(f"/api/v1/referrals/{referral.id}/start", json={}, headers=token)
    assert moved.json["notice"]["text"].startswith(BEGINS), "an answer to a deed discloses as well"


def test_t06_what_is_not_sensitive_carries_no_notice_and_a_biller_reads_no_kind_of_service(
    loop: SensitiveLoop, browser: Browser
) -> None:
    referral = loop.sent_l2()
    loop.allow()
    food = loop.send()
    loop.session.commit()
    assert BEGINS not in browser(loop.staff["intake"]).get(f"/referrals/{food.id}").text
    page = browser(loop.staff["biller"]).get(f"/referrals/{referral.id}").text
    assert "Counselling" not in page
    assert "Stress" not in page
    assert NOTE not in page


def test_t06_an_administrator_replaces_the_text_and_marks_organizations(loop: SensitiveLoop, browser: Browser) -> None:
    referral = loop.sent_l2()
    admin = browser(loop.staff["sysadmin"])
    assert BEGINS in admin.get("/protection").text
    text = {"edition": "eCFR of today", "text": "The text as it stands.", "source": "eCFR", "is_checked": "true"}
    assert admin.post("/protection/notice", data=text).status_code == 303
    page = browser(loop.staff["intake"]).get(f"/referrals/{referral.id}").text
    assert "The text as it stands." in page
    assert "Unverified" not in page[page.index("The text as it stands.") :]
    assert not shipped_notice().is_checked
    marked = admin.post(f"/protection/organizations/{loop.world.pantry.id}", data={"is_victim_service": "true"})
    assert marked.status_code == 303
    loop.session.expire_all()
    assert (loop.world.pantry.is_victim_service, loop.world.pantry.is_part2_program) == (True, False)
    assert browser(loop.staff["supervisor"]).get("/protection").status_code == 403


def test_every_disclosure_of_something_sensitive_is_written_down_once(loop: SensitiveLoop, browser: Browser) -> None:
    referral = loop.sent_l2()
    browser(loop.staff["intake"]).get(f"/referrals/{referral.id}")
    events = loop.session.scalars(select(AuditEvent).where(AuditEvent.action == "disclosure:made")).all()
    assert [event.details["how"] for event in events] == ["referral", "read"]
    assert {event.details["to"] for event in events} == {str(loop.world.pantry.id)}
    assert {event.details["consent"] for event in events} == {str(loop.part2.id)}


# -- T08: who may give it, how, and until when ------------------------------------------------------------------------

NC = "NC"


def child(loop: SensitiveLoop, years: int) -> Person:
    born = TODAY.replace(year=TODAY.year - years)
    return a_person(loop.session, loop.navigator, given_name="Ana", birth_on=born, time_zone="America/New_York")


def test_t08_the_birthday_begins_at_midnight_where_they_live() -> None:
    born, zone = date(2008, 11, 17), "America/Los_Angeles"
    before = datetime(2026, 11, 17, 7, 59, tzinfo=UTC)
    assert not is_adult(born, state=NC, at=before, zone=zone), "23:59 on the eve in Los Angeles"
    assert is_adult(born, state=NC, at=before + timedelta(minutes=1), zone=zone)
    assert is_adult(born, state=NC, at=before, zone="America/New_York"), "three hours earlier in the east"
    assert not is_adult(born, state="AL", at=before + timedelta(days=2), zone=zone), "nineteen in Alabama"
    assert adult_on(date(2008, 2, 29), state=NC) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("years", "given", "told"),
    [
        (17, {}, "under age"),
        (17, {"given_by": GivenBy.PARENT, "proxy_name": "Rosa Garcia"}, None),
        (18, {}, None),
        (18, {"given_by": GivenBy.PARENT, "proxy_name": "Rosa Garcia"}, "They are of age"),
        (18, {"given_by": GivenBy.GUARDIAN, "proxy_name": "Court"}, None),
        (17, {"given_by": GivenBy.PARENT}, "name of whoever agreed"),
        (17, {"minor_topic": MinorTopic.PREGNANCY}, "does not let somebody under age"),
        (18, {"minor_topic": MinorTopic.PREGNANCY}, "no topic is needed"),
        (17, {"given_by": GivenBy.PARENT, "proxy_name": "R", "minor_topic": MinorTopic.PREGNANCY}, "leave it out"),
        (30, {"witness": None}, "Write who listened in"),
        (30, {"scope": ConsentScope.IPV_RELEASE, "level": SensitivityLevel.L3}, "needs a signature"),
        (30, {"scope": ConsentScope.PART2_DISCLOSE, "level": SensitivityLevel.L2}, "needs a signature"),
        (30, {"scope": ConsentScope.REFERRAL_SHARE, "level": SensitivityLevel.L3}, "cannot cover"),
        (30, {"last_day": TODAY + timedelta(days=400)}, "earlier last day"),
        (30, {"method": ConsentMethod.WRITTEN}, "where the signed paper is kept"),
    ],
)
def test_t08_a_consent_that_proves_nothing_is_refused_with_a_plain_reason(
    loop: SensitiveLoop, years: int, given: dict[str, Any], told: str | None
) -> None:
    person = child(loop, years)
    if told is None:
        assert a_consent(loop.session, person, loop.navigator, **given).id
    else:
        with pytest.raises(Refused, match=told):
            a_consent(loop.session, person, loop.navigator, **given)


def test_t08_a_minor_agrees_alone_where_the_state_says_so_and_a_guardian_does_not_see_it(
    loop: SensitiveLoop, app: Application
) -> None:
    person = child(loop, 16)
    parent = {"given_by": GivenBy.PARENT, "proxy_name": "Rosa Garcia"}
    a_consent(loop.session, person, loop.navigator, **parent)
    alone = a_consent(
        loop.session,
        person,
        loop.navigator,
        **ON_PAPER,
        scope=ConsentScope.PART2_DISCLOSE,
        level=SensitivityLevel.L2,
        recipient_organization_id=loop.world.pantry.id,
        minor_topic=MinorTopic.SUBSTANCE_USE,
    )
    assert alone.minor_topic is MinorTopic.SUBSTANCE_USE
    pages = {}
    for reader in (GivenBy.SELF, GivenBy.GUARDIAN):
        made = service.share_own_page(
            loop.session, person, base_url="https://x.test", reader=reader, by=loop.navigator, at=NOW
        )
        loop.session.commit()
        client = app.test_client()
        born = {"birth_on": person.birth_on.isoformat()} if person.birth_on else {}
        client.post(f"/s/{made.secret}/check", data=born)
        pages[reader] = client.get(f"/s/{made.secret}").text
    assert "Share substance use records" in pages[GivenBy.SELF]
    assert "Keep what you tell us" in pages[GivenBy.GUARDIAN]
    assert "Share substance use records" not in pages[GivenBy.GUARDIAN]
    assert "behavioral health" not in pages[GivenBy.GUARDIAN], "not by what it opened either"
    assert queries.consents_in_force(loop.session, person.id, at=NOW)
    assert PHONE not in pages[GivenBy.GUARDIAN]
    assert isinstance(alone, Consent)


def test_a_program_reads_and_replaces_what_travels_as_the_page_does(
    loop: SensitiveLoop, app: Application, api: Api
) -> None:
    token = api(loop.staff["sysadmin"])
    client = app.test_client()
    before = client.get("/api/v1/protection", headers=token).json
    assert before["text"]["text"].startswith(BEGINS)
    assert {one["name"] for one in before["organizations"] if one["is_victim_service"]} == {"Open Door Shelter"}
    text = {"edition": "eCFR of today", "text": "As it stands.", "source": "eCFR", "is_checked": True}
    assert client.post("/api/v1/protection/notice", json=text, headers=token).status_code == 201
    assert client.get("/api/v1/protection", headers=token).json["text"]["text"] == "As it stands."
    marked = client.post(
        f"/api/v1/protection/organizations/{loop.world.shelter.id}", json={"is_part2_program": True}, headers=token
    )
    assert (marked.json["is_victim_service"], marked.json["is_part2_program"]) == (False, True)


def test_t06_a_file_of_bills_carries_both_before_its_heading_and_names_no_service(
    session: Session, world: World, principal_of: Callable[..., Principal], browser: Browser
) -> None:
    paid = PaidLoop(session, world, principal_of)
    invoice = paid.with_the_plan(paid.authorized()[0])
    clients = {who: browser(paid.staff[who]) for who in ("biller", "lead", "finance")}
    assert BEGINS not in clients["biller"].get("/invoices/lines.csv").text
    session.execute(update(InvoiceLine).values(level=SensitivityLevel.L2))
    for scope in (ConsentScope.INVOICE_SHARE, ConsentScope.PART2_DISCLOSE):
        signed = {"scope": scope, "level": SensitivityLevel.L2, **ON_PAPER}
        a_consent(session, paid.person, paid.navigator, **signed, recipient_organization_id=world.plan.id)
    session.commit()
    for who, client in clients.items():
        comments, heading, line, *_ = split_comments(client.get("/invoices/lines.csv").text)
        assert BEGINS in comments, who
        assert "Blue Plan may receive this" in comments, who
        assert heading.startswith("invoice,line,")
        assert ",SERVICE,," in line
        page = client.get(f"/invoices/{invoice.id}").text
        assert BEGINS in page, who
        assert "FOO-BOXD" not in page, who


def split_comments(text: str) -> list[str]:
    rows = text.splitlines()
    first = next(place for place, row in enumerate(rows) if not row.startswith('"# '))
    return ["\n".join(rows[:first]), *rows[first:]]
