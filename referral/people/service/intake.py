"""Take somebody in during one conversation, and change what one page shows: several verbs, one deed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from referral.foundation.elevation import seeing_all
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused, check_version
from referral.people import queries
from referral.people.models import Consent, Person
from referral.people.rules import (
    AnswerSource,
    AnswerState,
    ConsentMethod,
    ConsentScope,
    ContactChannel,
    DemographicKind,
)
from referral.people.rules.questions import QUESTIONS
from referral.people.scripts import scripts_for
from referral.people.service.consents import record_consent
from referral.people.service.contact import add_phone, move_to, note_safe_contact
from referral.people.service.persons import add_person, change_person, find_likely, likely_same
from referral.people.service.profile import add_coverage, note_demographic

PERSON_FIELDS = (
    "called",
    "birth_on",
    "language",
    "written_language",
    "needs_interpreter",
    "household_size",
    "email",
    "contact_preference",
    "can_text",
    "can_leave_message",
)
ADDRESS_FIELDS = ("line_1", "line_2", "city", "state", "postal_code")


def take_in(session: Session, told: Mapping[str, Any], *, by: Principal, at: datetime) -> Person:
    """Take somebody in who agreed, by voice, that we keep what they tell; raises Refused when they did not.

    Raises Refused too when somebody very much like them is here, unless `is_somebody_else`.
    """
    if not told.get("agrees"):
        raise Refused("Without this permission we keep nothing. You can still find help and print a list.")
    if not told.get("is_somebody_else") and _likely(session, told, by=by, at=at):
        raise Refused("Somebody like this is already here: open their record, or say that this is somebody else.")
    fields = {name: told[name] for name in PERSON_FIELDS if told.get(name) is not None}
    person = add_person(
        session,
        given_name=told["given_name"],
        family_name=told["family_name"],
        is_hidden=bool(told.get("is_hidden")),
        by=by,
        at=at,
        **fields,
    )
    _reach(session, person, told, by=by, at=at)
    for scope in _spoken_scopes(told):
        spoken_in = told.get("script_language")
        agree_by_voice(session, person, scope, witness=told["witness"], language=spoken_in, by=by, at=at)
    return person


def agree_by_voice(
    session: Session,
    person: Person,
    scope: ConsentScope,
    *,
    witness: str,
    by: Principal,
    at: datetime,
    language: str | None = None,
) -> Consent:
    """Record that the script was read, in the person's language or another, and they said yes."""
    scripts = scripts_for(language or person.language)
    return record_consent(
        session,
        person,
        scope=scope,
        method=ConsentMethod.VERBAL,
        language=scripts.language,
        script_version=scripts.version,
        witness=witness,
        by=by,
        at=at,
    )


def ask_to_open(session: Session, person_id: UUID, *, witness: str, by: Principal, at: datetime) -> Person:
    """Open somebody whom another organization took in, because they agree now; raises NotFound for hidden people."""
    person = found_in_network(session, person_id, by=by)
    agree_by_voice(session, person, ConsentScope.INTAKE_STORE, witness=witness, by=by, at=at)
    return person


def found_in_network(session: Session, person_id: UUID, *, by: Principal) -> Person:
    """Return somebody of the own network by their id, seen only as far as a search would show them."""
    with seeing_all(session, "likely-duplicates"):
        person = session.get(Person, person_id)
    if person is None or person.is_hidden or person.network_id != by.network_id:
        raise NotFound
    return person


def change_record(
    session: Session, person: Person, told: Mapping[str, Any], *, version: int, by: Principal, at: datetime
) -> Person:
    """Change what the record page shows: names, language, ways of contact, address, safe times.

    Phone and address are rows of their own; a new one is a new version of the record all the same.
    """
    lock(session, person)
    reached = _ways_to(session, person)
    names = ("given_name", "family_name", "is_hidden", *PERSON_FIELDS)
    changes = {name: told[name] for name in names if name in told}
    change_person(session, person, changes, version=version, by=by, at=at)
    _reach(session, person, told, by=by, at=at)
    if told.get("safe_channels"):
        note_safe_contact(
            session,
            person,
            channels=[ContactChannel(channel) for channel in told["safe_channels"]],
            weekdays=[int(day) for day in told.get("safe_weekdays") or range(7)],
            from_time=told.get("safe_from"),
            until_time=told.get("safe_until"),
            note=told.get("safe_note"),
            by=by,
            at=at,
        )
    if _ways_to(session, person) != reached:
        flag_modified(person, "changed_at")
        session.flush()
    return person


def describe(
    session: Session,
    person: Person,
    answers: Mapping[DemographicKind, Mapping[str, Any]],
    *,
    source: AnswerSource,
    by: Principal,
    at: datetime,
    seen: int | None = None,
) -> int:
    """Keep the answers that are new or different; returns how many. An unasked question stays as it was.

    `seen` is how many answers there were when the form was shown (queries.answers_version): raises Stale.
    """
    lock(session, person)
    check_version(seen, queries.answers_version(session, person.id))
    known = queries.demographics(session, person.id)
    kept = 0
    for question in QUESTIONS:
        answer = answers.get(question.kind)
        if answer is None:
            continue
        old = known.get(question.kind)
        values = sorted(answer.get("values", ()))
        state, detail = AnswerState(answer["state"]), answer.get("detail")
        if old and (old.state, old.values, old.detail, old.source) == (state, values, detail, source):
            continue
        note_demographic(
            session, person, question.kind, state=state, values=values, detail=detail, source=source, by=by, at=at
        )
        kept += 1
    return kept


def lock(session: Session, person: Person) -> None:
    """Let one change of a person's record happen after the other; reads the record anew."""
    session.flush()
    session.refresh(person, with_for_update=True)


def _ways_to(session: Session, person: Person) -> tuple[object, ...]:
    phone, address = queries.primary_phone(session, person.id), queries.address(session, person.id)
    return phone and phone.id, address and address.id


def _likely(session: Session, told: Mapping[str, Any], *, by: Principal, at: datetime) -> bool:
    names = ("given_name", "family_name", "birth_on", "phone", "member_id")
    sought = {name: told[name] for name in names if told.get(name)}
    return bool(likely_same(find_likely(session, by=by, at=at, **sought)))


def _reach(session: Session, person: Person, told: Mapping[str, Any], *, by: Principal, at: datetime) -> None:
    if told.get("phone"):
        add_phone(session, person, told["phone"], by=by, at=at)
    place = {name: told[name] for name in ADDRESS_FIELDS if told.get(name)}
    if place:
        move_to(session, person, by=by, at=at, **place)
    if told.get("plan_id") and told.get("member_id"):
        starts_on = told.get("coverage_starts_on") or queries.local_time(session, person.network_id, at).date()
        add_coverage(
            session, person, plan_id=told["plan_id"], member_id=told["member_id"], starts_on=starts_on, by=by, at=at
        )


def _spoken_scopes(told: Mapping[str, Any]) -> Iterable[ConsentScope]:
    yield ConsentScope.INTAKE_STORE
    if told.get("can_text"):
        yield ConsentScope.MESSAGE_SMS
    if told.get("can_leave_message"):
        yield ConsentScope.MESSAGE_VOICE
