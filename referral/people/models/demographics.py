"""Answers about who somebody is: every one kept, with its source and day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.people.rules.answers import AnswerSource, AnswerState
from referral.people.rules.demographics import DemographicKind, Observation


class Demographic(Base):
    """One answer to one question; a later answer is a new row, nothing is overwritten."""

    __tablename__ = "demographic"
    __table_args__ = (Index(None, "person_id", "kind"),)
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    kind: Mapped[DemographicKind]
    state: Mapped[AnswerState]
    values: Mapped[list[str]] = mapped_column(default=list)
    detail: Mapped[str | None]
    """What the person added in their own words."""
    source: Mapped[AnswerSource]
    observed_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    def as_observation(self) -> Observation:
        """The answer as the rules read it."""
        return Observation(self.state, self.source, self.observed_on, frozenset(self.values))
