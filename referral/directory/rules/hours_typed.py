"""Reads opening hours as people type them: *Mon–Fri 9–5*, *Sat 10 am–noon*, *2nd and 4th Thursday 1–4*."""

import re
from collections.abc import Iterator
from datetime import time

from referral.directory.rules.hours import Schedule
from referral.directory.rules.problems import Unusable
from referral.directory.rules.values import clock, weekdays
from referral.directory.rules.vocabulary import Frequency

MOST_CHARACTERS = 300
_HALF = r"(?:\s*[ap]\.?(?:m\b\.?|\b))?"
_TIME = rf"(?:noon|midday|midnight|\d{{1,2}}(?::\d{{2}})?{_HALF})"
_RANGE = re.compile(rf"\b({_TIME})\s*(?:-|–|—|\bto\b|\buntil\b|\btill?\b)\s*({_TIME})", re.IGNORECASE)
_ALL_DAY = re.compile(r"\b(?:open\s+)?(?:24\s*hours(?:\s+a\s+day)?|24\s*h|all\s+day)\b|24/7", re.IGNORECASE)
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_NUMBERED = r"(?:\d(?:st|nd|rd|th)|first|second|third|fourth|last)"
_SEVERAL_OF_ONE_DAY = re.compile(rf"\b({_NUMBERED})\s*(?:,|&|and)\s*(?={_NUMBERED}\s+({_DAY})\b)", re.IGNORECASE)
_FILLER = re.compile(r"\b(?:of\s+(?:the|each|every)\s+month|each|every|open|hours|from|on)\b|:", re.IGNORECASE)
_SAME = {"every day": "daily", "7 days a week": "daily", "seven days a week": "daily", "24/7": "daily 24/7"}
_SAYS_WHEN = re.compile(rf"\d|\b{_DAY}\b|\bnoon\b|\bmidnight\b", re.IGNORECASE)
_ONLY_WORDS = re.compile(r"\b(?:closed|by appointment|call)\b", re.IGNORECASE)
_CLOSED = re.compile(r"\bclosed\b", re.IGNORECASE)
# From five to six without more could be either half of the day: a door that opens then must say which.
_MORNING, _AFTERNOON = range(7, 13), range(1, 5)


def read_hours(text: str) -> list[Schedule]:
    """Return the rules of one line; none where it says no times at all, such as *By appointment* or *Closed Sunday*.

    Times without AM or PM are those of a working day: 9–5 is morning to afternoon. Raises Unusable for what could
    mean two things, and for a line that names days or times but not both.
    """
    line = " ".join(text.split())
    if len(line) > MOST_CHARACTERS:
        raise Unusable
    if _ONLY_WORDS.search(line) and not _RANGE.search(line):
        return []
    for said, meant in _SAME.items():
        line = re.sub(re.escape(said), meant, line, flags=re.IGNORECASE)
    found = [one for part in line.split(";") if part.strip() for one in _part(part)]
    if not found and _SAYS_WHEN.search(line):
        raise Unusable
    return found


def _part(text: str) -> Iterator[Schedule]:
    """Yield the rules of a line without semicolons: days, their times, then perhaps other days and theirs."""
    spans = sorted([*_RANGE.finditer(text), *_ALL_DAY.finditer(text)], key=lambda found: found.start())
    if not spans:
        return
    behind = _days(_CLOSED.sub(" ", text[spans[-1].end() :]))
    is_closed_then = bool(_CLOSED.search(text[spans[-1].end() :]))
    days, end = "" if is_closed_then or len(spans) > 1 else behind, 0
    for span in spans:
        days, end = _days(text[end : span.start()]) or days, span.end()
        opens_at, closes_at = _times(*span.groups()) if span.re is _RANGE else (time(0), time(0))
        if not days or (behind and not is_closed_then and days != behind):
            raise Unusable
        yield _schedule(days, opens_at, closes_at)


def _schedule(days: str, opens_at: time, closes_at: time) -> Schedule:
    is_monthly = any(len(day) > 2 for day in days.split(","))
    if is_monthly and any(len(day) == 2 for day in days.split(",")):
        raise Unusable
    freq = Frequency.MONTHLY if is_monthly else Frequency.WEEKLY
    return Schedule(freq=freq, byday=days, opens_at=opens_at, closes_at=closes_at)


def _days(text: str) -> str:
    """Return the days of a text as RFC 5545 writes them; empty when it names none."""
    text = _FILLER.sub(" ", text)
    while (several := _SEVERAL_OF_ONE_DAY.sub(r"\1 \2, ", text)) != text:
        text = several
    text = re.sub(r"^(?:\s|,|&|\band\b)+|(?:\s|,|&|\band\b)+$", "", text, flags=re.IGNORECASE)
    return weekdays(text) or "" if text else ""


def _times(first: str, last: str) -> tuple[time, time]:
    """Return both ends of a range; an end without AM or PM is told by the other one."""
    opens, closes = _Clock(first), _Clock(last)
    if opens.is_sure and closes.is_sure:
        return opens.value, closes.value
    if opens.is_sure:
        return opens.value, closes.after(opens.value)
    if closes.is_sure:
        return opens.before(closes.value), closes.value
    opening = opens.of_a_working_day()
    return opening, closes.after(opening)


class _Clock:
    """A time as it was written, and whether that says which half of the day it means."""

    def __init__(self, text: str) -> None:
        found = clock(text.replace(".", "") if re.search(r"[ap]", text, re.IGNORECASE) else text)
        if found is None:
            raise Unusable
        self.value = found
        self.is_sure = bool(re.search(r"[a-z]", text, re.IGNORECASE)) or not 1 <= found.hour <= 12

    @property
    def _morning(self) -> time:
        return self.value.replace(hour=self.value.hour % 12)

    @property
    def _afternoon(self) -> time:
        return self.value.replace(hour=self.value.hour % 12 + 12)

    def after(self, opening: time) -> time:
        """Return the next time after the opening that this can be."""
        return next((one for one in (self._morning, self._afternoon) if one > opening), self._morning)

    def before(self, closing: time) -> time:
        """Return the last time before the closing that this can be."""
        return next((one for one in (self._afternoon, self._morning) if one < closing), self._afternoon)

    def of_a_working_day(self) -> time:
        """Return the half in which doors open; raises Unusable where it could be either."""
        if self.value.hour in _MORNING:
            return self.value
        if self.value.hour in _AFTERNOON:
            return self._afternoon
        raise Unusable
