"""What people ask their care team for, and what they were answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.foundation.encryption import EncryptedText
from referral.people.rules.consents import GivenBy
from referral.people.rules.requests import RequestKind


class PersonRequest(Base):
    """Something a person asked for; work for their navigator until it is answered."""

    __tablename__ = "person_request"
    __table_args__ = (
        Index(None, "person_id"),
        Index("ix_person_request_open", "network_id", "asked_at", postgresql_where=text("answered_at IS NULL")),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_with_words"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    kind: Mapped[RequestKind]
    reader: Mapped[GivenBy]
    """Who asked: the person, or who speaks for them; the one does not read what the other wrote."""
    words: Mapped[str] = mapped_column(EncryptedText("person_request.words"))
    """As they wrote it; it may say anything."""
    asked_at: Mapped[datetime]
    noted_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    """Who wrote it down, when it was said by phone."""
    answer: Mapped[str | None] = mapped_column(EncryptedText("person_request.answer"))
    answered_at: Mapped[datetime | None]
    answered_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
