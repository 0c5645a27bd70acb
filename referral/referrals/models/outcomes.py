"""What became of a referral: every report of help, and contradictions between them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.referrals.models.parties import OfReferral
from referral.referrals.rules import Evidence, EvidenceKind, HeardBy, PersonAnswer


class OutcomeEvidence(OfReferral, Base):
    """One report about help; nobody overwrites another's, a record that proves wrong is retracted."""

    __tablename__ = "outcome_evidence"
    __table_args__ = (
        UniqueConstraint("referral_id", "kind", "source_id"),
        CheckConstraint("occurred_at <= recorded_at", name="not_in_the_future"),
    )
    id: Mapped[Id]
    kind: Mapped[EvidenceKind]
    answer: Mapped[PersonAnswer]
    heard_by: Mapped[HeardBy]
    source_id: Mapped[UUID | None]
    """The delivery, payment line or question it comes from; the same source counts once."""
    note: Mapped[str | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    by_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))

    def as_evidence(self) -> Evidence:
        """Return it as the rules weigh it."""
        return Evidence(self.kind, self.answer, self.occurred_at, self.recorded_at)


class Contradiction(OfReferral, Base):
    """Delivery is claimed and the person says not helped: open until somebody has talked with the person."""

    __tablename__ = "contradiction"
    __table_args__ = (
        Index(
            "uq_contradiction_open",
            "referral_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_contradiction_queue", "network_id", postgresql_where=text("closed_at IS NULL")),
        CheckConstraint("(closed_at IS NULL) = (final_answer IS NULL)", name="closed_with_an_answer"),
    )
    id: Mapped[Id]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    final_answer: Mapped[PersonAnswer | None]
    note: Mapped[str | None]
    closed_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
