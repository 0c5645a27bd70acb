"""JSON: people, their plans, their answers and what they allow; the same verbs as the pages."""

from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint

from referral.foundation import clock
from referral.foundation.refusals import NotFound, Refused
from referral.messaging.models import Message
from referral.organizations import queries as organizations
from referral.people import queries, service
from referral.people.models import Consent, Coverage, Person, PersonPhone
from referral.people.permissions import PersonPermission
from referral.people.rules import TERMS, ConsentMethod, open_fields
from referral.people.rules.questions import QUESTIONS
from referral.people.schemas import (
    AskToOpen,
    ConsentOut,
    ConsentPage,
    CoverageEnd,
    CoverageForm,
    CoverageOut,
    DemographicPage,
    DemographicsForm,
    LinkOut,
    MatchPage,
    NewPerson,
    PersonChanges,
    PersonOut,
    PhoneCodeForm,
    PhoneCodeOut,
    PhoneOut,
    QuestionPage,
    RecordedConsent,
    ScriptPage,
    ScriptQuery,
    SearchQuery,
    SignatureRequest,
    answers_in,
)
from referral.people.scripts import scripts_for
from referral.web import versions
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import database, db, me

api = Blueprint("people_api", __name__, url_prefix="/api/v1/people", description="People and what they allow")


@api.post("/search")
@allow(PersonPermission.SEARCH)
@api.arguments(SearchQuery)
@api.response(200, MatchPage)
def search(asked: dict[str, Any]) -> dict[str, Any]:
    """Look for somebody by name, birth date, phone or member ID; says why each may be the one."""
    return {"items": service.search(db(), asked, by=me(), at=clock.now()), "next": None}


@api.post("")
@allow(PersonPermission.ADD)
@api.arguments(NewPerson)
@api.response(201, PersonOut)
def add(told: dict[str, Any]) -> dict[str, Any]:
    """Take somebody in who agreed by voice; 409 when they did not, or somebody like them is here."""
    return shown(service.take_in(db(), told, by=me(), at=clock.now()))


@api.get("/questions")
@allow(PersonPermission.DESCRIBE)
@api.response(200, QuestionPage)
def questions() -> dict[str, Any]:
    """List the questions about somebody, each with its choices and the reason for asking."""
    return whole(QUESTIONS)


@api.get("/scripts")
@allow(PersonPermission.READ_CONSENTS)
@api.arguments(ScriptQuery, location="query")
@api.response(200, ScriptPage)
def scripts(asked: dict[str, Any]) -> dict[str, Any]:
    """Read what is read aloud before each consent, in a person's language or else in English."""
    found = scripts_for(asked["language"])
    names = _names(asked["recipient_organization_id"])
    read = [
        {
            "scope": scope,
            "title": found.title(scope),
            "text": found.text(scope, about=asked["domains"], **names),
            "methods": sorted(terms.methods),
        }
        for scope, terms in TERMS.items()
    ]
    about = {"language": found.language, "version": found.version, "is_reviewed": found.is_reviewed}
    return whole(read) | about


@api.get("/<uuid:person_id>")
@allow(PersonPermission.READ)
@api.response(200, PersonOut)
def person(person_id: UUID) -> dict[str, Any]:
    """Read what the asker may see of somebody."""
    return shown(_open(person_id))


