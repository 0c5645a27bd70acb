"""Record what a person allows, and take it back at once when they say so."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused
from referral.organizations import queries as organizations
from referral.people import queries
from referral.people.models import Consent, Person
from referral.people.rules import (
    TERMS,
    ConsentMethod,
    ConsentScope,
    GivenBy,
    GrantBasis,
    GrantScope,
    NeedDomain,
    SensitivityLevel,
    ends_on,
    may_end_on,
)
from referral.people.rules.minors import MinorTopic
from referral.people.service.access import grant, revoke
from referral.people.service.consent_rights import check_giver, check_named, check_proof, check_recipient, check_way
from referral.people.service.persons import open_person

RECENTLY = timedelta(days=7)
"""How far back ends are looked for: a week without a worker loses none."""


def record_consent(
    session: Session,
    person: Person,
    *,
    scope: ConsentScope,
    method: ConsentMethod,
    language: str,
    script_version: str,
    by: Principal,
    at: datetime,
    recipient_organization_id: UUID | None = None,
    domains: Collection[NeedDomain] = (),
    level: SensitivityLevel = SensitivityLevel.L1,
    shares_content: bool = False,
    given_by: GivenBy = GivenBy.SELF,
    proxy_name: str | None = None,
    witness: str | None = None,
    paper_reference: str | None = None,
    signature: str | None = None,
    signed_link_id: UUID | None = None,
    last_day: date | None = None,
    minor_topic: MinorTopic | None = None,
) -> Consent:
    """Record what the person allowed, with its proof; opens what follows from it. Raises Refused with the reason."""
    check_way(scope, method, level)
    check_proof(method, given_by, proxy_name, witness, paper_reference, signature)
    check_recipient(scope, recipient_organization_id, domains)
    check_named(session, scope, recipient_organization_id)
    check_giver(session, person, given_by, scope=scope, domains=domains, topic=minor_topic, at=at)
    starts = queries.local_time(session, person.network_id, at).date()
    last = last_day or ends_on(scope, starts)
    if not may_end_on(scope, starts, last):
        raise Refused(f"A consent of this kind ends after {TERMS[scope].ends}: choose an earlier last day.")
    consent = Consent(
        person_id=person.id,
        network_id=person.network_id,
        scope=scope,
        level=level,
        recipient_organization_id=recipient_organization_id,
        domains=sorted(domain.value for domain in domains),
        shares_content=shares_content,
        method=method,
        given_by=given_by,
        proxy_name=proxy_name,
        minor_topic=minor_topic,
        language=language,
        script_version=script_version,
        witness=witness,
        paper_reference=paper_reference,
        signature=signature,
        signed_link_id=signed_link_id,
        starts_on=starts,
        ends_on=last,
        recorded_at=at,
        recorded_by_user_id=by.user_id,
        recorded_by_organization_id=by.organization_id,
    )
    session.add(consent)
    session.flush()
    _record(session, "consent:given", consent, by=by, at=at)
    _open_what_follows(session, consent, at=at)
    return consent


def withdraw_consent(session: Session, consent: Consent, *, by: Principal, at: datetime) -> None:
    """Take a consent back: what rested on it closes with this transaction, open referrals follow by a job."""
    if consent.revoked_at is not None:
        return
    consent.revoked_at = at
    consent.revoked_by = f"{by.kind}:{by.id}"
    session.flush()
    _record(session, "consent:withdrawn", consent, by=by, at=at)
    jobs.add(session, "consent.withdrawn", key=f"consent-{consent.id}-withdrawn", consent_id=consent.id)
    revoke(session, basis_id=consent.id, at=at)


def open_consents(session: Session, person_id: UUID, *, by: Principal, at: datetime) -> Person:
    """Open what somebody allows, which is written down; raises NotFound for whoever knows only the minimum."""
    person = open_person(session, person_id, by=by, at=at, why="consents")
    if not queries.scopes_held(session, person_id, at=at) & {GrantScope.RECORD, GrantScope.CONTACT}:
        raise NotFound
    return person


def follow_ends(session: Session, *, at: datetime) -> None:
    """Tell the rooms above which consents ended in the last week, once each: what rested on them ends too."""
    for consent in queries.ended_since(session, at.date() - RECENTLY):
        if consent.ends_on is not None and consent.ends_on < queries.local_time(session, consent.network_id, at).date():
            jobs.add(session, "consent.withdrawn", key=f"consent-{consent.id}-ended", consent_id=consent.id)


def consent_of(session: Session, person: Person, consent_id: UUID) -> Consent:
    """Return one consent of a person; raises NotFound."""
    consent = session.get(Consent, consent_id)
    if consent is None or consent.person_id != person.id:
        raise NotFound
    return consent


def _open_what_follows(session: Session, consent: Consent, *, at: datetime) -> None:
    """Open the record to the care teams, or to the plan; everything else opens when it is used.

    Only a consent that names the receiver opens what is sensitive, together with a part in a referral or in the care.
    """
    opened = {
        ConsentScope.INTAKE_STORE: (GrantScope.RECORD, SensitivityLevel.L1),
        ConsentScope.PLAN_SHARE: (
            GrantScope.RECORD if consent.shares_content else GrantScope.STATUS,
            SensitivityLevel.L1,
        ),
        ConsentScope.PART2_DISCLOSE: (GrantScope.PART2, SensitivityLevel.L2),
        ConsentScope.IPV_RELEASE: (GrantScope.SAFETY, SensitivityLevel.L3),
    }
    if consent.scope not in opened:
        return
    scope, level = opened[consent.scope]
    grant(
        session,
        person_id=consent.person_id,
        network_id=consent.network_id,
        organization_id=consent.recipient_organization_id,
        scope=scope,
        level=level,
        basis=GrantBasis.CONSENT,
        basis_id=consent.id,
        at=at,
        until=_end_of(session, consent),
    )


def _end_of(session: Session, consent: Consent) -> datetime | None:
    """Return the midnight after the last day, where the network is."""
    if consent.ends_on is None:
        return None
    zone = ZoneInfo(organizations.network(session, consent.network_id).time_zone)
    day = consent.ends_on + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _record(session: Session, action: str, consent: Consent, *, by: Principal, at: datetime) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=consent.person_id,
        network_id=consent.network_id,
        subject=("consent", consent.id),
        scope=consent.scope,
        method=consent.method,
        recipient=consent.recipient_organization_id,
    )
