"""The measures we report, as data: a definition a person can read, its version and where it comes from.

A changed definition is a new version; a retired measure stays computable.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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


_VOID = "Entered in error; recalled because it was sent to the wrong service or was a duplicate."
_SENT = "Referrals sent in the period. Expired, recalled and open referrals stay in."
_COHORT = "Cohort by the date of sending."

CLOSED_LOOP_RATE = MeasureSpec(
    id="closed_loop_rate",
    version=1,
    name="Closed-loop rate",
    numerator="Closed: served, not served, declined by the organization, or withdrawn by the person.",
    denominator=_SENT,
    exclusions=_VOID,
    window=_COHORT,
    direction=Direction.HIGHER,
    status=Mark.HOUSE,
    source="House definition",
    note="Closed is not connected: never shown without the connection rate.",
)
CLOSED_LOOP_RATE_MATURE = MeasureSpec(
    id="closed_loop_rate_mature",
    version=1,
    name="Closed-loop rate, mature referrals",
    numerator=CLOSED_LOOP_RATE.numerator,
    denominator="Referrals sent at least 30 days before the date of the report; day 30 counts.",
    exclusions=_VOID,
    window="As of a date.",
    direction=Direction.HIGHER,
    status=Mark.HOUSE,
    source="House definition",
    note="A metric of its own, shown with the connection rate over the same referrals.",
)
CONNECTION_RATE = MeasureSpec(
    id="connection_rate",
    version=1,
    name="Connection rate",
    numerator=(
        "Connected, or reported by the provider alone. Connected: the person's own answer is helped or partly, if "
        "there is an answer; else there is a delivery record or a paid line."
    ),
    denominator="The same referrals as the rate it stands beside.",
    exclusions=_VOID,
    window="As the rate it stands beside.",
    direction=Direction.HIGHER,
    status=Mark.HOUSE,
    source="House definition, after the successful connection rate of PMC11024758",
    note="While provider and person contradict each other the referral is not connected.",
)
CONFIRMED_CONNECTION_RATE = MeasureSpec(
    id="confirmed_connection_rate",
    version=1,
    name="Confirmed connection rate",
    numerator=(
        "Connected by the person's own answer or, where there is none, by a delivery record or a paid line; "
        "never by a provider's word alone, never while a contradiction is open."
    ),
    denominator="The same referrals as the rate it stands beside.",
    exclusions=_VOID,
    window="As the rate it stands beside.",
    direction=Direction.HIGHER,
    status=Mark.HOUSE,
    source="House definition",
    note="Shows how much of the connection rate rests on the provider's word.",
)
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
    CLOSED_LOOP_RATE,
    CLOSED_LOOP_RATE_MATURE,
    CONNECTION_RATE,
    CONFIRMED_CONNECTION_RATE,
    CASCADE,
    DEMOGRAPHIC_COMPLETENESS,
)


def measure(measure_id: str, version: int | None = None) -> MeasureSpec:
    """Return a measure by id, its latest version unless one is named; raises KeyError for an unknown one."""
    found = [spec for spec in MEASURES if spec.id == measure_id and version in (None, spec.version)]
    if not found:
        raise KeyError(f"{measure_id}@{version or 'latest'}")
    return max(found, key=lambda spec: spec.version)
