"""The measures as Ibis expressions: the same lines run on PostgreSQL, DuckDB and Spark, and return only counts."""

from collections.abc import Sequence

import ibis
from ibis import _

from referral.equity.rules.cascade import STAGES

UNKNOWN = "unknown"
HIDDEN_LEVEL = 3  # interpersonal violence: a separate room, counted nowhere

# One row for each need episode, and for each domain that was screened without finding a need. No name, no contact
# detail and no person: what a reporting reader may see.
NEED_FACT = ibis.schema(
    {
        "episode_id": "string",
        "network_id": "uuid",
        "plan_id": "uuid",
        "category": "string",
        "need_on": "date",
        "level": "int16",
        "race_ethnicity": "string",
        "language": "string",
        **{f"is_{stage}": "boolean" for stage in STAGES},
        "is_asked": "boolean",
        "is_answered": "boolean",
    }
)
COUNTED = ("asked", "answered")


def cascade_counts(table: ibis.Table, *, by: Sequence[str] = ("race_ethnicity",)) -> ibis.Table:
    """Count the need episodes that reached each stage, and who was asked and answered whether help arrived.

    One row per group of `by`, one column per stage. A missing group is "unknown" before grouping, because engines
    disagree about what a null group is called.
    """
    visible = table.filter(_.level < HIDDEN_LEVEL)
    filled = visible.mutate(**{name: visible[name].cast("string").fill_null(UNKNOWN) for name in by})
    staged = filled.mutate(furthest=_furthest(filled))
    reached = {stage.value: (staged.furthest >= place).sum() for place, stage in enumerate(STAGES, start=1)}
    told = {name: staged[f"is_{name}"].sum() for name in COUNTED}
    return staged.group_by(list(by)).aggregate(**reached, **told).order_by(list(by))


def _furthest(table: ibis.Table) -> ibis.Value:
    """Return the place of the latest stage reached, 0 for none: reaching it implies every earlier one."""
    places = [table[f"is_{stage}"].fill_null(False).ifelse(place, 0) for place, stage in enumerate(STAGES, start=1)]
    return ibis.greatest(*places)
