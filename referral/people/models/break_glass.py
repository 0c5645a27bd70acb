"""Each time somebody asked to open a person in an emergency: whom, why, and what the review said."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.foundation.encryption import EncryptedText
from referral.people.rules.break_glass import Verdict


class BreakGlass(Base):
    """One emergency, or what was called one; kept whether or not anybody was found."""

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) = (until IS NULL)", name="opened_or_missed"),
        CheckConstraint("(person_id IS NULL) = (sought IS NOT NULL)", name="missed_is_kept"),
        CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by_user_id IS NULL) AND (reviewed_at IS NULL) = (verdict IS NULL)",
            name="reviewed_by",
        ),
        CheckConstraint("reviewed_by_user_id <> user_id", name="four_eyes"),
        Index(None, "user_id", "asked_at"),
        Index("ix_break_glass_waiting", "network_id", "review_due_at", postgresql_where=text("reviewed_at IS NULL")),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None: nobody whom the asker may open is called so."""
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    """For whom the asker worked."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str] = mapped_column(EncryptedText("break_glass.reason"))
    sought: Mapped[str | None] = mapped_column(EncryptedText("break_glass.sought"))
    """The name and birth date typed, where they led to nobody: who reviews it sees what was tried."""
    asked_at: Mapped[datetime]
    until: Mapped[datetime | None]
    review_due_at: Mapped[datetime]
    was_texted: Mapped[bool] = mapped_column(default=False)
    """Whether the person was told by a text; their own page tells them in any case."""
    reviewed_at: Mapped[datetime | None]
    reviewed_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    verdict: Mapped[Verdict | None]
    review_note: Mapped[str | None] = mapped_column(EncryptedText("break_glass.review_note"))
