"""Confirm that a number is the person's own: a code is texted to it, and they read it back to whoever asks."""

import hmac
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.database import Database
from referral.foundation.principal import Principal, system
from referral.foundation.refusals import Refused
from referral.messaging import service as messaging
from referral.messaging.models import Message
from referral.messaging.templates import Template
from referral.people import queries
from referral.people.models import Person, PersonPhone
from referral.people.rules.phone_codes import code_hash, is_code_open

COUNTER = system("phone-codes")
"""Who counts a wrong code, so that the count outlives the refused page."""


def text_code(session: Session, person: Person, *, by: Principal, at: datetime) -> Message:
    """Text a new code to the person's number; the earlier one no longer counts. Raises Refused where no text may go.

    The text leaves when it may; without a sender it is kept as not sent, and the number stays unconfirmed.
    """
    phone = _number(session, person)
    if by.organization_id is None:
        raise Refused("Only somebody who works for an organization can ask for a code.")
    if not queries.may_text(session, person.id, phone.number, at):
        raise Refused("There is no permission to text this person, or nobody asked whether a text is safe.")
    code = f"{secrets.randbelow(1_000_000):06d}"
    phone.code_hash, phone.code_texted_at, phone.wrong_codes = code_hash(phone.id, code), at, 0
    session.flush()
    _record(session, "person:phone-code", phone, by=by, at=at)
    return messaging.send(
        session,
        person_id=person.id,
        network_id=person.network_id,
        organization_id=by.organization_id,
        to=phone.number,
        template=Template.PHONE_CODE,
        language=person.written_language or person.language,
        values={"code": code},
        key=f"phone-code-{phone.id}-{at.isoformat()}",
        time_zone=person.time_zone,
        by=by,
        at=at,
    )


def confirm_phone(
    session: Session, database: Database, person: Person, code: str, *, by: Principal, at: datetime
) -> PersonPhone:
    """Note that the number is the person's, because they read back the code that it got; raises Refused otherwise."""
    phone = _number(session, person)
    if phone.code_hash is None or not is_code_open(
        at=at, texted_at=phone.code_texted_at, wrong_codes=phone.wrong_codes
    ):
        raise Refused("No code is open for this number: text a new one.")
    if not hmac.compare_digest(phone.code_hash, code_hash(phone.id, code)):
        _count_wrong_code(database, phone.id, at=at)
        raise Refused("This is not the code that was texted. Ask them to read it once more.")
    phone.confirmed_at, phone.confirmed_by_user_id, phone.code_hash = at, by.user_id, None
    session.flush()
    _record(session, "person:phone-confirmed", phone, by=by, at=at)
    return phone


def _number(session: Session, person: Person) -> PersonPhone:
    phone = queries.primary_phone(session, person.id)
    if phone is None:
        raise Refused("Note a phone number first.")
    return phone


def _count_wrong_code(database: Database, phone_id: UUID, *, at: datetime) -> None:
    with database.transaction(COUNTER) as session:
        counted = update(PersonPhone).where(PersonPhone.id == phone_id)
        session.execute(counted.values(wrong_codes=PersonPhone.wrong_codes + 1))
        audit.record(session, "person:phone-code-failed", at=at, subject=("person_phone", phone_id))


def _record(session: Session, action: str, phone: PersonPhone, *, by: Principal, at: datetime) -> None:
    subject = ("person_phone", phone.id)
    audit.record(session, action, by=by, at=at, person_id=phone.person_id, network_id=phone.network_id, subject=subject)
