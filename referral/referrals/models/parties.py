"""What every row about a referral carries, so that row-level security decides without a join."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import EnumNumber
from referral.people.rules import SensitivityLevel

PARTY_COLUMNS = (
    "person_id",
    "network_id",
    "sending_organization_id",
    "receiving_organization_id",
    "plan_id",
    "network_lead_id",
    "level",
)


class Parties:
    """The person, the network and the organizations that take part."""

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    sending_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    receiving_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    """The plan that covered the person when the referral was sent."""
    network_lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    """The lead under whose contract the receiver delivered then."""
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))


class OfReferral(Parties):
    """The parties of a row that belongs to a referral."""

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
