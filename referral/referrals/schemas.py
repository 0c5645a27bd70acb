"""What the forms and the API take and answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from referral.people.rules import NeedCategory
from referral.referrals.rules import (
    REASONS,
    Action,
    Channel,
    Connection,
    ContactResult,
    ContactWay,
    EvidenceKind,
    HeardBy,
    PersonAnswer,
    ReasonRefused,
    Sight,
    Status,
    Urgency,
)
from referral.referrals.rules.boxes import Folder, InboxBox, SentBox
from referral.web.shapes import Keyset, Strict, page_of

NOTE = validate.Length(max=2000)
REASON_CODES = "; ".join(
    f"{status.value}: {', '.join(reason.code for reason in reasons)}"
    for status, reasons in groupby(REASONS, key=attrgetter("status"))
)
KNOWN_BY = (EvidenceKind.PROVIDER_REPORT, EvidenceKind.PERSON_CONFIRMATION)


class ReferForm(Strict):
    """Send a need to one or several services."""

    service_at_location_id = fields.List(
        fields.UUID(), required=True, validate=validate.Length(1, 20, error="Choose at least one service.")
    )
    note = fields.String(load_default=None, validate=NOTE)
    urgency = fields.Enum(Urgency, by_value=True, load_default=Urgency.ROUTINE)
    successor_of_id = fields.UUID(load_default=None)
    is_in_danger = fields.Boolean(load_default=False)


class ReferPageForm(ReferForm):
    """The same on a page, where the person may just have allowed it on the phone."""

    allowed_organization_id = fields.List(fields.UUID(), load_default=list)
    witness = fields.String(load_default=None, validate=validate.Length(max=200))

    @validates_schema
    def a_voice_is_witnessed(self, form: dict[str, object], **_context: object) -> None:
        """Ask for the proof of a consent given by voice."""
        if form["allowed_organization_id"] and not form["witness"]:
            raise ValidationError("Write who listened in, or where the recording is kept.", "witness")


class ReferRequest(ReferForm):
    """The same, naming the need."""

    need_id = fields.UUID(required=True)


class MoveForm(Strict):
    """What somebody says with a move; which of it is needed depends on the move."""

    reason_code = fields.String(
        load_default=None,
        validate=validate.Length(max=60),
        metadata={"description": f"Needed by moves that end in one of these. {REASON_CODES}"},
    )
    note = fields.String(load_default=None, validate=NOTE)
    known_by = fields.Enum(EvidenceKind, by_value=True, load_default=None, validate=validate.OneOf(KNOWN_BY))
    place_in_line = fields.Integer(load_default=None, validate=validate.Range(1, 10_000), allow_none=True)
    expected_on = fields.Date(load_default=None, allow_none=True)
    occurred_at = fields.AwareDateTime(load_default=None, allow_none=True)


class ContactForm(Strict):
    """One attempt to reach the person."""

    way = fields.Enum(ContactWay, by_value=True, required=True)
    result = fields.Enum(ContactResult, by_value=True, required=True)
    note = fields.String(load_default=None, validate=NOTE)
    occurred_at = fields.AwareDateTime(load_default=None, allow_none=True)


class CommentForm(Strict):
    """What somebody writes to the other side."""

    note = fields.String(
        required=True,
        validate=[NOTE, validate.Regexp(r"(?s).*\S", error="Write what the other side should know.")],
        error_messages={"required": "Write what the other side should know."},
    )


class ExportForm(Strict):
    """Why somebody needs a file of many people's rows."""

    reason = fields.String(
        required=True,
        validate=validate.Length(10, 500, error="Say in a sentence what the file is for."),
        error_messages={"required": "Say what the file is for."},
    )


class AnswerForm(Strict):
    """What the person said about help, heard by whoever fills this in."""

    answer = fields.Enum(PersonAnswer, by_value=True, required=True)
    note = fields.String(load_default=None, validate=NOTE)


