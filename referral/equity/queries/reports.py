"""The figures of the reports, counted from facts by Ibis expressions; call these inside `as_reporter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import ibis
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from referral.equity.expressions import (
    LINE_FACT,
    NEED_FACT,
    REFERRAL_FACT,
    cascade_counts,
    line_sums,
    loop_counts,
    reason_counts,
    with_month,
)
from referral.equity.models import CompletenessFact, FactRefresh
from referral.equity.queries.filters import Choice, after, between, chosen, in_scope
from referral.equity.queries.reading import counted, translated
from referral.equity.rules.breakdowns import Exact
from referral.equity.rules.cascade import FIRST_QUALITY_STAGE, STAGES
from referral.equity.rules.completeness import Completeness, completeness_of
from referral.equity.rules.periods import Period
from referral.equity.rules.scopes import Scope
from referral.people.rules import AnswerState, DemographicKind, SensitivityLevel
from referral.people.rules.part2 import NEUTRAL_SERVICE
from referral.referrals.rules import Status

NEEDS = ibis.table(NEED_FACT, name="need_fact")
REFERRALS = ibis.table(REFERRAL_FACT, name="referral_fact")
LINES = ibis.table(LINE_FACT, name="invoice_line_fact")
PAGE = 50


@dataclass(frozen=True, slots=True)
class CascadeCounts:
    """The eight nested counts of one group, and how many were asked and answered whether help arrived."""

    stages: tuple[int, ...]
    asked: int
    answered: int

    @property
    def answering(self) -> tuple[int, int, int, int]:
        """Return the nested counts of needs found, asked about, answered and confirmed."""
        return self.stages[STAGES.index(FIRST_QUALITY_STAGE)], self.asked, self.answered, self.stages[-1]


@dataclass(frozen=True, slots=True)
class Money:
    """Lines of a group with what was asked and what was paid, in US dollars."""

    lines: int
    billed: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many referrals stand in a status for the same coded reason."""

    status: Status
    reason_code: str
    sent: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What stands in the lists of a report's filters; plans and organizations with their id."""

    plans: Sequence[tuple[str, str]]
    organizations: Sequence[tuple[str, str]]
    counties: Sequence[str]
    services: Sequence[str]
    statuses: Sequence[str]


def warm_up() -> None:
    """Translate one question of each kind: the first in a process takes seconds, with all that it loads."""
    translated(cascade_counts(NEEDS, by=("language",)).op())
    translated(loop_counts(with_month(REFERRALS, "sent_on"), by=("month",)).op())
    translated(line_sums(with_month(LINES, "delivered_on"), by=("month",)).op())


def refreshed_at(session: Session) -> datetime | None:
    """Return when the facts were last copied; None before the first time."""
    return session.scalar(select(FactRefresh.refreshed_at))


def cascade(session: Session, scope: Scope, period: Period, *, by: str) -> dict[str, CascadeCounts]:
    """Count the cascade of the episodes of the period for each group."""
    facts = between(in_scope(NEEDS, scope), "need_on", period)
    rows = counted(session, cascade_counts(facts, by=(by,)))
    last = 1 + len(STAGES)
    return {
        row[0]: CascadeCounts(tuple(int(n) for n in row[1:last]), int(row[last]), int(row[last + 1])) for row in rows
    }


def loop(session: Session, facts: ibis.Table, *, by: str) -> dict[str, Exact]:
    """Count sent, closed, connected and confirmed for each group of the referrals."""
    rows = counted(session, loop_counts(with_month(facts, "sent_on"), by=(by,)))
    return {row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows}


def reasons(session: Session, facts: ibis.Table) -> list[ReasonCount]:
    """Count the referrals for each status and the reason given for it, most first."""
    return [ReasonCount(Status(row[0]), row[1], int(row[2])) for row in counted(session, reason_counts(facts))]


def referrals(scope: Scope, period: Period, choice: Choice) -> ibis.Table:
    """Return the referrals that a report is about."""
    return chosen(between(in_scope(REFERRALS, scope), "sent_on", period), choice)


def shown_one_by_one(facts: ibis.Table) -> ibis.Table:
    """Return the rows that may be shown each for itself: of L2 a payer or a lead learns counts only."""
    return facts.filter(facts.level == int(SensitivityLevel.L1))


def lines(scope: Scope, period: Period, choice: Choice) -> ibis.Table:
    """Return the invoice lines that a report is about."""
    return chosen(between(in_scope(LINES, scope), "delivered_on", period), choice)


def lines_shown_one_by_one(facts: ibis.Table) -> ibis.Table:
    """Return the invoice lines that may be shown each for itself: those of L2 stay in the sums."""
    return facts.filter(facts.service_code != NEUTRAL_SERVICE)


def money(session: Session, facts: ibis.Table, *, by: str) -> dict[str, Money]:
    """Add up billed and paid for each group of the invoice lines."""
    rows = counted(session, line_sums(with_month(facts, "delivered_on"), by=(by,)))
    return {row[0]: Money(row[1], row[2], row[3]) for row in rows}


def newest(session: Session, facts: ibis.Table, *, last: tuple[date, UUID] | None) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return a page of referrals, newest first, and one more when there are more."""
    return counted(session, after(facts, "sent_on", "referral_id", last).limit(PAGE + 1))


def choices(session: Session, facts: ibis.Table) -> Choices:
    """Return what a reader can narrow the facts to."""
    columns = ("plan_id", "plan_name", "organization_id", "organization_name", "county", "service_name", "status")
    rows = counted(session, facts.select(*columns).distinct())
    return Choices(
        plans=_pairs({(row.plan_id, row.plan_name) for row in rows if row.plan_id}),
        organizations=_pairs({(row.organization_id, row.organization_name) for row in rows}),
        counties=sorted({row.county for row in rows if row.county}),
        services=sorted({row.service_name for row in rows}),
        statuses=sorted({row.status for row in rows}),
    )


def completeness(session: Session, scope: Scope) -> dict[DemographicKind, Completeness]:
    """Return how complete each demographic question is over the reader's people."""
    fact = CompletenessFact
    query = (
        select(fact.question, fact.state, func.sum(fact.people))
        .where(fact.network_id == scope.network_id)
        .group_by(fact.question, fact.state)
    )
    if scope.plan_id is not None:
        query = query.where(fact.plan_id == scope.plan_id)
    states: dict[DemographicKind, dict[AnswerState, int]] = {}
    for question, state, people in session.execute(query):
        states.setdefault(question, {})[state] = int(people)
    return {question: completeness_of(counts) for question, counts in states.items()}


def _pairs(found: set[tuple[UUID, str]]) -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in sorted(found, key=lambda pair: pair[1])]
