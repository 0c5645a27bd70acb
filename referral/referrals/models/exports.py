"""A file of many people's rows that somebody asked for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id
from referral.referrals.rules.exports import ExportState, export_state


class RowExport(Base):
    """A request for a file of the network's referrals: why, by whom, and what somebody else decided. Names nobody."""

    __tablename__ = "row_export"
    __table_args__ = (
        Index(None, "network_id", "asked_at"),
        CheckConstraint("decided_by_user_id <> asked_by_user_id", name="decided_by_somebody_else"),
        CheckConstraint(
            "(decided_at IS NULL) = (is_approved IS NULL) AND (decided_at IS NULL) = (decided_by_user_id IS NULL)",
            name="decided_by_whom",
        ),
    )
    id: Mapped[Id]
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime | None]
    decided_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    is_approved: Mapped[bool | None]

    def state(self, at: datetime) -> ExportState:
        """Return where the request stands at the instant."""
        return export_state(asked_at=self.asked_at, decided_at=self.decided_at, is_approved=self.is_approved, at=at)
