"""The second factor: an authenticator app, and codes for the day it is lost."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.foundation.encryption import EncryptedText


class TotpFactor(Base):
    """The authenticator app of a user (RFC 6238)."""

    __tablename__ = "totp_factor"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(EncryptedText("totp_factor.secret"))
    """160 bits in base32."""
    created_at: Mapped[datetime]
    last_step: Mapped[int] = mapped_column(BigInteger)
    """The 30-second step of the last code that was accepted: a code works once."""


class RecoveryCode(Base):
    """A code that works once in place of the app; only its hash is kept."""

    __tablename__ = "recovery_code"
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
