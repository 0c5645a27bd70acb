"""Which health plan covers a person, from when to when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.people.rules.answers import AnswerSource


class Coverage(Base):
    """A person is a member of a plan; both days are included, no last day means until further notice."""

    __tablename__ = "coverage"
    __table_args__ = (
        Index(None, "plan_id", "member_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    member_id: Mapped[str] = mapped_column(index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    source: Mapped[AnswerSource]
    recorded_at: Mapped[datetime]
