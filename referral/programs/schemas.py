"""What the forms and the JSON API of programs take and give."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from referral.programs.rules import AuthorizationState, DenialReason, EnrollmentState, Verdict

_CHOOSE: dict[str, Any] = {"required": "Choose one.", "unknown": "Choose one from the list."}
_NOTE = validate.Length(max=2000)


def dollars(**options: Any) -> fields.Decimal:
    """Return a field for an amount in US dollars, sent as text."""
    limit = validate.Range(min=0, max=9_999_999_999)
    return fields.Decimal(
        places=2, as_string=True, validate=limit, metadata={"type": "string", "format": "decimal"}, **options
    )


def counted(**options: Any) -> fields.Decimal:
    """Return a field for a number of units above zero, sent as text."""
    limit = validate.Range(min=0, min_inclusive=False, max=999_999)
    return fields.Decimal(
        places=2, as_string=True, validate=limit, metadata={"type": "string", "format": "decimal"}, **options
    )


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class ProposalForm(_Strict):
    """Which criteria apply; those not chosen are not met only if all were asked."""

    met = fields.List(fields.String(), load_default=list)
    is_complete = fields.Boolean(load_default=False)
    is_pregnant = fields.Boolean(load_default=None)


class EnrollmentDecision(_Strict):
    """The plan's reason, where it refuses or ends."""

    reason = fields.String(load_default=None, validate=_NOTE)


class _Terms(_Strict):
    units = counted(load_default=None)
    amount = dollars(load_default=None)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    is_urgent = fields.Boolean(load_default=False)
    note = fields.String(load_default=None, validate=_NOTE)

    @validates_schema
    def check_dates(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a window that ends before it begins."""
        if data["ends_on"] < data["starts_on"]:
            raise ValidationError("The last day lies before the first day.", "ends_on")


class RequestForm(_Terms):
    """A request on a page: one choice names the service and its variant."""

    service = fields.UUID(required=True, error_messages=_CHOOSE)


class RequestIn(_Terms):
    """A request through the API."""

    service_code = fields.String(required=True)
    variant = fields.String(load_default=None)


class ApprovalForm(_Strict):
    """What is approved; what is left empty is approved as requested."""

    units = counted(load_default=None)
    amount = dollars(load_default=None)
    starts_on = fields.Date(load_default=None)
    ends_on = fields.Date(load_default=None)
    unit_price = fields.Decimal(
        places=4,
        as_string=True,
        load_default=None,
        validate=validate.Range(min=0, max=999_999),
        metadata={"type": "string", "format": "decimal"},
    )
    payer_number = fields.String(load_default=None, validate=validate.Length(max=60))
    reason = fields.String(load_default=None, validate=_NOTE)


class DenialForm(_Strict):
    """Why it is denied."""

    reason_code = fields.Enum(DenialReason, by_value=True, required=True, error_messages=_CHOOSE)
    note = fields.String(load_default=None, validate=_NOTE)


class NoteForm(_Strict):
    """What the plan still needs to know."""

    note = fields.String(required=True, validate=_NOTE)


class CancelForm(_Strict):
    """From which day an approved authorization is cancelled, and why."""

    from_on = fields.Date(load_default=None)
    note = fields.String(load_default=None, validate=_NOTE)


class ListQuery(_Strict):
    """One page of a list."""

    state = fields.Enum(AuthorizationState, by_value=True, load_default=None)
    after = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class AuthorizationOut(Schema):
    """A service authorization."""

    id = fields.UUID()
    number = fields.String()
    person_id = fields.UUID()
    referral_id = fields.UUID()
    plan_id = fields.UUID()
    delivering_organization_id = fields.UUID()
    service_code = fields.String()
    variant = fields.String(allow_none=True)
    state = fields.Enum(AuthorizationState, by_value=True)
    is_urgent = fields.Boolean()
    is_auto_approved = fields.Boolean()
    is_info_requested = fields.Boolean()
    is_suggestion = fields.Boolean()
    requested_units = counted(allow_none=True)
    requested_amount = dollars(allow_none=True)
    requested_starts_on = fields.Date()
    requested_ends_on = fields.Date()
    approved_units = counted(allow_none=True)
    approved_amount = dollars(allow_none=True)
    approved_starts_on = fields.Date(allow_none=True)
    approved_ends_on = fields.Date(allow_none=True)
    reason_code = fields.String(allow_none=True)
    requested_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()


class AuthorizationPage(Schema):
    """A page of service authorizations."""

    items = fields.List(fields.Nested(AuthorizationOut))
    next = fields.UUID(allow_none=True)


class FindingOut(Schema):
    """One part of the eligibility rule, with how well it is known."""

    part = fields.String()
    verdict = fields.String()
    sentence = fields.String()
    status = fields.String()
    source = fields.String(allow_none=True)


class EnrollmentOut(Schema):
    """A person's place in a program."""

    id = fields.UUID()
    person_id = fields.UUID()
    program_id = fields.UUID()
    plan_id = fields.UUID()
    state = fields.Enum(EnrollmentState, by_value=True)
    verdict = fields.Enum(Verdict, by_value=True)
    findings = fields.List(fields.Nested(FindingOut))
    reason = fields.String(allow_none=True)
    proposed_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()
