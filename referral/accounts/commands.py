"""What an operator does with accounts on the command line: the same verbs, with the links shown once."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.accounts import queries, service
from referral.accounts.models import User
from referral.accounts.rules import LinkPurpose
from referral.accounts.service import HandedLink
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.organizations import service as organizations
from referral.organizations.rules import OrganizationKind, Role


def set_up(
    session: Session, *, email: str, name: str, network: str, state: str, organization: str, by: Principal, at: datetime
) -> HandedLink:
    """Found a network with its coordination center, and invite its first administrator; only on an empty database."""
    if queries.anybody(session):
        raise Refused("There are users already. Add others on the page about colleagues, or with: accounts add")
    founded = organizations.found_network(
        session, name=network, state=state, time_zone="America/New_York", by=by, at=at
    )
    center = organizations.add_organization(
        session, name=organization, kind=OrganizationKind.COORDINATION_CENTER, network=founded, by=by, at=at
    )
    user = service.add_user(session, email=email, name=name, password=None, by=by, at=at)
    service.add_membership(session, user, center, network_id=founded.id, roles={Role.SYSADMIN}, by=by, at=at)
    return service.make_link(session, user, LinkPurpose.INVITATION, by=by, at=at)


def reset(session: Session, email: str, *, forgets_factor: bool, by: Principal, at: datetime) -> HandedLink:
    """Make the link that leads a user to a new password."""
    user = user_named(session, email)
    purpose = LinkPurpose.RESET if user.password_hash else LinkPurpose.INVITATION
    return service.make_link(session, user, purpose, by=by, at=at, forgets_factor=forgets_factor)


def user_named(session: Session, email: str) -> User:
    """Return the user with this e-mail address; raises Refused when there is none."""
    user = queries.user_by_email(session, email)
    if user is None:
        raise Refused(f"Nobody here has the e-mail address {email}.")
    return user
