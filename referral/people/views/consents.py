"""What somebody allows: see it, ask for more, take it back."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import Refused
from referral.organizations import queries as organizations
from referral.organizations.models import Organization
from referral.organizations.rules import OrganizationKind
from referral.people import queries, service
from referral.people.models import Person
from referral.people.permissions import PersonPermission
from referral.people.rules import TERMS, ConsentMethod, ConsentScope, NeedDomain, domain_label, may_record
from referral.people.rules.minors import is_adult, rules_in
from referral.people.schemas import ConsentChoice, ConsentForm
from referral.people.scripts import scripts_for
from referral.people.views.blueprint import pages
from referral.people.views.search import network_name
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, query, read, redisplay, show
from referral.web.transaction import db, me

METHOD_WORDS = {
    ConsentMethod.VERBAL: "By voice",
    ConsentMethod.WRITTEN: "On paper",
    ConsentMethod.ELECTRONIC: "By a link to the person",
}


SIGNED = ("scope", "recipient_organization_id", "domains", "level", "shares_content", "given_by", "minor_topic")


def consents_page(person_id: UUID, form: FormState | None = None) -> Response:
    """Show what somebody allows and who sees them."""
    at = clock.now()
    person = service.open_consents(db(), person_id, by=me(), at=at)
    choice = query(ConsentChoice)
    in_force = queries.consents_in_force(db(), person_id, at=at)
    past = [consent for consent in queries.consents(db(), person_id) if consent not in in_force]
    return show(
        "people/consents.html",
        form=form,
        person=person,
        in_force=in_force,
        past=past,
        grants=queries.grants(db(), person_id, at=at),
        names=_names(),
        terms=TERMS,
        method_words=METHOD_WORDS,
        domains=[(domain.value, domain_label(domain)) for domain in NeedDomain if domain is not NeedDomain.SAFETY],
        scopes=[(scope.value, terms.title) for scope, terms in TERMS.items()],
        asked=_asked(person, choice),
        phone=queries.primary_phone(db(), person_id),
        may_record=me().can(PersonPermission.RECORD_CONSENT),
    )


@pages.get("/people/<uuid:person_id>/consents")
@allow(PersonPermission.READ_CONSENTS)
def consents(person_id: UUID) -> ResponseReturnValue:
    """Show what somebody allows and who sees them."""
    return consents_page(person_id)


@pages.post("/people/<uuid:person_id>/consents")
@allow(PersonPermission.RECORD_CONSENT)
@redisplay(consents_page)
def record_consent(person_id: UUID) -> ResponseReturnValue:
    """Record a consent, or send the person a link to sign it."""
    told = read(ConsentForm)
    back = told.pop("next")
    person = service.visible_person(db(), person_id)
    if told["method"] is ConsentMethod.ELECTRONIC:
        return _ask_for_signature(person, told, back)
    scripts = scripts_for(person.language)
    service.record_consent(
        db(), person, **told, language=scripts.language, script_version=scripts.version, by=me(), at=clock.now()
    )
    return _back(person_id, back, "The consent is recorded.")


@pages.post("/people/<uuid:person_id>/consents/<uuid:consent_id>/withdraw")
@allow(PersonPermission.RECORD_CONSENT)
def withdraw(person_id: UUID, consent_id: UUID) -> ResponseReturnValue:
    """Take a consent back, because the person said so."""
    person = service.visible_person(db(), person_id)
    service.withdraw_consent(db(), service.consent_of(db(), person, consent_id), by=me(), at=clock.now())
    return go("people.consents", "The consent is taken back. What rested on it is closed.", person_id=person_id)


@pages.post("/people/<uuid:person_id>/own-page")
@allow(PersonPermission.RECORD_CONSENT)
def share_own_page(person_id: UUID) -> ResponseReturnValue:
    """Give the person a link to see what they allow and who sees them."""
    person = service.visible_person(db(), person_id)
    made = service.share_own_page(db(), person, base_url=_base_url(), by=me(), at=clock.now())
    return _show_link(person_id, made.secret, is_texted=made.is_texted)


def _ask_for_signature(person: Person, told: dict[str, Any], back: str) -> ResponseReturnValue:
    asked = {name: told[name] for name in SIGNED}
    made = service.request_signature(db(), person, **asked, base_url=_base_url(), by=me(), at=clock.now())
    if made.is_texted:
        return _back(person.id, back, "The link to sign is on its way to the person's phone.")
    return _show_link(person.id, made.secret, is_texted=False)


def _show_link(person_id: UUID, secret: str, *, is_texted: bool) -> Response:
    person = service.visible_person(db(), person_id)
    phone = queries.primary_phone(db(), person_id)
    return show(
        "people/link_made.html",
        person=person,
        address=f"{_base_url()}/s/{secret}",
        is_texted=is_texted,
        is_unconfirmed=phone is not None and phone.confirmed_at is None,
    )


def _back(person_id: UUID, back: str, message: str) -> ResponseReturnValue:
    if back.startswith("/") and not back.startswith("//") and "\\" not in back:
        flash(message, "success")
        return redirect(back, 303)
    return go("people.consents", message, person_id=person_id)


def _base_url() -> str:
    return str(current_app.config["PUBLIC_BASE_URL"])


def _members() -> list[Organization]:
    network_id = me().network_id
    return list(organizations.members(db(), network_id)) if network_id else []


def _names() -> dict[UUID, str]:
    return {organization.id: organization.name for organization in _members()}


def _asked(person: Person, choice: dict[str, Any]) -> dict[str, Any] | None:
    """Return the script to read for what was chosen, with the organizations it may name."""
    scope: ConsentScope | None = choice["scope"]
    if scope is None:
        return None
    names = _names()
    recipient = names.get(choice["recipient_organization_id"], "")
    if choice["recipient_organization_id"] and not recipient:
        raise Refused("This organization is not part of the network.")
    scripts = scripts_for(person.language)
    level = max(choice["level"], min(TERMS[scope].levels))
    spoken = {
        "organization": me().organization_name,
        "network": network_name(),
        "recipient": recipient,
    }
    return {
        **choice,
        "level": int(level),
        "terms": TERMS[scope],
        "text": scripts.text(scope, about=choice["domains"], **spoken),
        "language": scripts.language,
        "version": scripts.version,
        "is_reviewed": scripts.is_reviewed,
        "needs_recipient": TERMS[scope].is_recipient_named and scope is not ConsentScope.INTAKE_STORE,
        "recipients": _recipients(scope),
        "methods": [(m.value, METHOD_WORDS[m]) for m in ConsentMethod if may_record(scope, m, level)],
        "topics": _topics(person),
    }


def _topics(person: Person) -> list[tuple[str, str]]:
    """Return what somebody under age may agree to alone where they live; nothing for who is of age."""
    state, zone = queries.state_and_zone(db(), person)
    if person.birth_on is None or is_adult(person.birth_on, state=state, at=clock.now(), zone=zone):
        return []
    return [(rule.topic.value, rule.label) for rule in rules_in(state)]


def _recipients(scope: ConsentScope) -> list[tuple[str, str]]:
    if scope is ConsentScope.IPV_RELEASE:
        return [(str(member.id), member.name) for member in _members() if member.is_victim_service]
    kinds = {ConsentScope.PLAN_SHARE: {OrganizationKind.PLAN}}.get(scope, set(OrganizationKind))
    return [(str(member.id), member.name) for member in _members() if member.kind in kinds]
