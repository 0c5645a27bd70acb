"""A search and its answer, a listing, and what is said to be wrong with it."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from referral.directory.rules.criteria import DISTANCES, Criteria
from referral.directory.rules.freshness import CapacityState
from referral.directory.rules.ladder import Step
from referral.directory.rules.languages import NAMES
from referral.directory.rules.reports import ReportState, WrongPart
from referral.directory.rules.vocabulary import ServiceStatus
from referral.people.rules import NeedCategory
from referral.web.shapes import Strict, page_of


class SearchQuery(Strict):
    """A search, as the address of the page or of the API holds it."""

    words = fields.String(load_default="", validate=validate.Length(max=200, error="Write at most 200 characters."))
    need = fields.Enum(NeedCategory, by_value=True, load_default=None)
    zip_code = fields.String(load_default="", validate=validate.Length(max=20))
    miles = fields.Integer(load_default=10, validate=validate.OneOf(DISTANCES))
    language = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(NAMES)))
    is_open_now = fields.Boolean(load_default=False)
    is_in_network = fields.Boolean(load_default=False)
    has_room = fields.Boolean(load_default=False)
    is_exact = fields.Boolean(load_default=False)

    @post_load
    def as_criteria(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Hand the values on as the criteria of a search."""
        values["criteria"] = Criteria(**{name: value for name, value in values.items() if name in Criteria.__slots__})
        return values


class PageQuery(SearchQuery):
    """A search from the page of a need, which is carried along so that a result can be chosen for it."""

    need_id = fields.UUID(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    """Whose need it is: a list of places is texted to them without asking for their number."""


class CapacityForm(Strict):
    """Whether there is room."""

    status = fields.Enum(
        CapacityState,
        by_value=True,
        required=True,
        error_messages={"required": "Choose whether there is room.", "unknown": "Choose one from the list."},
    )
    available = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, 100_000, error="Write a number from 0 up.")
    )
    note = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=300))
    is_beds = fields.Boolean(load_default=False)


class ReasonOut(Schema):
    """Why a result is where it is."""

    kind = fields.String()
    points = fields.Float()
    text = fields.String()


class HitOut(Schema):
    """One result of a search."""

    service_at_location_id = fields.UUID()
    service_id = fields.UUID()
    organization_id = fields.UUID()
    title = fields.String()
    organization_name = fields.String()
    place = fields.String()
    miles = fields.Float(allow_none=True)
    distance = fields.String()
    opening = fields.String()
    capacity = fields.Enum(CapacityState, by_value=True)
    available = fields.Integer(allow_none=True)
    cost = fields.String()
    eligibility = fields.String()
    phones = fields.List(fields.String())
    languages = fields.List(fields.String())
    needs = fields.List(fields.Enum(NeedCategory, by_value=True))
    assured_on = fields.Date(allow_none=True)
    freshness = fields.String()
    is_claimed = fields.Boolean()
    score = fields.Float()
    reasons = fields.List(fields.Nested(ReasonOut))
    other_sites = fields.Integer()


class CorrectionOut(Schema):
    """A word taken for a misspelling."""

    typed = fields.String()
    meant = fields.String()


class FoundOut(Schema):
    """The answer to a search; `step` says how far it had to go. At most 50 results, so there is never a next page."""

    items = fields.List(fields.Nested(HitOut), attribute="hits")
    next = fields.String(allow_none=True, dump_default=None)
    step = fields.Enum(Step, by_value=True)
    step_text = fields.String()
    place_problem = fields.String(allow_none=True)
    corrections = fields.List(fields.Nested(CorrectionOut))
    needs = fields.List(fields.Enum(NeedCategory, by_value=True))


class RoomOut(Schema):
    """Whether there is room, until when that stands."""

    state = fields.Enum(CapacityState, by_value=True)
    available = fields.Integer(allow_none=True)
    note = fields.String(allow_none=True)
    updated_at = fields.DateTime(allow_none=True)
    expires_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class NeedOfService(Schema):
    """A need that a service helps with; *derived* and *mapped* are unverified."""

    need = fields.Enum(NeedCategory, by_value=True)
    source = fields.String()


class ListingOut(Schema):
    """A service at a location with what is known about it."""

    id = fields.UUID()
    title = fields.String()
    service_id = fields.UUID(attribute="service.id")
    description = fields.String(attribute="service.description", allow_none=True)
    status = fields.Enum(ServiceStatus, by_value=True, attribute="service.status")
    alert = fields.String(attribute="service.alert", allow_none=True)
    documents = fields.List(fields.String())
    organization_id = fields.UUID(attribute="organization.id")
    organization_name = fields.String(attribute="organization.name")
    is_claimed = fields.Boolean(attribute="organization.is_claimed")
    place = fields.String()
    phones = fields.List(fields.String())
    cost = fields.String()
    eligibility = fields.String()
    languages = fields.List(fields.String())
    needs = fields.Method("say_needs", metadata={"type": "array", "items": {"type": "object"}})
    schedules = fields.List(fields.String())
    opening = fields.String()
    room = fields.Nested(RoomOut)
    assured_on = fields.Date(attribute="service.assured_date", allow_none=True)
    freshness = fields.String(attribute="freshness_text")
    source = fields.String(allow_none=True)
    licence = fields.String(allow_none=True)

    def say_needs(self, listing: Any) -> list[dict[str, str]]:
        """The needs with who says so."""
        return [{"need": need.value, "source": source.value} for need, source in listing.needs]


ListingPage = page_of(ListingOut)


class ListForm(Schema):
    """To whom a list is texted."""

    number = fields.String(required=True, error_messages={"required": "Write the person's number, like P-7F3K2Q."})


class TextedListForm(Strict):
    """Which places stand on the list that is texted."""

    service_at_location_id = fields.List(
        fields.UUID(), required=True, validate=validate.Length(1, 20, error="Choose between 1 and 20 places.")
    )


class TextedListOut(Schema):
    """A list on its way to somebody's phone; nothing of it can be read here."""

    id = fields.UUID()
    expires_at = fields.AwareDateTime()


class ReportForm(Strict):
    """What is wrong with a listing."""

    part = fields.Enum(
        WrongPart,
        by_value=True,
        required=True,
        error_messages={"required": "Choose what is wrong.", "unknown": "Choose one from the list."},
    )
    note = fields.String(load_default=None, validate=validate.Length(max=500))


class ReportSettled(Strict):
    """What became of a report."""

    state = fields.Enum(
        ReportState,
        by_value=True,
        required=True,
        validate=validate.NoneOf([ReportState.OPEN], error="Choose what became of it."),
        error_messages={"required": "Choose what became of it.", "unknown": "Choose one from the list."},
    )


class ReportMade(Schema):
    """A report as its reporter gets it back."""

    id = fields.UUID()
    service_at_location_id = fields.UUID()
    part = fields.Enum(WrongPart, by_value=True)
    note = fields.String(allow_none=True)
    state = fields.Enum(ReportState, by_value=True)
    reported_at = fields.AwareDateTime()


class ReportOut(ReportMade):
    """A report that waits for whoever keeps the listing."""

    service = fields.String()
    organization = fields.String()
    is_claimed = fields.Boolean()
    reported_by = fields.String(allow_none=True)


ReportPage = page_of(ReportOut)
