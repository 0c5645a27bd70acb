"""The words of the directory: statuses, precisions, and what can be wrong with an imported record.

Service status, location type and frequency are those of HSDS 3.1 (https://docs.openreferral.org).
"""

from collections.abc import Mapping
from enum import StrEnum

USUAL_TIME_ZONE = "America/New_York"
"""Of a place whose ZIP code is not known."""


class Entity(StrEnum):
    """A table of the Human Services Data Specification, by its own name."""

    ORGANIZATION = "organization"
    PROGRAM = "program"
    SERVICE = "service"
    LOCATION = "location"
    SERVICE_AT_LOCATION = "service_at_location"
    ADDRESS = "address"
    PHONE = "phone"
    CONTACT = "contact"
    SCHEDULE = "schedule"
    LANGUAGE = "language"
    SERVICE_AREA = "service_area"
    COST_OPTION = "cost_option"
    REQUIRED_DOCUMENT = "required_document"
    ACCESSIBILITY = "accessibility"
    FUNDING = "funding"
    URL = "url"
    UNIT = "unit"
    SERVICE_CAPACITY = "service_capacity"
    ORGANIZATION_IDENTIFIER = "organization_identifier"
    TAXONOMY = "taxonomy"
    TAXONOMY_TERM = "taxonomy_term"
    ATTRIBUTE = "attribute"


class ServiceStatus(StrEnum):
    """Whether a service is offered; only active ones are found."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


STATUS_WORDS: Mapping[ServiceStatus, tuple[str, str]] = {
    ServiceStatus.ACTIVE: ("Offered", "Searches find it"),
    ServiceStatus.TEMPORARILY_CLOSED: ("Paused", "No search finds it until it is offered again"),
    ServiceStatus.INACTIVE: ("Not offered", "No search finds it"),
    ServiceStatus.DEFUNCT: ("Ended", "It is over; no search finds it"),
}


class StatusSource(StrEnum):
    """Whether the source said the status, or the import assumed it."""

    STATED = "stated"
    ASSUMED = "assumed"


class NeedSource(StrEnum):
    """Who says that a service helps with a need: somebody, our draft map of terms, or the words of the listing."""

    STATED = "stated"
    MAPPED = "mapped"
    DERIVED = "derived"


class LocationType(StrEnum):
    """Where a location is: a place to go to, a mailbox, or nowhere at all."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class Frequency(StrEnum):
    """How a schedule repeats; the standard knows these two."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class Weekday(StrEnum):
    """A day of the week as RFC 5545 writes it, Monday first."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"


class GeoPrecision(StrEnum):
    """How a point on the map is known; everything but *stated* is shown with the word *about*."""

    STATED = "stated"
    ZIP = "zip"
    CITY = "city"
    NONE = "none"


class ProblemKind(StrEnum):
    """What the import found wrong; one problem names one value of one record."""

    BAD_ENCODING = "bad_encoding"
    BAD_VALUE = "bad_value"
    BAD_PHONE = "bad_phone"
    MISSING = "missing"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_CHOICE = "unknown_choice"
    UNKNOWN_FREQUENCY = "unknown_frequency"
    DAY_NOT_STATED = "day_not_stated"
    WEEK_NOT_STATED = "week_not_stated"
    ANCHOR_NOT_STATED = "anchor_not_stated"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    ORPHAN = "orphan"
    NO_PLACE = "no_place"
    CONFLICT = "conflict"
    SHARED_POINT = "shared_point"
    POINT_FAR_FROM_ZIP = "point_far_from_zip"
    POINT_SWAPPED = "point_swapped"
    RAGGED_ROW = "ragged_row"
    UNKNOWN_ZIP = "unknown_zip"
    MAYBE_INACTIVE = "maybe_inactive"
    OWN_WORD = "own_word"


class QuarantineReason(StrEnum):
    """Why a whole record could not be used; its raw text is kept."""

    TOO_LONG = "line_too_long"
    NOT_JSON = "not_json"
    NOT_A_RECORD = "not_a_record"
    NO_SERVICE = "no_service"
    NO_NAME = "no_name"
    NO_ID = "no_id"
    NO_PARENT = "no_parent"
    SAME_ID = "same_id"
