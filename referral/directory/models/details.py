"""What hangs on a service or a place: telephones, hours, languages, costs and papers (HSDS 3.1)."""

from datetime import date, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from referral.directory.rules.vocabulary import Frequency, Weekday
from referral.foundation.database import Base, Id


class Contact(Base):
    """A named desk or person of an organization, service or place."""

    __tablename__ = "contact"
    id: Mapped[Id]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    name: Mapped[str | None]
    title: Mapped[str | None]
    department: Mapped[str | None]
    email: Mapped[str | None]


class Phone(Base):
    """A telephone number in E.164, or a short code such as 211."""

    __tablename__ = "phone"
    id: Mapped[Id]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    number: Mapped[str]
    extension: Mapped[int | None]
    type: Mapped[str | None]
    description: Mapped[str | None]


class Schedule(Base):
    """When a service is open: the parts of an RFC 5545 rule in the local time of the place, or only words."""

    __tablename__ = "schedule"
    id: Mapped[Id]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    dtstart: Mapped[date | None]
    until: Mapped[date | None]
    count: Mapped[int | None]
    wkst: Mapped[Weekday | None]
    freq: Mapped[Frequency | None]
    interval: Mapped[int | None]
    byday: Mapped[str | None]
    byweekno: Mapped[str | None]
    bymonthday: Mapped[str | None]
    byyearday: Mapped[str | None]
    description: Mapped[str | None]
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    schedule_link: Mapped[str | None]
    attending_type: Mapped[str | None]
    notes: Mapped[str | None]


class Language(Base):
    """A language in which a service is given or a telephone answered."""

    __tablename__ = "language"
    id: Mapped[Id]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    phone_id: Mapped[UUID | None] = mapped_column(ForeignKey("phone.id"), index=True)
    name: Mapped[str | None]
    code: Mapped[str | None]
    note: Mapped[str | None]


class ServiceArea(Base):
    """Where people may live to be served; the lists are ours, for HSDS knows only free text."""

    __tablename__ = "service_area"
    id: Mapped[Id]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    name: Mapped[str | None]
    description: Mapped[str | None]
    extent: Mapped[str | None]
    extent_type: Mapped[str | None]
    uri: Mapped[str | None]
    counties: Mapped[list[str]] = mapped_column(default=list)
    """Counties as *NC Wake*."""
    states: Mapped[list[str]] = mapped_column(default=list)
    """States whose every ZIP is served."""


class CostOption(Base):
    """What a service costs."""

    __tablename__ = "cost_option"
    id: Mapped[Id]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    option: Mapped[str | None]
    currency: Mapped[str | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    amount_description: Mapped[str | None]


class RequiredDocument(Base):
    """A paper to bring."""

    __tablename__ = "required_document"
    id: Mapped[Id]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    document: Mapped[str]
    uri: Mapped[str | None]


class Accessibility(Base):
    """How a place can be entered and used."""

    __tablename__ = "accessibility"
    id: Mapped[Id]
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), index=True)
    description: Mapped[str | None]
    details: Mapped[str | None]
    url: Mapped[str | None]


class Funding(Base):
    """Who pays for an organization or a service."""

    __tablename__ = "funding"
    id: Mapped[Id]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    source: Mapped[str]


class Url(Base):
    """A further web address."""

    __tablename__ = "url"
    id: Mapped[Id]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    label: Mapped[str | None]
    url: Mapped[str]


class OrganizationIdentifier(Base):
    """A number under which somebody else knows an organization."""

    __tablename__ = "organization_identifier"
    id: Mapped[Id]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    identifier_scheme: Mapped[str | None]
    identifier_type: Mapped[str | None]
    identifier: Mapped[str]
