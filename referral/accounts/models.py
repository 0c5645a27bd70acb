"""Users, their memberships, their sessions, and tokens for programs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
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
    )
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    roles: Mapped[list[str]]
    """Values of organizations.rules.Role."""
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")
    organization: Mapped[Organization] = relationship(lazy="joined")
    network: Mapped[Network] = relationship(lazy="joined")


class SignIn(Base):
    """One signed-in browser: kept on the server, so that a copied cookie dies at sign-out."""

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="end_has_a_reason"),
        Index("ix_sign_in_user_id_open", "user_id", postgresql_where=text("ended_at IS NULL")),
    )
    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of the random id in the cookie."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """Absolute end, 12 hours after sign-in."""
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    ip: Mapped[str | None]
    user_agent: Mapped[str | None]


class SignInFailure(Base):
    """A failed sign-in, counted per account and per address; kept when the request is rolled back."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index(None, "subject", "at"),)
    id: Mapped[Id]
    subject: Mapped[str]
    """Hash of the e-mail address or of the IP address."""
    at: Mapped[datetime]


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
