"""What whoever keeps a listing says about it, and what they get back."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from referral.directory.rules.languages import NAMES
from referral.directory.rules.problems import Unusable
from referral.directory.rules.values import url as read_url
from referral.directory.rules.vocabulary import ServiceStatus
from referral.people.rules import NeedCategory
from referral.web.shapes import Strict, page_of

MOST_LINES = 20
NEEDS = [need for need in NeedCategory if need is not NeedCategory.PROTECTIVE_FACTOR]


def text(limit: int, **options: Any) -> fields.String:
    """A text of at most so many characters; null takes it away."""
    too_long = validate.Length(max=limit, error=f"Write at most {limit} characters.")
    return fields.String(validate=too_long, **{"allow_none": True, **options})


def lines(limit: int = 300, **options: Any) -> fields.List[str]:
    """Short lines, each a statement of its own."""
    return fields.List(text(limit, allow_none=False), validate=_few_lines, **options)


_few_lines = validate.Length(max=MOST_LINES, error=f"Write at most {MOST_LINES} lines.")


class TypedLines(fields.List[str]):
    """Lines as a page sends them: one text, with a statement on each line."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> list[Any]:
        if isinstance(value, str):
            value = [" ".join(line.split()) for line in value.splitlines() if line.strip()]
        found: list[Any] = super()._deserialize(value, attr, data, **more)
        return found


def _is_web_address(value: str) -> None:
    try:
        read_url(value)
    except Unusable as unusable:
        raise ValidationError("Write a web address like www.example.org.") from unusable


class ListingChanges(Strict):
    """Only what is to be said otherwise about a listing; null or an empty list takes it away."""

    name = text(200, allow_none=False)
    description = text(4000)
    status = fields.Enum(ServiceStatus, by_value=True)
    alert = text(300)
    needs = fields.List(
        fields.Enum(NeedCategory, by_value=True, validate=validate.OneOf(NEEDS)),
        validate=validate.Length(min=1, error="Choose at least one need that it helps with."),
    )
    hours = lines()
    phones = lines(60)
    email = fields.Email(allow_none=True)
    url = fields.String(allow_none=True, validate=[validate.Length(max=500), _is_web_address])
    eligibility = text(2000)
    minimum_age = fields.Float(allow_none=True, validate=validate.Range(0, 130))
    maximum_age = fields.Float(allow_none=True, validate=validate.Range(0, 130))
    documents = lines()
    languages = fields.List(fields.String(validate=validate.OneOf(list(NAMES))))
    cost = text(500)
    application_process = text(2000)
    transportation = text(500)
    address_1 = text(200)
    address_2 = text(200)
    city = text(100)
    zip5 = text(10)
    is_confidential = fields.Boolean()

    @post_load
    def complete(self, said: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give a web address without its beginning its *https://*."""
        return {**said, "url": read_url(said["url"])} if said.get("url") else said


class ListingForm(ListingChanges):
    """A listing as it should read from now on, as its page sends it: what is empty is taken away."""

    name = text(200, required=True, allow_none=False)
    status = fields.Enum(ServiceStatus, by_value=True, required=True)
    needs = fields.List(
        fields.Enum(NeedCategory, by_value=True, validate=validate.OneOf(NEEDS)),
        required=True,
        error_messages={"required": "Choose at least one need that it helps with."},
    )
    hours = TypedLines(text(300, allow_none=False), validate=_few_lines)
    phones = TypedLines(text(60, allow_none=False), validate=_few_lines)
    documents = TypedLines(text(300, allow_none=False), validate=_few_lines)


EMPTY: Mapping[str, Any] = {
    name: [] if isinstance(field, fields.List) else None
    for name, field in ListingForm().fields.items()
    if not field.required and name != "is_confidential"
}
"""What a part is that the page sent empty."""


class NewService(ListingChanges):
    """A service that an organization offers from now on, at one of its places or at a new one."""

    class Meta(ListingChanges.Meta):
        exclude: tuple[str, ...] = ("status",)

    name = text(200, required=True, allow_none=False)
    needs = fields.List(
        fields.Enum(NeedCategory, by_value=True, validate=validate.OneOf(NEEDS)),
        required=True,
        validate=validate.Length(min=1, error="Choose at least one need that it helps with."),
        error_messages={"required": "Choose at least one need that it helps with."},
    )
    location_id = fields.UUID(load_default=None, allow_none=True)


class NewServiceForm(ListingForm, NewService):
    """The same, as the page sends it."""

    class Meta(NewService.Meta):
        pass


class NewListing(NewService):
    """A listing that nobody keeps: an organization that does not work here, and what it offers."""

    class Meta(NewService.Meta):
        exclude: tuple[str, ...] = ("status", "location_id")

    organization = text(200, required=True, allow_none=False)
    is_another = fields.Boolean(load_default=False)


class NewListingForm(NewServiceForm, NewListing):
    """The same, as the page sends it."""

    class Meta(NewListing.Meta):
        pass


class WordsOut(Schema):
    """What a listing says, part by part; of a confidential place neither street nor ZIP code."""

    id = fields.UUID()
    version = fields.Integer()
    organization_name = fields.String()
    sites = fields.Integer()
    name = fields.String()
    description = fields.String(allow_none=True)
    status = fields.Enum(ServiceStatus, by_value=True)
    alert = fields.String(allow_none=True)
    needs = fields.List(fields.Enum(NeedCategory, by_value=True))
    hours = fields.List(fields.String())
    phones = fields.List(fields.String())
    email = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    eligibility = fields.String(allow_none=True)
    minimum_age = fields.Float(allow_none=True)
    maximum_age = fields.Float(allow_none=True)
    documents = fields.List(fields.String())
    languages = fields.List(fields.String())
    cost = fields.String(allow_none=True)
    application_process = fields.String(allow_none=True)
    transportation = fields.String(allow_none=True)
    address_1 = fields.String(allow_none=True)
    address_2 = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    zip5 = fields.String(allow_none=True)
    is_virtual = fields.Boolean()
    is_confidential = fields.Boolean()


class PlaceOut(Schema):
    """A place where an organization offers something."""

    location_id = fields.UUID()
    place = fields.String()


PlacePage = page_of(PlaceOut)
