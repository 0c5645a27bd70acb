"""Say that a listing is wrong, and say what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from referral.audit import service as audit
from referral.directory.models import ListingReport, Service, ServiceAtLocation
from referral.directory.queries.reports import report_for
from referral.directory.rules.reports import ReportState, WrongPart, may_become
from referral.directory.rules.vocabulary import ServiceStatus
from referral.directory.service.preparing import prepare
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused
from referral.organizations.models import Organization


def may_report(organization: Organization, by: Principal) -> bool:
    """Say whether the asker tells about its listings: the care team does, others only where nobody keeps them."""
    return by.is_care_team or not organization.is_claimed


def report_listing(
    session: Session, service_at_location_id: UUID, *, part: WrongPart, note: str | None, by: Principal, at: datetime
) -> ListingReport:
    """Keep that a listing is wrong; who keeps the listing finds it on their page. Raises NotFound, NotAllowed."""
    query = select(Service).join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
    query = query.where(ServiceAtLocation.id == service_at_location_id).options(joinedload(Service.organization))
    service = session.scalars(query).one_or_none()
    if service is None or by.network_id is None:
        raise NotFound("There is no such listing.")
    if not may_report(service.organization, by):
        raise NotAllowed("This organization works here: tell it what is wrong.")
    made = ListingReport(
        network_id=by.network_id,
        service_at_location_id=service_at_location_id,
        organization_id=service.organization_id,
        part=part,
        note=note,
        reported_at=at,
        reported_by_user_id=by.user_id,
        reported_by_organization_id=by.organization_id,
    )
    session.add(made)
    session.flush()
    _record(session, "directory:report:made", made, by=by, at=at)
    return made


def settle_report(session: Session, report_id: UUID, *, state: ReportState, by: Principal, at: datetime) -> None:
    """Say what became of a report; a listing that nobody keeps may be taken out of searches.

    Raises NotFound for another's or a settled report, Refused for what this report cannot become.
    """
    report = report_for(session, report_id, by)
    if report is None:
        raise NotFound
    organization = session.get_one(Organization, report.organization_id)
    if state not in may_become(is_claimed=organization.is_claimed):
        raise Refused("Only a listing that nobody keeps can be taken out of searches.")
    report.state, report.settled_at, report.settled_by_user_id = state, at, by.user_id
    if state is ReportState.TAKEN_OUT:
        _take_out(session, report.service_at_location_id, at=at)
    session.flush()
    _record(session, "directory:report:settled", report, by=by, at=at)


def _take_out(session: Session, service_at_location_id: UUID, *, at: datetime) -> None:
    """Let nobody find the service, until its source is imported again."""
    listing = session.get_one(ServiceAtLocation, service_at_location_id)
    service = session.get_one(Service, listing.service_id)
    service.status = ServiceStatus.TEMPORARILY_CLOSED
    session.flush()
    prepare(session, [service.id], at=at)


def _record(session: Session, action: str, report: ListingReport, *, by: Principal, at: datetime) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        subject=("listing_report", report.id),
        network_id=report.network_id,
        part=report.part.value,
        state=report.state.value,
    )
