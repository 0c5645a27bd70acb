"""What programs get about people."""

from marshmallow import Schema, fields, validate

from referral.messaging.rules import MessageStatus, NotSentReason
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
from referral.people.rules.requests import RequestKind
from referral.web.shapes import page_of


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


MatchPage = page_of(MatchOut)


class PhoneOut(Schema):
    """A phone number in use."""

    id = fields.UUID()
    number = fields.String(metadata={"description": "E.164"})
    use = fields.Enum(PhoneUse, by_value=True)
    is_primary = fields.Boolean()
    confirmed_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When the person read back the code that this number got."}
    )


class PhoneCodeOut(Schema):
    """A code that was written to a number; what it says is for the person."""

    status = fields.Enum(MessageStatus, by_value=True)
    reason = fields.Enum(NotSentReason, by_value=True, allow_none=True)


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


DemographicPage = page_of(DemographicOut)


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


ConsentPage = page_of(ConsentOut)


class RequestOut(Schema):
    """Something a person asked their care team for."""

    id = fields.UUID()
    person_id = fields.UUID()
    kind = fields.Enum(RequestKind, by_value=True)
    reader = fields.Enum(
        GivenBy, by_value=True, metadata={"description": "Who asked: the person, or who speaks for them."}
    )
    words = fields.String()
    asked_at = fields.AwareDateTime()
    answer = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


RequestPage = page_of(RequestOut)


class LinkOut(Schema):
    """A link for the person; shown once, only its hash is kept."""

    url = fields.Url(require_tld=False)
    is_texted = fields.Boolean()
    expires_at = fields.AwareDateTime()


class ScriptOut(Schema):
    """What is read aloud before somebody is asked for one consent, and how it may be given."""

    scope = fields.Enum(ConsentScope, by_value=True)
    title = fields.String()
    text = fields.String()
    methods = fields.List(fields.Enum(ConsentMethod, by_value=True))


class ScriptPage(page_of(ScriptOut)):  # type: ignore[misc]  # a schema made by a function
    """Every script of one language; `is_reviewed` says whether a native speaker and a lawyer read them."""

    language = fields.String()
    version = fields.String()
    is_reviewed = fields.Boolean()


class QuestionOut(Schema):
    """A question about somebody, with its choices by value and the reason for asking."""

    kind = fields.Enum(DemographicKind, by_value=True)
    text = fields.String()
    why = fields.String()
    is_multiple = fields.Boolean()
    has_detail = fields.Boolean()
    choices = fields.List(fields.List(fields.String()))


QuestionPage = page_of(QuestionOut)
