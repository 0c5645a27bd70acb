"""What happens when a consent runs out, and how many tries a link allows."""

from datetime import time, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from referral.accounts import service as accounts
from referral.app import create_app
from referral.foundation import clock
from referral.foundation.database import Database, become
from referral.foundation.jobs import Job
from referral.organizations.rules import Role
from referral.people import queries, service
from referral.people.models import SignedLink
from referral.people.rules import ConsentScope, ContactChannel
from referral.permissions import GRANTS
from tests.factories.fixtures import NOW, SEED, make_world
from tests.factories.people import a_consent, a_person
from tests.people.conftest import Act


def told(session: Session) -> int | None:
    return session.scalar(select(func.count()).select_from(Job).where(Job.task == "consent.withdrawn"))


def test_the_end_of_a_consent_is_told_once_and_not_before_its_last_day_is_over(session: Session, act: Act, navigator):
    by = act(navigator)
    consent = a_consent(session, a_person(session, by), by)
    become(session, SEED)
    last_evening = NOW.replace(hour=23) + timedelta(days=(consent.ends_on - NOW.date()).days)
    service.follow_ends(session, at=last_evening)
    assert told(session) == 0
    for hours in (6, 7, 48):
        service.follow_ends(session, at=last_evening + timedelta(hours=hours))
    assert told(session) == 1


def test_a_note_about_safe_contact_is_not_readable_in_the_database(session: Session, act: Act, navigator):
    by = act(navigator)
    person = a_person(session, by)
    service.change_record(
        session,
        person,
        {"safe_channels": ["voice"], "safe_note": "ask for Mia"},
        version=1,
        by=by,
        at=NOW,
    )
    become(session, SEED)
    stored = session.scalar(text("SELECT safe_note FROM person WHERE id = :id").bindparams(id=person.id))
    assert b"Mia" not in stored


def test_texts_go_only_where_and_when_the_person_called_it_safe(session: Session, act: Act, navigator):
    by = act(navigator)
    person = a_person(session, by)
    number = service.add_phone(session, person, "919 555 0123", by=by, at=NOW).number
    a_consent(session, person, by, scope=ConsentScope.MESSAGE_SMS)
    assert queries.may_text(session, person.id, number, NOW)
    safe = {"by": by, "at": NOW, "from_time": time(9), "until_time": time(11)}
    service.note_safe_contact(session, person, channels=[ContactChannel.SMS], **safe)
    assert queries.may_text(session, person.id, number, NOW)
    assert queries.safe_to_text_from(session, person.id, NOW) == NOW
    at_one = NOW + timedelta(hours=3)
    assert queries.may_text(session, person.id, number, at_one), "it waits for the hour"
    assert queries.safe_to_text_from(session, person.id, at_one) == NOW + timedelta(hours=23)
    service.note_safe_contact(session, person, channels=[ContactChannel.VOICE], **safe)
    assert not queries.may_text(session, person.id, number, NOW)


def test_five_wrong_birth_dates_end_a_link_although_each_page_is_refused(settings, committed_database: Database):
    app = create_app(settings, committed_database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with clock.standing_at(NOW), committed_database.transaction(SEED) as session:
        world = make_world(session)
        navigator = world.staff(world.center, Role.NAVIGATOR)
        by = accounts.principal_of_membership(navigator, GRANTS)
        session.flush()
        become(session, by)
        made = service.share_own_page(session, a_person(session, by), base_url="", by=by, at=NOW)
    phone = app.test_client()
    wrong = {"birth_on.month": "1", "birth_on.day": "1", "birth_on.year": "1980"}
    answers = [phone.post(f"/s/{made.secret}/check", data=wrong).status_code for _ in range(6)]
    assert answers == [409] * 5 + [404]
    with committed_database.transaction(SEED) as session:
        assert session.get_one(SignedLink, made.link.id).failed_tries == 5
