"""FHIR: what a Task points at, read as the API's own doors read it."""

from uuid import UUID

from flask import Response, request

from referral.directory.api.finding import listing_now
from referral.directory.permissions import DirectoryPermission
from referral.directory.schemas import ListingOut
from referral.exchange.api.blueprint import answered, api, base_url
from referral.exchange.fhir import bundles
from referral.exchange.fhir.parts import Resource
from referral.exchange.fhir.patients import patient
from referral.exchange.fhir.providers import healthcare_service, organization
from referral.exchange.fhir.service_requests import service_request
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.organizations import queries as organizations
from referral.organizations.schemas import OrganizationOut
from referral.people import service as people
from referral.people.api import records
from referral.people.permissions import PersonPermission
from referral.people.schemas import PersonOut
from referral.referrals import api as referrals
from referral.referrals import service
from referral.referrals.permissions import ReferralPermission
from referral.referrals.schemas import ReferralOut
from referral.screening import queries as screening
from referral.screening.models import InstrumentVersion
from referral.screening.permissions import ScreeningPermission
from referral.web.guard import allow, signed_in
from referral.web.transaction import db, me


@api.get("/ServiceRequest/<uuid:referral_id>")
@allow(ReferralPermission.READ)
def read_service_request(referral_id: UUID) -> Response:
    """Read what a referral asks for, as far as the asker may see it."""
    found = service.open_referral(db(), referral_id, by=me(), at=clock.now())
    shown = ReferralOut().dump(referrals.shown(found))
    return answered(service_request(shown, at=clock.now()), version=found.version)


@api.get("/Patient/<uuid:person_id>")
@allow(PersonPermission.READ)
def read_patient(person_id: UUID) -> Response:
    """Read what the asker may see of somebody."""
    found = people.open_person(db(), person_id, by=me(), at=clock.now(), why="fhir")
    shown = PersonOut().dump(records.shown(found))
    return answered(patient(shown, at=clock.now()), version=shown.get("version"))


@api.get("/Organization/<uuid:organization_id>")
@signed_in
def read_organization(organization_id: UUID) -> Response:
    """Read who takes part in the asker's network."""
    found = organizations.member(db(), me().network_id, organization_id)
    if found is None:
        raise NotFound
    return answered(organization(OrganizationOut().dump(found)))


@api.get("/HealthcareService/<uuid:service_at_location_id>")
@allow(DirectoryPermission.SEARCH)
def read_healthcare_service(service_at_location_id: UUID) -> Response:
    """Read a listing of the directory."""
    return answered(healthcare_service(ListingOut().dump(listing_now(service_at_location_id))))


@api.get("/Questionnaire/<uuid:instrument_id>")
@allow(ScreeningPermission.READ)
def read_questionnaire(instrument_id: UUID) -> Response:
    """Read one version of an instrument as it was loaded."""
    found = db().get(InstrumentVersion, instrument_id)
    if found is None:
        raise NotFound
    return answered(_questionnaire(found))


@api.get("/Questionnaire")
@allow(ScreeningPermission.READ)
def search_questionnaires() -> Response:
    """Find the instruments on offer, by the url and version that a response names."""
    asked = {name: request.args[name] for name in ("url", "version") if name in request.args}
    found = [one for one in screening.instruments(db()) if all(getattr(one, name) == asked[name] for name in asked)]
    entries = [bundles.entry(base_url(), _questionnaire(one)) for one in found]
    return answered(bundles.searchset(base_url(), "Questionnaire", list(asked.items()), entries))


def _questionnaire(instrument: InstrumentVersion) -> Resource:
    """Return the FHIR Questionnaire that an instrument was loaded from, under the id that it has here."""
    return {**instrument.document, "id": str(instrument.id)}
