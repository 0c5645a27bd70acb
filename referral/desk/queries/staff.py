"""Who works where, as the page about colleagues asks it; who looks after whom is decided by accounts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from referral.accounts import queries as accounts
from referral.accounts.models import Membership
from referral.accounts.rules import role_words
from referral.accounts.rules.clearance import may_be_cleared
from referral.foundation.principal import Principal
from referral.organizations.models import Organization
from referral.organizations.rules import Role


def staff_in_reach(
    session: Session, employer_id: UUID | None = None, *, words: str = "", by: Principal
) -> Sequence[Membership]:
    """Return whom the asker looks after: those of one organization, or whom the words name, when asked."""
    return accounts.staff_in_reach(session, by=by, words=words, employer_id=employer_id)


def keeps_roles_of(membership: Membership, *, by: Principal) -> bool:
    """Whether the asker could give every role that this colleague holds; never one's own."""
    held = {Role(role) for role in membership.roles}
    return membership.user_id != by.user_id and held <= accounts.givable(by, membership.organization_id)


def may_clear(membership: Membership, *, by: Principal) -> bool:
    """Whether the asker keeps somebody's roles, who may be cleared for what survivors told; never one's own."""
    is_victim_service = membership.organization.is_victim_service
    may_hold = may_be_cleared(membership.roles, is_victim_service=is_victim_service)
    return may_hold and keeps_roles_of(membership, by=by)


def employers(session: Session, *, by: Principal) -> Sequence[Organization]:
    """Return the organizations for which the asker may invite somebody, the asker's own first."""
    found = accounts.employers_in_reach(session, by=by)
    return sorted(found, key=lambda organization: organization.id != by.organization_id)


def roles_to_give(employing: Sequence[Organization], *, by: Principal) -> list[tuple[str, str]]:
    """Return the roles the asker may give in any of these organizations, as choices of a form."""
    givable = {role for organization in employing for role in accounts.givable(by, organization.id)}
    return [(role.value, role_words(role).capitalize()) for role in Role if role in givable]
