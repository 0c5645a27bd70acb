"""What the desk's forms take, and what its API answers."""

from datetime import date

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from referral.accounts.schemas import RolesForm
from referral.audit.rules import AccountWindow, DeedKind
from referral.messaging.schemas import MessageView
from referral.people.rules import GrantBasis, GrantScope
from referral.people.schemas import ConsentOut
from referral.people.schemas.forms import AboutPerson, name
from referral.programs.schemas import EnrollmentOut
from referral.referrals.schemas import ReferralFacts
from referral.screening.schemas import NeedOut, ScreeningFacts


def _is_of_our_time(day: date) -> None:
    if not 2000 <= day.year <= 2100:
        raise ValidationError("Write a year between 2000 and 2100.")


class NewUserForm(RolesForm):
    """A new colleague with their roles; without an organization, for the asker's own."""

    name = fields.String(required=True, validate=validate.Length(1, 120))
    email = fields.Email(required=True)
    organization_id = fields.UUID(load_default=None, allow_none=True)


class ClearanceForm(Schema):
    """The training that clears a colleague; without a last day it counts for a year."""

    class Meta:
        unknown = RAISE

    trained_on = fields.Date(required=True, error_messages={"required": "Write the day of the training."})
    until = fields.Date(load_default=None, allow_none=True)


class NoticeForm(Schema):
    """The text that travels with sensitive records, as it stands in the law."""

    class Meta:
        unknown = RAISE

    edition = fields.String(required=True, validate=validate.Length(1, 200))
    text = fields.String(required=True, validate=validate.Length(1, 5000))
    source = fields.String(required=True, validate=validate.Length(1, 500))
    is_checked = fields.Boolean(load_default=False)


class MarksForm(Schema):
    """What an organization is in the eyes of the laws on sensitive records."""

    class Meta:
        unknown = RAISE

    is_victim_service = fields.Boolean(load_default=False)
    is_part2_program = fields.Boolean(load_default=False)


class NoticeOut(Schema):
    """The text in force, with what somebody must still do before it is relied on."""

    edition = fields.String(attribute="version", required=True)
    text = fields.String(required=True)
    source = fields.String(required=True)
    is_checked = fields.Boolean(required=True)
    mark = fields.String()


class MarkedOut(Schema):
    """An organization with its marks."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    is_victim_service = fields.Boolean(required=True)
    is_part2_program = fields.Boolean(required=True)


class ProtectionOut(Schema):
    """What protects sensitive records: the text that travels, and the organizations that the laws speak of."""

    text = fields.Nested(NoticeOut, required=True)
    organizations = fields.List(fields.Nested(MarkedOut), required=True)


class WorkCount(Schema):
    """A kind of work with how much of it waits."""

    label = fields.String(required=True)
    figure = fields.Integer(required=True)
    note = fields.String()


class HomeOut(Schema):
    """The work that waits for the membership."""

    tiles = fields.List(fields.Nested(WorkCount), required=True)


class AccessOut(Schema):
    """Who may see the person, how much, and why; without an organization it is the network's care teams."""

    organization = fields.String()
    scope = fields.Enum(GrantScope, by_value=True, attribute="grant.scope")
    basis = fields.Enum(GrantBasis, by_value=True, attribute="grant.basis")
    until = fields.AwareDateTime(attribute="grant.until", allow_none=True)


class OverviewOut(Schema):
    """What hangs on one person; an empty part is one the asker may not see, or that has nothing in it."""

    person_id = fields.UUID(attribute="person.id", required=True)
    needs = fields.List(fields.Nested(NeedOut), required=True)
    referrals = fields.List(fields.Nested(ReferralFacts), required=True)
    screenings = fields.List(fields.Nested(ScreeningFacts), required=True)
    enrollments = fields.List(fields.Nested(EnrollmentOut), required=True)
    consents = fields.List(fields.Nested(ConsentOut), required=True)
    messages = fields.List(fields.Nested(MessageView), required=True)
    access = fields.List(fields.Nested(AccessOut), required=True)


class StepOut(Schema):
    """One record of a thread."""

    kind = fields.String(required=True)
    id = fields.UUID(required=True)
    what = fields.String(required=True)
    at = fields.Function(
        lambda step: step.at.isoformat() if step.at else None,
        metadata={"type": ["string", "null"], "description": "An instant, or a day"},
    )
    who = fields.String()
    status = fields.String()
    note = fields.String()


