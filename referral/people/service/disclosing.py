"""What travels with sensitive records: the notice of 42 CFR 2.32 and the consents they rest on, and the event of it.

Nothing has to remember to ask: every L2 record that a session loads for somebody is noted with the session, and the
answer it ends in (page, part of a page, JSON, file) carries what `accompaniment` returns.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.audit.rules import DisclosureWay
from referral.audit.service import Told
from referral.foundation.database import sensitive_in
from referral.foundation.elevation import seeing_all
from referral.foundation.principal import Principal, PrincipalKind
from referral.people import notices
from referral.people.models import Notice, Person
from referral.people.rules.part2 import Disclosure, NoticeKind


def accompaniment(session: Session, *, at: datetime) -> Disclosure | None:
    """Return what the answer has to carry because of what was loaded for it; None when nothing was sensitive."""
    shown = sensitive_in(session)
    return disclosure_about(session, shown, at=at) if shown else None


def disclosure_about(session: Session, person_ids: Iterable[UUID], *, at: datetime) -> Disclosure:
    """Return the notice in force and the consents on which the asker's organization sees these people's records."""
    named = notices.named_consents(session, set(person_ids), at=at)
    return Disclosure(notices.notice_in_force(session, NoticeKind.PART2, at=at), tuple(named))


def record_opening(session: Session, told: Told, *, by: Principal, at: datetime, wrote_it: UUID | None = None) -> None:
    """Write down that a record was opened, once an opening, by another organization than took the person in.

    Nor is it a disclosure to whoever wrote the record (`wrote_it`), nor to the person, nor to a job of ours.
    """
    reader_id = by.organization_id
    if reader_id is None or by.kind not in {PrincipalKind.USER, PrincipalKind.CLIENT}:
        return
    if reader_id not in {wrote_it, _intake_organization(session, told.person_id)}:
        audit.disclose(session, [told], how=DisclosureWay.READ, to_organization_id=reader_id, by=by, at=at)


def _intake_organization(session: Session, person_id: UUID) -> UUID | None:
    """Return who took the person in, also for a reader who may see no more of them than a category."""
    if person := session.get(Person, person_id):
        return person.intake_organization_id
    with seeing_all(session, "disclosures"):
        return session.scalar(select(Person.intake_organization_id).where(Person.id == person_id))


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
