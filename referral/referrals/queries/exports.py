"""Referrals as rows of a file, as far as their reader may take them along: never what was told about safety."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Select, Text, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, aliased

from referral.accounts.models import User
from referral.foundation.principal import Face, Principal
from referral.organizations.models import Organization
from referral.people.files import PeopleRows
from referral.people.models import Coverage, Person
from referral.people.rules import GrantScope, SensitivityLevel
from referral.referrals.models import Referral, RowExport
from referral.referrals.rules import Status


def exports(session: Session, network_id: UUID, *, limit: int = 50) -> Sequence[tuple[RowExport, str]]:
    """Return what was asked for in the network, with the name of who asked, the latest first."""
    query = select(RowExport, User.name).join(User, User.id == RowExport.asked_by_user_id)
    query = query.where(RowExport.network_id == network_id)
    rows = session.execute(query.order_by(RowExport.asked_at.desc(), RowExport.id).limit(limit))
    return [(row, name) for row, name in rows]


def export(session: Session, export_id: UUID, *, by: Principal) -> RowExport | None:
    """Return one request of the asker's network."""
    query = select(RowExport).where(RowExport.id == export_id, RowExport.network_id == by.network_id)
    return session.scalars(query).one_or_none()


def rows_of_others(*, by: Principal, at: datetime) -> Select[*tuple[Any, ...]]:
    """Return the rows that tell the asker's organization of whom it did not take in: for their account."""
    kind: ColumnElement[str] = literal("referral", Text())
    return (
        select(Referral.person_id, Referral.network_id, kind.label("kind"), Referral.id, Referral.level.label("level"))
        .join(Person, Person.id == Referral.person_id)
        .where(*_is_taken_along(by, at))
        .where(
            Person.intake_organization_id != by.organization_id, Referral.sending_organization_id != by.organization_id
        )
    )


def _is_taken_along(by: Principal, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which rows go into the asker's file; of what is sensitive only what a signature opens to them."""
    always = (
        Referral.status != Status.DRAFT,
        Referral.level < SensitivityLevel.L3,
        Person.level < SensitivityLevel.L3,
        or_(Referral.level == SensitivityLevel.L1, func.is_released(Referral.person_id, Referral.level)),
    )
    if by.face is not Face.PLAN:
        return (*always, Referral.network_id == by.network_id)
    today = at.astimezone(ZoneInfo(by.time_zone)).date()
    is_member = select(Coverage.id).where(
        Coverage.person_id == Referral.person_id,
        Coverage.plan_id == by.organization_id,
        Coverage.starts_on <= today,
        or_(Coverage.ends_on.is_(None), Coverage.ends_on >= today),
    )
    shares = func.has_grant(Referral.person_id, array([GrantScope.RECORD.value]), cast(1, Referral.level.type))
    return (*always, is_member.exists(), shares)


def file_of_referrals(*, by: Principal, at: datetime) -> PeopleRows:
    """Return what stands in the asker's file of referrals."""
    told = select(Referral.person_id).join(Person, Person.id == Referral.person_id).where(*_is_taken_along(by, at))
    return PeopleRows(_rows(by, at), told.where(Referral.level == SensitivityLevel.L2).distinct())


def _rows(by: Principal, at: datetime) -> Select[*tuple[Any, ...]]:
    sender, receiver = aliased(Organization), aliased(Organization)
    return (
        select(
            Referral.number.label("referral"),
            Person.number.label("person"),
            Person.given_name,
            Person.family_name,
            Referral.category,
            sender.name.label("sender"),
            receiver.name.label("receiver"),
            Referral.status,
            Referral.reason_code,
            Referral.connection,
            *(
                cast(func.timezone(by.time_zone, stamp), Date).label(name)
                for name, stamp in (
                    ("sent_on", Referral.sent_at),
                    ("accepted_on", Referral.accepted_at),
                    ("ended_on", Referral.ended_at),
                )
            ),
        )
        .join(Person, Person.id == Referral.person_id)
        .join(sender, sender.id == Referral.sending_organization_id)
        .join(receiver, receiver.id == Referral.receiving_organization_id)
        .where(*_is_taken_along(by, at))
        .order_by(Referral.id)
    )
