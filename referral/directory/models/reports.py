"""Somebody's word that a listing is wrong."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.directory.rules.reports import ReportState, WrongPart
from referral.foundation.database import Base, Id


class ListingReport(Base):
    """One report, until whoever keeps the listing has put it right or found it right; about no person."""

    __tablename__ = "listing_report"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when_not_open"),
        Index("ix_listing_report_waiting", "network_id", "organization_id", postgresql_where=text("state = 'open'")),
        Index(None, "service_at_location_id"),
    )
    id: Mapped[Id]
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    """Where it was noticed."""
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    """Whose listing it is."""
    part: Mapped[WrongPart]
    note: Mapped[str | None]
    state: Mapped[ReportState] = mapped_column(default=ReportState.OPEN)
    reported_at: Mapped[datetime]
    reported_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    reported_by_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    settled_at: Mapped[datetime | None]
    settled_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
