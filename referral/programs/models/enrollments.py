"""Enrollment of a person in a program."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.foundation.database import Base, EnumNumber, Id
from referral.people.rules import SensitivityLevel
from referral.programs.models.programs import Program
from referral.programs.rules import EnrollmentState, Verdict


class Enrollment(Base):
    """A person's place in a program: who proposed it on which answers, and what the plan decided."""

    __tablename__ = "enrollment"
    __table_args__ = (
        Index(
            "uq_enrollment_open",
            "person_id",
            "program_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'enrolled')"),
        ),
        Index(None, "plan_id", "state"),
        CheckConstraint("(decided_at IS NULL) = (state = 'proposed')", name="decided_at"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    """Who proposed it."""
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel), default=SensitivityLevel.L1)
    state: Mapped[EnrollmentState]
    criteria: Mapped[dict[str, Any]]
    """Criterion code -> {is_met, answered_on, source}."""
    verdict: Mapped[Verdict]
    findings: Mapped[list[Any]]
    """What the rules found when it was proposed: part, verdict, sentence, status."""
    proposed_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    proposed_at: Mapped[datetime]
    decided_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()
    program: Mapped[Program] = relationship(lazy="joined")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads this attribute
