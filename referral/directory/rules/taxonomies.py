"""Taxonomies: Open Eligibility with its repeated code, and our own draft map from its terms to needs."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from referral.people.rules import NeedCategory

OPEN_ELIGIBILITY = "Open Eligibility"
OPEN_ELIGIBILITY_VERSION = "2.0"


@dataclass(frozen=True, slots=True)
class Term:
    """A taxonomy term; `key` is its code, made unique where the taxonomy repeats it."""

    key: str
    code: str
    name: str
    parent_key: str | None
    facet: str
    level: str


@dataclass(frozen=True, slots=True)
class NeedOfTerm:
    """The need that a taxonomy term speaks of, as somebody proposed it; `is_reviewed` says whether anyone checked."""

    key: str
    need: NeedCategory | None
    relation: str
    is_reviewed: bool


def read_terms(lines: Iterable[str]) -> list[Term]:
    """The terms of the Open Eligibility CSV; the second term of a repeated code becomes `code#2` under the first."""
    terms: list[Term] = []
    seen: set[str] = set()
    for row in csv.DictReader(lines):
        code = (row.get("code") or "").strip()
        name = (row.get("name") or "").strip()
        if not code or not name:
            continue
        key = f"{code}#2" if code in seen else code
        seen.add(code)
        terms.append(
            Term(key, code, name, row.get("parent_code") or None, row.get("facet") or "", row.get("level") or "")
        )
    return terms


def read_needs(lines: Iterable[str]) -> list[NeedOfTerm]:
    """The rows of our map; an empty need means that the term speaks of none, which stays visible."""
    return [
        NeedOfTerm(
            key=row["oe_key"],
            need=NeedCategory(row["need_category"]) if row["need_category"] else None,
            relation=row["relation"],
            is_reviewed=row["status"] == "reviewed",
        )
        for row in csv.DictReader(lines)
    ]


def paths(terms: Iterable[Term]) -> dict[str, str]:
    """The path of each term from the top, such as *Food > Emergency Food*; a cycle ends where it closes."""
    by_key = {term.key: term for term in terms}
    return {key: " > ".join(_names_up(key, by_key)) for key in by_key}


def _names_up(key: str | None, by_key: dict[str, Term]) -> list[str]:
    names: list[str] = []
    seen: set[str] = set()
    while key in by_key and key not in seen:
        seen.add(key)
        names.insert(0, by_key[key].name)
        key = by_key[key].parent_key
    return names
