"""What travels with sensitive records: the notice of 42 CFR 2.32 and the consents they rest on, and the event of it.

Nothing has to remember to ask: every L2 record that a session loads for somebody is noted with the session, and the
answer it ends in (page, part of a page, JSON, file) carries what `accompaniment` returns.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.database import principal_of
from referral.foundation.principal import Principal, PrincipalKind
from referral.people import notices
from referral.people.models import Notice
from referral.people.rules import SensitivityLevel
from referral.people.rules.part2 import Disclosure, NoticeKind

SHOWN = "sensitive_persons"
"""Key of the session's notes: of whom it has loaded an L2 record for its asker."""
SAY_NOTHING = frozenset({"access_grant", "consent", "message", "question", "ledger_entry"})
"""Tables whose level is copied for row-level security; what they say is neutral or is the consent itself."""


def note_shown(session: Session, person_id: UUID, level: SensitivityLevel) -> None:
    """Note that a record of this level is about to be shown; for lists that load columns, not records."""
    if level == SensitivityLevel.L2 and principal_of(session).kind is not PrincipalKind.SYSTEM:
        session.info.setdefault(SHOWN, set()).add(person_id)


def accompaniment(session: Session, *, at: datetime) -> Disclosure | None:
    """Return what the answer has to carry because of what was loaded for it; None when nothing was sensitive."""
    shown: set[UUID] = session.info.get(SHOWN, set())
    return disclosure_about(session, shown, at=at) if shown else None


def disclosure_about(session: Session, person_ids: Iterable[UUID], *, at: datetime) -> Disclosure:
    """Return the notice in force and the consents on which the asker's organization sees these people's records."""
    named = notices.named_consents(session, set(person_ids), at=at)
    return Disclosure(notices.notice_in_force(session, NoticeKind.PART2, at=at), tuple(named))


def record_disclosure(
    session: Session,
    *,
    person_id: UUID,
    network_id: UUID,
    level: SensitivityLevel,
    how: str,
    subject: tuple[str, UUID],
    to_organization_id: UUID | None,
    consent_id: UUID | None,
    by: Principal,
    at: datetime,
) -> None:
    """Write down that a sensitive record went to an organization: the one place where that is said (42 CFR 2.24)."""
    audit.record(
        session,
        "disclosure:made",
        by=by,
        at=at,
        person_id=person_id,
        network_id=network_id,
        subject=subject,
        how=how,
        to=to_organization_id,
        consent=consent_id,
        level=int(level),
    )


def replace_notice(
    session: Session, *, version: str, text: str, source: str, is_checked: bool, by: Principal, at: datetime
) -> Notice:
    """Replace the text that travels, from now on; the versions before it are kept."""
    notice = Notice(
        kind=NoticeKind.PART2,
        version=version,
        text=text,
        source=source,
        is_checked=is_checked,
        starts_at=at,
        written_by_user_id=by.user_id,
    )
    session.add(notice)
    session.flush()
    audit.record(session, "notice:replaced", by=by, at=at, subject=("notice", notice.id), checked=is_checked)
    return notice


@event.listens_for(Session, "loaded_as_persistent")
@event.listens_for(Session, "pending_to_persistent")
def _note(session: Session, record: Any) -> None:
    known: dict[str, Any] = record.__dict__
    if known.get("level") == SensitivityLevel.L2 and record.__tablename__ not in SAY_NOTHING and "person_id" in known:
        note_shown(session, known["person_id"], SensitivityLevel.L2)
