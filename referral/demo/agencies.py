"""The sixty organizations that help, as seed/demo/services.csv names them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

DATA = Path(__file__).parents[2] / "seed" / "demo"
PANTRY = "Harbor Food Pantry"
"""The organization that a visitor of the demonstration signs in to."""


AREAS = {"east": "252", "cape_fear": "910", "west": "828"}


@dataclass(frozen=True)
class Helper:
    """One community-based organization with the services it offers (rows of seed/demo/services.csv)."""

    name: str
    services: Sequence[dict[str, str]]

    @property
    def place(self) -> dict[str, str]:
        """Return where it is."""
        return self.services[0]

    @property
    def phone(self) -> str:
        """Return its telephone: one of the numbers that are reserved for fiction."""
        return f"({AREAS[self.place['lead']]}) 555-01{helpers().index(self):02}"


@cache
def helpers() -> tuple[Helper, ...]:
    """Return the sixty organizations that help, by name."""
    with (DATA / "services.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=itemgetter("organization"))
    return tuple(Helper(name, tuple(group)) for name, group in groupby(rows, key=itemgetter("organization")))


def pantry() -> Helper:
    """Return the organization that a visitor signs in to."""
    return next(helper for helper in helpers() if helper.name == PANTRY)
