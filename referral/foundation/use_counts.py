"""How often somebody did something in a stretch of time: counted in PostgreSQL, in a short transaction of its own."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.foundation.database import Base

KEPT_FOR = timedelta(days=2)


class UseCount(Base):
    """How often a user did one kind of thing in one stretch of time."""

    __tablename__ = "use_count"
    __table_args__ = (Index(None, "starts_at"),)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    used: Mapped[int]


def count(session: Session, user_id: UUID, kind: str, *, starts_at: datetime) -> int:
    """Count one more use and return how many there are in this stretch; two at once count as two."""
    row = insert(UseCount).values(user_id=user_id, kind=kind, starts_at=starts_at, used=1)
    again = row.on_conflict_do_update(index_elements=["user_id", "kind", "starts_at"], set_={"used": UseCount.used + 1})
    return int(session.execute(again.returning(UseCount.used)).scalar_one())


def stretch(at: datetime, length: timedelta) -> datetime:
    """Return when the stretch of this length that holds the instant began."""
    seconds = int(length.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)


def purge(session: Session, *, at: datetime) -> None:
    """Delete counts of days gone by (`retention.run`, hourly)."""
    session.execute(delete(UseCount).where(UseCount.starts_at <= at - KEPT_FOR))
