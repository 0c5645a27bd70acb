"""Break-glass: a reason, one hour, one user; the person and the supervisor are told, and somebody else reviews it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from referral.accounts.models import Membership, SignIn
from referral.audit.models import AuditEvent
from referral.foundation import clock
from referral.foundation.database import become
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused, TooManyTries
from referral.messaging.models import Message
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.people import emergencies, queries, service
from referral.people.models import AccessGrant, BreakGlass, Person
from referral.people.rules import AnswerSource, ConsentScope, GrantBasis
from referral.people.rules.break_glass import MOST_A_DAY, Verdict
from referral.referrals.rules import Action
from tests.factories.fixtures import NOW, SEED, World, make_world
from tests.factories.people import BORN, a_consent, a_person
from tests.factories.referrals import Loop

WHY = "Her sister called: she took pills and does not answer the door."
ZOE = {"given_name": "Zoe", "family_name": "Quillfeather", "birth_on": BORN}
TYPED = {
    "given_name": "Zoe",
    "family_name": "Quillfeather",
    "birth_on.month": "3",
    "birth_on.day": "14",
    "birth_on.year": "1980",
    "reason": WHY,
}
Act = Callable[[Membership], Principal]
Browser = Callable[[Membership], FlaskClient]
EVERYONE = {
    Role.NAVIGATOR: "center",
    Role.COORD_SUPERVISOR: "center",
    Role.CBO_INTAKE: "pantry",
    Role.CBO_ADMIN: "pantry",
    Role.CBO_BILLER: "pantry",
    Role.NETWORK_LEAD: "lead",
    Role.PLAN_CARE_MGR: "plan",
    Role.PLAN_FINANCE: "plan",
    Role.PLAN_ANALYST: "plan",
    Role.SYSADMIN: "center",
}


@pytest.fixture
def act(session: Session, principal_of: Callable[[Membership], Principal]) -> Act:
    """Let the session act as somebody from now on, under row-level security."""

    def turn_into(membership: Membership) -> Principal:
        session.flush()
        become(session, principal_of(membership))
        return principal_of(membership)

    return turn_into


@pytest.fixture
def owner(world: World) -> Membership:
    return world.staff(world.center, Role.NAVIGATOR, name="Zoe's navigator")


@pytest.fixture
def navigator(world: World) -> Membership:
    return world.staff(world.center, Role.NAVIGATOR, name="Nora in need")


@pytest.fixture
def supervisor(world: World) -> Membership:
    return world.staff(world.center, Role.COORD_SUPERVISOR, name="Sam")


@pytest.fixture
def zoe(session: Session, act: Act, owner: Membership) -> Person:
    """Somebody hidden: only her own navigator finds her."""
    by = act(owner)
    person = a_person(session, by, **ZOE, is_hidden=True)
    a_consent(session, person, by)
    service.add_phone(session, person, "919 555 0177", by=by, at=NOW)
    become(session, SEED)
    return person


def break_it(session: Session, by: Principal, **changed: Any) -> BreakGlass:
    told: dict[str, Any] = {**ZOE, "reason": WHY, "base_url": "https://example.org", "at": NOW, **changed}
    return service.break_glass(session, **told, by=by)


def events(session: Session, action: str) -> list[AuditEvent]:
    become(session, SEED)
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def end_the_hour(session: Session) -> None:
    become(session, SEED)
    past = {"until": func.now() - text("interval '1 second'")}
    session.execute(update(AccessGrant).where(AccessGrant.basis == GrantBasis.BREAK_GLASS).values(past))


def test_somebody_hidden_opens_for_an_hour_to_the_one_who_asked_and_to_no_colleague(
    session: Session, act: Act, zoe: Person, navigator: Membership, world: World
) -> None:
    by = act(navigator)
    glass = break_it(session, by)
    assert (glass.person_id, glass.until, glass.review_due_at) == (
        zoe.id,
        NOW + timedelta(hours=1),
        NOW + timedelta(hours=24),
    )
    opened = service.read_emergency(session, glass, by=by, at=NOW + timedelta(minutes=59))
    assert (opened.person.full_name, opened.phones[0].number) == ("Zoe Quillfeather", "+19195550177")
    assert opened.navigator == "Zoe's navigator"
    with pytest.raises(NotFound):
        service.read_emergency(session, glass, by=by, at=NOW + timedelta(hours=1))
    colleague = act(world.staff(world.center, Role.NAVIGATOR, name="Colleague"))
    assert queries.visible(session, zoe.id) is None
    broken = select(AccessGrant).where(AccessGrant.basis == GrantBasis.BREAK_GLASS)
    assert session.scalars(broken).all() == []
    with pytest.raises(NotFound):
        service.read_emergency(session, glass, by=colleague, at=NOW)


def test_a_record_that_is_closed_but_not_hidden_opens_as_a_record_and_closes_again(
    session: Session, act: Act, owner: Membership, world: World, navigator: Membership
) -> None:
    person_id = a_person(session, act(owner), **ZOE).id
    clinic = world.staff(world.shelter, Role.NAVIGATOR, name="Elsewhere in the network")
    by = act(clinic)
    assert queries.visible(session, person_id) is None
    break_it(session, by, at=datetime.now(UTC))  # policies read the database's own clock, which no test stops
    assert service.open_person(session, person_id, by=by, at=NOW) is not None
    act(world.staff(world.shelter, Role.NAVIGATOR, name="Colleague elsewhere"))
    session.expire_all()
    assert queries.visible(session, person_id) is None
    end_the_hour(session)
    act(clinic)
    session.expire_all()
    assert queries.visible(session, person_id) is None


def test_what_is_known_is_the_same_before_the_reason_is_on_record_whoever_is_named(
    session: Session, zoe: Person, navigator: Membership, browser: Browser
) -> None:
    client = browser(navigator)
    hit = client.post("/emergencies/confirm", data=TYPED)
    miss = client.post("/emergencies/confirm", data={**TYPED, "family_name": "Nobodyhere"})
    assert (hit.status_code, miss.status_code) == (200, 200)
    assert "Nothing was looked up yet" in hit.text

    def neutral(page: str, name: str) -> str:
        page = re.sub(r'name="csrf_token" value="[^"]*"', "", page)
        return page.replace(name, "…").split('<main id="main"')[1].split("<footer")[0]

    assert neutral(hit.text, "Quillfeather") == neutral(miss.text, "Nobodyhere")
    assert session.scalar(select(func.count()).select_from(BreakGlass)) == 0


def test_the_pages_need_a_reason_then_a_second_step_and_then_show_how_to_reach_the_person(
    session: Session, zoe: Person, navigator: Membership, browser: Browser
) -> None:
    client = browser(navigator)
    assert client.post("/emergencies/confirm", data={**TYPED, "reason": "urgent"}).status_code == 422
    assert client.post("/emergencies", data=TYPED).status_code == 422, "the second step cannot be left out"
    done = client.post("/emergencies", data={**TYPED, "understood": "true"})
    assert done.status_code == 303, done.text
    assert "Quillfeather" not in done.location
    page = client.get(done.location).text
    assert "Zoe Quillfeather" in page
    assert "(919) 555-0177" in page
    later = NOW + timedelta(hours=1)
    with clock.standing_at(later):
        session.execute(update(SignIn).values(last_seen_at=later))
        session.commit()
        page = client.get(done.location).text
        assert "The hour is over" in page
        assert "Quillfeather" not in page


def test_a_miss_is_recorded_told_and_shown_to_the_reviewer_with_what_was_tried(
    session: Session, zoe: Person, navigator: Membership, supervisor: Membership, browser: Browser
) -> None:
    done = browser(navigator).post(
        "/emergencies", data={**TYPED, "given_name": "Zoey", "understood": "true"}, follow_redirects=True
    )
    assert "Nothing was opened" in done.text
    assert [event.details["is_found"] for event in events(session, "break-glass:asked")] == [False]
    glass = session.scalars(select(BreakGlass)).one()
    assert (glass.person_id, glass.sought) == (None, "Zoey Quillfeather, 03/14/1980")
    review = browser(supervisor).get(f"/emergencies/{glass.id}").text
    assert "Nobody: Zoey Quillfeather, 03/14/1980" in review


def test_names_must_be_exact_and_two_of_the_same_name_open_nobody(
    session: Session, act: Act, zoe: Person, owner: Membership, navigator: Membership
) -> None:
    by = act(navigator)
    assert break_it(session, by, birth_on=BORN + timedelta(days=1)).person_id is None
    assert break_it(session, by, given_name="Z").person_id is None
    assert break_it(session, by, given_name="ZOÉ").person_id == zoe.id, "accents and capitals are not another name"
    a_person(session, act(owner), **ZOE, is_hidden=True)
    assert break_it(session, act(navigator)).person_id is None


def test_it_is_no_way_to_look_for_people(session: Session, act: Act, zoe: Person, navigator: Membership) -> None:
    by = act(navigator)
    for number in range(MOST_A_DAY):
        break_it(session, by, given_name=f"Guess {number}")
    with pytest.raises(TooManyTries):
        break_it(session, by)
    assert break_it(session, by, at=NOW + timedelta(days=1, seconds=1)).person_id == zoe.id


def test_too_many_tries_answer_429_and_leave_no_trace_of_the_name(
    session: Session, navigator: Membership, browser: Browser
) -> None:
    client = browser(navigator)
    for number in range(MOST_A_DAY):
        client.post("/emergencies", data={**TYPED, "given_name": f"Guess {number}", "understood": "true"})
    assert client.post("/emergencies", data={**TYPED, "understood": "true"}).status_code == 429
    assert len(events(session, "break-glass:asked")) == MOST_A_DAY


def test_who_may_open_the_record_anyway_is_told_so(session: Session, act: Act, zoe: Person, owner: Membership) -> None:
    with pytest.raises(Refused, match="You may open this record already"):
        break_it(session, act(owner))
    assert events(session, "break-glass:asked") == []


def test_a_cbo_opens_only_a_person_of_its_own_referrals_and_a_plan_only_its_members(
    session: Session, act: Act, world: World, principal_of: Callable[[Membership], Principal]
) -> None:
    loop = Loop(session, world, principal_of)
    maria = {"given_name": "Maria", "family_name": "Garcia"}
    stranger, intake, manager = (act(loop.staff[who]) for who in ("stranger", "intake", "care_manager"))
    become(session, intake)
    assert break_it(session, intake, **maria).person_id is None, "no referral yet"
    become(session, loop.navigator)
    loop.allow()
    loop.do(loop.send(), Action.ACCEPT)
    become(session, intake)
    assert break_it(session, intake, **maria).person_id == loop.person.id
    become(session, stranger)
    assert break_it(session, stranger, **maria).person_id is None
    become(session, manager)
    assert break_it(session, manager, **maria).person_id is None, "no member of the plan"
    become(session, loop.navigator)
    covered: dict[str, Any] = {"plan_id": world.plan.id, "member_id": "M1", "starts_on": BORN}
    service.add_coverage(session, loop.person, **covered, source=AnswerSource.SELF_REPORTED, by=loop.navigator, at=NOW)
    become(session, manager)
    glass = break_it(session, manager, **maria)
    assert glass.person_id == loop.person.id
    assert service.read_emergency(session, glass, by=manager, at=NOW).person.given_name == "Maria"


def test_another_network_opens_nobody_here(session: Session, act: Act, zoe: Person) -> None:
    other = make_world(session, "Other Network")
    by = act(other.staff(other.center, Role.NAVIGATOR, name="Far away"))
    assert break_it(session, by).person_id is None


@pytest.mark.parametrize("role", EVERYONE)
def test_the_matrix_says_who_asks_and_who_reviews(world: World, browser: Browser, role: Role) -> None:
    employer: Organization = getattr(world, EVERYONE[role])
    client = browser(world.staff(employer, role, name=f"Role {role}"))
    asks = role in {Role.NAVIGATOR, Role.CBO_INTAKE, Role.PLAN_CARE_MGR}
    reviews = role in {Role.COORD_SUPERVISOR, Role.CBO_ADMIN}
    assert client.get("/emergencies/new").status_code == (200 if asks else 403)
    assert client.get("/emergencies").status_code == (200 if reviews else 403)


def test_the_supervisor_is_told_and_it_shows_as_overdue_after_a_day(
    session: Session, act: Act, zoe: Person, navigator: Membership, supervisor: Membership, browser: Browser
) -> None:
    break_it(session, act(navigator), at=NOW - timedelta(hours=23))
    become(session, SEED)
    client = browser(supervisor)
    home = client.get("/").text
    assert "Emergencies to review" in home
    assert "overdue" not in home
    session.execute(update(BreakGlass).values(review_due_at=NOW))
    session.commit()
    assert "1 overdue" in client.get("/").text
    assert "Overdue" in client.get("/emergencies").text
    glass = session.scalars(select(BreakGlass)).one()
    page = client.get(f"/emergencies/{glass.id}").text
    assert WHY in page
    assert "A restricted record" in page
    assert "Quillfeather" not in page, "who reviews does not learn who is hidden"
    assert "(overdue)" in page
    assert client.post(f"/emergencies/{glass.id}/review", data={}).status_code == 422
    answer = client.post(f"/emergencies/{glass.id}/review", data={"verdict": "justified", "note": "Called 911."})
    assert answer.status_code == 303
    assert "Nothing waits for your review" in client.get("/emergencies").text
    assert client.post(f"/emergencies/{glass.id}/review", data={"verdict": "justified"}).status_code == 409
    assert len(events(session, "break-glass:reviewed")) == 1


def test_nobody_reviews_what_they_asked_for_in_whichever_role(
    session: Session, act: Act, zoe: Person, world: World
) -> None:
    both = world.staff(world.center, Role.NAVIGATOR, Role.COORD_SUPERVISOR, name="Both roles")
    by = act(both)
    glass = break_it(session, by)
    assert emergencies.to_review(session, by) == []
    with pytest.raises(NotAllowed):
        service.review_glass(session, glass, verdict=Verdict.JUSTIFIED, by=by, at=NOW)
    changed = session.execute(
        update(BreakGlass).values(reviewed_at=NOW, reviewed_by_user_id=by.user_id, verdict=Verdict.JUSTIFIED)
    )
    assert changed.rowcount == 0, "the wall of the database says the same"  # type: ignore[attr-defined]
    become(session, SEED)
    with pytest.raises(DBAPIError, match="four_eyes"), session.begin_nested():
        session.execute(
            update(BreakGlass).values(reviewed_at=NOW, reviewed_by_user_id=by.user_id, verdict=Verdict.JUSTIFIED)
        )


def test_an_administrator_reviews_what_colleagues_asked_and_not_what_others_did(
    session: Session, act: Act, zoe: Person, navigator: Membership, world: World
) -> None:
    intake = world.staff(world.pantry, Role.CBO_INTAKE)
    own, others = break_it(session, act(intake)), break_it(session, act(navigator))
    admin = act(world.staff(world.pantry, Role.CBO_ADMIN))
    assert [row[0].id for row in emergencies.to_review(session, admin)] == [own.id]
    assert emergencies.glass(session, others.id) is None
    supervisor = act(world.staff(world.center, Role.COORD_SUPERVISOR))
    assert {row[0].id for row in emergencies.to_review(session, supervisor)} == {own.id, others.id}


def test_a_foreign_emergency_answers_like_one_that_never_was(
    session: Session, act: Act, zoe: Person, navigator: Membership, world: World, browser: Browser
) -> None:
    glass = break_it(session, act(navigator))
    become(session, SEED)
    session.commit()
    never = UUID("01900000-0000-7000-8000-000000000000")
    for who in (Role.NAVIGATOR, Role.CBO_INTAKE, Role.CBO_ADMIN):
        employer = world.center if who is Role.NAVIGATOR else world.pantry
        client = browser(world.staff(employer, who, name=f"Curious {who}"))
        assert client.get(f"/emergencies/{glass.id}").status_code == 404
        assert client.get(f"/emergencies/{never}").status_code == 404


def test_the_person_sees_it_on_their_own_page_with_the_review(
    session: Session, act: Act, zoe: Person, owner: Membership, navigator: Membership, supervisor: Membership, app: Any
) -> None:
    glass = break_it(session, act(navigator))
    service.review_glass(session, glass, verdict=Verdict.NOT_JUSTIFIED, by=act(supervisor), at=NOW)
    made = service.share_own_page(session, zoe, base_url="https://example.org", by=act(owner), at=NOW)
    become(session, SEED)
    session.commit()
    client = app.test_client()
    client.post(f"/s/{made.secret}/check", data={"birth_on": BORN.isoformat()})
    page = client.get(f"/s/{made.secret}").text
    assert "Coordination Center opened your record in an emergency" in page
    assert "found that it was not an emergency" in page
    assert WHY not in page


@pytest.mark.parametrize(("may_text", "is_confirmed"), [(True, True), (True, False), (False, True)])
def test_a_text_goes_out_only_where_texts_are_allowed_and_says_nothing(
    session: Session, act: Act, owner: Membership, world: World, may_text: bool, is_confirmed: bool
) -> None:
    by = act(owner)
    person = a_person(session, by, **ZOE)
    service.add_phone(session, person, "919 555 0177", by=by, at=NOW).confirmed_at = NOW if is_confirmed else None
    if may_text:
        a_consent(session, person, by, scope=ConsentScope.MESSAGE_SMS)
    glass = break_it(session, act(world.staff(world.shelter, Role.NAVIGATOR, name="Elsewhere")))
    become(session, SEED)
    texts = session.scalars(select(Message)).all()
    goes = may_text and is_confirmed
    assert (glass.was_texted, len(texts)) == (goes, int(goes))
    for message in texts:
        body = message.body or ""
        assert "emergency" not in body.lower()
        assert "Zoe" not in body


def test_nobody_hidden_is_texted(
    session: Session, act: Act, zoe: Person, navigator: Membership, owner: Membership
) -> None:
    a_consent(session, zoe, act(owner), scope=ConsentScope.MESSAGE_SMS)
    assert not break_it(session, act(navigator)).was_texted
    become(session, SEED)
    assert session.scalars(select(Message)).all() == []


def test_every_step_is_logged_once_and_the_reason_stays_out_of_the_log(
    session: Session, act: Act, zoe: Person, navigator: Membership, supervisor: Membership
) -> None:
    by = act(navigator)
    glass = break_it(session, by)
    service.read_emergency(session, glass, by=by, at=NOW)
    service.review_glass(session, glass, verdict=Verdict.JUSTIFIED, by=act(supervisor), at=NOW)
    for action in ("break-glass:asked", "break-glass:reviewed"):
        (event,) = events(session, action)
        assert (event.person_id, event.subject_id) == (zoe.id, str(glass.id))
    (read,) = [event for event in events(session, "person:read") if event.details.get("glass")]
    assert read.details["why"] == "break_glass"
    everything = str(session.execute(text("SELECT array_agg(e::text) FROM audit_event e")).scalar())
    assert WHY not in everything
    assert "Quillfeather" not in everything
    stored = bytes(session.execute(text("SELECT reason FROM break_glass")).scalar_one())
    assert b"sister" not in stored


def test_programs_do_the_same_and_cannot_leave_out_the_second_step(
    session: Session,
    zoe: Person,
    app: Any,
    navigator: Membership,
    supervisor: Membership,
    api: Callable[[Membership], dict[str, str]],
) -> None:
    client = app.test_client()
    told = {**ZOE, "birth_on": BORN.isoformat(), "reason": WHY}
    asker, reviewer = api(navigator), api(supervisor)
    assert client.post("/api/v1/emergencies", json=told, headers=asker).status_code == 422
    made = client.post("/api/v1/emergencies", json={**told, "understood": True}, headers=asker)
    assert (made.status_code, made.json["person_id"]) == (201, str(zoe.id))
    opened = client.get(f"/api/v1/emergencies/{made.json['id']}", headers=asker).json
    assert (opened["person"]["name"], opened["person"]["phones"]) == ("Zoe Quillfeather", ["+19195550177"])
    assert "person" not in client.get(f"/api/v1/emergencies/{made.json['id']}", headers=reviewer).json
    (waiting,) = client.get("/api/v1/emergencies", headers=reviewer).json["items"]
    assert (waiting["asked_by"], waiting["reason"], waiting["is_open"]) == ("Nora in need", WHY, True)
    address = f"/api/v1/emergencies/{waiting['id']}/review"
    assert client.post(address, json={"verdict": "justified"}, headers=asker).status_code == 403
    assert client.post(address, json={"verdict": "justified"}, headers=reviewer).status_code == 204
    assert client.get("/api/v1/emergencies", headers=reviewer).json["items"] == []
