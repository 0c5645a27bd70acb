"""The equity report: the cascade by group, suppressed, with gaps and completeness."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from referral.equity.queries import reports
from referral.equity.queries.reports import CascadeCounts
from referral.equity.rules.answering import Answering, answering
from referral.equity.rules.completeness import ShownCompleteness, completeness_of, shown
from referral.equity.rules.gaps import Gap, gaps
from referral.equity.rules.measures import CASCADE
from referral.equity.rules.periods import Period, cohort_year
from referral.equity.rules.publication import CascadeTable, Row, publish_cascade
from referral.equity.rules.scopes import Scope
from referral.equity.rules.strata import Dimension
from referral.equity.rules.suppression import Unpublishable
from referral.foundation.elevation import as_reporter

NOBODY_ASKED = completeness_of({})


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityReport:
    """Everything the page, the API and the chart show; no table where nothing is safe to show."""

    refreshed_at: datetime | None
    period: Period
    dimension: Dimension
    table: CascadeTable | None
    reference: Row | None
    gaps: tuple[Gap, ...]
    completeness: ShownCompleteness
    answering: Mapping[str, Answering]

    @property
    def measure(self) -> str:
        """Return the measure and version the report counts by."""
        return CASCADE.label


def equity_report(session: Session, scope: Scope, *, dimension: Dimension, today: date) -> EquityReport:
    """Read the report over the reader's people; it is the same for everybody with the same scope."""
    period = cohort_year(today)
    with as_reporter(session):
        counts = reports.cascade(session, scope, period, by=dimension)
        complete = reports.completeness(session, scope).get(dimension.question, NOBODY_ASKED)
        refreshed = reports.refreshed_at(session)
    table = _table(counts)
    reference, found = gaps(table.rows) if table else (None, ())
    return EquityReport(
        refreshed_at=refreshed,
        period=period,
        dimension=dimension,
        table=table,
        reference=reference,
        gaps=found,
        completeness=shown(complete),
        answering=answering({name: c.answering for name, c in counts.items()}),
    )


def _table(counts: Mapping[str, CascadeCounts]) -> CascadeTable | None:
    try:
        return publish_cascade({name: c.stages for name, c in counts.items()}) if counts else None
    except Unpublishable:
        return None
