"""What is sent when somebody opens a person in an emergency, and when it is reviewed."""

from marshmallow import Schema, fields, validate

from referral.people.rules.break_glass import SHORTEST_REASON, Verdict
from referral.people.schemas.answers import PhoneOut
from referral.people.schemas.forms import BIRTH_DATE, is_past, name, words
from referral.web.shapes import Strict, page_of

REASON = f"Say what happened and why it cannot wait, in at least {SHORTEST_REASON} characters."


class EmergencyForm(Strict):
    """Whom, named exactly, and why."""

    given_name = name(required=True)
    family_name = name(required=True)
    birth_on = fields.Date(required=True, validate=is_past, error_messages={"invalid": BIRTH_DATE})
    reason = fields.String(
        required=True,
        validate=[validate.Length(SHORTEST_REASON, error=REASON), validate.Length(max=2000)],
        error_messages={"required": REASON},
    )


class EmergencyDeed(EmergencyForm):
    """The same, by somebody who read what will happen."""

    understood = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error="Read what will happen first."),
        error_messages={"required": "Read what will happen first."},
    )


class ReviewForm(Strict):
    """What whoever reviews it found."""

    verdict = fields.Enum(
        Verdict, by_value=True, required=True, error_messages={"required": "Say whether it was an emergency."}
    )
    note = words(1000, load_default="")


class GlassOut(Schema):
    """One emergency: whether it opened somebody, until when, and what the review said."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null where nobody was opened"})
    asked_at = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    review_due_at = fields.AwareDateTime(required=True)
    reviewed_at = fields.AwareDateTime(required=True, allow_none=True)
    verdict = fields.Enum(Verdict, by_value=True, required=True, allow_none=True)


class WaitingGlassOut(Schema):
    """An emergency as whoever reviews it sees it: by whom and why, not whom it opened."""

    id = fields.UUID(required=True)
    asked_by = fields.String(required=True)
    organization = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    review_due_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    is_open = fields.Boolean(required=True, metadata={"description": "Whether somebody was opened"})
    sought = fields.String(required=True, allow_none=True, metadata={"description": "What led to nobody"})


class ReachedOut(Schema):
    """How to reach somebody in an emergency, and who knows them."""

    person_id = fields.UUID(required=True, attribute="person.id")
    number = fields.String(required=True, attribute="person.number")
    name = fields.String(required=True, attribute="person.full_name")
    birth_on = fields.Date(required=True, attribute="person.birth_on")
    language = fields.String(required=True, attribute="person.language")
    needs_interpreter = fields.Boolean(required=True, allow_none=True, attribute="person.needs_interpreter")
    safe_channels = fields.List(fields.String(), required=True, attribute="person.safe_channels")
    safe_note = fields.String(required=True, allow_none=True, attribute="person.safe_note")
    phones = fields.List(fields.Pluck(PhoneOut, "number"), required=True)
    navigator = fields.String(required=True)
    intake_organization = fields.String(required=True)


class EmergencyOut(WaitingGlassOut):
    """One emergency with what became of it; the person only for whoever broke the glass, within the hour."""

    until = fields.AwareDateTime(required=True, allow_none=True)
    reviewed_at = fields.AwareDateTime(required=True, allow_none=True)
    reviewed_by = fields.String(required=True, allow_none=True)
    verdict = fields.Enum(Verdict, by_value=True, required=True, allow_none=True)
    person = fields.Nested(ReachedOut)
    is_record_open = fields.Boolean()


WaitingGlassPage = page_of(WaitingGlassOut)
