"""Messages with their fate, questions with their answers, and numbers that said stop."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.messaging.rules import Direction, MessageStatus, NotSentReason, OptOutSource, QuestionStatus, ReplyMeaning
from referral.messaging.templates import Template


class Question(Base):
    """Something asked by text, answered by yes, partly or no; one open at a time for a number."""

    __tablename__ = "question"
    __table_args__ = (
        Index("uq_question_phone_open", "phone", unique=True, postgresql_where=text("status = 'open'")),
        Index("ix_question_phone_waiting", "phone", postgresql_where=text("status = 'waiting'")),
        Index(None, "person_id"),
        Index(None, "organization_id"),
        Index(None, "subject_id"),
        CheckConstraint("(status = 'answered') = (answer IS NOT NULL)", name="answered_has_an_answer"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID]
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    """In whose name it is asked."""
    level: Mapped[int] = mapped_column(SmallInteger, default=1)
    """Sensitivity of the person's record, 1 to 3."""
    phone: Mapped[str]
    """E.164; emptied as the retention policy says (120 days)."""
    language: Mapped[str]
    template: Mapped[Template]
    time_zone: Mapped[str | None]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    """What it is about, such as ("referral", its id)."""
    status: Mapped[QuestionStatus]
    answer: Mapped[ReplyMeaning | None]
    asked_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Message(Base):
    """One text, ours or a person's, kept whether or not it left."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_organization_id", "organization_id", "created_at", "id"),
        Index("ix_message_person_id", "person_id", "id"),
        Index("ix_message_phone", "phone", "id"),
        Index(
            "ix_message_needs_person",
            "phone",
            postgresql_where=text("needs_person AND settled_at IS NULL"),
        ),
        Index(None, "question_id"),
        CheckConstraint("direction = 'inbound' OR person_id IS NOT NULL", name="ours_has_a_person"),
        CheckConstraint("direction = 'inbound' OR template IS NOT NULL", name="ours_has_a_template"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID | None]
    """None for a text from a number that we never wrote to."""
    network_id: Mapped[UUID | None] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    """In whose name it was written, or who reads the reply."""
    level: Mapped[int] = mapped_column(SmallInteger, default=1)
    """Sensitivity of the person's record, 1 to 3."""
    direction: Mapped[Direction]
    phone: Mapped[str]
    """The person's number, E.164; emptied as the retention policy says (120 days)."""
    body: Mapped[str]
    """Emptied as the retention policy says (30 days)."""
    language: Mapped[str | None]
    template: Mapped[Template | None]
    time_zone: Mapped[str | None]
    """IANA zone of the person, for the hours in which a text may leave; None when unknown."""
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("question.id"))
    key: Mapped[str] = mapped_column(unique=True)
    """What it was sent for: a second message with the same key is the first one."""
    status: Mapped[MessageStatus]
    reason: Mapped[NotSentReason | None]
    """Why it did not leave, or waits."""
    error_code: Mapped[int | None]
    twilio_sid: Mapped[str | None] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    attempted_at: Mapped[datetime | None]
    """When it was last handed to Twilio."""
    meaning: Mapped[ReplyMeaning | None]
    """What a person's text means."""
    needs_person: Mapped[bool] = mapped_column(default=False)
    settled_at: Mapped[datetime | None]
    settled_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]
    created_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    @property
    def readable(self) -> str:
        """What staff may read of it: a code is for nobody but the person."""
        is_secret = self.template is Template.PHONE_CODE and self.body
        return "A code, for nobody but the person." if is_secret else self.body


class MessageStep(Base):
    """One thing that became of a message; Twilio's reports are kept once each."""

    __tablename__ = "message_status"
    __table_args__ = (UniqueConstraint("twilio_sid", "status"), Index(None, "message_id"), Index(None, "person_id"))
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"))
    person_id: Mapped[UUID | None]
    network_id: Mapped[UUID | None] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    status: Mapped[MessageStatus]
    twilio_sid: Mapped[str | None]
    """None for a step taken in this house, such as handing the message over."""
    error_code: Mapped[int | None]
    at: Mapped[datetime]


class OptOut(Base):
    """A number that said stop, until it says start; for every programme and organization."""

    __tablename__ = "opt_out"
    __table_args__ = (
        Index("uq_opt_out_phone_in_force", "phone", unique=True, postgresql_where=text("ended_at IS NULL")),
    )
    id: Mapped[Id]
    phone: Mapped[str]
    since: Mapped[datetime]
    source: Mapped[OptOutSource]
    ended_at: Mapped[datetime | None]
