"""What programs ask and learn about who takes part."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from referral.organizations.rules import MOST_RESPONSE_DAYS, MOST_STOP_DAYS, TIME_ZONES, OrganizationKind
from referral.web.shapes import Keyset, Strict, page_of


class MembersQuery(Keyset):
    """Which organizations of the network are listed."""

    kind = fields.Enum(OrganizationKind, by_value=True, load_default=None)


class NewOrganizationForm(Strict):
    """An organization that is to take part: a new one, or one of the listings that nobody has claimed."""

    name = fields.String(
        required=True,
        validate=validate.Length(1, 200, error="Write between 1 and 200 characters."),
        error_messages={"required": "Write its name."},
    )
    kind = fields.Enum(
        OrganizationKind, by_value=True, required=True, error_messages={"required": "Choose what it is."}
    )
    email = fields.Email(load_default=None, allow_none=True)
    listing_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "The organization of an unclaimed listing"}
    )
    is_new = fields.Boolean(load_default=False, metadata={"description": "None of the listings with this name"})


class NetworkOut(Schema):
    """A network, and where its days begin."""

    id = fields.UUID()
    name = fields.String()
    state = fields.String(metadata={"description": "Two-letter US state"})
    time_zone = fields.String(metadata={"description": "IANA zone"})


class OrganizationOut(Schema):
    """An organization that takes part; its id may be named as a plan, or as the receiver of a consent."""

    id = fields.UUID()
    name = fields.String()
    kind = fields.Enum(OrganizationKind, by_value=True)
    description = fields.String()
    email = fields.String(allow_none=True)
    website = fields.String(allow_none=True)
    time_zone = fields.String()


NetworkPage = page_of(NetworkOut)
OrganizationPage = page_of(OrganizationOut)


def _days(most: int) -> fields.Integer:
    return fields.Integer(
        required=True,
        validate=validate.Range(1, most, error=f"Write a number of days from 1 to {most}."),
        error_messages={"required": "Write a number of days.", "invalid": "Write a whole number of days."},
    )


class NetworkSettingsForm(Strict):
    """How long the loop of a network waits, in business days of the receiver."""

    first_response_days = _days(MOST_RESPONSE_DAYS)
    hard_stop_days = _days(MOST_STOP_DAYS)

    @validates_schema
    def check_order(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a referral that expires before its answer is overdue."""
        if data["hard_stop_days"] <= data["first_response_days"]:
            raise ValidationError("This has to be later than the day on which an answer is due.", "hard_stop_days")


class NetworkDecisionForm(NetworkSettingsForm):
    """What becomes of a proposal; the days say which one was seen."""

    confirms = fields.Boolean(required=True)


class NetworkProposalOut(Schema):
    """Settings that wait for a second administrator."""

    first_response_days = fields.Integer()
    hard_stop_days = fields.Integer()
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()


class NetworkSettingsOut(Schema):
    """The settings of a network, and those that were proposed."""

    first_response_days = fields.Integer(attribute="network.first_response_days")
    hard_stop_days = fields.Integer(attribute="network.hard_stop_days")
    version = fields.Integer(attribute="network.version")
    proposal = fields.Nested(NetworkProposalOut, allow_none=True)


def _is_zone(name: str) -> None:
    if name not in TIME_ZONES:
        raise ValidationError("Choose one from the list.")


class OwnSettingsForm(Strict):
    """By which clock an organization works."""

    time_zone = fields.String(required=True, validate=_is_zone, error_messages={"required": "Choose the time zone."})
    closes_at = fields.Time(
        format="%H:%M",
        required=True,
        error_messages={"required": "Write when the day ends.", "invalid": "Write a time like 17:00."},
    )


class OwnSettingsOut(Schema):
    """By which clock an organization works."""

    time_zone = fields.String(metadata={"description": "IANA zone"})
    closes_at = fields.Time(format="%H:%M", metadata={"description": "End of its business day, where it is"})
    version = fields.Integer()
