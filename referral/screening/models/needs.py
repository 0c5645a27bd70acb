"""Needs: one row an episode, the answers it rests on, and every change."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, EnumNumber, Id
from referral.foundation.encryption import EncryptedText
from referral.people.rules import NeedCategory, NeedDomain, SensitivityLevel, domain_of, label
from referral.screening.rules import (
    OPEN_STATES,
    DismissReason,
    NeedAction,
    NeedState,
    allowed_actions,
    may_refer,
    needs_warm_hand_off,
)

_OPEN = ", ".join(f"'{state.value}'" for state in sorted(OPEN_STATES))


class Need(Base):
    """Something a person needs, from the day it was found to the day it ended."""

    __tablename__ = "need"
    __table_args__ = (
        Index(None, "person_id", "found_at"),
        Index(None, "network_id", "state"),
        # One open need of a kind. Above L1 it is one for each finder: a refusal must not tell what others know.
        Index(
            "uq_need_open",
            "person_id",
            "category",
            unique=True,
            postgresql_where=text(f"state IN ({_OPEN}) AND level = 1"),
        ),
        Index(
            "uq_need_open_sensitive",
            "person_id",
            "category",
            "found_by_user_id",
            unique=True,
            postgresql_where=text(f"state IN ({_OPEN}) AND level > 1"),
        ),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    found_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    screening_id: Mapped[UUID | None] = mapped_column(ForeignKey("screening.id"), index=True)
    """None for a need that a navigator added without a screening."""
    category: Mapped[NeedCategory]
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    state: Mapped[NeedState]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    dismiss_reason: Mapped[DismissReason | None]
    found_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads this attribute

    @property
    def label(self) -> str:
        """The category in plain English."""
        return label(self.category)

    @property
    def is_open(self) -> bool:
        """Whether it still asks for something."""
        return self.state in OPEN_STATES

    @property
    def actions(self) -> tuple[NeedAction, ...]:
        """What can happen to it now."""
        return allowed_actions(self.state)

    @property
    def is_for_hand_off(self) -> bool:
        """Whether calling together comes first; an electronic referral needs a release of 30 days."""
        return needs_warm_hand_off(self.level)

    @property
    def can_refer(self) -> bool:
        """Whether a referral is the next step for it."""
        return may_refer(self.state) and not self.is_for_hand_off

    @property
    def domain(self) -> NeedDomain:
        """The family of needs it belongs to."""
        return domain_of(self.category)


class NeedAnswer(Base):
    """A need rests on an answer: the first link of the thread."""

    __tablename__ = "need_answer"
    __table_args__ = (Index(None, "person_id"),)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), primary_key=True)
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answer.id"), primary_key=True, index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    found_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))


class NeedChange(Base):
    """One move of a need, or a change of its category; added by the one function that moves."""

    __tablename__ = "need_change"
    __table_args__ = (
        Index(None, "need_id", "at"),
        Index(None, "person_id"),
        CheckConstraint("reason IS DISTINCT FROM 'other' OR note IS NOT NULL", name="other_needs_a_note"),
    )
    id: Mapped[Id]
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    found_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    action: Mapped[NeedAction | None]
    """None when the need was found, or when only its category changed."""
    from_state: Mapped[NeedState | None]
    to_state: Mapped[NeedState]
    from_category: Mapped[NeedCategory | None]
    reason: Mapped[DismissReason | None]
    note: Mapped[str | None] = mapped_column(EncryptedText("need_change.note"))
    by_principal: Mapped[str]
    """Kind and id of who did it: `user:…`, `link:…`, `system:…`."""
    at: Mapped[datetime]
