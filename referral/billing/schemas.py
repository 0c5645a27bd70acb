"""What the forms and the JSON API of billing take and give."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from referral.billing.rules import InvoiceState, LineState, Outcome, ReasonCode
from referral.programs.schemas import counted, dollars

_REASON = fields.String(required=True, validate=validate.Length(1, 2000), error_messages={"required": "Say why."})
_REFERENCE = validate.Length(1, 60)
EVIDENCE = ("contact", "attendance", "receipt")


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _Served(_Strict):
    delivered_on = fields.Date(required=True)
    units = counted(load_default=None)
    minutes = fields.Integer(load_default=None, validate=validate.Range(1, 1440))
    through_on = fields.Date(load_default=None)
    discharged_on = fields.Date(load_default=None)
    cost = dollars(load_default=None)
    evidence = fields.List(fields.String(validate=validate.OneOf(EVIDENCE)), load_default=list)

    @validates_schema
    def check_dates(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a span or a stay that ends before it begins."""
        for name in ("through_on", "discharged_on"):
            if data[name] is not None and data[name] < data["delivered_on"]:
                raise ValidationError("This lies before the first day.", name)


class DeliveryForm(_Served):
    """A delivery on a page: one choice names the service authorization, none is unpaid help."""

    authorization = fields.UUID(load_default=None)


class DeliveryIn(_Served):
    """A delivery through the API."""

    service_code = fields.String(load_default=None)
    variant = fields.String(load_default=None)


class MonthQuery(_Strict):
    """The month whose deliveries are shown; the present one when nothing is asked."""

    month_on = fields.Date(load_default=None)


class DraftForm(_Strict):
    """Which plan is billed for which month."""

    plan_id = fields.UUID(required=True)
    month_on = fields.Date(required=True)


class ReasonForm(_Strict):
    """Why an invoice goes back, is disputed or is taken back."""

    reason = _REASON


class VoidForm(_Strict):
    """Why an invoice is discarded; may stay empty for a draft."""

    reason = fields.String(load_default=None, validate=validate.Length(max=2000))


class DecisionForm(_Strict):
    """The plan's own denials (line and code in one value) and the suspects it looked at."""

    denied = fields.List(fields.String(), load_default=list)
    cleared = fields.List(fields.UUID(), load_default=list)


class DenialIn(_Strict):
    """One line the plan denies."""

    line_id = fields.UUID(required=True)
    code = fields.Enum(ReasonCode, by_value=True, required=True)


class DecisionIn(_Strict):
    """The same through the API."""

    denials = fields.List(fields.Nested(DenialIn), load_default=list)
    cleared = fields.List(fields.UUID(), load_default=list)


class PaymentForm(_Strict):
    """What was paid, when, under which reference."""

    amount = dollars(required=True)
    paid_on = fields.Date(required=True)
    reference = fields.String(required=True, validate=_REFERENCE)


class InvoiceQuery(_Strict):
    """One page of invoices."""

    state = fields.Enum(InvoiceState, by_value=True, load_default=None)
    after = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class DeliveryOut(Schema):
    """A delivery."""

    id = fields.UUID()
    person_id = fields.UUID()
    referral_id = fields.UUID()
    service_authorization_id = fields.UUID(allow_none=True)
    service_code = fields.String(allow_none=True)
    variant = fields.String(allow_none=True)
    delivered_on = fields.Date()
    units = counted()
    minutes = fields.Integer(allow_none=True)
    evidence = fields.List(fields.String())
    voided_at = fields.AwareDateTime(allow_none=True)


class LineOut(Schema):
    """A line of an invoice."""

    id = fields.UUID()
    number = fields.Integer()
    person_id = fields.UUID()
    delivery_id = fields.UUID()
    service_authorization_id = fields.UUID()
    service_code = fields.String()
    variant = fields.String(allow_none=True)
    served_on = fields.Date()
    units = counted()
    billed = dollars()
    approved_amount = dollars()
    paid_amount = dollars()
    state = fields.Enum(LineState, by_value=True)
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True)
    reasons = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class InvoiceOut(Schema):
    """An invoice."""

    id = fields.UUID()
    number = fields.String()
    organization_id = fields.UUID()
    plan_id = fields.UUID()
    network_lead_id = fields.UUID()
    month_on = fields.Date()
    state = fields.Enum(InvoiceState, by_value=True)
    is_pended = fields.Boolean()
    billed_amount = dollars()
    approved_amount = dollars()
    paid_amount = dollars()
    return_reason = fields.String(allow_none=True)
    round = fields.Integer()
    version = fields.Integer()


class InvoiceDetail(InvoiceOut):
    """An invoice with its lines."""

    lines = fields.List(fields.Nested(LineOut))


class InvoicePage(Schema):
    """A page of invoices."""

    items = fields.List(fields.Nested(InvoiceOut))
    next = fields.UUID(allow_none=True)


class FeeRowOut(Schema):
    """The price of a service, with how well the amount is known."""

    service_code = fields.String()
    variant = fields.String(allow_none=True)
    service_name = fields.String()
    unit = fields.String()
    pricing = fields.String()
    price = dollars(allow_none=True)
    cap_amount = dollars(allow_none=True)
    cap_per = fields.String(allow_none=True)
    effective_from = fields.Date(allow_none=True)
    effective_to = fields.Date(allow_none=True)
    status = fields.String()
    source = fields.String(allow_none=True)


class FeeSchedulePage(Schema):
    """A fee schedule."""

    name = fields.String()
    is_illustrative = fields.Boolean()
    notice = fields.String()
    items = fields.List(fields.Nested(FeeRowOut))
