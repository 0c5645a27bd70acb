"""Looking after colleagues: invite, change roles, close and open again, hand over a way to a new password."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.accounts import queries
from referral.accounts.models import Membership, User
from referral.accounts.rules import LinkPurpose
from referral.accounts.service import links, sessions, users
from referral.accounts.service.links import HandedLink
from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused
from referral.organizations import queries as organizations
from referral.organizations.rules import Role


def invite(
    session: Session,
    *,
    name: str,
    email: str,
    roles: Collection[Role],
    organization_id: UUID | None,
    by: Principal,
    at: datetime,
) -> tuple[Membership, HandedLink | None]:
    """Let somebody new work for an organization in the asker's reach; returns the invitation to hand over.

    Somebody who has an account already is added by the system's administrator only, and needs no invitation.
    Raises NotAllowed for an organization or a role that is not the asker's to give.
    """
    organization = queries.employer_in_reach(session, organization_id or by.organization_id, by=by)
    if organization is None or not set(roles) <= queries.givable(by, organization.id):
        raise NotAllowed("You cannot give this role.")
    network = organizations.network_of(session, organization.id)
    if network is None:
        raise Refused(f"{organization.name} takes part in no network.")
    user = queries.user_by_email(session, email)
    if user is not None and Role.SYSADMIN.value not in by.roles:
        raise Refused("Somebody with this e-mail address is already here. Ask the administrator of the system.")
    is_new = user is None
    user = user or users.add_user(session, email=email, name=name, password=None, by=by, at=at)
    membership = users.add_membership(session, user, organization, network_id=network.id, roles=roles, by=by, at=at)
    invitation = links.make_link(session, user, LinkPurpose.INVITATION, by=by, at=at) if is_new else None
    return membership, invitation


def change_roles(
    session: Session, membership_id: UUID, *, roles: Collection[Role], by: Principal, at: datetime
) -> Membership:
    """Give a colleague other roles; their sessions in this organization end. Raises NotFound or NotAllowed."""
    membership = changeable(session, membership_id, by=by)
    if not set(roles) <= queries.givable(by, membership.organization_id):
        raise NotAllowed("You cannot give this role.")
    before, membership.roles = membership.roles, sorted(role.value for role in roles)
    if before == membership.roles:
        return membership
    sessions.end_sessions(session, membership.user_id, reason="role change", at=at, membership_id=membership.id)
    subject = ("membership", membership.id)
    audit.record(session, "role:changed", by=by, at=at, subject=subject, before=before, roles=membership.roles)
    return membership


def set_active(session: Session, membership_id: UUID, *, is_active: bool, by: Principal, at: datetime) -> Membership:
    """End a colleague's work for the organization, or let them come back; their sessions there end at once."""
    membership = changeable(session, membership_id, by=by)
    membership.is_active = is_active
    if not is_active:
        sessions.end_sessions(session, membership.user_id, reason="deactivated", at=at, membership_id=membership.id)
    deed = "membership:activated" if is_active else "membership:deactivated"
    audit.record(session, deed, by=by, at=at, subject=("membership", membership.id))
    return membership


def start_reset(
    session: Session, membership_id: UUID, *, forgets_factor: bool, by: Principal, at: datetime
) -> HandedLink:
    """Make the link that leads a colleague to a new password; raises NotAllowed where they also work beyond reach."""
    membership = changeable(session, membership_id, by=by)
    elsewhere = [one for one in queries.memberships_of(session, membership.user_id) if one.id != membership.id]
    if not all(queries.may_change(session, one, by=by) for one in elsewhere):
        raise NotAllowed("They work for others too. Ask the administrator of the system.")
    purpose = LinkPurpose.RESET if membership.user.password_hash else LinkPurpose.INVITATION
    return links.make_link(session, membership.user, purpose, by=by, at=at, forgets_factor=forgets_factor)


def close_account(session: Session, user: User, *, by: Principal, at: datetime) -> None:
    """Close the account everywhere: every session and every token ends with it."""
    user.is_active = False
    sessions.end_sessions(session, user.id, reason="deactivated", at=at)
    audit.record(session, "user:deactivated", by=by, at=at, subject=("user", user.id))


def changeable(session: Session, membership_id: UUID, *, by: Principal) -> Membership:
    """Return a colleague whom the asker may change; raises NotFound for one out of sight, NotAllowed for oneself."""
    membership = queries.colleague(session, membership_id, by=by)
    if membership is None:
        raise NotFound
    if membership.user_id == by.user_id:
        raise NotAllowed("Nobody changes their own account here. Ask another administrator.")
    if not queries.may_change(session, membership, by=by):
        raise NotAllowed("They hold a role that is not yours to give or take.")
    return membership
