"""Payments, and the ledger: rows are added and reversed, never edited."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, EnumNumber, Id, Money
from referral.people.rules import SensitivityLevel


class EntryKind(StrEnum):
    """What a ledger entry says about a line."""

    APPROVED = "approved"
    PAID = "paid"
    REVERSED = "reversed"


class Payment(Base):
    """Money that a plan paid on an invoice."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("plan_id", "reference", "invoice_id"),
        CheckConstraint("amount > 0", name="amount"),
        Index(None, "organization_id", "paid_on"),
    )
    id: Mapped[Id]
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    network_lead_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount: Mapped[Money]
    paid_on: Mapped[date]
    reference: Mapped[str]
    """Check number or trace of the transfer."""
    recorded_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    recorded_at: Mapped[datetime]


class LedgerEntry(Base):
    """One movement on an invoice line; a correction is a reversal and a new row."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index(None, "plan_id"),
        Index(None, "organization_id"),
        CheckConstraint("(kind = 'reversed') = (reverses_id IS NOT NULL)", name="reverses"),
    )
    id: Mapped[Id]
    invoice_line_id: Mapped[UUID] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    service_authorization_id: Mapped[UUID] = mapped_column(ForeignKey("service_authorization.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    network_lead_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    kind: Mapped[EntryKind]
    amount: Mapped[Money]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"), index=True)
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    created_at: Mapped[datetime]
    created_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
