"""Referring: one need to one or several services, each a referral of its own."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.foundation.ids import short_number
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused
from referral.organizations import queries as organizations
from referral.people import queries as people
from referral.people.models import Person
from referral.people.rules import ConsentMethod, ConsentScope, domain_of
from referral.people.scripts import scripts_for
from referral.people.service import record_consent
from referral.referrals import queries
from referral.referrals.models import Referral
from referral.referrals.queries import Choice
from referral.referrals.rules import Action, Urgency, check_send, is_ended
from referral.referrals.service.moves import move
from referral.screening.models import Need
from referral.screening.rules import NeedState


def refer(
    session: Session,
    need: Need,
    service_at_location_ids: Sequence[UUID],
    *,
    by: Principal,
    at: datetime,
    note: str | None = None,
    urgency: Urgency = Urgency.ROUTINE,
    successor_of: Referral | None = None,
    is_in_danger: bool = False,
) -> list[Referral]:
    """Send a confirmed need to each service; all are sent or none. Raises MoveRefused, Refused or NotFound."""
    _check_need(need)
    if successor_of is not None and not is_ended(successor_of.status):
        raise Refused(f"{successor_of.number} is still open. End it first, then send it on.")
    chosen = queries.choices(session, need, set(service_at_location_ids), at=at)
    if not chosen or len(chosen) < len(set(service_at_location_ids)):
        raise NotFound
    for choice in chosen:
        _check_choice(choice, is_in_danger=is_in_danger)
    sent = [
        _draft(
            session,
            need,
            choice,
            by=by,
            at=at,
            note=note or None,
            urgency=urgency,
            successor_of_id=successor_of.id if successor_of else None,
        )
        for choice in chosen
    ]
    for referral in sent:
        move(session, referral, Action.SEND, by=by, at=at)
    return sent


def allow_sharing(
    session: Session,
    need: Need,
    organization_ids: Collection[UUID],
    *,
    witness: str,
    by: Principal,
    at: datetime,
) -> None:
    """Record what the person just said on the phone: that this need may be told to each of these organizations."""
    person = session.get_one(Person, need.person_id)
    scripts = scripts_for(person.language)
    for organization_id in set(organization_ids):
        record_consent(
            session,
            person,
            scope=ConsentScope.REFERRAL_SHARE,
            method=ConsentMethod.VERBAL,
            language=scripts.language,
            script_version=scripts.version,
            recipient_organization_id=organization_id,
            domains=[domain_of(need.category)],
            level=need.level,
            witness=witness,
            by=by,
            at=at,
        )


def _check_need(need: Need) -> None:
    if need.state is not NeedState.CONFIRMED:
        raise Refused(f"This need is {need.state.value.replace('_', ' ')}. Confirm it with the person first.")


def _check_choice(choice: Choice, *, is_in_danger: bool) -> None:
    if choice.open_one is not None:
        raise Refused(f"{choice.open_one.number} is already open for this need at {choice.organization}.")
    check_send(
        channel=choice.channel,
        level=choice.level,
        has_consent=choice.consent is not None,
        has_release=choice.release is not None,
        is_victim_service=choice.is_victim_service,
        is_in_danger=is_in_danger,
    )


def _draft(session: Session, need: Need, choice: Choice, *, by: Principal, at: datetime, **said: Any) -> Referral:
    """Write the referral down, not yet visible to the receiver."""
    if by.organization_id is None:
        raise NotAllowed("Only somebody who works for an organization can send a referral.")
    today = at.astimezone(ZoneInfo(by.time_zone)).date()
    coverage = people.coverage_on(session, need.person_id, today)
    contract = organizations.contract_on(session, choice.organization_id, need.network_id, today)
    address = people.address(session, need.person_id)
    referral = Referral(
        number=short_number("R"),
        person_id=need.person_id,
        network_id=need.network_id,
        sending_organization_id=by.organization_id,
        receiving_organization_id=choice.organization_id,
        plan_id=coverage.plan_id if coverage else None,
        network_lead_id=contract.network_lead_id if contract else None,
        level=choice.level,
        need_id=need.id,
        category=need.category,
        service_at_location_id=choice.service_at_location_id,
        consent_id=choice.consent.id if choice.consent else None,
        release_id=choice.release.id if choice.release else None,
        channel=choice.channel,
        area=(address.postal_code or "")[:3] or None if address else None,
        created_by_user_id=by.user_id,
        created_at=at,
        **said,
    )
    session.add(referral)
    session.flush()
    return referral
