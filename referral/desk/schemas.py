"""What the desk's forms take, and what its API answers."""

from marshmallow import RAISE, Schema, fields, validate

from referral.organizations.rules import Role


class NewUserForm(Schema):
    """A new colleague with their roles."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=validate.Length(1, 120))
    email = fields.Email(required=True)
    password = fields.String(required=True)
    roles = fields.List(
        fields.Enum(Role, by_value=True),
        required=True,
        validate=validate.Length(1, error="Choose at least one role."),
        error_messages={"required": "Choose at least one role."},
    )


class ClearanceForm(Schema):
    """The training that clears a colleague; without a last day it counts for a year."""

    class Meta:
        unknown = RAISE

    trained_on = fields.Date(required=True, error_messages={"required": "Write the day of the training."})
    until = fields.Date(load_default=None, allow_none=True)


class WorkCount(Schema):
    """A kind of work with how much of it waits."""

    label = fields.String(required=True)
    figure = fields.Integer(required=True)
    note = fields.String()


class HomeOut(Schema):
    """The work that waits for the membership."""

    tiles = fields.List(fields.Nested(WorkCount), required=True)


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
