"""Networks, organizations (HSDS), who takes part, and who may deliver under which lead."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.foundation.database import Base, Id
from referral.organizations.rules import FIRST_RESPONSE_DAYS, HARD_STOP_DAYS, OrganizationKind


class Network(Base):
    """A community of organizations that refer to each other; every row about a person belongs to one."""

    __tablename__ = "network"
    __table_args__ = (CheckConstraint("0 < first_response_days AND first_response_days < hard_stop_days", name="days"),)
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    """Two-letter US state, whose public holidays the network keeps."""
    time_zone: Mapped[str]
    """IANA zone."""
    emergency_note: Mapped[str | None]
    first_response_days: Mapped[int] = mapped_column(default=FIRST_RESPONSE_DAYS)
    """Business days of the receiver within which it should answer a referral; later it is overdue."""
    hard_stop_days: Mapped[int] = mapped_column(default=HARD_STOP_DAYS)
    """Business days of the receiver after which an unanswered referral expires."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts every change of the settings."""


class NetworkProposal(Base):
    """Other settings of a network that an administrator proposed: they wait for another administrator."""

    __tablename__ = "network_proposal"
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"), primary_key=True)
    first_response_days: Mapped[int]
    hard_stop_days: Mapped[int]
    proposed_by_user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]


class Organization(Base):
    """An HSDS organization: a listing, and, with a kind, a participant of a network."""

    __tablename__ = "organization"
    __table_args__ = (UniqueConstraint("source", "external_id"), Index(None, "kind"))
    id: Mapped[Id]
    name: Mapped[str]
    alternate_name: Mapped[str | None]
    description: Mapped[str]
    email: Mapped[str | None]
    website: Mapped[str | None]
    legal_status: Mapped[str | None]
    year_incorporated: Mapped[int | None]
    parent_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    kind: Mapped[OrganizationKind | None]
    """None for an unclaimed listing: known from a directory, without an account here."""
    time_zone: Mapped[str] = mapped_column(default="America/New_York")
    closes_at: Mapped[time] = mapped_column(default=time(17))
    """End of the business day on which its response timers fall due."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts every change of its own settings."""
    npi: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    is_victim_service: Mapped[bool] = mapped_column(default=False)
    """Serves survivors of violence (VAWA, FVPSA): its users may be cleared for what they tell."""
    is_part2_program: Mapped[bool] = mapped_column(default=False)
    """Treats substance use under 42 CFR Part 2: what it says of a person is sensitive."""
    source: Mapped[str | None]
    """Data set an imported listing came from."""
    external_id: Mapped[str | None]
    created_at: Mapped[datetime]

    @property
    def is_claimed(self) -> bool:
        """Whether the organization works here; an unclaimed listing is referred to off platform."""
        return self.kind is not None


class NetworkMembership(Base):
    """An organization takes part in a network from a day on."""

    __tablename__ = "network_membership"
    __table_args__ = (UniqueConstraint("network_id", "organization_id"),)
    id: Mapped[Id]
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    network: Mapped[Network] = relationship(lazy="joined")
    organization: Mapped[Organization] = relationship(lazy="joined")


class Contract(Base):
    """An organization delivers in a network, from when to when, under which network lead."""

    __tablename__ = "contract"
    __table_args__ = (
        Index(None, "organization_id", "network_id"),
        Index(None, "network_lead_id"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
    )
    id: Mapped[Id]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    network_lead_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Last day, included; None: until further notice."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts every change, also of the services it covers."""
    organization: Mapped[Organization] = relationship(lazy="raise", foreign_keys=[organization_id])
    network_lead: Mapped[Organization] = relationship(lazy="raise", foreign_keys=[network_lead_id])
