"""Screenings and their answers. An answer about safety is its asker's alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.foundation.database import Base, EnumNumber, Id
from referral.foundation.encryption import EncryptedText
from referral.people.rules import AnswerState, NeedCategory, SensitivityLevel
from referral.screening.models.instruments import InstrumentVersion
from referral.screening.rules import DATA_ABSENT_REASON, Mode, NotAskedReason, Respondent, ScreeningStatus


class Screening(Base):
    """One time the questions of an instrument were put to somebody."""

    __tablename__ = "screening"
    __table_args__ = (
        Index(None, "person_id", "started_at"),
        Index(None, "organization_id", "started_at"),
        CheckConstraint("(status = 'in_progress') = (ended_at IS NULL)", name="ends_once"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    """Organization of whoever asks."""
    asked_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    instrument_id: Mapped[UUID] = mapped_column(ForeignKey("instrument.id"), index=True)
    panels: Mapped[list[str]]
    """Link ids of the panels that were put; empty for the whole instrument."""
    status: Mapped[ScreeningStatus] = mapped_column(default=ScreeningStatus.IN_PROGRESS)
    mode: Mapped[Mode]
    respondent: Mapped[Respondent]
    is_alone: Mapped[bool]
    """In private and not on a shared line: else sensitive questions are passed over."""
    language: Mapped[str]
    """In which the questions were asked (BCP 47)."""
    is_interpreted: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    instrument: Mapped[InstrumentVersion] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_open(self) -> bool:
        """Whether answers can still be recorded."""
        return self.status is ScreeningStatus.IN_PROGRESS

    @property
    def is_proxy(self) -> bool:
        """Whether somebody answers for the person."""
        return self.respondent is not Respondent.PERSON


class Answer(Base):
    """What came of one question; the codes of a safety answer are kept encrypted."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("screening_id", "link_id"),
        Index(None, "person_id"),
        CheckConstraint("level < 3 OR codes = '{}'", name="safety_is_sealed"),
    )
    id: Mapped[Id]
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screening.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    asked_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    link_id: Mapped[str]
    state: Mapped[AnswerState]
    codes: Mapped[list[str]]
    sealed_codes: Mapped[str | None] = mapped_column(EncryptedText("answer.sealed_codes"))
    reason: Mapped[NotAskedReason | None]
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    answered_at: Mapped[datetime]

    @property
    def chosen(self) -> tuple[str, ...]:
        """The codes of the chosen options, whichever way they are kept."""
        return tuple(self.sealed_codes.split()) if self.sealed_codes else tuple(self.codes)

    @property
    def data_absent_reason(self) -> str | None:
        """FHIR's word for why there is no value; None for an answer."""
        return DATA_ABSENT_REASON[self.state]

    def keep(self, codes: tuple[str, ...], level: SensitivityLevel) -> None:
        """Keep the codes as their level asks: in the open, or encrypted for safety."""
        is_sealed = level is SensitivityLevel.L3
        self.level = level
        self.codes = [] if is_sealed else list(codes)
        self.sealed_codes = " ".join(codes) if is_sealed and codes else None


class UrgentAnswer(Base):
    """An urgent answer and what its asker did: the cause, the person it was handed to, and when."""

    __tablename__ = "urgent_answer"
    __table_args__ = (
        UniqueConstraint("answer_id"),
        Index(None, "person_id"),
        CheckConstraint("(handed_to IS NULL) = (first_contact_at IS NULL)", name="contact_is_whole"),
    )
    id: Mapped[Id]
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answer.id"))
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screening.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    asked_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    """L3 until the cause is recorded, then the level of the cause."""
    cause: Mapped[NeedCategory | None]
    is_proposed: Mapped[bool]
    """Urgent by our rule, not by the instrument's own words."""
    handed_to: Mapped[str | None] = mapped_column(EncryptedText("urgent_answer.handed_to"))
    first_contact_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime]
