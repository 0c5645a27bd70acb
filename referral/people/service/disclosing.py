"""What travels with sensitive records: the notice of 42 CFR 2.32 and the consents they rest on, and the event of it.

Nothing has to remember to ask: every L2 record that a session loads for somebody is noted with the session, and the
answer it ends in (page, part of a page, JSON, file) carries what `accompaniment` returns.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.database import sensitive_in
from referral.foundation.principal import Principal
from referral.people import notices
from referral.people.models import Notice
from referral.people.rules import SensitivityLevel
from referral.people.rules.part2 import Disclosure, NoticeKind


def accompaniment(session: Session, *, at: datetime) -> Disclosure | None:
    """Return what the answer has to carry because of what was loaded for it; None when nothing was sensitive."""
    shown = sensitive_in(session)
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

