"""T28: what is kept leaves when its time is over, as the policy table says, and a tombstone proves it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent, Disclosure
from referral.audit.rules import DisclosureWay
from referral.billing.models import Invoice, InvoiceChange, InvoiceLine, LedgerEntry
from referral.foundation import clock
from referral.foundation.database import Base
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.foundation.rls import FACES
from referral.messaging.models import Message, Question
from referral.organizations.rules import Role
from referral.people.models import Consent, Coverage, Person
from referral.referrals.models import Referral, StatusChange
from referral.retention import jobs, queries, service
from referral.retention.models import RetentionHold, RetentionPolicy, Tombstone
from referral.retention.rules import HoldKind, RetentionClass, TimeUnit, older_than
from referral.retention.service.removing import EMPTIED, PLACES, Place, erase
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.people import a_person
from tests.trust.whole_story import Story, tell

Browser = Callable[[Membership], FlaskClient]
YEAR = timedelta(days=366)


@pytest.fixture
def story(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    return tell(session, world, principal_of)


def run(session: Session, after: timedelta) -> None:
    """Let the clock run once, so long after the story."""
    jobs.run(session, at=NOW + after)
    session.expire_all()


def rows(session: Session, table: str, person_id: UUID) -> int:
    column = "id" if table == "person" else "person_id"
    return session.execute(text(f"SELECT count(*) FROM {table} WHERE {column} = :id"), {"id": person_id}).scalar_one()


def left(session: Session, person_id: UUID) -> set[str]:
    """Return the tables that still hold something about the person."""
    return {table for table in PLACES if rows(session, table, person_id)}


def hold(session: Session, person: Person, kind: HoldKind = HoldKind.LEGAL, **changes: Any) -> RetentionHold:
    given: dict[str, Any] = {"reason": "Case 7", "starts_at": NOW, "network_id": person.network_id, "kind": kind}
    one = RetentionHold(person_id=person.id, **{**given, **changes})
    session.add(one)
    session.flush()
    return one


def buried(session: Session, kind: RetentionClass) -> set[tuple[str, UUID]]:
    found = select(Tombstone.record_kind, Tombstone.record_id).where(Tombstone.retention_class == kind)
    return {(row.record_kind, row.record_id) for row in session.execute(found)}


def test_every_table_that_names_a_person_has_its_place(session: Session) -> None:
    named = text("SELECT table_name FROM information_schema.columns WHERE column_name = 'person_id'")
    assert set(PLACES) == {*session.scalars(named), "person"}
    for table, emptied in EMPTIED.items():
        assert PLACES[table] is Place.UNDER_BILLS
        assert set(emptied) <= set(Base.metadata.tables[table].columns.keys())


def test_every_class_has_one_general_policy_with_its_source(session: Session) -> None:
    policies = session.scalars(select(RetentionPolicy)).all()
    assert {policy.retention_class for policy in policies} == set(RetentionClass)
    assert len(policies) == len(RetentionClass)
    assert all(policy.source and not policy.is_verified and policy.network_id is None for policy in policies)


def test_years_are_years_of_the_calendar() -> None:
    leap_day = NOW.replace(year=2028, month=2, day=29)
    assert older_than(leap_day, 6, TimeUnit.YEARS) == leap_day.replace(year=2022, day=28)
    assert older_than(NOW, 6, TimeUnit.YEARS) == NOW.replace(year=2020)


def test_t28_texts_leave_after_30_days_and_numbers_after_120(session: Session, story: Story) -> None:
    message = session.get_one(Message, story.ids["message_id"])
    body, phone = message.body, message.phone
    assert body
    assert phone
    run(session, timedelta(days=29))
    assert (message.body, message.phone) == (body, phone)
    run(session, timedelta(days=31))
    assert (message.body, message.phone) == ("", phone)
    run(session, timedelta(days=121))
    assert (message.body, message.phone) == ("", "")
    assert ("message", message.id) in buried(session, RetentionClass.MESSAGE_BODY)
    assert ("message", message.id) in buried(session, RetentionClass.MESSAGE_PHONE)
    ended = session.scalars(select(Question.phone).where(Question.status.not_in(("open", "waiting"))))
    assert set(ended) <= {""}


def test_t28_the_whole_story_leaves_step_by_step_as_the_table_says(session: Session, story: Story) -> None:
    person_id = story.ids["person_id"]
    kept = {table for table, place in PLACES.items() if place is Place.STAYS}
    bills = {table for table, place in PLACES.items() if place in (Place.UNDER_BILLS, Place.LEDGER)}
    before = left(session, person_id)
    events = session.scalar(select(func.count()).where(AuditEvent.person_id == person_id))
    run(session, 3 * YEAR)
    assert left(session, person_id) == before, "three years on, texts are empty and everything is there"
    run(session, 7 * YEAR)
    assert left(session, person_id) == (bills | kept) & before, "what bills and proof stand on"
    person = session.get_one(Person, person_id)
    assert (person.given_name, person.family_name, person.birth_on, person.email) == ("", "", None, None)
    assert session.scalars(select(Referral.note).where(Referral.person_id == person_id)).all() == [None]
    assert buried(session, RetentionClass.CLIENT_RECORD) == {("person", person_id)}
    run(session, 9 * YEAR)
    assert rows(session, "ledger_entry", person_id) > 0
    assert session.get(Invoice, story.ids["invoice_id"])
    run(session, 11 * YEAR)
    assert left(session, person_id) == kept & before
    assert buried(session, RetentionClass.CLAIM) == {("person", person_id), ("invoice", story.ids["invoice_id"])}
    assert session.get(Invoice, story.ids["invoice_id"]) is None
    assert not session.scalar(select(func.count()).select_from(InvoiceChange))
    assert (session.scalar(select(func.count()).where(AuditEvent.person_id == person_id)) or 0) >= (events or 0)
    assert session.scalar(select(func.count()).where(Disclosure.person_id == person_id))


def test_t28_a_person_without_bills_leaves_whole_after_six_years_and_not_before(session: Session, story: Story) -> None:
    other = a_person(session, story.loop.navigator, given_name="Ines", family_name="Soto")
    person_id = other.id
    session.commit()
    run(session, 6 * YEAR - timedelta(days=10))
    assert left(session, person_id) >= {"person"}
    run(session, 6 * YEAR + timedelta(days=1))
    assert left(session, person_id) <= {"audit_event", "disclosure"}


def test_t28_at_the_persons_request_the_record_is_emptied_at_once(session: Session, story: Story) -> None:
    person = story.loop.person
    number, consents = person.number, rows(session, "consent", person.id)
    service.erase_at_request(session, number, by=SEED, at=NOW)
    emptied = session.get_one(Person, person.id)
    assert (emptied.full_name.strip(), emptied.birth_on) == ("", None)
    assert rows(session, "person_phone", person.id) == 0
    assert rows(session, "answer", person.id) == rows(session, "demographic", person.id) == 0 < consents
    assert rows(session, "consent", person.id) == consents, "what was allowed is proven for its own time"
    assert buried(session, RetentionClass.CLIENT_RECORD) == {("erasure request", person.id)}
    with pytest.raises(Refused, match="No record"):
        service.erase_at_request(session, "P-nobody", by=SEED, at=NOW)


def test_t28_a_legal_hold_stops_a_request_too(session: Session, story: Story) -> None:
    hold(session, story.loop.person)
    with pytest.raises(Refused, match="legal hold"):
        service.erase_at_request(session, story.loop.person.number, by=SEED, at=NOW)
    assert story.loop.person.birth_on is not None


def test_t28_a_consent_that_still_runs_keeps_the_record(session: Session, story: Story) -> None:
    person_id = story.ids["person_id"]
    consent = session.scalars(select(Consent).where(Consent.person_id == person_id)).first()
    assert consent is not None
    consent.ends_on = (NOW + 3 * YEAR).date()
    session.flush()
    run(session, 7 * YEAR)
    assert session.get_one(Person, person_id).given_name
    run(session, 9 * YEAR + timedelta(days=1))
    assert not session.get_one(Person, person_id).given_name


def test_t28_a_legal_hold_keeps_everything_until_it_ends(session: Session, story: Story) -> None:
    person_id = story.ids["person_id"]
    before = left(session, person_id) | {"retention_hold"}
    held = hold(session, story.loop.person)
    message = session.get_one(Message, story.ids["message_id"])
    for years in (3, 6, 7, 10, 12):
        run(session, years * YEAR)
        assert left(session, person_id) == before
    assert message.body
    held.ended_at = NOW
    session.flush()
    run(session, 12 * YEAR + timedelta(days=1))
    assert left(session, person_id) <= {"audit_event", "disclosure"}


def test_t28_no_statement_of_the_program_takes_away_what_a_legal_hold_keeps(session: Session, story: Story) -> None:
    person, person_id, message_id = story.loop.person, story.ids["person_id"], story.ids["message_id"]
    held = hold(session, person)
    before = {table: rows(session, table, person_id) for table in PLACES}
    with pytest.raises(DBAPIError, match="legal hold"), session.begin_nested():
        erase(session, person_id, spares_bills=False)
    for table in PLACES.keys() - {"access_grant", "urgent_answer"}:
        column = "id" if table == "person" else "person_id"
        try:
            with session.begin_nested():
                session.execute(text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": person_id})
        except DBAPIError:
            continue
        assert rows(session, table, person_id) == before[table], table
    emptied = [
        "UPDATE person SET given_name = '', family_name = '' WHERE id = :person",
        "UPDATE message SET body = '' WHERE id = :message",
        "UPDATE message SET phone = '' WHERE id = :message",
        *(f"SELECT retention_delete_history('{one}', :person)" for one in ("status_change", "ledger_entry", "comment")),
    ]
    for statement in emptied:
        with pytest.raises(DBAPIError, match="legal hold"), session.begin_nested():
            session.execute(text(statement), {"person": person_id, "message": message_id})
    notes = "SELECT retention_empty_notes('status_change', array_agg(id)) FROM status_change WHERE person_id = :person"
    assert session.execute(text(notes), {"person": person_id}).scalar_one() == 0
    session.expire_all()
    assert person.given_name
    held.ended_at = NOW
    session.flush()
    erase(session, person_id, spares_bills=False)
    assert left(session, person_id) <= {"audit_event", "disclosure", "erasure"}


def disclosed(session: Session, person_id: UUID, network_id: UUID, *, years: int) -> int:
    """Write down what was told so many years ago (and a day), by the real clock: the database asks its own."""
    at = older_than(clock.now(), years, TimeUnit.YEARS) - timedelta(days=1)
    told = {"to_organization_id": uuid4(), "how": DisclosureWay.READ, "what": ["name"], "subject_kind": "person"}
    one = Disclosure(at=at, person_id=person_id, network_id=network_id, level=1, **told)
    session.add(one)
    session.flush()
    return one.id


def test_t28_disclosures_leave_after_six_years_and_a_hold_keeps_them(session: Session, story: Story) -> None:
    person = story.loop.person
    hold(session, person)
    told = {years: disclosed(session, uuid4(), person.network_id, years=years) for years in (5, 6, 7, 10)}
    held = disclosed(session, person.id, person.network_id, years=10)
    jobs.run(session, at=clock.now())
    kept = set(session.scalars(select(Disclosure.id).where(Disclosure.id.in_([*told.values(), held]))))
    assert kept == {told[5], held}
    gone = {("disclosure", UUID(int=told[years])) for years in (6, 7, 10)}
    assert buried(session, RetentionClass.DISCLOSURE) == gone
    (line,) = session.scalars(select(AuditEvent.details).where(AuditEvent.action == "retention:purged"))
    assert line["disclosure_count"] == 3


def test_t28_a_clock_that_runs_ahead_removes_no_young_disclosure(session: Session, story: Story) -> None:
    young = disclosed(session, uuid4(), story.loop.person.network_id, years=5)
    run(session, 20 * YEAR)
    assert session.scalar(select(Disclosure.id).where(Disclosure.id == young)) == young


def make_safety(session: Session, story: Story) -> Referral:
    """Turn the story into one about safety that has ended, with a note at every step."""
    referral = session.get_one(Referral, story.ids["referral_id"])
    referral.level, referral.note = 3, "He knows the address"
    assert referral.ended_at is not None
    session.execute(text("SET LOCAL ROLE referral_owner"))
    session.execute(text("ALTER TABLE status_change DISABLE TRIGGER append_only"))
    session.execute(text("UPDATE status_change SET note = 'secret' WHERE referral_id = :id"), {"id": referral.id})
    session.execute(text("ALTER TABLE status_change ENABLE TRIGGER append_only"))
    session.execute(text("SET LOCAL ROLE referral_system"))
    session.expire_all()
    return referral


def test_t28_what_was_told_about_safety_leaves_90_days_after_the_close(session: Session, story: Story) -> None:
    referral = make_safety(session, story)
    notes = select(StatusChange.note).where(StatusChange.referral_id == referral.id)
    run(session, timedelta(days=89))
    assert referral.note
    assert set(session.scalars(notes)) == {"secret"}
    run(session, timedelta(days=91))
    assert referral.note is None
    assert set(session.scalars(notes)) == {None}
    assert {"referral", "status_change"} <= {kind for kind, _ in buried(session, RetentionClass.SAFETY_CONTENT)}


def test_t28_what_was_told_about_safety_stays_when_the_person_asked(session: Session, story: Story) -> None:
    referral = make_safety(session, story)
    hold(session, story.loop.person, HoldKind.PERSON_ASKED)
    run(session, timedelta(days=200))
    assert referral.note
    assert session.get_one(Message, story.ids["message_id"]).body == "", "the other times go on"


def test_t28_a_second_run_removes_nothing_and_says_nothing(session: Session, story: Story) -> None:
    purges = select(func.count()).where(AuditEvent.action == "retention:purged")
    run(session, 7 * YEAR)
    first = session.scalar(purges), session.scalar(select(func.count(Tombstone.id)))
    run(session, 7 * YEAR)
    assert (session.scalar(purges), session.scalar(select(func.count(Tombstone.id)))) == first
    assert first[0]
    assert first[1]


def test_t28_a_tombstone_holds_no_content_and_nobody_changes_it(session: Session, story: Story) -> None:
    run(session, 7 * YEAR)
    assert set(inspect(Tombstone).columns.keys()) == {"id", "record_kind", "record_id", "retention_class", "rule", "at"}
    stone = session.scalars(select(Tombstone).where(Tombstone.record_kind == "person")).one()
    assert (stone.rule, stone.at) == ("6 years after the last activity", NOW + 7 * YEAR)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("DELETE FROM tombstone"))


def test_histories_stay_append_only_for_everybody_else(session: Session, story: Story) -> None:
    deeds = "SELECT retention_delete_history('status_change', gen_random_uuid())"
    tries = [
        *(f"SET LOCAL ROLE {role}; {deeds}" for role in ("referral_app", "referral_plan", "referral_network")),
        "SET LOCAL app.retention = 'ledger_entry'; DELETE FROM ledger_entry",
        "SET LOCAL app.retention = 'status_change'; UPDATE status_change SET note = NULL",
        "SET LOCAL ROLE referral_owner; DELETE FROM status_change",
        "SELECT retention_delete_history('audit_event', gen_random_uuid())",
        "SET LOCAL app.retention = 'disclosure'; DELETE FROM disclosure",
        "SET LOCAL app.retention = 'invoice_change'; DELETE FROM invoice_change",
        *(f"SET LOCAL ROLE {role}; SELECT disclosure_delete_old('{{1}}')" for role in FACES[:3]),
        *(f"SET LOCAL ROLE {role}; SELECT retention_delete_invoice_history('{{}}')" for role in FACES[:3]),
    ]
    for one in tries:
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(one))


def test_t28_a_network_may_keep_longer_than_the_others(session: Session, story: Story) -> None:
    network_id = story.loop.world.network.id
    general = session.scalars(
        select(RetentionPolicy).where(RetentionPolicy.retention_class == RetentionClass.MESSAGE_BODY)
    ).one()
    own = {"counted_from": general.counted_from, "source": "contract", "unit": general.unit, "amount": 60}
    session.add(RetentionPolicy(retention_class=RetentionClass.MESSAGE_BODY, network_id=network_id, **own))
    session.flush()
    message = session.get_one(Message, story.ids["message_id"])
    run(session, timedelta(days=59))
    assert message.body
    run(session, timedelta(days=61))
    assert not message.body


def test_more_than_a_batch_goes_on_until_nothing_is_left(
    session: Session, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referral.retention.service.running.BATCH", 1)
    rounds = 0
    while service.run(session, at=NOW + timedelta(days=40)):
        rounds += 1
        assert rounds < 100
    assert rounds > 1
    assert not session.scalar(select(func.count()).where(Message.body != ""))


def test_coverage_and_lines_stay_under_bills(session: Session, story: Story) -> None:
    person_id = story.ids["person_id"]
    run(session, 7 * YEAR)
    assert session.scalars(select(Coverage.member_id).where(Coverage.person_id == person_id)).all()
    line = session.get_one(InvoiceLine, story.ids["line_id"])
    assert (
        session.scalar(select(func.sum(LedgerEntry.amount)).where(LedgerEntry.invoice_line_id == line.id)) is not None
    )


@pytest.fixture
def ada(world: World) -> Membership:
    return world.staff(world.center, Role.SYSADMIN, name="Ada")


@pytest.fixture
def alan(world: World) -> Membership:
    return world.staff(world.center, Role.SYSADMIN, name="Alan")


def kept_for(session: Session, world: World) -> tuple[int, int | None]:
    session.expire_all()
    found = {one.retention_class: one for one in queries.policies(session, world.network.id)}
    policy = found[RetentionClass.MESSAGE_BODY]
    return policy.amount, policy.proposed_amount


def test_a_change_counts_once_somebody_else_confirmed_it(
    browser: Browser, session: Session, world: World, ada: Membership, alan: Membership
) -> None:
    hers = browser(ada)
    assert "Text of messages: 30 days" in hers.get("/retention").text
    hers.post("/retention/message_body/propose", data={"amount": "14"})
    assert "Keeping times to confirm" not in hers.get("/").text
    assert kept_for(session, world) == (30, 14)
    answer = hers.post("/retention/message_body/decide", data={"amount": "14", "confirms": "true"})
    assert answer.status_code == 409
    assert kept_for(session, world) == (30, 14)
    his = browser(alan)
    assert "Keeping times to confirm" in his.get("/").text
    assert his.post("/retention/message_body/decide", data={"amount": "15", "confirms": "true"}).status_code == 409
    assert his.post("/retention/message_body/decide", data={"amount": "14", "confirms": "true"}).status_code == 303
    assert kept_for(session, world) == (14, None)
    general = session.scalars(select(RetentionPolicy.amount).where(RetentionPolicy.network_id.is_(None))).all()
    assert 14 not in general, "the other networks keep their time"


def test_a_time_out_of_range_or_not_of_the_network_is_refused(browser: Browser, ada: Membership) -> None:
    hers = browser(ada)
    wrong = [
        ("message_body", "0", 422),
        ("message_body", "x", 422),
        ("client_record", "51", 409),
        ("audit", "8", 409),
        ("session", "1", 409),
    ]
    for kind, amount, status in wrong:
        answer = hers.post(f"/retention/{kind}/propose", data={"amount": amount})
        assert (kind, amount, answer.status_code) == (kind, amount, status)
    assert hers.post("/retention/nothing/propose", data={"amount": "7"}).status_code == 404


def test_a_hold_is_set_and_ended_without_saying_whether_there_is_such_a_person(
    browser: Browser, session: Session, ada: Membership, alan: Membership
) -> None:
    hers, person_id = browser(ada), uuid4()
    told = {"person_id": str(person_id), "kind": "legal", "reason": "Case 7"}
    assert hers.post("/retention/holds", data={**told, "person_id": "M"}).status_code == 422
    assert hers.post("/retention/holds", data=told).status_code == 303
    assert str(person_id) in hers.get("/retention").text
    assert queries.is_held(session, person_id, at=clock.now())
    held = session.scalars(select(RetentionHold)).one()
    assert browser(alan).post(f"/retention/holds/{held.id}/end").status_code == 303
    session.expire_all()
    assert not queries.is_held(session, person_id, at=clock.now())


def test_only_a_system_administrator_opens_the_page(browser: Browser, world: World) -> None:
    nora = browser(world.staff(world.center, Role.NAVIGATOR, name="Nora"))
    assert nora.get("/retention").status_code == 403
