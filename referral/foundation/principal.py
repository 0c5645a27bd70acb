"""Who is asking: named in every database transaction and in every deed."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class PrincipalKind(StrEnum):
    """The kinds of asker there are."""

    USER = "user"
    LINK = "link"
    CLIENT = "client"
    SYSTEM = "system"
    NOBODY = "nobody"


class Face(StrEnum):
    """The database role that reads on behalf of a principal; row-level security differs by face."""

    APP = "referral_app"
    PLAN = "referral_plan"
    NETWORK = "referral_network"
    SYSTEM = "referral_system"
    REPORT = "referral_report"
    """Reads facts without names, and nothing else."""


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A user in one membership, a signed link, an API client, or a named system job."""

    kind: PrincipalKind
    id: str
    name: str = ""
    user_id: UUID | None = None
    organization_id: UUID | None = None
    organization_name: str = ""
    organization_kind: str = ""
    network_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    face: Face = Face.APP
    is_care_team: bool = False
    """Reads persons whose consent names the network (navigator, coord_supervisor)."""
    person_id: UUID | None = None
    """The person a signed link belongs to."""
    is_l3_cleared: bool = False
    """Trained to receive what somebody told about violence, at a victim service or as a navigator."""
    opens_named: bool = False
    """Reads what a named consent opens to the whole organization; else of what is sensitive only one's own clients."""
    keeps_books: bool = False
    """Bills for the organization: its own lines stay in sight, also of who asked not to be found."""
    time_zone: str = field(default="America/New_York")

    def can(self, permission: str) -> bool:
        """Whether one of the principal's roles holds the permission."""
        return permission in self.permissions

    def database_settings(self) -> dict[str, str]:
        """Return every setting that row-level security reads; the empty string stands for nobody."""
        organization = str(self.organization_id or "")
        network = str(self.network_id or "")
        return {
            "app.principal": f"{self.kind}:{self.id}" if self.kind is not PrincipalKind.NOBODY else "",
            "app.user": str(self.user_id or ""),
            "app.org": organization,
            "app.network": network,
            "app.care": network if self.is_care_team else "",
            "app.plan": organization if self.face is Face.PLAN else "",
            "app.person": str(self.person_id or ""),
            "app.l3": "on" if self.is_l3_cleared else "",
            "app.named": "on" if self.opens_named else "",
            "app.books": "on" if self.keeps_books else "",
            "app.system": self.id if self.kind is PrincipalKind.SYSTEM else "",
            "role": self.face.value,
        }


NOBODY = Principal(kind=PrincipalKind.NOBODY, id="nobody")


def system(job: str) -> Principal:
    """Return the principal of a named system job; it reads and writes across organizations."""
    return Principal(kind=PrincipalKind.SYSTEM, id=job, name=job, face=Face.SYSTEM, is_l3_cleared=True)
