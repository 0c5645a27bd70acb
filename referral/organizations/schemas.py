"""What programs ask and learn about who takes part."""

from marshmallow import Schema, fields

from referral.organizations.rules import OrganizationKind
from referral.web.shapes import Keyset, page_of


class MembersQuery(Keyset):
    """Which organizations of the network are listed."""

    kind = fields.Enum(OrganizationKind, by_value=True, load_default=None)


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
