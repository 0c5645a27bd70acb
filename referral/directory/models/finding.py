"""What a search reads: one row a listing, prepared when something changes, so that no rule runs in a search."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from referral.directory.rules.freshness import CapacityState
from referral.foundation.database import Base, Id


class SearchEntry(Base):
    """A service at a location as the search sees it: where, for which needs, in which words and languages."""

    __tablename__ = "search_entry"
    __table_args__ = (
        Index(None, "latitude", "longitude", postgresql_where=text("is_shown")),
        Index(None, "words", postgresql_using="gin"),
        Index(None, "needs", postgresql_using="gin"),
        Index(None, "counties", postgresql_using="gin"),
        Index(None, "service_id"),
        Index(None, "location_id"),
        Index(None, "state", "county"),
    )
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    is_shown: Mapped[bool]
    is_virtual: Mapped[bool]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    county: Mapped[str | None]
    state: Mapped[str | None]
    counties: Mapped[list[str]]
    """Counties served as *NC Wake*; a state served whole stands as *NC*."""
    needs: Mapped[list[str]]
    languages: Mapped[list[str]]
    """Codes of the languages that are stated (BCP 47)."""
    has_hours: Mapped[bool]
    words: Mapped[Any] = mapped_column(TSVECTOR)
    """A the service's name, B its needs and terms, C its description, D the organization's name."""


class OpenInterval(Base):
    """A time during which a listing is open, for the next two weeks; renewed nightly and when hours change."""

    __tablename__ = "open_interval"
    __table_args__ = (Index(None, "service_at_location_id", "closes_at"),)
    id: Mapped[Id]
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class CapacityStatus(Base):
    """Whether there is room, who said so and until when that stands; after it the state is unknown."""

    __tablename__ = "capacity_status"
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), primary_key=True)
    status: Mapped[CapacityState]
    available: Mapped[int | None]
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Grows with each statement; 0 is what nobody has said anything about."""
    set_by_user_id: Mapped[UUID | None]
    set_by_organization_id: Mapped[UUID | None]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Verification(Base):
    """Somebody confirmed that a listing is right: who, how and what."""

    __tablename__ = "verification"
    id: Mapped[Id]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    user_id: Mapped[UUID | None]
    organization_id: Mapped[UUID | None]
    method: Mapped[str]
    verified_at: Mapped[datetime]


class ZipPlace(Base):
    """A ZIP code (package *zipcodes*; data partly GeoNames, CC BY 4.0)."""

    __tablename__ = "zip_place"
    __table_args__ = (Index(None, "state", "county"),)
    zip5: Mapped[str] = mapped_column(primary_key=True)
    city: Mapped[str]
    state: Mapped[str]
    county: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    timezone: Mapped[str]
    kind: Mapped[str]
