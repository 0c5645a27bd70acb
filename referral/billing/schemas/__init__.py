"""What the forms and the JSON API of billing take and give."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from referral.billing.models import Delivery, InvoiceLine
from referral.billing.queries.billed_people import BilledPerson
from referral.billing.rules import InvoiceAction, InvoiceState, LineState, Outcome, ReasonCode
from referral.people.rules.local_codes import local_code
from referral.programs.schemas import GroundsOut, counted, dollars
from referral.web.shapes import Keyset, Strict, page_of

_REASON = fields.String(required=True, validate=validate.Length(1, 2000), error_messages={"required": "Say why."})
_REFERENCE = validate.Length(1, 60)


EVIDENCE = ("contact", "attendance", "receipt")


class _Served(Strict):
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


class MonthQuery(Strict):
    """The month whose deliveries are shown; the present one when nothing is asked."""

    month_on = fields.Date(load_default=None)


class DraftForm(Strict):
    """Which plan is billed for which month."""

    plan_id = fields.UUID(required=True)
    month_on = fields.Date(required=True)


class ReasonForm(Strict):
    """Why an invoice goes back, is disputed or is taken back."""

    reason = _REASON


class VoidForm(Strict):
    """Why an invoice is discarded; may stay empty for a draft."""

    reason = fields.String(load_default=None, validate=validate.Length(max=2000))


class DecisionForm(Strict):
    """The plan's own denials (line and code in one value) and the suspects it looked at."""

    denied = fields.List(fields.String(), load_default=list)
    cleared = fields.List(fields.UUID(), load_default=list)


class DenialIn(Strict):
    """One line the plan denies."""

    line_id = fields.UUID(required=True)
    code = fields.Enum(ReasonCode, by_value=True, required=True)


class DecisionIn(Strict):
    """The same through the API."""

    denials = fields.List(fields.Nested(DenialIn), load_default=list)
    cleared = fields.List(fields.UUID(), load_default=list)


class PaymentForm(Strict):
    """What was paid, when, under which reference."""

    amount = dollars(required=True)
    paid_on = fields.Date(required=True)
    reference = fields.String(required=True, validate=_REFERENCE)


class InvoiceQuery(Keyset):
    """One page of invoices."""

    state = fields.Enum(InvoiceState, by_value=True, load_default=None)


class InvoicesQuery(InvoiceQuery):
    """The same from a page, where every row may stand ticked."""

    is_all = fields.Boolean(load_default=False)


class DeliveryOut(Schema):
    """A delivery; one to somebody who asked not to be found leads nowhere, and has a code instead."""

    id = fields.UUID()
    person_id = fields.UUID(allow_none=True)
    client_code = fields.String(allow_none=True, dump_default=None)
    referral_id = fields.UUID(allow_none=True)
    service_authorization_id = fields.UUID(allow_none=True)
    service_code = fields.String(attribute="shown_code", allow_none=True)
    variant = fields.String(attribute="shown_variant", allow_none=True)
    delivered_on = fields.Date()
    units = counted()
    minutes = fields.Integer(allow_none=True)
    evidence = fields.List(fields.String())
    voided_at = fields.AwareDateTime(allow_none=True)


class CheckedDeliveryOut(Schema):
    """A delivery with its charge and what stands against billing it; without problems it can be billed."""

    delivery = fields.Nested(DeliveryOut)
    plan_id = fields.UUID(attribute="delivery.plan_id", allow_none=True)
    billed = dollars()
    codes = fields.List(fields.Enum(ReasonCode, by_value=True))
    problems = fields.List(fields.String())


CheckedDeliveryPage = page_of(CheckedDeliveryOut)


class BilledPersonOut(Schema):
    """Whom a line is about: what a bill needs of them."""

    name = fields.String()
    birth_on = fields.Date(allow_none=True)
    member_id = fields.String(allow_none=True)


