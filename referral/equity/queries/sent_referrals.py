"""Referrals that were sent, as the rates of the loop and the plan's report count them."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, or_, select
from sqlalchemy.orm import aliased

from referral.directory.models import Service, ServiceAtLocation
from referral.equity.queries.strata import domain_case, local_day
from referral.organizations.models import Network, Organization
from referral.people.models import Person, PersonAddress
from referral.people.rules import SensitivityLevel
from referral.referrals.models import Referral
from referral.referrals.rules import CLOSED, REASONS, Connection, Status, is_excluded_from_rates

Plan = aliased(Organization, name="plan")


def sent() -> Select[*tuple[Any, ...]]:
    """Return one row for each referral that was sent, in the order of the columns of referral_fact."""
    return (
        select(
            Referral.id,
            Referral.network_id,
            Referral.plan_id,
            Plan.name,
            Referral.network_lead_id,
            Referral.receiving_organization_id,
            Organization.name,
            Service.name,
            domain_case(Referral.category),
            county_of(Referral.person_id),
            Referral.level,
            Referral.channel,
            Referral.status,
            Referral.reason_code,
            Referral.connection,
            local_day(Network.time_zone, Referral.sent_at),
            local_day(Network.time_zone, Referral.accepted_at),
            local_day(Network.time_zone, Referral.ended_at),
            ~is_excluded(),
            Referral.status.in_(CLOSED),
            Referral.connection.in_([Connection.CONNECTED, Connection.REPORTED]),
            Referral.connection == Connection.CONNECTED,
            Referral.connection == Connection.WITHHELD,
        )
        .select_from(Referral)
        .join(Person, Person.id == Referral.person_id)
        .join(Network, Network.id == Referral.network_id)
        .join(Organization, Organization.id == Referral.receiving_organization_id)
        .join(ServiceAtLocation, ServiceAtLocation.id == Referral.service_at_location_id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .outerjoin(Plan, Plan.id == Referral.plan_id)
        .where(Referral.sent_at.is_not(None))
        .where(Referral.level < SensitivityLevel.L3, Person.level < SensitivityLevel.L3)
    )


def is_excluded() -> ColumnElement[bool]:
    """Say what stands in no rate: referrals.rules.is_excluded_from_rates, written for the database."""
    coded = [
        and_(Referral.status == reason.status, Referral.reason_code == reason.code)
        for reason in REASONS
        if is_excluded_from_rates(reason.status, reason.code)
    ]
    return or_(
        Referral.status == Status.ENTERED_IN_ERROR, *(and_(pair, Referral.reason_code.is_not(None)) for pair in coded)
    )


def county_of(person_id: Any) -> ScalarSelect[Any]:
    """Return the county in which the person lives or stays now."""
    return (
        select(PersonAddress.county)
        .where(PersonAddress.person_id == person_id, PersonAddress.ended_at.is_(None))
        .order_by(PersonAddress.starts_at.desc())
        .limit(1)
        .scalar_subquery()
    )
