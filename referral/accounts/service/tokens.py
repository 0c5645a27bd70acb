"""Secrets of programs and of browsers: only their hashes are kept."""

import hashlib
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.accounts import rules
from referral.accounts.models import ApiToken, Membership
from referral.accounts.rules import Grants
from referral.accounts.rules.clearance import is_cleared, opens_named
from referral.audit import service as audit
from referral.foundation import clock
from referral.foundation.principal import Face, Principal, PrincipalKind
from referral.organizations.rules import Role


def make_token(session: Session, membership: Membership, *, name: str, by: Principal, at: datetime) -> str:
    """Make a bearer token for a program; only its hash is kept."""
    token = "rfr_" + secrets.token_urlsafe(32)
    row = ApiToken(
        membership_id=membership.id,
        name=name,
        token_hash=hash_secret(token),
        created_at=at,
        expires_at=at + rules.TOKEN_LIFE,
    )
    session.add(row)
    session.flush()
    audit.record(session, "token:made", by=by, at=at, subject=("api_token", row.id))
    return token


def principal_of_membership(
    membership: Membership,
    grants: Grants,
    *,
    kind: PrincipalKind = PrincipalKind.USER,
    principal_id: str | None = None,
    at: datetime | None = None,
) -> Principal:
    """Return who acts when this membership acts (now, without `at`)."""
    organization = membership.organization
    today = (at or clock.now()).astimezone(ZoneInfo(organization.time_zone)).date()
    is_admin_only = set(membership.roles) == {Role.SYSADMIN.value}
    return Principal(
        kind=kind,
        id=principal_id or str(membership.user_id),
        name=membership.user.name,
        user_id=membership.user_id,
        organization_id=organization.id,
        organization_name=organization.name,
        organization_kind=organization.kind.value if organization.kind else "",
        network_id=membership.network_id,
        roles=frozenset(membership.roles),
        permissions=rules.permissions_of(membership.roles, grants),
        face=Face.APP if is_admin_only else rules.face_of(organization.kind),
        is_care_team=rules.is_care_team(membership.roles),
        is_l3_cleared=is_cleared(
            membership.roles,
            is_victim_service=organization.is_victim_service,
            until=membership.ipv_cleared_until,
            today=today,
        ),
        opens_named=opens_named(membership.roles),
        keeps_books=Role.CBO_BILLER in membership.roles,
        time_zone=organization.time_zone,
    )


def hash_secret(secret: str) -> bytes:
    """Return what the database keeps of a random secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()
