"""What the forms and the JSON API of screening take and give."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

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

_CHOOSE: dict[str, Any] = {"required": "Choose one.", "unknown": "Choose one from the list."}


class _Beginning(Schema):
    class Meta:
        unknown = RAISE

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


class AnswerSchema(Schema):
    """What came of one question."""

    class Meta:
        unknown = RAISE

    codes = fields.List(fields.String(), load_default=list)
    state = fields.Enum(AnswerState, by_value=True, load_default=AnswerState.ANSWERED)
    reason = fields.Enum(NotAskedReason, by_value=True, load_default=None)


class AnswerForm(AnswerSchema):
    """The same as a form, which names its question."""

    link_id = fields.String(required=True)


class UrgentForm(Schema):
    """What was urgent, and who took it over."""

    class Meta:
        unknown = RAISE

    cause = fields.Enum(NeedCategory, by_value=True, load_default=None, error_messages=_CHOOSE)
    handed_to = fields.String(load_default="", validate=validate.Length(max=200))


class NeedForm(Schema):
    """A need added by hand."""

    class Meta:
        unknown = RAISE

    category = fields.Enum(NeedCategory, by_value=True, required=True, error_messages=_CHOOSE)
    is_urgent = fields.Boolean(load_default=False)


class CategoryForm(Schema):
    """Another category for a need."""

    class Meta:
        unknown = RAISE

    category = fields.Enum(NeedCategory, by_value=True, required=True, error_messages=_CHOOSE)
    note = fields.String(load_default=None, validate=validate.Length(max=1000))


class MoveForm(Schema):
    """Why a need moves: a reason where it is dismissed, and a note where the reason is another one."""

    class Meta:
        unknown = RAISE

    reason = fields.Enum(DismissReason, by_value=True, load_default=None, error_messages=_CHOOSE)
    note = fields.String(load_default=None, validate=validate.Length(max=1000))

    @validates_schema
    def other_needs_a_note(self, data: dict[str, object], **_kwargs: object) -> None:
        """Ask for a few words about another reason."""
        if data["reason"] is DismissReason.OTHER and not data["note"]:
            raise ValidationError("Write a few words about the other reason.", "note")


class HandOffForm(Schema):
    """Which warm hand-off was made."""

    class Meta:
        unknown = RAISE

    kind = fields.Enum(HandOff, by_value=True, required=True, error_messages=_CHOOSE)


class InstrumentOut(Schema):
    """An instrument on offer."""

    id = fields.UUID()
    url = fields.String()
    version = fields.String()
    name = fields.String()
    title = fields.String()
    language = fields.String()


class InstrumentPage(Schema):
    """Instruments on offer."""

    items = fields.List(fields.Nested(InstrumentOut))
    next = fields.UUID(allow_none=True)


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


class ScreeningOut(Schema):
    """A screening, with the answers its reader may see and the question that comes next."""

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
    next_link_id = fields.String(allow_none=True)
    answers = fields.List(fields.Nested(AnswerOut))
    domains = fields.List(fields.Nested(DomainOut))


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


class NeedPage(Schema):
    """Needs of one person."""

    items = fields.List(fields.Nested(NeedOut))
    next = fields.UUID(allow_none=True)


class NeedMove(MoveForm):
    """A move of a need through the API."""

    action = fields.Enum(NeedAction, by_value=True, required=True, error_messages=_CHOOSE)
