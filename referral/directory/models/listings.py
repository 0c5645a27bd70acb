"""Services, the places where they are offered, and the pair of both that people search for (HSDS 3.1)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.directory.rules.vocabulary import USUAL_TIME_ZONE, GeoPrecision, LocationType, ServiceStatus, StatusSource
from referral.foundation.database import Base, Id
from referral.organizations.models import Organization


class ListedProgram(Base):
    """A group of services that an organization runs together (HSDS program; our own programs pay for services)."""

    __tablename__ = "listed_program"
    id: Mapped[Id]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str]
    alternate_name: Mapped[str | None]
    description: Mapped[str | None]


class Service(Base):
    """What an organization offers."""

    __tablename__ = "service"
    id: Mapped[Id]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    program_id: Mapped[UUID | None] = mapped_column(ForeignKey("listed_program.id"), index=True)
    name: Mapped[str]
    alternate_name: Mapped[str | None]
    description: Mapped[str | None]
    url: Mapped[str | None]
    email: Mapped[str | None]
    status: Mapped[ServiceStatus]
    status_source: Mapped[StatusSource] = mapped_column(default=StatusSource.STATED)
    interpretation_services: Mapped[str | None]
    application_process: Mapped[str | None]
    fees_description: Mapped[str | None]
    wait_time: Mapped[str | None]
    accreditations: Mapped[str | None]
    eligibility_description: Mapped[str | None]
    minimum_age: Mapped[float | None]
    maximum_age: Mapped[float | None]
    assured_date: Mapped[date | None]
    """The day somebody authorised confirmed the listing; no import ever sets it."""
    licenses: Mapped[str | None]
    alert: Mapped[str | None]
    last_modified: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")
    """Grows with each change, so that nobody overwrites what they have not seen."""
    organization: Mapped[Organization] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads this attribute


class Location(Base):
    """A place, or a service without one; the point is the best we know, `geo_precision` says how we know it."""

    __tablename__ = "location"
    id: Mapped[Id]
    location_type: Mapped[LocationType]
    url: Mapped[str | None]
    name: Mapped[str | None]
    alternate_name: Mapped[str | None]
    description: Mapped[str | None]
    transportation: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    external_identifier: Mapped[str | None]
    external_identifier_type: Mapped[str | None]
    geo_precision: Mapped[GeoPrecision] = mapped_column(default=GeoPrecision.NONE)
    zip5: Mapped[str | None]
    county: Mapped[str | None]
    state: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(default=USUAL_TIME_ZONE)
    is_confidential: Mapped[bool] = mapped_column(default=False)
    """The address of a safe house is shown to nobody; only the city is."""


class ServiceAtLocation(Base):
    """A service at a place: what a search finds and a referral is addressed to."""

    __tablename__ = "service_at_location"
    __table_args__ = (UniqueConstraint("service_id", "location_id"), Index(None, "location_id"))
    id: Mapped[Id]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    description: Mapped[str | None]
    gone_on: Mapped[date | None]
    """The day an import found that its source no longer has it; no search finds it from then on."""
    service: Mapped[Service] = relationship(lazy="raise")
    location: Mapped[Location] = relationship(lazy="raise")


class Address(Base):
    """A postal or street address of a location."""

    __tablename__ = "address"
    id: Mapped[Id]
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), index=True)
    attention: Mapped[str | None]
    address_1: Mapped[str | None]
    address_2: Mapped[str | None]
    city: Mapped[str | None]
    region: Mapped[str | None]
    state_province: Mapped[str | None]
    postal_code: Mapped[str | None]
    country: Mapped[str | None]
    address_type: Mapped[LocationType | None]
