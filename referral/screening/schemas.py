"""What the forms and the JSON API of screening take and give."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from referral.people.rules import AnswerState, NeedCategory, NeedDomain, SensitivityLevel
from referral.screening.rules import (
    DismissReason,
    Finding,
    HandOff,
    Mode,
    NeedAction,
    NeedState,
    NotAskedReason,
    Respondent,
    ScreeningStatus,
)
from referral.screening.service import panels_of
from referral.web.shapes import Strict, page_of

_CHOOSE: dict[str, Any] = {"required": "Choose one.", "unknown": "Choose one from the list."}


class _Beginning(Strict):
    """What every beginning says."""

    respondent = fields.Enum(Respondent, by_value=True, load_default=Respondent.PERSON)
    mode = fields.Enum(Mode, by_value=True, load_default=Mode.PHONE)
    language = fields.String(load_default="en", validate=validate.Length(2, 20))
    is_interpreted = fields.Boolean(load_default=False)
    is_alone = fields.Boolean(required=True, error_messages={"required": "Ask whether the person is alone."})


class StartSchema(_Beginning):
    """How a screening begins: the instrument, and its panels where only some are put."""

    instrument_id = fields.UUID(required=True, error_messages=_CHOOSE)
    panels = fields.List(fields.String(), load_default=list)


class StartForm(_Beginning):
    """The same as a form: one choice names the instrument and its panels."""

    choice = fields.String(required=True, error_messages=_CHOOSE)


class AnswerSchema(Strict):
    """What came of one question."""

    codes = fields.List(fields.String(), load_default=list)
    state = fields.Enum(AnswerState, by_value=True, load_default=AnswerState.ANSWERED)
    reason = fields.Enum(NotAskedReason, by_value=True, load_default=None)


class AnswerForm(AnswerSchema):
    """The same as a form, which names its question."""

    link_id = fields.String(required=True)


class UrgentForm(Strict):
    """What was urgent, and who took it over."""

    cause = fields.Enum(NeedCategory, by_value=True, load_default=None, error_messages=_CHOOSE)
    handed_to = fields.String(load_default="", validate=validate.Length(max=200))


class NeedForm(Strict):
    """A need added by hand."""

    category = fields.Enum(NeedCategory, by_value=True, required=True, error_messages=_CHOOSE)
    is_urgent = fields.Boolean(load_default=False)


class CategoryForm(Strict):
    """Another category for a need."""

    category = fields.Enum(NeedCategory, by_value=True, required=True, error_messages=_CHOOSE)
    note = fields.String(load_default=None, validate=validate.Length(max=1000))


class MoveForm(Strict):
    """Why a need moves: a reason where it is dismissed, and a note where the reason is another one."""

    reason = fields.Enum(DismissReason, by_value=True, load_default=None, error_messages=_CHOOSE)
    note = fields.String(load_default=None, validate=validate.Length(max=1000))

    @validates_schema
    def other_needs_a_note(self, data: dict[str, object], **_kwargs: object) -> None:
        """Ask for a few words about another reason."""
        if data["reason"] is DismissReason.OTHER and not data["note"]:
            raise ValidationError("Write a few words about the other reason.", "note")


class HandOffForm(Strict):
    """Which warm hand-off was made."""

    kind = fields.Enum(HandOff, by_value=True, required=True, error_messages=_CHOOSE)


class InstrumentOut(Schema):
    """An instrument on offer."""

    id = fields.UUID()
    url = fields.String()
    version = fields.String()
    name = fields.String()
    title = fields.String()
    language = fields.String()
    panels = fields.Function(
        panels_of,
        metadata={"type": "array", "items": {"type": "string"}, "description": "Parts that can be put alone"},
    )


InstrumentPage = page_of(InstrumentOut)


class InstrumentDocument(InstrumentOut):
    """An instrument with its FHIR Questionnaire."""

    document = fields.Dict()


class AnswerOut(Schema):
    """One answer."""

    link_id = fields.String()
    state = fields.Enum(AnswerState, by_value=True)
    codes = fields.List(fields.String(), attribute="chosen")
    reason = fields.Enum(NotAskedReason, by_value=True, allow_none=True)
    data_absent_reason = fields.String(allow_none=True)
    level = fields.Enum(SensitivityLevel)
    answered_at = fields.AwareDateTime(format="iso")


class DomainOut(Schema):
    """What one domain says: answered, declined and not asked apart, in questions."""

    domain = fields.Enum(NeedDomain, by_value=True)
    answered = fields.Integer()
    declined = fields.Integer()
    not_asked = fields.Integer()
    finding = fields.Enum(Finding, by_value=True)


class ScoreOut(Schema):
    """What one score says; without a value or an answer, why there is none."""

    link_id = fields.String(attribute="rule.link_id")
    finding = fields.Enum(Finding, by_value=True)
    value = fields.Decimal(as_string=True, allow_none=True, metadata={"type": "string", "format": "decimal"})
    answer = fields.String(attribute="answer.code", allow_none=True)
    data_absent_reason = fields.String(allow_none=True)
    is_concern = fields.Boolean()


class UrgentOut(Schema):
    """An urgent answer, shown to its asker only, and who took it over."""

    cause = fields.Enum(NeedCategory, by_value=True, allow_none=True)
    level = fields.Enum(SensitivityLevel)
    is_proposed = fields.Boolean()
    noticed_at = fields.AwareDateTime(format="iso")
    handed_to = fields.String(allow_none=True)
    first_contact_at = fields.AwareDateTime(format="iso", allow_none=True)


class HelpLineOut(Schema):
    """A number to dial at once."""

    number = fields.String()
    name = fields.String()
    when = fields.String()


class ActNowOut(Schema):
    """What the asker does now, and whom to call, the most fitting first."""

    steps = fields.List(fields.String())
    lines = fields.List(fields.Nested(HelpLineOut))


class ScreeningFacts(Schema):
    """A screening: who was asked, with what, how, and when."""

    id = fields.UUID()
    person_id = fields.UUID()
    instrument_id = fields.UUID()
    panels = fields.List(fields.String())
    status = fields.Enum(ScreeningStatus, by_value=True)
    mode = fields.Enum(Mode, by_value=True)
    respondent = fields.Enum(Respondent, by_value=True)
    is_alone = fields.Boolean()
    language = fields.String()
    is_interpreted = fields.Boolean()
    started_at = fields.AwareDateTime(format="iso")
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)


ScreeningPage = page_of(ScreeningFacts)


class ScreeningOut(ScreeningFacts):
    """A screening, with the answers its reader may see, what they say, and the question that comes next."""

    next_link_id = fields.String(allow_none=True)
    answers = fields.List(fields.Nested(AnswerOut))
    domains = fields.List(fields.Nested(DomainOut))
    scores = fields.List(fields.Nested(ScoreOut))
    access_flags = fields.List(fields.String(), metadata={"description": "Link ids that ask for an accommodation"})
    clinical_flags = fields.List(fields.String(), metadata={"description": "Link ids that go to a clinician"})
    need_ids = fields.List(fields.UUID())
    denied_need_ids = fields.List(fields.UUID(), metadata={"description": "Open needs that the answers deny"})
    urgent = fields.List(fields.Nested(UrgentOut))
    act_now = fields.Nested(ActNowOut, allow_none=True)


class NeedOut(Schema):
    """A need."""

    id = fields.UUID()
    person_id = fields.UUID()
    screening_id = fields.UUID(allow_none=True)
    category = fields.Enum(NeedCategory, by_value=True)
    level = fields.Enum(SensitivityLevel)
    state = fields.Enum(NeedState, by_value=True)
    is_urgent = fields.Boolean()
    dismiss_reason = fields.Enum(DismissReason, by_value=True, allow_none=True)
    found_at = fields.AwareDateTime(format="iso")
    confirmed_at = fields.AwareDateTime(format="iso", allow_none=True)
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    version = fields.Integer()


NeedPage = page_of(NeedOut)


class NeedEventOut(Schema):
    """One thing that happened to a need."""

    at = fields.AwareDateTime(format="iso")
    what = fields.String()
    who = fields.String()
    note = fields.String(allow_none=True)


class SaidOut(Schema):
    """A question and what the person answered, as a need shows it."""

    screening_id = fields.UUID()
    title = fields.String()
    question = fields.String()
    words = fields.String()
    at = fields.AwareDateTime(format="iso")


class NeedEventPage(page_of(NeedEventOut)):  # type: ignore[misc]  # a schema made by a function
    """What happened to a need, and the answers behind it."""

    behind = fields.List(fields.Nested(SaidOut))


class NeedMove(MoveForm):
    """A move of a need through the API."""

    action = fields.Enum(NeedAction, by_value=True, required=True, error_messages=_CHOOSE)
