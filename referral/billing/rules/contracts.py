"""What a contract covers, and what a change of it would leave without one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from referral.programs.rules import Window


@dataclass(frozen=True, slots=True)
class Covering:
    """The services, each of its program, that a contract covers in its window."""

    services: frozenset[tuple[UUID, str]]
    window: Window


@dataclass(frozen=True, slots=True)
class Given:
    """A paid service of a program that was delivered on a day."""

    program_id: UUID
    service: str
    on: date


def left_uncovered(given: Iterable[Given], *, before: Sequence[Covering], after: Sequence[Covering]) -> list[Given]:
    """Return what a contract covers now and none would cover after the change; what none covered is no reason."""
    return [one for one in given if _is_covered(one, before) and not _is_covered(one, after)]


def _is_covered(one: Given, contracts: Sequence[Covering]) -> bool:
    return any((one.program_id, one.service) in found.services and one.on in found.window for found in contracts)


def overlap(one: Window, other: Window) -> bool:
    """Whether two windows share a day."""
    ends_before = one.last_on is not None and other.starts_after(one.last_on)
    return not ends_before and not (one.first_on is not None and other.is_before(one.first_on))
