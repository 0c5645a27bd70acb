"""Users, their memberships, and tokens for programs."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.foundation.database import Base, Id
from referral.organizations.models import Network, Organization


class User(Base):
    """A person who works here. The same person may work for several organizations."""

    __tablename__ = "app_user"
    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    name: Mapped[str]
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Membership(Base):
    """A user works for an organization, in a set of roles."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "organization_id"),
        CheckConstraint("cardinality(roles) > 0", name="has_a_role"),
        CheckConstraint("(ipv_trained_on IS NULL) = (ipv_cleared_until IS NULL)", name="cleared_when_trained"),
    )
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    roles: Mapped[list[str]]
    """Values of organizations.rules.Role."""
    is_active: Mapped[bool] = mapped_column(default=True)
    ipv_trained_on: Mapped[date | None]
    """The day of the training about violence between partners that the clearance rests on."""
    ipv_cleared_until: Mapped[date | None]
    """Last day on which the user may receive what survivors told."""
    created_at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")
    organization: Mapped[Organization] = relationship(lazy="joined")
    network: Mapped[Network] = relationship(lazy="joined")


class ApiToken(Base):
    """A bearer token for a program that acts as one membership."""

    __tablename__ = "api_token"
    id: Mapped[Id]
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    membership: Mapped[Membership] = relationship(lazy="joined")
