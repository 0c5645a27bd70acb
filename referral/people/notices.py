"""Questions about what travels with sensitive records: the notice in force, and the consents they rest on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation.database import principal_of
from referral.organizations.models import Organization
from referral.people.models import Consent, Notice
from referral.people.queries import local_time
from referral.people.rules import (
    TERMS,
    ConsentMethod,
    ConsentScope,
    NeedDomain,
    SensitivityLevel,
    domain_label,
    is_in_force,
)
from referral.people.rules.part2 import ConsentCopy, NoticeKind, NoticeText, shipped_notice

METHOD_WORDS = {
    ConsentMethod.VERBAL: "by voice",
    ConsentMethod.WRITTEN: "on signed paper",
    ConsentMethod.ELECTRONIC: "with an electronic signature",
}


def notice_in_force(session: Session, kind: NoticeKind, *, at: datetime) -> NoticeText:
    """Return the text that travels with sensitive records now: an administrator's, or the one we ship."""
    query = select(Notice).where(Notice.kind == kind, Notice.starts_at <= at).order_by(Notice.starts_at.desc())
    found = session.scalars(query.order_by(Notice.id.desc())).first()
    if found is None:
        return shipped_notice()
    mark = "" if found.is_checked else "Not yet checked against the law as it stands."
    return NoticeText(found.version, found.text, found.source, is_checked=found.is_checked, mark=mark)


def named_consents(session: Session, person_ids: set[UUID], *, at: datetime) -> list[ConsentCopy]:
    """Return the consents in force on which the asker sees sensitive records of these people, or lets others see them.

    The asker's own organization first: what names it is what it sees by; who holds the record sees all it gave out.
    """
    asker = principal_of(session)
    query = (
        select(Consent, Organization.name)
        .join(Organization, Organization.id == Consent.recipient_organization_id)
        .where(
            Consent.person_id.in_(person_ids),
            Consent.level == SensitivityLevel.L2,
            Consent.scope.in_((ConsentScope.PART2_DISCLOSE, ConsentScope.INVOICE_SHARE)),
            Consent.revoked_at.is_(None),
        )
        .order_by(Consent.starts_on, Consent.id)
    )
    rows = [
        (consent, name)
        for consent, name in session.execute(query)
        if is_in_force(consent.as_given(), local_time(session, consent.network_id, at))
    ]
    mine = [row for row in rows if row[0].recipient_organization_id == asker.organization_id]
    return [_copy(consent, name) for consent, name in mine or rows]


def _copy(consent: Consent, recipient: str) -> ConsentCopy:
    domains = [domain_label(NeedDomain(domain)) for domain in consent.domains]
    return ConsentCopy(
        purpose=TERMS[consent.scope].purpose,
        recipient=recipient,
        about=", ".join(domains),
        starts_on=consent.starts_on,
        ends_on=consent.ends_on,
        method=METHOD_WORDS[consent.method],
    )
