"""Reads the matrix: a cell is `-`, or ACTIONS:scope(+condition)*; a question names an object and what is asked."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from referral.organizations.rules import Role

HERE = Path(__file__).parent
_CELL = re.compile(r"([A-Z]+):([a-z0-9-]+(?:\+[a-z0-9-]+)*)")
_ATOM = re.compile(r"([a-z0-9_.]+) ([A-Z]+)((?:[:!][a-z0-9-]+)*)")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one role may do with one object: letters of actions, and the scope with its conditions."""

    actions: frozenset[str]
    scope: tuple[str, ...]


NOTHING = Cell(frozenset(), ())


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: may somebody do one of these things to this object, in one of these scopes and in none of those?"""

    object: str
    actions: frozenset[str]
    within: frozenset[str]
    without: frozenset[str]

    def answered_by(self, cell: Cell) -> frozenset[str]:
        """Return the actions asked for that the cell allows."""
        scope = set(cell.scope)
        is_inside = not self.within or bool(self.within & scope)
        return self.actions & cell.actions if is_inside and not self.without & scope else frozenset()


def cell(text: str) -> Cell:
    """Read one cell; raises ValueError for one that the grammar does not know."""
    if text == "-":
        return NOTHING
    found = _CELL.fullmatch(text)
    if found is None:
        raise ValueError(f"not a cell: {text}")
    actions, scope = frozenset(found[1]), tuple(found[2].split("+"))
    if unknown := [word for word in (*actions, *scope) if word not in words()]:
        raise ValueError(f"{text}: the table of words does not know {unknown}")
    return Cell(actions, scope)


def asked(text: str) -> Asked:
    """Read one question, such as `invoice_line R!status!deid` or `need.general CR:net`."""
    found = _ATOM.fullmatch(text.strip())
    if found is None or found[1] not in matrix():
        raise ValueError(f"not a question to the matrix: {text}")
    marks = re.findall(r"([:!])([a-z0-9-]+)", found[3])
    within, without = (frozenset(word for mark, word in marks if mark == sign) for sign in ":!")
    return Asked(found[1], frozenset(found[2]), within, without)


def questions(expression: str) -> list[list[Asked]]:
    """Read an expression: alternatives parted by `|`, of which each may need several at once, joined by `&`."""
    return [[asked(atom) for atom in part.split("&")] for part in expression.split("|")]


def holders(expression: str) -> frozenset[Role]:
    """Return the roles of staff for whom the matrix says yes."""
    asked_for = questions(expression)
    return frozenset(
        role
        for role in Role
        if role is not Role.CLIENT_SELF
        and any(all(one.answered_by(matrix()[one.object][role]) for one in part) for part in asked_for)
    )


@cache
def words() -> Mapping[str, str]:
    """Return what each letter and word of a cell means."""
    with (HERE / "permission_tokens.csv").open(newline="") as file:
        return {row["token"]: row["meaning"] for row in csv.DictReader(file)}


@cache
def matrix() -> Mapping[str, Mapping[Role, Cell]]:
    """Return object -> role -> cell."""
    with (HERE / "permission_matrix.csv").open(newline="") as file:
        return {row["object"]: {role: cell(row[role.value]) for role in Role} for row in csv.DictReader(file)}


@cache
def levels() -> Mapping[str, str]:
    """Return how sensitive each object is: L1, L2 or L3."""
    with (HERE / "permission_matrix.csv").open(newline="") as file:
        return {row["object"]: row["level"] for row in csv.DictReader(file)}
