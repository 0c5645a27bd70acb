"""What a person tells about themselves, and which plan covers them."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.organizations.models import Organization
from referral.organizations.rules import OrganizationKind
from referral.people import queries
from referral.people.models import Coverage, Demographic, Person
from referral.people.rules import AnswerSource, AnswerState, DemographicKind


def note_demographic(
    session: Session,
    person: Person,
    kind: DemographicKind,
    *,
    state: AnswerState,
    source: AnswerSource,
    by: Principal,
    at: datetime,
    values: Collection[str] = (),
    detail: str | None = None,
    observed_on: date | None = None,
) -> Demographic:
    """Keep an answer beside the earlier ones; raises Refused when an answer is empty or a refusal is not."""
    if (state is AnswerState.ANSWERED) != bool(values):
        raise Refused("An answer needs a choice; declined, unknown and not asked have none.")
    answer = Demographic(
        person_id=person.id,
        network_id=person.network_id,
        kind=kind,
        state=state,
        values=sorted(set(values)),
        detail=detail,
        source=source,
        observed_on=observed_on or queries.local_time(session, person.network_id, at).date(),
        recorded_at=at,
        recorded_by_user_id=by.user_id,
    )
    session.add(answer)
    session.flush()
    audit.record(
        session,
        "person:demographic-noted",
        by=by,
        at=at,
        person_id=person.id,
        network_id=person.network_id,
        subject=("demographic", answer.id),
        kind=kind,
        state=state,
        source=source,
    )
    return answer


def add_coverage(
    session: Session,
    person: Person,
    *,
    plan_id: UUID,
    member_id: str,
    starts_on: date,
    by: Principal,
    at: datetime,
    ends_on: date | None = None,
    source: AnswerSource = AnswerSource.SELF_REPORTED,
) -> Coverage:
    """Note that a plan covers the person; the same coverage twice is one, with its latest last day."""
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The last day of the coverage lies before its first day.")
    plan = session.get(Organization, plan_id)
    if plan is None or plan.kind is not OrganizationKind.PLAN:
        raise Refused("Choose a health plan from the list.")
    same = next(
        (row for row, _ in queries.coverages(session, person.id) if _is_same(row, plan_id, member_id, starts_on)), None
    )
    coverage = same or Coverage(
        person_id=person.id,
        network_id=person.network_id,
        plan_id=plan_id,
        member_id=member_id.strip(),
        starts_on=starts_on,
        source=source,
        recorded_at=at,
    )
    coverage.ends_on = ends_on
    session.add(coverage)
    session.flush()
    _record(session, "person:coverage-noted", coverage, by=by, at=at)
    return coverage


def end_coverage(session: Session, coverage: Coverage, *, ends_on: date, by: Principal, at: datetime) -> None:
    """Note the last day on which a plan covers the person."""
    if ends_on < coverage.starts_on:
        raise Refused("The last day of the coverage lies before its first day.")
    coverage.ends_on = ends_on
    session.flush()
    _record(session, "person:coverage-ended", coverage, by=by, at=at)


def _is_same(row: Coverage, plan_id: UUID, member_id: str, starts_on: date) -> bool:
    return (row.plan_id, row.member_id, row.starts_on) == (plan_id, member_id.strip(), starts_on)


def _record(session: Session, action: str, coverage: Coverage, *, by: Principal, at: datetime) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=coverage.person_id,
        network_id=coverage.network_id,
        subject=("coverage", coverage.id),
        plan_id=coverage.plan_id,
    )