class LineOut(Schema):
    """A line of an invoice; one about somebody who asked not to be found leads nowhere, and has a code instead."""

    id = fields.UUID()
    number = fields.Integer()
    person_id = fields.UUID(allow_none=True)
    client_code = fields.String(allow_none=True, dump_default=None)
    person = fields.Nested(BilledPersonOut, allow_none=True, dump_default=None)
    delivery_id = fields.UUID(allow_none=True)
    service_authorization_id = fields.UUID(allow_none=True)
    service_code = fields.String(attribute="shown_code")
    variant = fields.String(attribute="shown_variant", allow_none=True)
    served_on = fields.Date()
    units = counted()
    billed = dollars()
    approved_amount = dollars()
    paid_amount = dollars()
    state = fields.Enum(LineState, by_value=True)
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True)
    reasons = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


_LEADS_SOMEWHERE = ("person_id", "referral_id", "delivery_id", "service_authorization_id")


def code_only(record: InvoiceLine | Delivery) -> dict[str, Any]:
    """Return a row as one's own books keep it of who asked not to be found: the money, a code, and nobody's id."""
    nowhere = dict.fromkeys(_LEADS_SOMEWHERE)
    return _columns(record) | nowhere | {"client_code": local_code(record.organization_id, record.person_id)}


def named(line: InvoiceLine, person: BilledPerson | None) -> dict[str, Any]:
    """Return a line with what its bill needs of the person; None where the reader may not know them."""
    return _columns(line) | {"person": person}


def _columns(record: InvoiceLine | Delivery) -> dict[str, Any]:
    shape = LineOut() if isinstance(record, InvoiceLine) else DeliveryOut()
    names = (field.attribute or name for name, field in shape.fields.items() if name not in {"client_code", "person"})
    return {name: getattr(record, name) for name in names} | {"plan_id": record.plan_id}


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


class PaymentOut(Schema):
    """What a plan paid."""

    id = fields.UUID()
    amount = dollars()
    paid_on = fields.Date()
    reference = fields.String()


class InvoiceChangeOut(Schema):
    """One thing that was done with an invoice."""

    action = fields.Enum(InvoiceAction, by_value=True)
    from_state = fields.Enum(InvoiceState, by_value=True, allow_none=True)
    to_state = fields.Enum(InvoiceState, by_value=True)
    at = fields.AwareDateTime()
    by_name = fields.String()
    reason = fields.String(allow_none=True)


class SumsOut(Schema):
    """What stands on lines that the reader may not read."""

    billed_amount = dollars()
    approved_amount = dollars()
    paid_amount = dollars()


class InvoiceDetail(InvoiceOut):
    """An invoice with its lines, its payments, and what was done with it, the oldest first."""

    lines = fields.List(fields.Nested(LineOut))
    unshown = fields.Nested(SumsOut, allow_none=True)
    payments = fields.List(fields.Nested(PaymentOut))
    changes = fields.List(fields.Nested(InvoiceChangeOut))


class RemittanceLineOut(Schema):
    """What a payment says of a line; `paid` by this payment, `taken_back` of it."""

    line = fields.Nested(LineOut)
    adjusted = dollars()
    paid = dollars()
    taken_back = dollars()


class RemittanceOut(PaymentOut):
    """A remittance advice: a payment, the invoice it pays, and its lines; `unshown` was paid on the others."""

    invoice_id = fields.UUID()
    invoice_number = fields.String()
    organization_id = fields.UUID()
    plan_id = fields.UUID()
    unshown = dollars()
    lines = fields.List(fields.Nested(RemittanceLineOut))


InvoicePage = page_of(InvoiceOut)


class LineGroundsOut(Schema):
    """A line with whether what it rests on stands."""

    line_id = fields.UUID()
    grounds = fields.Nested(GroundsOut)


LineGroundsPage = page_of(LineGroundsOut)


class LineReasonOut(Schema):
    """Why a line is not paid in full."""

    code = fields.Enum(ReasonCode, by_value=True)
    amount = dollars(allow_none=True)


class LinePreviewOut(Schema):
    """A line with what would be decided about it now."""

    line_id = fields.UUID()
    outcome = fields.Enum(Outcome, by_value=True, attribute="decision.outcome")
    paid = dollars(attribute="decision.paid")
    units = counted(attribute="decision.units")
    reasons = fields.List(fields.Nested(LineReasonOut), attribute="decision.reasons")


LinePreviewPage = page_of(LinePreviewOut)
