"""Questions about deliveries."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from referral.billing.models import Delivery, InvoiceLine
from referral.billing.rules import LineState
from referral.foundation.elevation import seeing_all
from referral.people.models import Person
from referral.people.rules import SensitivityLevel
from referral.programs.models import ServiceAuthorization
from referral.programs.rules import AuthorizationState

_ALIVE = (AuthorizationState.REQUESTED, AuthorizationState.IN_REVIEW, AuthorizationState.APPROVED)
_FREED = (LineState.REMOVED, LineState.REVERSED)


def deliveries_of(session: Session, referral_id: UUID) -> Sequence[Delivery]:
    """Return what was delivered on a referral, the latest first; entries made in error stay listed."""
    query = select(Delivery).where(Delivery.referral_id == referral_id)
    return session.scalars(query.order_by(Delivery.delivered_on.desc(), Delivery.id.desc())).all()


def minutes_of_day(session: Session, delivery: Delivery) -> int:
    """Return the minutes that the organization recorded before this delivery, of the same service, person and day."""
    query = select(func.coalesce(func.sum(Delivery.minutes), 0)).where(
        Delivery.person_id == delivery.person_id,
        Delivery.organization_id == delivery.organization_id,
        Delivery.service_code == delivery.service_code,
        Delivery.delivered_on == delivery.delivered_on,
        Delivery.voided_at.is_(None),
    )
    return session.scalar(query) or 0


def unbilled(
    session: Session,
    organization_id: UUID,
    *,
    program_id: UUID,
    plan_id: UUID | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
    limit: int = 2000,
) -> list[tuple[Delivery, Person | None]]:
    """Return deliveries of paid services that stand on no live invoice line, with the person where visible.

    The authorization of somebody who asked not to be found is closed to the biller; what was delivered is not.
    """
    query = (
        select(Delivery.id)
        .join(ServiceAuthorization, ServiceAuthorization.id == Delivery.service_authorization_id)
        .where(*_is_unbilled(organization_id), ServiceAuthorization.program_id == program_id)
        .order_by(Delivery.delivered_on, Delivery.id)
        .limit(limit)
    )
    if plan_id is not None:
        query = query.where(Delivery.plan_id == plan_id)
    if first_on is not None:
        query = query.where(Delivery.delivered_on >= first_on)
    if last_on is not None:
        query = query.where(Delivery.delivered_on <= last_on)
    with seeing_all(session, "own-bills"):
        ids = session.scalars(query).all()
    rows = select(Delivery, Person).outerjoin(Person, Person.id == Delivery.person_id).where(Delivery.id.in_(ids))
    ordered = rows.order_by(Delivery.delivered_on, Delivery.id)
    return [(row, person) for row, person in session.execute(ordered)]


def hidden_among(session: Session, delivery_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these deliveries say of nobody whom they are about."""
    query = select(Delivery.id).where(Delivery.id.in_(delivery_ids))
    return set(session.scalars(query.where(func.is_hidden_from_asker(Delivery.person_id))))


def count_unbilled(session: Session, organization_id: UUID) -> int:
    """Return how many deliveries of paid services an organization has not billed yet."""
    has_authorization = Delivery.service_authorization_id.is_not(None)
    query = select(func.count()).select_from(Delivery).where(*_is_unbilled(organization_id), has_authorization)
    return session.scalar(query) or 0


def _is_unbilled(organization_id: UUID) -> tuple[ColumnElement[bool], ...]:
    is_billed = exists().where(InvoiceLine.delivery_id == Delivery.id, InvoiceLine.state.not_in(_FREED))
    return (
        Delivery.organization_id == organization_id,
        Delivery.voided_at.is_(None),
        Delivery.level < SensitivityLevel.L3,
        ~is_billed,
    )


def authorizations_to_deliver(session: Session, referral_id: UUID) -> Sequence[ServiceAuthorization]:
    """Return the referral's authorizations that deliveries may hang on, the latest first."""
    query = select(ServiceAuthorization).where(
        ServiceAuthorization.referral_id == referral_id, ServiceAuthorization.state.in_(_ALIVE)
    )
    return session.scalars(query.order_by(ServiceAuthorization.id.desc())).all()
