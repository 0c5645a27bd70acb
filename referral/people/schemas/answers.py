"""What programs get about people."""

from marshmallow import Schema, fields, validate

from referral.people.rules import (
    AnswerSource,
    AnswerState,
    ConsentMethod,
    ConsentScope,
    ContactChannel,
    DemographicKind,
    GivenBy,
    NeedDomain,
)
from referral.people.rules.contact_ways import PhoneUse


class LikenessOut(Schema):
    """How likely two records are one person, with the reasons."""

    score = fields.Integer(metadata={"minimum": 0, "maximum": 100})
    reasons = fields.List(fields.String())
    is_likely = fields.Boolean()


class MatchOut(Schema):
    """Somebody who may be the person sought; birth date and full name only where the record is open."""

    person_id = fields.UUID()
    number = fields.String()
    name = fields.String()
    birth_on = fields.Date(allow_none=True)
    likeness = fields.Nested(LikenessOut)
    is_open = fields.Boolean()


class MatchPage(Schema):
    """Who may be the person sought, the likeliest first; never more than one page."""

    items = fields.List(fields.Nested(MatchOut), required=True)
    next = fields.UUID(allow_none=True, required=True)


class PhoneOut(Schema):
    """A phone number in use."""

    id = fields.UUID()
    number = fields.String(metadata={"description": "E.164"})
    use = fields.Enum(PhoneUse, by_value=True)
    is_primary = fields.Boolean()


class AddressOut(Schema):
    """Where the person lives now."""

    line_1 = fields.String(allow_none=True)
    line_2 = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    state = fields.String(allow_none=True)
    postal_code = fields.String(allow_none=True)
    county = fields.String(allow_none=True)


class CoverageOut(Schema):
    """A health plan that covers the person; both days are included."""

    id = fields.UUID()
    plan_id = fields.UUID()
    member_id = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    source = fields.Enum(AnswerSource, by_value=True)


class PersonOut(Schema):
    """A person, with only the facts that the asker's grants open."""

    id = fields.UUID()
    number = fields.String()
    given_name = fields.String()
    family_name = fields.String()
    suffix = fields.String(allow_none=True)
    called = fields.String(allow_none=True)
    birth_on = fields.Date(allow_none=True)
    language = fields.String()
    written_language = fields.String(allow_none=True)
    needs_interpreter = fields.Boolean(allow_none=True)
    household_size = fields.Integer(allow_none=True)
    email = fields.String(allow_none=True)
    contact_preference = fields.Enum(ContactChannel, by_value=True, allow_none=True)
    can_text = fields.Boolean(allow_none=True)
    can_leave_message = fields.Boolean(allow_none=True)
    safe_channels = fields.List(fields.String())
    safe_weekdays = fields.List(fields.String())
    safe_from = fields.Time(allow_none=True)
    safe_until = fields.Time(allow_none=True)
    safe_note = fields.String(allow_none=True)
    safe_confirmed_at = fields.AwareDateTime(allow_none=True)
    time_zone = fields.String(allow_none=True)
    is_hidden = fields.Boolean()
    created_at = fields.AwareDateTime()
    version = fields.Integer()
    phones = fields.List(fields.Nested(PhoneOut))
    address = fields.Nested(AddressOut, allow_none=True)
    coverages = fields.List(fields.Nested(CoverageOut))


class DemographicOut(Schema):
    """The answer that counts to one question."""

    kind = fields.Enum(DemographicKind, by_value=True)
    state = fields.Enum(AnswerState, by_value=True)
    values = fields.List(fields.String())
    detail = fields.String(allow_none=True)
    source = fields.Enum(AnswerSource, by_value=True)
    observed_on = fields.Date()


class DemographicPage(Schema):
    """The answers that count."""

    items = fields.List(fields.Nested(DemographicOut), required=True)
    next = fields.UUID(allow_none=True, required=True)


class ConsentOut(Schema):
    """Something a person allowed; in force from its first through its last day unless it was taken back."""

    id = fields.UUID()
    scope = fields.Enum(ConsentScope, by_value=True)
    level = fields.Integer()
    recipient_organization_id = fields.UUID(allow_none=True)
    domains = fields.List(fields.String(validate=validate.OneOf([domain.value for domain in NeedDomain])))
    shares_content = fields.Boolean()
    method = fields.Enum(ConsentMethod, by_value=True)
    given_by = fields.Enum(GivenBy, by_value=True)
    language = fields.String()
    script_version = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    recorded_at = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime(allow_none=True)


class ConsentPage(Schema):
    """Every consent of a person, the latest first."""

    items = fields.List(fields.Nested(ConsentOut), required=True)
    next = fields.UUID(allow_none=True, required=True)


class LinkOut(Schema):
    """A link for the person; shown once, only its hash is kept."""

    url = fields.Url(require_tld=False)
    is_texted = fields.Boolean()
    expires_at = fields.AwareDateTime()
