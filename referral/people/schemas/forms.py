"""What pages and programs send about people."""

from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from referral.people.rules import (
    TERMS,
    AnswerSource,
    AnswerState,
    ConsentMethod,
    ConsentScope,
    ContactChannel,
    DemographicKind,
    GivenBy,
    NeedDomain,
    SensitivityLevel,
    normalize_phone,
)
from referral.people.rules.minors import MinorTopic
from referral.people.rules.questions import QUESTIONS, DemographicQuestion
from referral.people.rules.requests import MAX_WORDS, RequestKind

EARLIEST = date(1900, 1, 1)
NOT_AN_ANSWER = (AnswerState.DECLINED.value, AnswerState.UNKNOWN.value)


class Strict(Schema):
    """Refuses fields it does not know."""

    class Meta:
        unknown = RAISE


def name(**options: Any) -> fields.String:
    """A name of a person: 1 to 100 characters, none of them a control character."""
    rules = [validate.Length(1, 100, error="Write between 1 and 100 characters."), validate.Regexp(r"^[^\x00-\x1f]*$")]
    return fields.String(validate=rules, **options)


def words(limit: int = 200, **options: Any) -> fields.String:
    """A short text."""
    return fields.String(validate=validate.Length(max=limit, error=f"Write at most {limit} characters."), **options)


def is_past(value: date) -> None:
    """Refuse a birth date before anybody living; raises ValidationError."""
    if value < EARLIEST:
        raise ValidationError("Write a date after 1900.")


def _is_phone(value: str) -> None:
    if normalize_phone(value) is None:
        raise ValidationError("Write a phone number with its area code, like 919 555 0123.")


MAY_BE_EMPTY = frozenset(
    {
        "called",
        "birth_on",
        "written_language",
        "needs_interpreter",
        "household_size",
        "email",
        "contact_preference",
        "can_text",
        "can_leave_message",
        "safe_from",
        "safe_until",
        "safe_note",
    }
)
BIRTH_DATE = "Write the birth date as month, day and year."


class SearchQuery(Strict):
    """Whom somebody looks for; any part may be missing."""

    name = words(200, load_default="")
    birth_on = fields.Date(load_default=None, validate=is_past)
    phone = words(40, load_default="")
    member_id = words(80, load_default="")


class AboutPerson(Strict):
    """What both a new and a known record may say of somebody."""

    called = words(100)
    birth_on = fields.Date(validate=is_past, error_messages={"invalid": BIRTH_DATE})
    phone = fields.String(validate=_is_phone)
    language = words(35)
    written_language = words(35)
    needs_interpreter = fields.Boolean()
    household_size = fields.Integer(validate=validate.Range(1, 50, error="Write a number from 1 to 50."))
    email = fields.Email()
    contact_preference = fields.Enum(ContactChannel, by_value=True)
    can_text = fields.Boolean()
    can_leave_message = fields.Boolean()
    line_1 = words()
    line_2 = words()
    city = words(100)
    state = fields.String(validate=validate.Regexp(r"^[A-Z]{2}$", error="Write the two letters of the state, like NC."))
    postal_code = fields.String(validate=validate.Regexp(r"^\d{5}(-\d{4})?$", error="Write a ZIP code like 27601."))
    is_hidden = fields.Boolean()

    @pre_load
    def _capital_state(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        state = data.get("state")
        return {**data, "state": state.upper()} if isinstance(state, str) else data


class NewPerson(AboutPerson):
    """Somebody taken in; `agrees` is their yes to the script, `witness` who heard it."""

    given_name = name(required=True)
    family_name = name(required=True)
    plan_id = fields.UUID()
    member_id = words(80)
    agrees = fields.Boolean(required=True, error_messages={"required": "Ask, and write down the answer."})
    witness = words(required=True, error_messages={"required": "Write who listened in, or where the recording is."})
    is_somebody_else = fields.Boolean()
    script_language = words(35)


class KnownPerson(AboutPerson):
    """What only a record that is here already may say: how to reach somebody safely."""

    safe_channels = fields.List(fields.Enum(ContactChannel, by_value=True))
    safe_weekdays = fields.List(fields.Integer(validate=validate.Range(0, 6)))
    safe_from = fields.Time()
    safe_until = fields.Time()
    safe_note = words(1000)


class ChangedPerson(KnownPerson):
    """A record as it should be from now on."""

    given_name = name(required=True)
    family_name = name(required=True)


class PersonChanges(KnownPerson):
    """Only what is to change in a record; null empties a field that may be empty."""

    given_name = name()
    family_name = name()

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Let null stand for an answer taken back."""
        field_obj.allow_none = field_name in MAY_BE_EMPTY

    @validates_schema
    def _safe_ways_are_named(self, data: dict[str, Any], **_: Any) -> None:
        if not data.get("safe_channels") and any(field.startswith("safe_") for field in data):
            raise ValidationError("Name the safe channels together with their times.", "safe_channels")


class CoverageForm(Strict):
    """A health plan that covers a person."""

    plan_id = fields.UUID(required=True, error_messages={"required": "Choose a plan."})
    member_id = words(80, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date()
    source = fields.Enum(AnswerSource, by_value=True, load_default=AnswerSource.SELF_REPORTED)


class CoverageEnd(Strict):
    """The last day on which a plan covers somebody."""

    ends_on = fields.Date(required=True)


class ScriptQuery(Strict):
    """Which scripts are read aloud: the language, and the names and kinds of need that stand in them."""

    language = words(35, load_default="en")
    recipient_organization_id = fields.UUID(load_default=None)
    domains = fields.List(fields.Enum(NeedDomain, by_value=True), load_default=list)


class AskToOpen(Strict):
    """Somebody's yes to opening the record that another organization made."""

    agrees = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error="Without this permission the record stays closed."),
        error_messages={"required": "Ask, and write down the answer."},
    )
    witness = words(required=True, error_messages={"required": "Write who listened in, or where the recording is."})


