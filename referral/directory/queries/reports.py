"""Which reports of wrong listings wait for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from referral.directory.models import ListingReport, Service, ServiceAtLocation
from referral.directory.rules.reports import ReportState, WrongPart
from referral.foundation.principal import Principal
from referral.organizations.models import Organization
from referral.organizations.rules import Role

MOST = 100


@dataclass(frozen=True, slots=True)
class Reported:
    """A report with the names it is read by."""

    id: UUID
    service_at_location_id: UUID
    service: str
    organization: str
    is_claimed: bool
    part: WrongPart
    note: str | None
    state: ReportState
    reported_by: str | None
    reported_at: datetime


def reports_for(session: Session, by: Principal) -> Sequence[Reported]:
    """Return the reports that wait for the asker, the oldest first."""
    reporter = aliased(Organization)
    query = (
        select(
            ListingReport.id,
            ListingReport.service_at_location_id,
            Service.name.label("service"),
            Organization.name.label("organization"),
            Organization.kind.is_not(None).label("is_claimed"),
            ListingReport.part,
            ListingReport.note,
            ListingReport.state,
            reporter.name.label("reported_by"),
            ListingReport.reported_at,
        )
        .select_from(ListingReport)
        .join(ServiceAtLocation, ServiceAtLocation.id == ListingReport.service_at_location_id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .outerjoin(reporter, reporter.id == ListingReport.reported_by_organization_id)
    )
    rows = session.execute(_waiting(query, by).order_by(ListingReport.reported_at, ListingReport.id).limit(MOST))
    return [Reported(**row._asdict()) for row in rows]


def count_reports(session: Session, by: Principal) -> int:
    """Return how many reports wait for the asker."""
    return int(session.scalar(_waiting(select(func.count()).select_from(ListingReport), by)) or 0)


def report_for(session: Session, report_id: UUID, by: Principal) -> ListingReport | None:
    """Return a report that waits for the asker, locked until the transaction ends."""
    query = _waiting(select(ListingReport), by).where(ListingReport.id == report_id)
    found: ListingReport | None = session.scalar(query.with_for_update(of=ListingReport))
    return found


def _waiting(query: Select[*tuple[Any, ...]], by: Principal) -> Select[*tuple[Any, ...]]:
    """Narrow to what is open and the asker's to settle."""
    query = query.join(Organization, Organization.id == ListingReport.organization_id)
    return query.where(ListingReport.state == ReportState.OPEN, or_(*_theirs(by)))


def _theirs(by: Principal) -> Sequence[ColumnElement[bool]]:
    """An organization's administrator looks at its own listings, a supervisor at those of the network nobody keeps."""
    own = (ListingReport.organization_id == by.organization_id) if Role.CBO_ADMIN.value in by.roles else None
    nobodys = Organization.kind.is_(None) & (ListingReport.network_id == by.network_id)
    unclaimed = nobodys if Role.COORD_SUPERVISOR.value in by.roles else None
    return [one for one in (own, unclaimed) if one is not None]
