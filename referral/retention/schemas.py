"""What the forms about keeping take."""

from marshmallow import fields, validate

from referral.retention.rules import HoldKind
from referral.web.shapes import Strict

_amount = fields.Integer(
    required=True,
    validate=validate.Range(1, 3650, error="Write a number from 1 to 3650."),
    error_messages={"required": "Write a number.", "invalid": "Write a whole number."},
)


class ProposalForm(Strict):
    """Another time for a class."""

    amount = _amount


class DecisionForm(Strict):
    """What becomes of a proposal; the number says which one was seen."""

    amount = _amount
    confirms = fields.Boolean(required=True)


class ClosingForm(Strict):
    """Why a request ends without erasing."""

    reason = fields.String(
        required=True,
        validate=validate.Length(1, 500, error="Write between 1 and 500 characters."),
        error_messages={"required": "Write why, without names."},
    )


class HoldForm(Strict):
    """What is held back, and why."""

    person_id = fields.UUID(
        required=True,
        error_messages={
            "required": "Write the number from the address of the person's page.",
            "invalid_uuid": "Write the whole number from the address of the person's page.",
        },
    )
    kind = fields.Enum(HoldKind, by_value=True, required=True, error_messages={"required": "Choose what is kept."})
    reason = fields.String(
        required=True,
        validate=validate.Length(1, 500),
        error_messages={"required": "Write the case or the letter, without names."},
    )
