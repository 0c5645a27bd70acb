"""Find somebody before taking them in, and take them in.

What is known of a person travels in the body of a POST, never in an address: addresses are logged and remembered.
"""

from typing import Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from referral.foundation import clock
from referral.organizations import queries as organizations
from referral.organizations.models import Network
from referral.organizations.rules import OrganizationKind
from referral.people import service
from referral.people.permissions import PersonPermission
from referral.people.rules import LANGUAGES, ConsentScope
from referral.people.rules.names import split_name
from referral.people.schemas import AskToOpen, NewPerson, SearchQuery
from referral.people.scripts import Scripts, scripts_for
from referral.people.service import Match
from referral.people.views.blueprint import pages
from referral.web import forms
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show, typed
from referral.web.transaction import db, me


def search_page(form: FormState | None = None) -> Response:
    """Show the fields to search by."""
    return show("people/search.html", form=form or FormState(), matches=[])


@pages.get("/people")
@allow(PersonPermission.SEARCH)
def search() -> ResponseReturnValue:
    """Show the fields to search by."""
    return search_page()


@pages.post("/people")
@allow(PersonPermission.SEARCH)
@redisplay(search_page)
def find() -> ResponseReturnValue:
    """Look for somebody by name, birth date, phone or member ID."""
    matches = _matches(read(SearchQuery))
    return show("people/search.html", block="matches", form=FormState(typed()), matches=matches)


def new_page(form: FormState | None = None) -> Response:
    """Show the form for a new person, with whoever is likely the same."""
    form = form or FormState()
    return show(
        "people/new.html",
        form=form,
        languages=language_options(),
        plans=plans(),
        scripts=spoken_scripts(form.value("language", "en")),
        matches=service.likely_same(_matches(_sought(form))) if form.messages else [],
    )


@pages.get("/people/new")
@allow(PersonPermission.ADD)
def new() -> ResponseReturnValue:
    """Show the form for a new person."""
    return new_page()


@pages.post("/people/new/from-search")
@allow(PersonPermission.ADD)
def begin() -> ResponseReturnValue:
    """Show the form for a new person, filled with what was searched for."""
    sought = typed()
    return new_page(FormState({"language": "en", **sought, **split_name(sought.get("name", ""))}))


@pages.post("/people/new")
@allow(PersonPermission.ADD)
@redisplay(new_page)
def add() -> ResponseReturnValue:
    """Take somebody in."""
    person = service.take_in(db(), read(NewPerson), by=me(), at=clock.now())
    return go("desk.person", f"{person.full_name} is taken in as {person.number}.", person_id=person.id)


@pages.post("/people/new/permission")
@allow(PersonPermission.ADD)
def permission() -> ResponseReturnValue:
    """Show what to read aloud, in another language, keeping what was answered so far."""
    form = FormState(typed())
    return show("people/permission.html", block="permission", form=form, scripts=spoken_scripts(form.value("language")))


@pages.post("/people/likely")
@allow(PersonPermission.ADD)
def likely() -> ResponseReturnValue:
    """Show, while somebody types, who may already be here."""
    matches = service.likely_same(_matches(_sought(FormState(typed()))))
    return show("people/likely.html", block="likely", matches=matches)


def ask_page(person_id: UUID, form: FormState | None = None) -> Response:
    """Show the script that opens a record which another organization made."""
    person = service.found_in_network(db(), person_id, by=me())
    return show(
        "people/ask.html", form=form, person_id=person_id, number=person.number, scripts=spoken_scripts(person.language)
    )


@pages.get("/people/<uuid:person_id>/ask")
@allow(PersonPermission.RECORD_CONSENT)
def ask(person_id: UUID) -> ResponseReturnValue:
    """Show what to read aloud before a record that another organization made may be opened."""
    return ask_page(person_id)


@pages.post("/people/<uuid:person_id>/ask")
@allow(PersonPermission.RECORD_CONSENT)
@redisplay(ask_page)
def ask_to_open(person_id: UUID) -> ResponseReturnValue:
    """Open the record, because the person agreed."""
    witness = read(AskToOpen)["witness"]
    service.ask_to_open(db(), person_id, witness=witness, by=me(), at=clock.now())
    return go("desk.person", "The record is open to your care team now.", person_id=person_id)


def plans() -> list[tuple[str, str]]:
    """Return the health plans of the network, for a list to choose from."""
    network_id = me().network_id
    found = organizations.members(db(), network_id, kind=OrganizationKind.PLAN) if network_id else []
    return [(str(plan.id), plan.name) for plan in found]


def language_options() -> list[tuple[str, str]]:
    """Return the languages to choose from: English name, and own name where it differs."""
    return [
        (
            language.tag,
            language.name if language.name == language.own_name else f"{language.name} ({language.own_name})",
        )
        for language in LANGUAGES.values()
    ]


def spoken_scripts(language: str) -> dict[str, Any]:
    """Return what is read aloud at intake, in the person's language."""
    scripts: Scripts = scripts_for(language)
    names: dict[str, Any] = {"organization": me().organization_name, "network": network_name()}
    spoken = (ConsentScope.INTAKE_STORE, ConsentScope.MESSAGE_SMS, ConsentScope.MESSAGE_VOICE)
    return {"language": scripts.language, "version": scripts.version, "is_reviewed": scripts.is_reviewed} | {
        scope.name.lower(): scripts.text(scope, **names) for scope in spoken
    }


def network_name() -> str:
    """Return the name of the network the asker works in."""
    network_id = me().network_id
    return db().get_one(Network, network_id).name if network_id else ""


def _sought(form: FormState) -> dict[str, Any]:
    known = ("given_name", "family_name", "birth_on", "phone", "member_id")
    typed = forms.answers({name: form.value(name) for name in known})
    try:
        birth_on = SearchQuery().load({"birth_on": typed["birth_on"]})["birth_on"] if "birth_on" in typed else None
    except ValidationError:
        birth_on = None
    return {**typed, "birth_on": birth_on}


def _matches(asked: dict[str, Any]) -> list[Match]:
    return service.search(db(), asked, by=me(), at=clock.now())
