"""An organization's own sign-in (OpenID Connect), and whom it vouches for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.accounts.models.users import User
from referral.foundation.database import Base, Id
from referral.foundation.encryption import EncryptedText
from referral.organizations.models import Organization


class IdentityProvider(Base):
    """Where the members of one organization sign in."""

    __tablename__ = "identity_provider"
    id: Mapped[Id]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    """The organization's short name in the address of its sign-in."""
    issuer: Mapped[str]
    client_id: Mapped[str]
    client_secret: Mapped[str] = mapped_column(EncryptedText("identity_provider.client_secret"))
    is_sso_only: Mapped[bool] = mapped_column(default=False)
    """Refuses passwords for the organization's memberships."""
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    organization: Mapped[Organization] = relationship(lazy="joined")


class ExternalIdentity(Base):
    """A user as a provider names them; an e-mail address never links anybody."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")
