"""Over whose rows a reader's figures go."""

from dataclasses import dataclass
from uuid import UUID

from referral.organizations.rules import OrganizationKind


@dataclass(frozen=True, slots=True)
class Scope:
    """One network, and within it one plan's members or one lead's organizations where set."""

    network_id: UUID
    plan_id: UUID | None = None
    network_lead_id: UUID | None = None


def scope_of(*, kind: str, organization_id: UUID, network_id: UUID) -> Scope:
    """Return a plan's own members, a lead's own organizations, or the whole network.

    A state agency and a coordination center see the whole network: the one every plan, the other every referral.
    """
    if kind == OrganizationKind.PLAN:
        return Scope(network_id, plan_id=organization_id)
    if kind == OrganizationKind.NETWORK_LEAD:
        return Scope(network_id, network_lead_id=organization_id)
    return Scope(network_id)