@api.patch("/<uuid:person_id>")
@allow(PersonPermission.CHANGE)
@api.arguments(PersonChanges)
@api.response(200, PersonOut)
def change(changes: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Change a record; If-Match names the version that was read."""
    found = service.visible_person(db(), person_id)
    return shown(service.change_record(db(), found, changes, version=versions.asked(), by=me(), at=clock.now()))


@api.post("/<uuid:person_id>/ask")
@allow(PersonPermission.RECORD_CONSENT)
@api.arguments(AskToOpen)
@api.response(200, PersonOut)
def ask_to_open(told: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Open a record that another organization made, because the person agreed by voice."""
    return shown(service.ask_to_open(db(), person_id, witness=told["witness"], by=me(), at=clock.now()))


@api.post("/<uuid:person_id>/phone/code")
@allow(PersonPermission.CHANGE)
@api.response(201, PhoneCodeOut)
def text_code(person_id: UUID) -> Message:
    """Text a code to somebody's number, so that they read it back; 409 where no text may go."""
    return service.text_code(db(), service.visible_person(db(), person_id), by=me(), at=clock.now())


@api.post("/<uuid:person_id>/phone/confirm")
@allow(PersonPermission.CHANGE)
@api.arguments(PhoneCodeForm)
@api.response(200, PhoneOut)
def confirm_phone(told: dict[str, Any], person_id: UUID) -> PersonPhone:
    """Note that the number is the person's, because they read back its code; five wrong ones end the code."""
    found = service.visible_person(db(), person_id)
    return service.confirm_phone(db(), database(), found, told["code"], by=me(), at=clock.now())


@api.post("/<uuid:person_id>/coverages")
@allow(PersonPermission.CHANGE)
@api.arguments(CoverageForm)
@api.response(201, CoverageOut)
def add_coverage(form: dict[str, Any], person_id: UUID) -> Coverage:
    """Note that a plan covers somebody."""
    return service.add_coverage(db(), service.visible_person(db(), person_id), **form, by=me(), at=clock.now())


@api.post("/<uuid:person_id>/coverages/<uuid:coverage_id>/end")
@allow(PersonPermission.CHANGE)
@api.arguments(CoverageEnd)
@api.response(200, CoverageOut)
def end_coverage(form: dict[str, Any], person_id: UUID, coverage_id: UUID) -> Coverage:
    """Note the last day on which a plan covers somebody."""
    person, coverage = service.visible_person(db(), person_id), db().get(Coverage, coverage_id)
    if coverage is None or coverage.person_id != person.id:
        raise NotFound
    service.end_coverage(db(), coverage, **form, by=me(), at=clock.now())
    return coverage


@api.get("/<uuid:person_id>/demographics")
@allow(PersonPermission.READ_DEMOGRAPHICS)
@api.response(200, DemographicPage)
def demographics(person_id: UUID) -> dict[str, Any]:
    """Read the answers that count about somebody."""
    return {"items": list(queries.demographics(db(), _open(person_id).id).values()), "next": None}


@api.post("/<uuid:person_id>/demographics")
@allow(PersonPermission.DESCRIBE)
@api.arguments(DemographicsForm)
@api.response(200, DemographicPage)
def describe(form: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Keep what somebody told about themselves; a question left out stays as it was."""
    found = service.visible_person(db(), person_id)
    seen = versions.asked_if_any()
    service.describe(db(), found, answers_in(form), source=form["source"], seen=seen, by=me(), at=clock.now())
    return {"items": list(queries.demographics(db(), person_id).values()), "next": None}


@api.get("/<uuid:person_id>/consents")
@allow(PersonPermission.READ_CONSENTS)
@api.response(200, ConsentPage)
def consents(person_id: UUID) -> dict[str, Any]:
    """Read what somebody allows and allowed."""
    person = service.open_consents(db(), person_id, by=me(), at=clock.now())
    return {"items": queries.consents(db(), person.id), "next": None}


@api.post("/<uuid:person_id>/consents")
@allow(PersonPermission.RECORD_CONSENT)
@api.arguments(RecordedConsent)
@api.response(201, ConsentOut)
def record_consent(told: dict[str, Any], person_id: UUID) -> Consent:
    """Record a consent given by voice or on paper."""
    if told["method"] is ConsentMethod.ELECTRONIC:
        raise Refused("Only the person can sign: ask for a signature instead.")
    found = service.visible_person(db(), person_id)
    scripts = scripts_for(found.language)
    spoken: dict[str, Any] = {"language": scripts.language, "script_version": scripts.version}
    return service.record_consent(db(), found, **told, **spoken, by=me(), at=clock.now())


@api.post("/<uuid:person_id>/consents/<uuid:consent_id>/withdraw")
@allow(PersonPermission.RECORD_CONSENT)
@api.response(200, ConsentOut)
def withdraw(person_id: UUID, consent_id: UUID) -> Consent:
    """Take a consent back, because the person said so."""
    consent = service.consent_of(db(), service.visible_person(db(), person_id), consent_id)
    service.withdraw_consent(db(), consent, by=me(), at=clock.now())
    return consent


@api.post("/<uuid:person_id>/signature-requests")
@allow(PersonPermission.RECORD_CONSENT)
@api.arguments(SignatureRequest)
@api.response(201, LinkOut)
def request_signature(asked: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Make a link by which the person signs; texted if they agreed to texts."""
    found = service.visible_person(db(), person_id)
    return _link(service.request_signature(db(), found, **asked, base_url=_base_url(), by=me(), at=clock.now()))


@api.post("/<uuid:person_id>/own-page")
@allow(PersonPermission.RECORD_CONSENT)
@api.response(201, LinkOut)
def share_own_page(person_id: UUID) -> dict[str, Any]:
    """Make a link by which the person sees what they allow and who sees them; texted if they agreed to texts."""
    found = service.visible_person(db(), person_id)
    return _link(service.share_own_page(db(), found, base_url=_base_url(), by=me(), at=clock.now()))


def _link(made: service.MadeLink) -> dict[str, Any]:
    address = f"{_base_url()}/s/{made.secret}"
    return {"url": address, "is_texted": made.is_texted, "expires_at": made.link.expires_at}


def _base_url() -> str:
    return str(current_app.config["PUBLIC_BASE_URL"])


def _names(recipient_id: UUID | None) -> dict[str, str]:
    """Return the names that stand in a script; raises Refused for a recipient outside the network."""
    network_id = me().network_id
    if network_id is None:
        raise NotFound
    names = {"organization": me().organization_name, "network": organizations.network(db(), network_id).name}
    if recipient_id is None:
        return names
    members = {member.id: member.name for member in organizations.members(db(), network_id)}
    if recipient_id not in members:
        raise Refused("This organization is not part of the network.")
    return names | {"recipient": members[recipient_id]}


def _open(person_id: UUID) -> Person:
    return service.open_person(db(), person_id, by=me(), at=clock.now(), why="api")


def shown(person: Person) -> dict[str, Any]:
    """Return the facts that the asker's grants open, and nothing else."""
    facts = open_fields(queries.scopes_held(db(), person.id, at=clock.now()))
    told: dict[str, Any] = {"id": person.id} | {name: getattr(person, name) for name in facts if hasattr(person, name)}
    if "phones" in facts:
        told["phones"] = queries.phones(db(), person.id)
    if "address" in facts:
        told["address"] = queries.address(db(), person.id)
    if "coverages" in facts:
        told["coverages"] = [coverage for coverage, _ in queries.coverages(db(), person.id)]
    return told
