"""Make sure that a number is the person's own: text it a code, and write down what they read back."""

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from referral.accounts.models import User
from referral.foundation import clock
from referral.messaging import queries as messages
from referral.messaging.rules.words import REASON_WORDS, status_words
from referral.messaging.templates import Template
from referral.people import queries, service
from referral.people.permissions import PersonPermission
from referral.people.rules.phone_codes import is_code_open
from referral.people.schemas import PhoneCodeForm
from referral.people.views.blueprint import pages
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import database, db, me


def phone_page(person_id: UUID, form: FormState | None = None) -> Response:
    """Show whether the number is confirmed, and what became of the code."""
    at = clock.now()
    person = service.open_person(db(), person_id, by=me(), at=at, why="phone")
    phone = queries.primary_phone(db(), person_id)
    by = db().get(User, phone.confirmed_by_user_id) if phone and phone.confirmed_by_user_id else None
    texts = messages.of_person(db(), person_id)
    return show(
        "people/phone.html",
        form=form,
        person=person,
        phone=phone,
        confirmed_by=by.name if by else "",
        is_code_open=phone is not None
        and phone.code_hash is not None
        and is_code_open(at=at, texted_at=phone.code_texted_at, wrong_codes=phone.wrong_codes),
        may_text=phone is not None and queries.may_text(db(), person_id, phone.number, at),
        message=next((text for text in texts if text.template is Template.PHONE_CODE), None),
        status_words=status_words,
        reason_words=REASON_WORDS,
        error_meanings={},
    )


@pages.get("/people/<uuid:person_id>/phone")
@allow(PersonPermission.CHANGE)
def phone(person_id: UUID) -> ResponseReturnValue:
    """Show whether the number is confirmed."""
    return phone_page(person_id)


@pages.post("/people/<uuid:person_id>/phone/code")
@allow(PersonPermission.CHANGE)
@redisplay(phone_page)
def text_code(person_id: UUID) -> ResponseReturnValue:
    """Text a code to the number."""
    service.text_code(db(), service.visible_person(db(), person_id), by=me(), at=clock.now())
    return go("people.phone", person_id=person_id)


@pages.post("/people/<uuid:person_id>/phone")
@allow(PersonPermission.CHANGE)
@redisplay(phone_page)
def confirm_phone(person_id: UUID) -> ResponseReturnValue:
    """Note the number as theirs: they read back its code."""
    told, person = read(PhoneCodeForm), service.visible_person(db(), person_id)
    service.confirm_phone(db(), database(), person, told["code"], by=me(), at=clock.now())
    return go("people.phone", "The number is confirmed.", person_id=person_id)
