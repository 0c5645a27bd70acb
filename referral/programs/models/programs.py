"""Programs as data, the services they pay for, which contract covers which service, and plans' allocations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.foundation.database import Base, Id, Money
from referral.people.rules import NeedCategory
from referral.programs.rules import ProgramDefinition, read_definition


class Program(Base):
    """A program that pays for social services in a network; its whole definition is kept as it was loaded."""

    __tablename__ = "program"
    __table_args__ = (UniqueConstraint("network_id", "code"),)
    id: Mapped[Id]
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    code: Mapped[str]
    name: Mapped[str]
    is_illustrative: Mapped[bool]
    """Amounts and rules are not all official; every page that shows them says so."""
    notice: Mapped[str]
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    loaded_at: Mapped[datetime]

    def definition(self) -> ProgramDefinition:
        """Return the program as its rules read it."""
        return read_definition(self.document)


class ProgramService(Base):
    """A service, in one of its variants, that a program pays for."""

    __tablename__ = "program_service"
    __table_args__ = (
        UniqueConstraint("program_id", "code", "variant", postgresql_nulls_not_distinct=True),
        Index(None, "program_id", "need_category"),
    )
    id: Mapped[Id]
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"))
    code: Mapped[str]
    variant: Mapped[str | None]
    name: Mapped[str]
    domain: Mapped[str]
    unit: Mapped[str]
    """What one unit is, as the schedule says it: per box, 15 minute interaction."""
    need_category: Mapped[NeedCategory]
    is_sensitive: Mapped[bool]
    starts_on: Mapped[date | None]
    """None: no start is known, so the service cannot be billed yet."""

    @property
    def label(self) -> str:
        """The service with its variant, as a list shows it."""
        return f"{self.name} ({self.variant.replace('_', ' ')})" if self.variant else self.name


class ContractService(Base):
    """A contract covers a service of a program, as long as the contract is in force."""

    __tablename__ = "contract_service"
    __table_args__ = (UniqueConstraint("contract_id", "program_id", "service_code"),)
    id: Mapped[Id]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"), index=True)
    service_code: Mapped[str]


class Budget(Base):
    """What a plan may authorize in a program over a period, and what it approved beforehand."""

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("program_id", "plan_id", "starts_on"),
        CheckConstraint("allocation >= 0", name="allocation"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
    )
    id: Mapped[Id]
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    allocation: Mapped[Money] = mapped_column(default=Decimal("0.00"))
    preapproved_services: Mapped[list[str]] = mapped_column(default=list)
    """Service codes the system approves without a person looking, while the allocation lasts."""
    program: Mapped[Program] = relationship(lazy="joined")
