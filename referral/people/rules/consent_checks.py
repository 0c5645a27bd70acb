"""Whether a consent may be recorded, when it ends, and whether it covers one act at one moment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta

from referral.people.rules.consent_terms import TERMS
from referral.people.rules.consents import ConsentMethod, ConsentScope
from referral.people.rules.needs import NeedDomain
from referral.people.rules.sensitivity import SensitivityLevel


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """One recorded consent as the rules read it: the highest level it covers, its first and its last day."""

    scope: ConsentScope
    level: SensitivityLevel
    network_id: UUID
    starts_on: date
    ends_on: date | None = None
    revoked_at: datetime | None = None
    recipient_ids: frozenset[UUID] = frozenset()
    domains: frozenset[NeedDomain] = frozenset()


_PROOF: dict[ConsentMethod, tuple[str, ...]] = {
    ConsentMethod.VERBAL: ("script_version", "language", "reader", "witness_or_recording"),
    ConsentMethod.WRITTEN: ("script_version", "language", "paper_reference"),
    ConsentMethod.ELECTRONIC: ("script_version", "language", "signature"),
}


def may_record(scope: ConsentScope, method: ConsentMethod, level: SensitivityLevel) -> bool:
    """True when the scope may be given in this way for this level."""
    terms = TERMS[scope]
    if level not in terms.levels or method not in terms.methods:
        return False
    return method is not ConsentMethod.VERBAL or level in terms.verbal_levels


def required_proof(method: ConsentMethod) -> tuple[str, ...]:
    """What must be kept beside a consent given in this way."""
    return _PROOF[method]


def ends_on(scope: ConsentScope, starts_on: date) -> date | None:
    """The last day on which a consent of this scope is in force by default; None when no day ends it."""
    terms = TERMS[scope]
    if terms.days is not None:
        return starts_on + timedelta(days=terms.days - 1)
    if terms.months is not None:
        return starts_on + relativedelta(months=terms.months) - timedelta(days=1)
    return None


def review_on(scope: ConsentScope, starts_on: date) -> date | None:
    """The day on which somebody asks again although nothing ends; None when no review is due."""
    months = TERMS[scope].review_months
    return None if months is None else starts_on + relativedelta(months=months)


def may_end_on(scope: ConsentScope, starts_on: date, last_day: date | None) -> bool:
    """True when a consent may be recorded with this last day: a default may be shortened, never stretched."""
    longest = ends_on(scope, starts_on)
    if last_day is None:
        return longest is None
    return last_day >= starts_on and (longest is None or last_day <= longest)


def is_in_force(consent: GivenConsent, at: datetime) -> bool:
    """True from the first day through the last, unless revoked; a day is one in the zone `at` carries."""
    if consent.revoked_at is not None and consent.revoked_at <= at:
        return False
    today = at.date()
    return consent.starts_on <= today and (consent.ends_on is None or today <= consent.ends_on)


def covers(
    consent: GivenConsent,
    scope: ConsentScope,
    *,
    organization_id: UUID | None = None,
    network_id: UUID | None = None,
    domain: NeedDomain | None = None,
    level: SensitivityLevel,
    at: datetime,
) -> bool:
    """True when this consent allows this act for this recipient, domain and level at this moment."""
    return (
        consent.scope is scope
        and is_in_force(consent, at)
        and level in TERMS[scope].levels
        and level <= consent.level
        and _names_recipient(consent, organization_id, network_id)
        and _names_domain(consent, domain)
    )


def _names_recipient(consent: GivenConsent, organization_id: UUID | None, network_id: UUID | None) -> bool:
    if consent.scope is ConsentScope.INTAKE_STORE:
        return network_id == consent.network_id
    if not TERMS[consent.scope].is_recipient_named:
        return True
    return organization_id is not None and organization_id in consent.recipient_ids


def _names_domain(consent: GivenConsent, domain: NeedDomain | None) -> bool:
    if TERMS[consent.scope].has_domains:
        return domain in consent.domains
    return not consent.domains or domain is None or domain in consent.domains
