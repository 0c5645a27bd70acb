"""One story of a referral: moves, attempts, comments, reports and reviews in the order they happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import User
from referral.foundation.principal import Principal
from referral.organizations.models import Organization
from referral.referrals.models import Comment, ContactAttempt, Contradiction, OutcomeEvidence, Referral, StatusChange
from referral.referrals.permissions import ReferralPermission
from referral.referrals.queries.comments import comments_of
from referral.referrals.queries.records import all_evidence_of, attempts_of, changes_of
from referral.referrals.rules import Party, reason_label

Acted = StatusChange | ContactAttempt | Comment | OutcomeEvidence


class EntryKind(StrEnum):
    """What a line of the story is about."""

    MOVE = "move"
    CONTACT = "contact"
    COMMENT = "comment"
    EVIDENCE = "evidence"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the story; `code` is the status, result or answer, `detail` the action, way or kind."""

    kind: EntryKind
    code: str
    detail: str
    reason: str | None
    note: str | None
    party: Party | None
    who: str
    organization: str
    occurred_at: datetime
    recorded_at: datetime
    is_retracted: bool = False


def timeline(session: Session, referral: Referral, by: Principal) -> Sequence[Entry]:
    """Return the whole story, the oldest first, with the names of those who acted.

    What the two sides wrote to each other is there for whoever may write, too.
    """
    changes, attempts = changes_of(session, referral.id), attempts_of(session, referral.id)
    reports = all_evidence_of(session, referral.id)
    reviews = session.scalars(select(Contradiction).where(Contradiction.referral_id == referral.id)).all()
    comments = comments_of(session, referral.id) if by.can(ReferralPermission.COMMENT) else ()
    rows: list[Acted] = [*changes, *attempts, *comments, *reports]
    users = _names(session, User, [row.by_user_id for row in rows])
    users |= _names(session, User, [row.closed_by_user_id for row in reviews])
    organizations = _names(session, Organization, [row.by_organization_id for row in rows])

    def acted(row: Acted) -> tuple[str, str]:
        return users.get(row.by_user_id, ""), organizations.get(row.by_organization_id, "")

    entries = [
        *(_move(row, *acted(row)) for row in changes),
        *(_contact(row, *acted(row)) for row in attempts),
        *(_comment(row, *acted(row)) for row in comments),
        *(_report(row, *acted(row)) for row in reports),
        *(entry for row in reviews for entry in _review(row, users)),
    ]
    return sorted(entries, key=lambda entry: (entry.occurred_at, entry.recorded_at))


def _move(row: StatusChange, who: str, organization: str) -> Entry:
    return Entry(
        kind=EntryKind.MOVE,
        code=row.to_status,
        detail=row.action,
        reason=reason_label(row.to_status, row.reason_code),
        note=row.note,
        party=row.party,
        who=who,
        organization=organization,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
    )


def _contact(row: ContactAttempt, who: str, organization: str) -> Entry:
    return Entry(
        kind=EntryKind.CONTACT,
        code=row.result,
        detail=row.way,
        reason=None,
        note=row.note,
        party=None,
        who=who,
        organization=organization,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
    )


def _comment(row: Comment, who: str, organization: str) -> Entry:
    at = row.recorded_at
    return Entry(EntryKind.COMMENT, "", "", None, row.note, None, who, organization, at, at)


def _report(row: OutcomeEvidence, who: str, organization: str) -> Entry:
    return Entry(
        kind=EntryKind.EVIDENCE,
        code=row.answer,
        detail=row.kind,
        reason=row.heard_by,
        note=row.note,
        party=None,
        who=who,
        organization=organization,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        is_retracted=row.retracted_at is not None,
    )


def _review(row: Contradiction, users: dict[UUID | None, str]) -> Sequence[Entry]:
    opened = Entry(EntryKind.REVIEW, "opened", "", None, None, None, "", "", row.opened_at, row.opened_at)
    if row.closed_at is None or row.final_answer is None:
        return [opened]
    who = users.get(row.closed_by_user_id, "")
    closed = Entry(EntryKind.REVIEW, row.final_answer, "", None, row.note, None, who, "", row.closed_at, row.closed_at)
    return [opened, closed]


def _names(
    session: Session, kind: type[User] | type[Organization], ids: Sequence[UUID | None]
) -> dict[UUID | None, str]:
    wanted = {row_id for row_id in ids if row_id is not None}
    if not wanted:
        return {}
    named = session.execute(select(kind.id, kind.name).where(kind.id.in_(wanted)))
    return {row.id: row.name for row in named}
