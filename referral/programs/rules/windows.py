"""Windows of local calendar dates; both ends belong to the window, an open end is None."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """From the first to the last day, both included; None means open on that side."""

    first_on: date | None = None
    last_on: date | None = None

    def __contains__(self, day: date) -> bool:
        return not self.is_before(day) and not self.starts_after(day)

    def is_before(self, day: date) -> bool:
        """Whether the whole window lies before the day."""
        return self.last_on is not None and self.last_on < day

    def starts_after(self, day: date) -> bool:
        """Whether the whole window lies after the day."""
        return self.first_on is not None and self.first_on > day

    def until(self, last_on: date) -> "Window":
        """Return the window cut so that it ends on this day at the latest."""
        return Window(self.first_on, last_on if self.last_on is None else min(self.last_on, last_on))

    def months(self) -> int:
        """Return the started months of a window with both ends: 10 January to 9 July are six."""
        if self.first_on is None or self.last_on is None:
            raise ValueError("An open window has no number of months.")
        count = 1
        while add_months(self.first_on, count) <= self.last_on:
            count += 1
        return count


def add_months(day: date, months: int) -> date:
    """Return the same day some months later (or earlier), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_of(day: date) -> Window:
    """Return the calendar month the day lies in."""
    return Window(day.replace(day=1), add_months(day.replace(day=1), 1) - timedelta(days=1))


def year_from(anchor: date, day: date) -> Window:
    """Return the twelve months, counted from the anchor, that the day lies in."""
    turns = (day.year - anchor.year) * 12 + day.month - anchor.month
    turns -= turns % 12
    if add_months(anchor, turns) > day:
        turns -= 12
    return Window(add_months(anchor, turns), add_months(anchor, turns + 12) - timedelta(days=1))
