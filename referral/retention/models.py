"""Policies, the holds that stop them, and the tombstones that prove them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.retention.rules import HoldKind, RetentionClass, TimeUnit


class RetentionPolicy(Base):
    """How long one class is kept, everywhere or (instead) in one network; a change waits for a second pair of eyes."""

    __tablename__ = "retention_policy"
    __table_args__ = (
        UniqueConstraint("retention_class", "network_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("amount > 0 AND proposed_amount > 0", name="amounts"),
        CheckConstraint("(proposed_amount IS NULL) = (proposed_by_user_id IS NULL)", name="proposed_by"),
    )
    id: Mapped[Id]
    retention_class: Mapped[RetentionClass]
    network_id: Mapped[UUID | None] = mapped_column(ForeignKey("network.id"))
    """None: for every network without a policy of its own."""
    amount: Mapped[int]
    unit: Mapped[TimeUnit]
    counted_from: Mapped[str]
    source: Mapped[str]
    is_verified: Mapped[bool] = mapped_column(default=False)
    """Whether a lawyer compared it with the law of the place."""
    proposed_amount: Mapped[int | None]
    proposed_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))


class RetentionHold(Base):
    """What keeps a person's record, or what they told about their safety, longer than the policy says.

    It names the person by id only, and does not say whether there is one: whoever sets it reads no record.
    """

    __tablename__ = "retention_hold"
    __table_args__ = (Index(None, "person_id"), CheckConstraint("until > starts_at", name="dates"))
    id: Mapped[Id]
    person_id: Mapped[UUID]
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    kind: Mapped[HoldKind]
    reason: Mapped[str]
    starts_at: Mapped[datetime]
    until: Mapped[datetime | None]
    set_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    ended_at: Mapped[datetime | None]
    ended_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))


class Erasure(Base):
    """A person's request that their record be erased: two administrators decide it, the worker does it.

    It names the person by their number only; the row stays as the proof of when it was asked and done.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        Index(None, "person_id"),
        CheckConstraint("confirmed_by_user_id <> proposed_by_user_id", name="confirmed_by_somebody_else"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID]
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    number: Mapped[str]
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    proposed_at: Mapped[datetime | None]
    proposed_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why it was closed without erasing."""


class Tombstone(Base):
    """What was removed: which record, by which rule, when; nothing of what it held. Append-only."""

    __tablename__ = "tombstone"
    __table_args__ = (UniqueConstraint("record_id", "record_kind", "retention_class"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    record_kind: Mapped[str]
    record_id: Mapped[UUID]
    retention_class: Mapped[RetentionClass]
    rule: Mapped[str]
    at: Mapped[datetime]
