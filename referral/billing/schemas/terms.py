"""What the forms and the JSON API of contracts and prices take and give."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from referral.billing.rules.prices import MOST_LINES
from referral.programs.schemas import dollars
from referral.web.shapes import Strict, page_of


def unit_price(**options: Any) -> fields.Decimal:
    """Return a field for dollars a unit, sent as text with four decimals."""
    return fields.Decimal(places=4, as_string=True, metadata={"type": "string", "format": "decimal"}, **options)


class ContractForm(Strict):
    """From when to when a contract holds, and which services of the program it covers."""

    starts_on = fields.Date(required=True, error_messages={"required": "Write its first day."})
    ends_on = fields.Date(load_default=None, allow_none=True)
    services = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)

    @validates_schema
    def check_dates(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a contract that ends before it begins."""
        if data["ends_on"] is not None and data["ends_on"] < data["starts_on"]:
            raise ValidationError("This lies before the first day.", "ends_on")


class NewContractForm(ContractForm):
    """A contract that is to be made, and with whom."""

    organization_id = fields.UUID(required=True, error_messages={"required": "Choose who delivers."})


class CoveredServiceOut(Schema):
    """A service that a contract covers."""

    program_id = fields.UUID()
    service_code = fields.String(attribute="code")
    service_name = fields.String(attribute="name")


class ContractOut(Schema):
    """A contract: who delivers which services, from when to when (both days included), under which network lead."""

    id = fields.UUID(attribute="contract.id")
    organization_id = fields.UUID(attribute="contract.organization_id")
    organization_name = fields.String(attribute="contract.organization.name")
    network_lead_id = fields.UUID(attribute="contract.network_lead_id")
    network_lead_name = fields.String(attribute="contract.network_lead.name")
    starts_on = fields.Date(attribute="contract.starts_on")
    ends_on = fields.Date(attribute="contract.ends_on", allow_none=True)
    services = fields.List(fields.Nested(CoveredServiceOut))
    version = fields.Integer(attribute="contract.version")


ContractPage = page_of(ContractOut)


class FeeRowOut(Schema):
    """The price of a service, with how well the amount is known."""

    service_code = fields.String()
    variant = fields.String(allow_none=True)
    service_name = fields.String()
    unit = fields.String()
    pricing = fields.String()
    price = unit_price(allow_none=True)
    cap_amount = dollars(allow_none=True)
    cap_per = fields.String(allow_none=True)
    effective_from = fields.Date(allow_none=True)
    effective_to = fields.Date(allow_none=True)
    status = fields.String()
    source = fields.String(allow_none=True)
    brought_in_at = fields.AwareDateTime(allow_none=True)
    brought_in_by = fields.String(allow_none=True)


class _Prices(Strict):
    source = fields.String(
        required=True,
        validate=validate.Length(1, 300, error="Write between 1 and 300 characters."),
        error_messages={"required": "Write where the prices stand."},
    )
    is_verified = fields.Boolean(
        load_default=False, metadata={"description": "Somebody compared them with the official schedule"}
    )


class PricesForm(_Prices):
    """New prices at a page: one service with its amount and first day, or the lines of a file."""

    service = fields.String(load_default=None)
    amount = fields.String(load_default=None, validate=validate.Length(max=20))
    starts_on = fields.Date(load_default=None)
    rows = fields.String(load_default=None, validate=validate.Length(max=100_000))


class PriceIn(Strict):
    """A price of a service from a day on; a cap for what is paid at cost."""

    service_code = fields.String(required=True)
    variant = fields.String(load_default=None, allow_none=True)
    amount = fields.String(required=True, validate=validate.Length(1, 20))
    starts_on = fields.Date(required=True)


class PricesIn(_Prices):
    """New prices through the API."""

    prices = fields.List(fields.Nested(PriceIn), required=True, validate=validate.Length(1, MOST_LINES))


class PriceChangeOut(Schema):
    """What a price would change: the amount that holds on its first day now, and why it cannot be kept, if so."""

    service_code = fields.String(attribute="line.service")
    variant = fields.String(attribute="line.variant", allow_none=True)
    starts_on = fields.Date(attribute="line.starts_on", allow_none=True)
    amount = unit_price(attribute="line.amount", allow_none=True)
    amount_before = unit_price(allow_none=True)
    difference = unit_price(allow_none=True)
    problem = fields.String()


PriceChangePage = page_of(PriceChangeOut)


class FeeSchedulePage(Schema):
    """A fee schedule."""

    name = fields.String()
    is_illustrative = fields.Boolean()
    notice = fields.String()
    items = fields.List(fields.Nested(FeeRowOut))
