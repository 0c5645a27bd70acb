"""How far the demonstration's year has come."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base


class Demonstration(Base):
    """The one row that says which synthetic network this database holds, and how much of it is there."""

    __tablename__ = "demonstration"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Seed number: the same number makes the same network."""
    today: Mapped[date]
    """The day the year ends on; kept, so that later people fit to earlier ones."""
    people_wanted: Mapped[int]
    people_done: Mapped[int]
    finished_at: Mapped[datetime | None]

    @property
    def percent(self) -> int:
        """Return how much of the year is there, in whole percent."""
        return 100 if self.finished_at else min(99, 100 * self.people_done // max(1, self.people_wanted))
