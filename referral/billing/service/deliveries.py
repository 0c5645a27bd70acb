"""Record what was delivered: it becomes evidence at once and an invoice line later."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.billing import queries
from referral.billing.models import Delivery
from referral.billing.rules import LineState, quarter_hours_of_line
from referral.foundation.principal import Principal, PrincipalKind
from referral.foundation.refusals import NotAllowed, Refused
from referral.organizations.models import Network
from referral.programs import queries as programs
from referral.programs.models import ServiceAuthorization
from referral.programs.rules import AuthorizationState
from referral.referrals import service as referrals
from referral.referrals.models import Referral
from referral.referrals.rules import EvidenceKind, Status

_LIVE = frozenset({AuthorizationState.REQUESTED, AuthorizationState.IN_REVIEW, AuthorizationState.APPROVED})
_NOON = time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What was delivered: units and minutes, the span, what it cost, and what is on file about it."""

    delivered_on: date
    units: Decimal | None = None
    minutes: int | None = None
    through_on: date | None = None
    discharged_on: date | None = None
    cost: Decimal | None = None
    evidence: Collection[str] = field(default_factory=tuple)


def record_delivery(
    session: Session,
    referral: Referral,
    *,
    delivered_on: date,
    by: Principal,
    at: datetime,
    service_code: str | None = None,
    variant: str | None = None,
    units: Decimal | None = None,
    minutes: int | None = None,
    through_on: date | None = None,
    discharged_on: date | None = None,
    cost: Decimal | None = None,
    evidence: Collection[str] = (),
) -> Delivery:
    """Record a delivery on an accepted referral; a paid service hangs on its service authorization."""
    served = Served(
        delivered_on=delivered_on,
        units=units,
        minutes=minutes,
        through_on=through_on,
        discharged_on=discharged_on,
        cost=cost,
        evidence=evidence,
    )
    zone = ZoneInfo(session.get_one(Network, referral.network_id).time_zone)
    _check(referral, served, by, today=at.astimezone(zone).date())
    authorization = _authorization(session, referral, service_code, variant, delivered_on)
    delivery = _delivery(referral, authorization, served, by=by, at=at)
    delivery.units = _units(served, minutes_before=queries.minutes_of_day(session, delivery))
    session.add(delivery)
    session.flush()
    _record(session, delivery, "delivery:recorded", by=by, at=at)
    referrals.record_evidence(
        session,
        referral,
        kind=EvidenceKind.DELIVERY_RECORD,
        source_id=delivery.id,
        occurred_at=datetime.combine(delivered_on, _NOON, zone),
        by=by,
        at=at,
    )
    return delivery


def void_delivery(session: Session, delivery: Delivery, *, by: Principal, at: datetime) -> None:
    """Take back a delivery that was recorded in error; it stays listed and counts no more."""
    line = queries.line_of_delivery(session, delivery.id)
    if line is not None and line.state not in {LineState.REMOVED, LineState.REVERSED}:
        raise Refused("This delivery stands on an invoice: take it off the invoice first.")
    if delivery.voided_at is not None:
        return
    delivery.voided_at = at
    delivery.voided_by_user_id = by.user_id
    session.flush()
    _record(session, delivery, "delivery:voided", by=by, at=at)
    referral = session.get_one(Referral, delivery.referral_id)
    kind = EvidenceKind.DELIVERY_RECORD
    referrals.retract_evidence(session, referral, kind=kind, source_id=delivery.id, by=by, at=at)


def _check(referral: Referral, served: Served, by: Principal, *, today: date) -> None:
    if by.kind is not PrincipalKind.SYSTEM and by.organization_id != referral.receiving_organization_id:
        raise NotAllowed("Only the organization that delivers can record a delivery.")
    if referral.accepted_at is None or referral.status is Status.ENTERED_IN_ERROR:
        raise Refused("Accept the referral before you record what was delivered.")
    if max(served.delivered_on, served.through_on or served.delivered_on) > today:
        raise Refused("A delivery cannot lie in the future.")


def _authorization(
    session: Session, referral: Referral, code: str | None, variant: str | None, day: date
) -> ServiceAuthorization | None:
    """Return the authorization the delivery hangs on: open on the day, else the latest one still alive."""
    if code is None:
        return None
    fitting = [
        one
        for one in programs.of_referral(session, referral.id)
        if one.service_code == code and one.variant in (None, variant)
    ]
    for one in fitting:
        approval = one.as_approval()
        if approval is not None and approval.is_open_on(day):
            return one
    alive = [one for one in fitting if one.state in _LIVE]
    if not alive:
        raise Refused("There is no service authorization for this service: ask for one, or record unpaid help.")
    return alive[0]


def _delivery(
    referral: Referral, authorization: ServiceAuthorization | None, served: Served, *, by: Principal, at: datetime
) -> Delivery:
    return Delivery(
        person_id=referral.person_id,
        network_id=referral.network_id,
        referral_id=referral.id,
        organization_id=referral.receiving_organization_id,
        plan_id=authorization.plan_id if authorization is not None else referral.plan_id,
        network_lead_id=authorization.network_lead_id if authorization is not None else referral.network_lead_id,
        level=referral.level,
        service_authorization_id=authorization.id if authorization is not None else None,
        service_code=authorization.service_code if authorization is not None else None,
        variant=authorization.variant if authorization is not None else None,
        delivered_on=served.delivered_on,
        through_on=served.through_on,
        discharged_on=served.discharged_on,
        minutes=served.minutes,
        cost=served.cost,
        evidence=_evidence(served),
        recorded_by_user_id=by.user_id,
        recorded_at=at,
    )


def _units(served: Served, *, minutes_before: int) -> Decimal:
    """Return the units as given, else those that nights or the minutes of the whole day earn, else one."""
    if served.units is not None:
        return served.units
    if served.discharged_on is not None:
        return Decimal(max(1, (served.discharged_on - served.delivered_on).days))
    if served.minutes is None:
        return Decimal(1)
    return Decimal(max(1, quarter_hours_of_line(served.minutes, minutes_before=minutes_before)))


def _evidence(served: Served) -> list[str]:
    """Return what is on file: this record itself shows the delivery, and the time where it says so."""
    found = {"delivery", *served.evidence}
    if served.minutes is not None:
        found.add("minutes")
    if served.discharged_on is not None:
        found.add("bed_nights")
    return sorted(found)


def _record(session: Session, delivery: Delivery, action: str, *, by: Principal, at: datetime) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=delivery.person_id,
        network_id=delivery.network_id,
        subject=("delivery", delivery.id),
        referral=delivery.referral_id,
    )
