"""Ticking several rows of a list and doing one deed to all of them, by a page or by a program."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, post_load, validate

from referral.foundation.ticked import MOST, Outcome, Tick
from referral.web.shapes import Strict, page_of

NONE_TICKED = "Tick at least one."
TOO_MANY = f"Tick at most {MOST}."


BOX = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,9})$")
"""A ticked box as its page sends it: the record's id, a colon, the version that was shown."""


class TicksForm(Strict):
    """The rows that were ticked at a page."""

    ticked = fields.List(
        fields.String(validate=validate.Regexp(BOX, error="Tick a row of the list.")),
        required=True,
        validate=validate.Length(1, MOST, error=TOO_MANY),
        error_messages={"required": NONE_TICKED},
    )

    @post_load
    def as_ticks(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Hand the boxes on as ticks."""
        boxes = (found for box in values["ticked"] if (found := BOX.fullmatch(box)))
        return {"ticked": [Tick(UUID(box[1]), int(box[2])) for box in boxes]}


class TickIn(Strict):
    """A record; with the version that was read, a later one is left alone."""

    id = fields.UUID(required=True)
    version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 2**31 - 1))

    @post_load
    def as_tick(self, values: dict[str, Any], **_: Any) -> Tick:
        """Hand it on as a tick."""
        return Tick(**values)


class TicksIn(Strict):
    """The records to which the deed is done."""

    ticked = fields.List(fields.Nested(TickIn), required=True, validate=validate.Length(1, MOST, error=TOO_MANY))


class OutcomeOut(Schema):
    """What became of one record; `reason` says why it was left alone."""

    id = fields.UUID()
    number = fields.String(allow_none=True)
    is_done = fields.Boolean()
    reason = fields.String(allow_none=True)


OutcomePage = page_of(OutcomeOut)


def left_alone(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return those to which the deed was not done."""
    return [one for one in outcomes if not one.is_done]
