"""Links that somebody is handed: to join, or to choose a new password."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.accounts.models.users import User
from referral.accounts.rules import LinkPurpose
from referral.foundation.database import Base, Id


class AccountLink(Base):
    """A link that works once; shown once, only its hash is kept."""

    __tablename__ = "account_link"
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    purpose: Mapped[LinkPurpose]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """SHA-256 of 128 random bits."""
    forgets_factor: Mapped[bool] = mapped_column(default=False)
    """The app and its recovery codes are lost too: they are set up anew at the next sign-in."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When it was used, or made void by a newer one."""
    user: Mapped[User] = relationship(lazy="joined")
