"""Shapes that every room's API shares: strict input, the wish for a page of a list, and the page."""

from collections.abc import Sequence
from typing import Any

from marshmallow import RAISE, Schema, fields, validate


class Strict(Schema):
    """Refuses fields it does not know."""

    class Meta:
        unknown = RAISE


class Keyset(Strict):
    """Which page of a list is asked for: what follows an id, and how many at most."""

    after = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


def page_of(item: type[Schema]) -> type[Schema]:
    """Return the schema of a page of such items; `next` is the `after` of the following page, null on the last."""
    parts = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.UUID(allow_none=True, required=True),
    }
    name = f"{item.__name__.removesuffix('Out')}Page"
    return type(name, (Schema,), {**parts, "__doc__": f"A page of a list of {item.__name__}."})


def page(rows: Sequence[Any], limit: int) -> dict[str, Any]:
    """Return one page: the last id leads to the next one while the page is full."""
    return {"items": rows, "next": rows[-1].id if len(rows) == limit else None}


def whole(rows: Sequence[Any]) -> dict[str, Any]:
    """Return a list that never has a second page."""
    return {"items": rows, "next": None}
