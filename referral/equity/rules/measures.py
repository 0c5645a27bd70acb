"""The measures we report, as data: a definition a person can read, its version and where it comes from.

A changed definition is a new version; a retired measure stays computable.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from referral.referrals.rules.rates import (
    CLOSED_LOOP_RATE,
    CLOSED_LOOP_RATE_MATURE,
    CONFIRMED_CONNECTION_RATE,
    CONNECTION_RATE,
    RateDefinition,
)


class Mark(StrEnum):
    """How sure we are of a definition."""

    VERIFIED = "verified"  # read in the cited public source
    UNVERIFIED = "unverified"  # widely repeated, not confirmed; the page says so
    HOUSE = "house"  # our own, because no published definition exists


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    DESCRIPTIVE = "descriptive"


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """One version of one measure."""

    id: str
    version: int
    name: str
    numerator: str
    denominator: str
    window: str
    direction: Direction
    status: Mark
    source: str
    exclusions: str = ""
    note: str = ""
    valid_from: date | None = None
    retired_on: date | None = None

    @property
    def label(self) -> str:
        """Return what a report prints beside the number."""
        return f"{self.id}@{self.version}"


def _rate(definition: RateDefinition, name: str, window: str) -> MeasureSpec:
    """Describe a rate of the loop in the words of the room that computes it."""
    return MeasureSpec(
        id=definition.name,
        version=definition.version,
        name=name,
        numerator=_sentence(definition.numerator),
        denominator=_sentence(definition.denominator),
        window=window,
        direction=Direction.HIGHER,
        status=Mark.HOUSE,
        source="House definition",
        note=_sentence(definition.note),
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


_COHORT = "Cohort by the date of sending."
CLOSED_LOOP = _rate(CLOSED_LOOP_RATE, "Closed-loop rate", _COHORT)
CLOSED_LOOP_MATURE = _rate(CLOSED_LOOP_RATE_MATURE, "Closed-loop rate, mature referrals", "As of a date.")
CONNECTION = _rate(CONNECTION_RATE, "Connection rate", _COHORT)
CONFIRMED_CONNECTION = _rate(CONFIRMED_CONNECTION_RATE, "Confirmed connection rate", _COHORT)
CASCADE = MeasureSpec(
    id="cascade",
    version=1,
    name="Cascade of need episodes",
    numerator=(
        "Need episodes that reached each stage: screened, need found, consented, referred, accepted, started, "
        "received, confirmed. Reaching a later stage implies the earlier ones."
    ),
    denominator="The stage before.",
    exclusions="Needs about interpersonal violence and safety, which are counted nowhere; dismissed needs from "
    "the second stage on.",
    window="Cohort by the date of the need, or of the screening that found none.",
    direction=Direction.HIGHER,
    status=Mark.HOUSE,
    source="House definition",
    note="Need found is prevalence, not quality. Silence is not failure: see who was asked whether help arrived.",
)
DEMOGRAPHIC_COMPLETENESS = MeasureSpec(
    id="demographic_completeness",
    version=1,
    name="Demographic completeness",
    numerator="People with an answer of their own or of a proxy. An imputed value never counts.",
    denominator="People in the report.",
    window="As of a date.",
    direction=Direction.HIGHER,
    status=Mark.HOUSE,
    source="House definition; 80 % is named by Covered California, whose contract text is unverified",
    note="Declined, unknown and not asked are three counts; whether a decline is complete is a switch.",
)

MEASURES = (
    CLOSED_LOOP,
    CLOSED_LOOP_MATURE,
    CONNECTION,
    CONFIRMED_CONNECTION,
    CASCADE,
    DEMOGRAPHIC_COMPLETENESS,
)


def measure(measure_id: str, version: int | None = None) -> MeasureSpec:
    """Return a measure by id, its latest version unless one is named; raises KeyError for an unknown one."""
    found = [spec for spec in MEASURES if spec.id == measure_id and version in (None, spec.version)]
    if not found:
        raise KeyError(f"{measure_id}@{version or 'latest'}")
    return max(found, key=lambda spec: spec.version)
