"""Compares a column with many ids as one array, so that the statement is the same however many there are."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal


def is_one_of(column: Any, ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Whether the column holds one of the ids."""
    found: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(Uuid)))
    return found