class ResolutionForm(Strict):
    """What the person said when asked again, and how it fits together."""

    answer = fields.Enum(PersonAnswer, by_value=True, required=True)
    note = fields.String(required=True, validate=validate.Length(1, 2000))


class SentFilters(Schema):
    """What the list of sent referrals is narrowed to."""

    box = fields.Enum(SentBox, by_value=True, load_default=SentBox.OPEN)
    category = fields.Enum(NeedCategory, by_value=True, load_default=None)
    urgency = fields.Enum(Urgency, by_value=True, load_default=None)
    language = fields.String(load_default=None, validate=validate.Length(max=35))
    mine = fields.Boolean(load_default=False)
    number = fields.String(load_default=None, validate=validate.Length(max=20))
    after = fields.UUID(load_default=None)


class InboxFilters(Schema):
    """Which part of the inbox is shown."""

    box = fields.Enum(InboxBox, by_value=True, load_default=InboxBox.NEW)
    after = fields.UUID(load_default=None)


class ListQuery(Keyset):
    """Which referrals a program lists: by status, or one box of the page; what narrows it goes with a sent box."""

    folder = fields.Enum(Folder, by_value=True, required=True)
    status = fields.List(fields.Enum(Status, by_value=True), load_default=list)
    box = fields.String(load_default=None, validate=validate.OneOf(sorted({*InboxBox, *SentBox})))
    category = fields.Enum(NeedCategory, by_value=True, load_default=None)
    urgency = fields.Enum(Urgency, by_value=True, load_default=None)
    language = fields.String(load_default=None, validate=validate.Length(max=35))
    mine = fields.Boolean(load_default=False)

    @validates_schema
    def a_box_stands_in_its_folder(self, asked: dict[str, object], **_context: object) -> None:
        """Refuse a box of the other folder, and what only a sent box can be narrowed by."""
        is_sent_box = asked["folder"] is Folder.SENT and asked["box"] is not None
        if asked["folder"] is Folder.INBOX and asked["box"] not in {None, *InboxBox}:
            raise ValidationError("The inbox has no such box.", "box")
        if any(asked[name] for name in ("category", "urgency", "language", "mine")) and not is_sent_box:
            raise ValidationError("Name a box of the sent referrals to narrow it.", "box")


class ChoiceQuery(Strict):
    """Which services are looked at as receivers of a need."""

    service_at_location_id = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 20))


class ChoiceOut(Schema):
    """A service as a possible receiver: without a consent ask first, with an open referral send no second one."""

    service_at_location_id = fields.UUID()
    service = fields.String()
    location = fields.String(allow_none=True)
    organization_id = fields.UUID()
    organization = fields.String()
    channel = fields.Enum(Channel, by_value=True)
    consent_id = fields.UUID(attribute="consent.id", allow_none=True)
    open_referral_id = fields.UUID(attribute="open_one.id", allow_none=True)


ChoicePage = page_of(ChoiceOut)