class ConsentChoice(Strict):
    """Which consent is asked for, and whom it names."""

    scope = fields.Enum(ConsentScope, by_value=True, load_default=None)
    recipient_organization_id = fields.UUID(load_default=None)
    domains = fields.List(fields.Enum(NeedDomain, by_value=True), load_default=list)
    level = fields.Enum(SensitivityLevel, by_value=fields.Integer(), load_default=SensitivityLevel.L1)
    next = fields.String(load_default="")


class SignatureRequest(Strict):
    """A consent that the person is to sign by a link."""

    scope = fields.Enum(ConsentScope, by_value=True, required=True)
    recipient_organization_id = fields.UUID(load_default=None)
    domains = fields.List(fields.Enum(NeedDomain, by_value=True), load_default=list)
    level = fields.Enum(SensitivityLevel, by_value=fields.Integer(), load_default=SensitivityLevel.L1)
    shares_content = fields.Boolean(load_default=False)

    @post_load
    def _no_lower_than_its_scope(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A release covers what it is for, whether its level was written or not."""
        return {**data, "level": max(data["level"], min(TERMS[data["scope"]].levels))}


class RecordedConsent(SignatureRequest):
    """A consent given by voice or on paper."""

    method = fields.Enum(
        ConsentMethod, by_value=True, required=True, error_messages={"required": "Say how they agreed."}
    )
    given_by = fields.Enum(GivenBy, by_value=True, load_default=GivenBy.SELF)
    proxy_name = words()
    minor_topic = fields.Enum(MinorTopic, by_value=True, load_default=None, allow_none=True)
    witness = words()
    paper_reference = words()
    last_day = fields.Date()


class ConsentForm(RecordedConsent):
    """The page's form of a consent: recorded, or sent to be signed; then back to where the asker came from."""

    next = fields.String(load_default="")


class SignatureForm(Strict):
    """The name typed under a consent."""

    signature = name(required=True, error_messages={"required": "Write your full name."})
    agrees = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error="Tick the box if you agree."),
        error_messages={"required": "Tick the box if you agree."},
    )


class OwnConsentForm(Strict):
    """Which consent a person takes back."""

    consent_id = fields.UUID(required=True)


class BirthDateForm(Strict):
    """What shows that the right person holds the phone."""

    birth_on = fields.Date(required=True, validate=is_past)


def _fields_of(question: DemographicQuestion) -> dict[str, fields.Field[Any]]:
    allowed = validate.OneOf([value for value, _ in question.choices] + list(NOT_AN_ANSWER))
    one = fields.String(validate=allowed)
    kind = question.kind.value
    made: dict[str, fields.Field[Any]] = {kind: fields.List(one) if question.is_multiple else one}
    if question.has_detail:
        made[f"{kind}_detail"] = words(200)
    return made


class PhoneCodeForm(Strict):
    """The code that the person reads back."""

    code = fields.String(
        required=True,
        validate=validate.Regexp(r"^\s*\d{3}[\s-]?\d{3}\s*$", error="Write the six digits that they read to you."),
        error_messages={"required": "Write the six digits that they read to you."},
    )


class RequestForm(Strict):
    """What a person asks their care team for."""

    kind = fields.Enum(
        RequestKind, by_value=True, required=True, error_messages={"required": "Choose what it is about."}
    )
    words = fields.String(
        required=True,
        validate=validate.Length(1, MAX_WORDS, error=f"Write between 1 and {MAX_WORDS} characters."),
        error_messages={"required": "Write it in a few words."},
    )


class RequestAnswer(Strict):
    """What the care team answers."""

    answer = fields.String(
        required=True,
        validate=validate.Length(1, MAX_WORDS, error=f"Write between 1 and {MAX_WORDS} characters."),
        error_messages={"required": "Write what they should know."},
    )


class _AboutSource(Strict):
    source = fields.Enum(AnswerSource, by_value=True, load_default=AnswerSource.SELF_REPORTED)

    @validates_schema
    def _declined_stands_alone(self, data: dict[str, Any], **_: Any) -> None:
        for kind, chosen in data.items():
            if isinstance(chosen, list) and len(chosen) > 1 and set(chosen) & set(NOT_AN_ANSWER):
                raise ValidationError("Choose either answers, or that there is none.", kind)


_QUESTION_FIELDS = {name: field for question in QUESTIONS for name, field in _fields_of(question).items()}

DemographicsForm: type[Schema] = type("DemographicsForm", (_AboutSource,), _QUESTION_FIELDS)
"""One field for each question, named by its kind; nothing chosen means not asked."""


def answers_in(form: dict[str, Any]) -> dict[DemographicKind, dict[str, Any]]:
    """Return the answers that a loaded form holds."""
    answers: dict[DemographicKind, dict[str, Any]] = {}
    for question in QUESTIONS:
        given = form.get(question.kind.value)
        if not given:
            continue
        chosen = given if isinstance(given, list) else [given]
        state = AnswerState(chosen[0]) if chosen[0] in NOT_AN_ANSWER else AnswerState.ANSWERED
        values = chosen if state is AnswerState.ANSWERED else []
        answers[question.kind] = {
            "state": state,
            "values": values,
            "detail": form.get(f"{question.kind.value}_detail"),
        }
    return answers
