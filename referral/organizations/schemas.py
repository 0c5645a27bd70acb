"""What programs ask and learn about who takes part."""

from marshmallow import Schema, fields, validate

from referral.organizations.rules import OrganizationKind
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
