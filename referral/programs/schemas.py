"""What the forms and the JSON API of programs take and give."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from referral.people.rules import NeedCategory
from referral.programs.rules import AuthorizationAction, AuthorizationState, DenialReason, EnrollmentState, Verdict
from referral.web.shapes import Keyset, Strict, page_of

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


class ProposalForm(Strict):
    """Which criteria apply; those not chosen are not met only if all were asked."""

    met = fields.List(fields.String(), load_default=list)
    is_complete = fields.Boolean(load_default=False)
    is_pregnant = fields.Boolean(load_default=None)


class EnrollmentDecision(Strict):
    """The plan's reason, where it refuses or ends."""

    reason = fields.String(load_default=None, validate=_NOTE)


class _Terms(Strict):
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


class ApprovalForm(Strict):
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


class DenialForm(Strict):
    """Why it is denied."""

    reason_code = fields.Enum(DenialReason, by_value=True, required=True, error_messages=_CHOOSE)
    note = fields.String(load_default=None, validate=_NOTE)


class NoteForm(Strict):
    """What the plan still needs to know."""

    note = fields.String(required=True, validate=_NOTE)


class CancelForm(Strict):
    """From which day an approved authorization is cancelled, and why."""

    from_on = fields.Date(load_default=None)
    note = fields.String(load_default=None, validate=_NOTE)


class ListQuery(Keyset):
    """One page of a list."""

    state = fields.Enum(AuthorizationState, by_value=True, load_default=None)


class AuthorizationsQuery(ListQuery):
    """The same from a page, where every row may stand ticked."""

    is_all = fields.Boolean(load_default=False)


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


AuthorizationPage = page_of(AuthorizationOut)


class GroundsQuery(Strict):
    """The day that membership and enrollment are asked for; today when nothing is asked."""

    on = fields.Date(load_default=None)


class GroundsOut(Schema):
    """Whether what a paid service rests on stands: the permissions now, membership and enrollment on the day."""

    on = fields.Date()
    has_program_permission = fields.Boolean()
    has_billing_permission = fields.Boolean()
    is_member = fields.Boolean()
    is_enrolled = fields.Boolean()


class AuthorizationChangeOut(Schema):
    """One thing that was done with a service authorization."""

    action = fields.Enum(AuthorizationAction, by_value=True)
    from_state = fields.Enum(AuthorizationState, by_value=True, allow_none=True)
    to_state = fields.Enum(AuthorizationState, by_value=True)
    at = fields.AwareDateTime()
    by_name = fields.String()
    reason_code = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


AuthorizationChangePage = page_of(AuthorizationChangeOut)


class FindingOut(Schema):
    """One part of the eligibility rule, with how well it is known."""

    part = fields.String()
    verdict = fields.String()
    sentence = fields.String()
    status = fields.String()
    source = fields.String(allow_none=True)


class CriterionOut(Schema):
    """A health criterion; its code is what a proposal names when it is met."""

    code = fields.String()
    text = fields.String()
    status = fields.String()
    source = fields.String(allow_none=True)


class CategoryOut(Schema):
    """A group of members with the health criteria asked of it."""

    code = fields.String()
    label = fields.String()
    criteria = fields.List(fields.Nested(CriterionOut))


class ProgramOut(Schema):
    """A program of the network, with everything it asks about health."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    is_illustrative = fields.Boolean()
    notice = fields.String()
    categories = fields.List(fields.Nested(CategoryOut))


ProgramPage = page_of(ProgramOut)


class ProgramServiceOut(Schema):
    """A service that a program pays for, in one of its variants."""

    id = fields.UUID()
    program_id = fields.UUID()
    code = fields.String()
    variant = fields.String(allow_none=True)
    name = fields.String()
    unit = fields.String()
    need_category = fields.Enum(NeedCategory, by_value=True)


ProgramServicePage = page_of(ProgramServiceOut)


class EligibilityOut(Schema):
    """What is known of a person's eligibility, and the criteria of the groups they may belong to."""

    program_id = fields.UUID()
    verdict = fields.Enum(Verdict, by_value=True)
    findings = fields.List(fields.Nested(FindingOut))
    categories = fields.List(fields.Nested(CategoryOut))


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


EnrollmentPage = page_of(EnrollmentOut)
