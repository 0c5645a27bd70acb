"""What the plain field readers cannot know: two fields of one record that only make sense together."""

from collections.abc import Iterator, Mapping
from typing import Any

from referral.directory.rules.phones import read_phone
from referral.directory.rules.problems import Unusable
from referral.directory.rules.text import says_inactive
from referral.directory.rules.vocabulary import (
    Entity,
    Frequency,
    LocationType,
    ProblemKind,
    ServiceStatus,
    StatusSource,
    Weekday,
)

_EVERY_DAY = ",".join(day.value for day in Weekday)
_ONCE = frozenset({"ONCE", "ONE_TIME", "SINGLE"})
_FORTNIGHTLY = frozenset({"BI_WEEKLY", "BIWEEKLY"})

Found = Iterator[tuple[str, ProblemKind]]


def finish(entity: Entity, read: dict[str, Any], raw: Mapping[str, Any]) -> Found:
    """Completes the read fields in place and yields the problems (field, kind) found on the way."""
    if entity is Entity.PHONE:
        yield from _finish_phone(read)
    elif entity is Entity.SCHEDULE:
        yield from _finish_schedule(read, raw)
    elif entity is Entity.LOCATION:
        yield from _finish_location(read)
    elif entity is Entity.SERVICE:
        yield from _finish_service(read, raw)
    elif entity is Entity.ORGANIZATION and not read.get("description"):
        read["description"] = read.get("name")


def _finish_phone(read: dict[str, Any]) -> Found:
    if read["number"] is None:
        return
    try:
        read["number"], extension = read_phone(read["number"])
    except Unusable as refused:
        read["number"] = None
        yield "number", refused.kind
    else:
        read["extension"] = read["extension"] if extension is None else extension


def _finish_location(read: dict[str, Any]) -> Found:
    read["location_type"] = read["location_type"] or LocationType.PHYSICAL
    latitude, longitude = read["latitude"], read["longitude"]
    if latitude is not None and longitude is not None and abs(latitude) > 90 >= abs(longitude):
        read["latitude"], read["longitude"] = longitude, latitude
        yield "latitude", ProblemKind.POINT_SWAPPED
    elif (latitude is None) != (longitude is None) or (latitude == 0 and longitude == 0) or abs(latitude or 0) > 90:
        read["latitude"] = read["longitude"] = None
        yield "latitude", ProblemKind.BAD_VALUE


def _finish_service(read: dict[str, Any], raw: Mapping[str, Any]) -> Found:
    # A status that nobody can read hides the service: wrongly found harms more than not found.
    stated = raw.get("status") not in (None, "")
    read["status_source"] = StatusSource.STATED if read["status"] else StatusSource.ASSUMED
    read["status"] = read["status"] or (ServiceStatus.INACTIVE if stated else ServiceStatus.ACTIVE)
    if says_inactive(read["description"] or ""):
        yield "description", ProblemKind.MAYBE_INACTIVE
    low, high = read["minimum_age"], read["maximum_age"]
    if low is not None and high is not None and low > high:
        read["minimum_age"] = read["maximum_age"] = None
        yield "minimum_age", ProblemKind.BAD_VALUE


def _finish_schedule(read: dict[str, Any], raw: Mapping[str, Any]) -> Found:
    """Rules that cannot be evaluated become text: wrong hours are worse than hours not known."""
    odd = str(raw.get("freq") or "").strip().upper()
    if odd and read["freq"] is None:
        _translate_frequency(read, odd)
    if read["freq"] and not (read["byday"] or read["dtstart"]) and read["valid_from"] == read["valid_to"]:
        read["dtstart"] = read["valid_from"]
    if read["freq"] is Frequency.WEEKLY and not (read["byday"] or read["dtstart"]):
        yield "byday", ProblemKind.DAY_NOT_STATED
        _keep_as_text(read, read["freq"])
    if read["freq"] and read["byday"] and not _ordinals_fit(read):
        yield "byday", ProblemKind.BAD_VALUE
        _keep_as_text(read, read["freq"])
    if read["freq"] is Frequency.MONTHLY and not _says_which_week(read):
        yield "byday", ProblemKind.WEEK_NOT_STATED
        _keep_as_text(read, read["freq"])
    if read["freq"] and (read["interval"] or 1) > 1 and not (read["dtstart"] or read["valid_from"]):
        yield "interval", ProblemKind.ANCHOR_NOT_STATED
        _keep_as_text(read, read["freq"])


def _translate_frequency(read: dict[str, Any], odd: str) -> None:
    """Says an unknown frequency (its reader has reported it) in the standard's words, where they exist."""
    if odd in _ONCE and (start := read["dtstart"] or read["valid_from"]):
        read.update(freq=Frequency.WEEKLY, count=1, dtstart=start, byday=None)
    elif odd in _FORTNIGHTLY:
        read.update(freq=Frequency.WEEKLY, interval=2)
    elif odd == "DAILY":
        read.update(freq=Frequency.WEEKLY, byday=_EVERY_DAY)
    else:
        _keep_as_text(read, odd)


def _ordinals_fit(read: Mapping[str, Any]) -> bool:
    has_ordinals = any(len(day) > 2 for day in str(read["byday"]).split(","))
    return not has_ordinals or (read["freq"] is Frequency.MONTHLY and not read["bymonthday"])


def _says_which_week(read: Mapping[str, Any]) -> bool:
    days = str(read["byday"] or "")
    if days:
        return bool(read["bymonthday"]) or all(day[:1].isdigit() or day[:1] == "-" for day in days.split(","))
    return bool(read["bymonthday"] or read["dtstart"])


def _keep_as_text(read: dict[str, Any], frequency: str) -> None:
    said = f"{frequency.replace('_', '-').capitalize()[:20]} {read['byday'] or ''}".strip()
    read["notes"] = "\n".join(filter(None, [read["notes"], f"{said}: dates not stated, call first"]))
    read["freq"] = None
