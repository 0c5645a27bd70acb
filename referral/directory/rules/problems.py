"""What an import has to say: rows it made, problems it met, records it set aside."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from referral.directory.rules.vocabulary import Entity, ProblemKind, QuarantineReason

SHOWN_CHARACTERS = 200


class Unusable(ValueError):
    """A value that cannot be used; the import writes NULL and reports it."""

    def __init__(self, kind: ProblemKind = ProblemKind.BAD_VALUE) -> None:
        super().__init__(kind.value)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Problem:
    """One value of one record that was not used as it stood; `line` counts from 1."""

    line: int
    entity: Entity
    external_id: str
    field: str
    kind: ProblemKind
    value: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that could not be used at all, with its raw text (shortened) and why."""

    line: int
    reason: QuarantineReason
    raw: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row for the HSDS table `entity`; a stand-in takes the place of a parent that the source left out."""

    entity: Entity
    id: UUID
    external_id: str
    values: Mapping[str, Any]
    is_stand_in: bool = False

    @property
    def sha256(self) -> str:
        """The fingerprint of the values: the same fingerprint means that nothing changed."""
        return fingerprint(json.dumps(self.values, sort_keys=True, default=str, ensure_ascii=True))


@dataclass(slots=True)
class Reading:
    """What one line of a file gave."""

    line: int
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)


def fingerprint(text: str) -> str:
    """SHA-256 of a text in hexadecimal; characters that are no text count as question marks."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def shown(value: object) -> str:
    """A value as the report prints it: short, on one line, and safe to write to a file."""
    text = (
        value if isinstance(value, str) else repr(value) if not isinstance(value, dict | list) else type(value).__name__
    )
    printable = text[: SHOWN_CHARACTERS * 2].encode("utf-8", "replace").decode()
    return " ".join(printable.replace("\x00", "").split())[:SHOWN_CHARACTERS]


def set_aside(line: int, reason: QuarantineReason, raw: str) -> Quarantined:
    """A quarantined record; the raw text is kept up to 100,000 characters."""
    kept = raw[:100_000].replace("\x00", "").encode("utf-8", "replace").decode()
    return Quarantined(line=line, reason=reason, raw=kept, sha256=fingerprint(raw))
