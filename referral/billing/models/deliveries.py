"""What was really delivered: units on a day, typed once, and then evidence and invoice line alike."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.foundation.database import Base, EnumNumber, Id, Money
from referral.organizations.models import Organization
from referral.people.rules import SensitivityLevel
from referral.people.rules.part2 import NEUTRAL_SERVICE
from referral.programs.models import ServiceAuthorization


class Delivery(Base):
    """One delivery of help. A paid service names its authorization; unpaid help names neither service nor one."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(None, "organization_id", "delivered_on"),
        Index(None, "plan_id"),
        Index(None, "network_lead_id"),
        CheckConstraint("(service_code IS NULL) = (service_authorization_id IS NULL)", name="paid_has_authorization"),
        CheckConstraint("units > 0 AND minutes >= 0 AND cost >= 0", name="amounts"),
        CheckConstraint("through_on IS NULL OR through_on >= delivered_on", name="through"),
        CheckConstraint("discharged_on IS NULL OR discharged_on >= delivered_on", name="discharged"),
        CheckConstraint("(voided_at IS NULL) = (voided_by_user_id IS NULL)", name="voided_at_and_by"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    network_lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    service_authorization_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_authorization.id"), index=True)
    service_code: Mapped[str | None]
    variant: Mapped[str | None]
    delivered_on: Mapped[date]
    through_on: Mapped[date | None]
    """Last day of a span, both ends included."""
    discharged_on: Mapped[date | None]
    """Day a stay ended; the night before is the last one."""
    units: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    minutes: Mapped[int | None]
    cost: Mapped[Money | None]
    """What was spent, for services paid at cost."""
    evidence: Mapped[list[str]] = mapped_column(default=list)
    """What is on file: contact, receipt, delivery, attendance, minutes, bed_nights."""
    recorded_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    recorded_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    """Recorded in error; kept, never counted."""
    voided_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    service_authorization: Mapped[ServiceAuthorization | None] = relationship(lazy="raise")
    organization: Mapped[Organization] = relationship(lazy="raise", foreign_keys=[organization_id])

    @property
    def shown_code(self) -> str | None:
        """The code of the service, or the neutral one where it would tell what somebody is treated for."""
        return NEUTRAL_SERVICE if self.level is SensitivityLevel.L2 else self.service_code

    @property
    def shown_variant(self) -> str | None:
        """The variant, where the code is shown."""
        return None if self.level is SensitivityLevel.L2 else self.variant
