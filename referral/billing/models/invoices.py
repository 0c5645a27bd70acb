"""Invoices, their lines, and everything that was done with them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.billing.rules import FrequencyCode, InvoiceAction, InvoiceState, LineState, Outcome, Sums
from referral.foundation.database import Base, EnumNumber, Id, Money
from referral.organizations.models import Organization
from referral.people.rules import SensitivityLevel
from referral.people.rules.part2 import NEUTRAL_SERVICE
from referral.programs.models import Program


class Invoice(Base):
    """What an organization bills one plan for one month of a program."""

    __tablename__ = "invoice"
    __table_args__ = (
        Index(None, "organization_id", "state"),
        Index(None, "plan_id", "state"),
        Index(None, "network_lead_id", "state"),
        CheckConstraint("(submitted_at IS NULL) = (submitted_by_user_id IS NULL)", name="submitted_at_and_by"),
        CheckConstraint("(frequency = '1') = (replaces_invoice_id IS NULL)", name="replaces"),
        CheckConstraint("paid_amount <= approved_amount OR frequency <> '1'", name="never_overpaid"),
    )
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    """To read out on the phone: I-7F3K2Q."""
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    network_lead_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    month_on: Mapped[date]
    """First day of the month that is billed."""
    state: Mapped[InvoiceState]
    is_pended: Mapped[bool] = mapped_column(default=False)
    """With the plan, waiting for a person to look at a suspect line."""
    payer_status: Mapped[str | None]
    """The payer's own words, kept apart from our state."""
    frequency: Mapped[FrequencyCode] = mapped_column(default=FrequencyCode.ORIGINAL)
    replaces_invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    billed_amount: Mapped[Money] = mapped_column(default=Decimal("0.00"))
    approved_amount: Mapped[Money] = mapped_column(default=Decimal("0.00"))
    paid_amount: Mapped[Money] = mapped_column(default=Decimal("0.00"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    lead_decided_at: Mapped[datetime | None]
    lead_decided_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    lead_decided_by_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    decided_at: Mapped[datetime | None]
    decided_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    return_reason: Mapped[str | None]
    round: Mapped[int] = mapped_column(default=1)
    """How often it was submitted; a returned invoice comes back as the next round."""
    version: Mapped[int] = mapped_column()
    program: Mapped[Program] = relationship(lazy="joined")
    organization: Mapped[Organization] = relationship(lazy="joined", foreign_keys=[organization_id])
    plan: Mapped[Organization] = relationship(lazy="joined", foreign_keys=[plan_id])
    network_lead: Mapped[Organization] = relationship(lazy="joined", foreign_keys=[network_lead_id])
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads this attribute

    @property
    def sums(self) -> Sums:
        """What is billed, approved and paid, whoever reads which of its lines."""
        return Sums(self.billed_amount, self.approved_amount, self.paid_amount)


class InvoiceLine(Base):
    """One delivery as it is billed, judged and paid; it keeps the fee row that priced it."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        UniqueConstraint("invoice_id", "number"),
        Index(
            "uq_invoice_line_delivery",
            "delivery_id",
            unique=True,
            postgresql_where=text("state NOT IN ('removed', 'reversed')"),
        ),
        Index(None, "person_id", "service_code"),
        Index(None, "plan_id", "served_on"),
        Index(None, "organization_id", "served_on"),
        Index(None, "network_lead_id"),
        CheckConstraint("billed >= 0 AND approved_amount >= 0 AND paid_amount >= 0", name="amounts"),
        CheckConstraint("paid_amount <= approved_amount AND approved_amount <= billed", name="never_above_billed"),
    )
    id: Mapped[Id]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    number: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    network_lead_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"), index=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    service_authorization_id: Mapped[UUID] = mapped_column(ForeignKey("service_authorization.id"), index=True)
    fee_row_id: Mapped[UUID | None] = mapped_column(ForeignKey("fee_row.id"), index=True)
    service_code: Mapped[str]
    variant: Mapped[str | None]
    served_on: Mapped[date]
    through_on: Mapped[date | None]
    discharged_on: Mapped[date | None]
    units: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    minutes: Mapped[int | None]
    billed: Mapped[Money]
    state: Mapped[LineState]
    outcome: Mapped[Outcome | None]
    approved_units: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    approved_amount: Mapped[Money] = mapped_column(default=Decimal("0.00"))
    paid_amount: Mapped[Money] = mapped_column(default=Decimal("0.00"))
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    """Every reason in order: code, and the units and amount it took off."""
    invoice: Mapped[Invoice] = relationship(lazy="raise")

    @property
    def shown_code(self) -> str:
        """The code of the service, or the neutral one where it would tell what somebody is treated for."""
        return NEUTRAL_SERVICE if self.level is SensitivityLevel.L2 else self.service_code

    @property
    def shown_variant(self) -> str | None:
        """The variant, where the code is shown."""
        return None if self.level is SensitivityLevel.L2 else self.variant


class InvoiceChange(Base):
    """One thing that was done with an invoice; never changed."""

    __tablename__ = "invoice_change"
    id: Mapped[Id]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    network_lead_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    action: Mapped[InvoiceAction]
    from_state: Mapped[InvoiceState | None]
    to_state: Mapped[InvoiceState]
    at: Mapped[datetime]
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    by_name: Mapped[str]
    reason: Mapped[str | None]