class ListedReferralOut(Schema):
    """One line of a list."""

    id = fields.UUID()
    number = fields.String()
    status = fields.Enum(Status, by_value=True)
    reason_code = fields.String(allow_none=True)
    category = fields.Enum(NeedCategory, by_value=True)
    urgency = fields.Enum(Urgency, by_value=True)
    channel = fields.Enum(Channel, by_value=True)
    connection = fields.Enum(Connection, by_value=True)
    service = fields.String()
    sender = fields.String()
    receiver = fields.String()
    given_name = fields.String(allow_none=True)
    family_name = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    household_size = fields.Integer(allow_none=True)
    area = fields.String(allow_none=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()


ReferralPage = page_of(ListedReferralOut)


class SeenPersonOut(Schema):
    """The person, cut to what this reader may see."""

    sight = fields.Enum(Sight, by_value=True)
    given_name = fields.String(allow_none=True)
    family_name = fields.String(allow_none=True)
    area = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    household_size = fields.Integer(allow_none=True)
    needs_interpreter = fields.Boolean(allow_none=True)
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    can_leave_message = fields.Boolean(allow_none=True)
    safe_channels = fields.List(fields.String())
    safe_note = fields.String(allow_none=True)
    safe_confirmed_at = fields.AwareDateTime(allow_none=True)
    note = fields.String(allow_none=True)
    person_id = fields.UUID(allow_none=True)


class ReferralFacts(Schema):
    """Where one referral stands."""

    id = fields.UUID()
    number = fields.String()
    status = fields.Enum(Status, by_value=True)
    reason_code = fields.String(allow_none=True)
    channel = fields.Enum(Channel, by_value=True)
    category = fields.Enum(NeedCategory, by_value=True, allow_none=True)
    urgency = fields.Enum(Urgency, by_value=True)
    connection = fields.Enum(Connection, by_value=True)
    need_id = fields.UUID()
    service_at_location_id = fields.UUID()
    sending_organization_id = fields.UUID()
    receiving_organization_id = fields.UUID()
    successor_of_id = fields.UUID(allow_none=True)
    place_in_line = fields.Integer(allow_none=True)
    expected_on = fields.Date(allow_none=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    accepted_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()


class MoveReasonOut(Schema):
    """A reason that may be given with an action."""

    action = fields.Enum(Action, by_value=True)
    code = fields.String(attribute="reason.code")
    label = fields.String(attribute="reason.label")
    needs_note = fields.Boolean(attribute="reason.needs_note")
    is_verified = fields.Boolean(attribute="reason.is_verified")


class ReferralOut(Schema):
    """One referral as the asker may see it, what the asker may do with it, and the reasons to give."""

    referral = fields.Nested(ReferralFacts)
    person = fields.Nested(SeenPersonOut)
    actions = fields.List(fields.Enum(Action, by_value=True))
    reasons = fields.List(fields.Nested(MoveReasonOut))


class ReferralsOut(Schema):
    """The referrals that were sent."""

    items = fields.List(fields.Nested(ReferralOut))


class EntryOut(Schema):
    """One line of a referral's story."""

    kind = fields.String()
    code = fields.String()
    detail = fields.String()
    reason = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    party = fields.String(allow_none=True)
    who = fields.String()
    organization = fields.String()
    occurred_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()
    is_retracted = fields.Boolean()


class Story(Schema):
    """What happened to a referral, the oldest first."""

    items = fields.List(fields.Nested(EntryOut))


class ToldOut(Schema):
    """A question about the need, and what the person answered."""

    title = fields.String()
    question = fields.String()
    words = fields.String()
    at = fields.AwareDateTime()


ToldPage = page_of(ToldOut)


class AttemptOut(Schema):
    """One logged attempt to reach the person."""

    id = fields.UUID()
    way = fields.Enum(ContactWay, by_value=True)
    result = fields.Enum(ContactResult, by_value=True)
    occurred_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()


class CommentOut(Schema):
    """What one side wrote to the other."""

    id = fields.UUID()
    note = fields.String()
    recorded_at = fields.AwareDateTime()


class EvidenceOut(Schema):
    """One report about help."""

    id = fields.UUID()
    kind = fields.Enum(EvidenceKind, by_value=True)
    answer = fields.Enum(PersonAnswer, by_value=True)
    heard_by = fields.Enum(HeardBy, by_value=True)
    occurred_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()


class ContradictionOut(Schema):
    """A contradiction that waits for somebody to ask the person again."""

    id = fields.UUID()
    referral_id = fields.UUID()
    opened_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)
    final_answer = fields.Enum(PersonAnswer, by_value=True, allow_none=True)


ContradictionPage = page_of(ContradictionOut)


@contextmanager
def at_its_field() -> Iterator[None]:
    """Turn a refused reason into the message at its field (422)."""
    try:
        yield
    except ReasonRefused as refused:
        raise ValidationError({refused.field: [str(refused)]}) from refused
