"""Questions about broken glass: who is meant, who asked, what waits to be reviewed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from referral.accounts.models import User
from referral.foundation.principal import Principal
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.people import queries
from referral.people.models import AccessGrant, BreakGlass, Coverage, Person
from referral.people.rules import GrantBasis, GrantScope
from referral.people.rules.names import fold_name, split_suffix

Glass = Row[BreakGlass, str, str, str]
"""The emergency, who asked, for which organization, and who reviewed it (None until somebody did)."""


def called_exactly(session: Session, network_id: UUID, *, given: str, family: str, birth_on: date) -> Person | None:
    """Return the one person of the network with exactly this name and birth date; None for nobody or for two."""
    folded = f"{fold_name(given)} {split_suffix(family)[0]}"
    query = select(Person).where(
        Person.network_id == network_id, Person.folded_name == folded, Person.birth_on == birth_on
    )
    found = session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def is_related(session: Session, person: Person, by: Principal, *, at: datetime) -> bool:
    """Whether the asker has to do with the person: navigator of the network, party to a referral, or their plan."""
    if Role.NAVIGATOR.value in by.roles:
        return True
    if Role.CBO_INTAKE.value in by.roles and _is_party(session, person.id, by.organization_id, at):
        return True
    if Role.PLAN_CARE_MGR.value in by.roles:
        day = queries.local_time(session, person.network_id, at).date()
        query = select(Coverage.id).where(
            Coverage.person_id == person.id,
            Coverage.plan_id == by.organization_id,
            Coverage.starts_on <= day,
            or_(Coverage.ends_on.is_(None), Coverage.ends_on >= day),
        )
        return session.scalar(query.limit(1)) is not None
    return False


def _is_party(session: Session, person_id: UUID, organization_id: UUID | None, at: datetime) -> bool:
    query = select(AccessGrant.id).where(
        AccessGrant.person_id == person_id,
        AccessGrant.organization_id == organization_id,
        AccessGrant.basis == GrantBasis.REFERRAL_PARTY,
        AccessGrant.scope != GrantScope.MINIMUM,
        or_(AccessGrant.until.is_(None), AccessGrant.until > at),
    )
    return session.scalar(query.limit(1)) is not None


def tries_since(session: Session, user_id: UUID, since: datetime) -> int:
    """Return how often the user asked since then, found or not."""
    query = select(func.count()).where(BreakGlass.user_id == user_id, BreakGlass.asked_at > since)
    return session.scalar(query) or 0


def glass(session: Session, glass_id: UUID) -> Glass | None:
    """Return one emergency that the asker may see: their own, or one they may review."""
    return session.execute(_named().where(BreakGlass.id == glass_id)).one_or_none()


def to_review(session: Session, by: Principal, *, limit: int = 50) -> Sequence[Glass]:
    """Return what waits for a review by the asker, the longest waiting first; never what they asked for themselves."""
    query = _named().where(BreakGlass.reviewed_at.is_(None), BreakGlass.user_id != by.user_id, _in_reach(by))
    return session.execute(query.order_by(BreakGlass.review_due_at, BreakGlass.id).limit(limit)).all()


def reviewed(session: Session, by: Principal, *, at: datetime, limit: int = 50) -> Sequence[Glass]:
    """Return what was reviewed in the last 90 days, the latest first."""
    query = _named().where(BreakGlass.reviewed_at > at - timedelta(days=90), _in_reach(by))
    return session.execute(query.order_by(BreakGlass.reviewed_at.desc()).limit(limit)).all()


def of_person(session: Session, person_id: UUID) -> Sequence[Glass]:
    """Return each emergency in which the person was opened, the latest first: they are always told."""
    return session.execute(
        _named().where(BreakGlass.person_id == person_id).order_by(BreakGlass.asked_at.desc(), BreakGlass.id.desc())
    ).all()


def _in_reach(by: Principal) -> ColumnElement[bool]:
    """A supervisor reviews what was asked in the network, the administrator of a CBO what colleagues asked."""
    is_of_network = BreakGlass.network_id == by.network_id
    is_own = BreakGlass.organization_id == by.organization_id
    return is_of_network if Role.COORD_SUPERVISOR.value in by.roles else is_own


def _named() -> Select[BreakGlass, str, str, str]:
    reviewer = aliased(User)
    return (
        select(BreakGlass, User.name, Organization.name, reviewer.name)
        .join(User, User.id == BreakGlass.user_id)
        .join(Organization, Organization.id == BreakGlass.organization_id)
        .outerjoin(reviewer, reviewer.id == BreakGlass.reviewed_by_user_id)
    )
