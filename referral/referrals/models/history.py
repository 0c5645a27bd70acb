"""What happened to a referral: its moves, attempts to reach the person, and what the two sides wrote."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.referrals.models.parties import OfReferral
from referral.referrals.rules import Action, ContactResult, ContactWay, Party, Status


class StatusChange(OfReferral, Base):
    """One move; append-only, written together with the status it explains."""

    __tablename__ = "status_change"
    __table_args__ = (
        UniqueConstraint("referral_id", "version"),
        CheckConstraint("occurred_at <= recorded_at", name="not_in_the_future"),
    )
    id: Mapped[Id]
    version: Mapped[int]
    """The referral's version after the move."""
    action: Mapped[Action]
    from_status: Mapped[Status]
    to_status: Mapped[Status]
    party: Mapped[Party]
    reason_code: Mapped[str | None]
    note: Mapped[str | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    by_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))


class ContactAttempt(OfReferral, Base):
    """One try to reach the person about the referral; it moves nothing."""

    __tablename__ = "contact_attempt"
    __table_args__ = (CheckConstraint("occurred_at <= recorded_at", name="not_in_the_future"),)
    id: Mapped[Id]
    way: Mapped[ContactWay]
    result: Mapped[ContactResult]
    note: Mapped[str | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    by_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))


class Comment(OfReferral, Base):
    """What one side of a referral wrote to the other; append-only: a correction is another comment."""

    __tablename__ = "comment"
    __table_args__ = (
        Index(None, "sending_organization_id", "recorded_at"),
        Index(None, "receiving_organization_id", "recorded_at"),
    )
    id: Mapped[Id]
    note: Mapped[str | None]
    """None once the time of what was told about safety is over."""
    recorded_at: Mapped[datetime]
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    by_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