class StageOut(Schema):
    """One stage of a thread, empty where nothing happened or the role does not see it."""

    heading = fields.String(required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
    nothing = fields.String(required=True)


class ThreadOut(Schema):
    """The chain from the answer to the dollar."""

    person_id = fields.UUID(required=True)
    category = fields.String(required=True)
    stages = fields.List(fields.Nested(StageOut), required=True)


class ColleagueOut(Schema):
    """Somebody who works for an organization."""

    id = fields.UUID(required=True, metadata={"description": "Of the membership"})
    name = fields.String(required=True, attribute="user.name")
    email = fields.String(required=True, attribute="user.email")
    organization = fields.String(required=True, attribute="organization.name")
    roles = fields.List(fields.String(), required=True)
    is_active = fields.Boolean(required=True)
    ipv_trained_on = fields.Date(allow_none=True)
    ipv_cleared_until = fields.Date(allow_none=True)


class InvitedOut(ColleagueOut):
    """Somebody new, with the link that lets them in."""

    invitation_url = fields.String(
        allow_none=True, metadata={"description": "Works once, for 7 days; given only here. None for a known user"}
    )


class ColleaguePage(Schema):
    """Everybody in the asker's reach."""

    items = fields.List(fields.Nested(ColleagueOut), required=True)
    next = fields.UUID(allow_none=True, required=True)


class FailedJob(Schema):
    """Work that failed for good; the error's kind only, never its text."""

    id = fields.Integer(required=True)
    task = fields.String(required=True)
    attempts = fields.Integer(required=True)
    last_error = fields.String(allow_none=True)
    dead_at = fields.DateTime(required=True)


class FailedJobPage(Schema):
    """Failed work, the latest first."""

    items = fields.List(fields.Nested(FailedJob), required=True)
    next = fields.Integer(allow_none=True, required=True)


class SearchedQuery(Schema):
    """Words that somebody looks for in a list."""

    class Meta:
        unknown = RAISE

    words = fields.String(load_default="", validate=validate.Length(max=100, error="Write at most 100 characters."))


class StaffQuery(SearchedQuery):
    """Whom somebody looks for among their colleagues."""

    organization = fields.UUID(load_default=None)


class LogQuery(Schema):
    """What somebody looks for in the log."""

    class Meta:
        unknown = RAISE

    from_on = fields.Date(load_default=None, validate=_is_of_our_time)
    until_on = fields.Date(load_default=None, validate=_is_of_our_time)
    kind = fields.Enum(DeedKind, by_value=True, load_default=None)
    user = fields.UUID(load_default=None)
    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))


class LogLine(Schema):
    """One event; whom it was about only where the role may know."""

    id = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    action = fields.String(required=True)
    what = fields.String(required=True)
    who = fields.String(required=True)
    user_id = fields.UUID(required=True, allow_none=True)
    organization = fields.String(required=True)
    person_id = fields.UUID(required=True, allow_none=True)


class LogPage(Schema):
    """A page of the log, the latest first; `next` is the `before` of the following page."""

    items = fields.List(fields.Nested(LogLine), required=True, attribute="lines")
    next = fields.Integer(allow_none=True, required=True)


class AccountQuery(Schema):
    """How many years back, and after which entry."""

    class Meta:
        unknown = RAISE

    years = fields.Integer(load_default=3, validate=validate.OneOf([window.value for window in AccountWindow]))
    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))


class CorrectionForm(AboutPerson):
    """What a person corrects about themselves: names, and how they are reached."""

    class Meta:
        unknown = RAISE
        exclude = ("is_hidden", "birth_on")

    given_name = name(required=True)
    family_name = name(required=True)


class EndForm(Schema):
    """Which referral a person ends."""

    class Meta:
        unknown = RAISE

    referral_id = fields.UUID(required=True)


class DisclosureLine(Schema):
    """Something that reached an organization."""

    id = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    organization = fields.String(required=True)
    how = fields.String(required=True)
    what = fields.List(fields.String(), required=True)


class DisclosurePage(Schema):
    """What reached other organizations about a person, the latest first."""

    items = fields.List(fields.Nested(DisclosureLine), required=True)
    next = fields.Integer(allow_none=True, required=True)
