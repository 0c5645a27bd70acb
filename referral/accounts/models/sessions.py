"""Signed-in browsers, and tries that are counted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.accounts.models.users import Membership, User
from referral.accounts.rules import SignInStage, TryKind
from referral.foundation.database import Base, Id
from referral.foundation.ids import uuid7


class SignIn(Base):
    """One signed-in browser: kept on the server, so that a copied cookie dies at sign-out."""

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="end_has_a_reason"),
        Index("ix_sign_in_user_id_open", "user_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_sign_in_last_seen_at", "last_seen_at"),
    )
    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of the random id in the cookie."""
    id: Mapped[UUID] = mapped_column(default=uuid7, unique=True)
    """How the user's own list names it; opens nothing."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity_provider.id"))
    """The organization's own sign-in that vouched for the user; None after a password."""
    stage: Mapped[SignInStage] = mapped_column(default=SignInStage.OPEN)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """Absolute end, 12 hours after sign-in; choosing another organization does not move it."""
    confirmed_at: Mapped[datetime | None]
    """When the user last gave the password again, before changing how they sign in."""
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    ip: Mapped[str | None]
    user_agent: Mapped[str | None]
    user: Mapped[User] = relationship(lazy="joined")
    membership: Mapped[Membership | None] = relationship(lazy="joined")
    """With the session, so that one statement says who asks."""


class SignInTry(Base):
    """A try to get in, written down before it is judged and forgotten when it was right."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index(None, "account", "at"), Index(None, "address", "at"), Index(None, "at"))
    id: Mapped[Id]
    kind: Mapped[TryKind]
    account: Mapped[str]
    """Hash of the e-mail address or of the user's id; empty where no account is named (a link)."""
    address: Mapped[str]
    """Hash of the IP address."""
    at: Mapped[datetime]
