"""Access is a row: who may see how much of a person, why, and until when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, EnumNumber, Id
from referral.people.rules.grants import GrantBasis, GrantScope
from referral.people.rules.sensitivity import SensitivityLevel


class AccessGrant(Base):
    """One reason why an organization (or, with none, the care team of the network) may see a person.

    Row-level security reads this table through one function, `has_grant`; revoking the reason deletes the row.
    """

    __tablename__ = "access_grant"
    __table_args__ = (
        Index(
            "ix_access_grant_reader",
            "organization_id",
            "person_id",
            postgresql_include=["network_id", "scope", "level", "starts_at", "until", "user_id"],
        ),
        Index("ix_access_grant_person_id", "person_id"),
        Index("ix_access_grant_basis_id", "basis_id"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    """None: the care team (navigators, supervisors) of the network that a consent names."""
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    """Only this user of the organization: an emergency does not open somebody to all colleagues."""
    scope: Mapped[GrantScope]
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    basis: Mapped[GrantBasis]
    basis_id: Mapped[UUID]
    """The consent, referral, coverage or invoice the grant rests on."""
    starts_at: Mapped[datetime]
    until: Mapped[datetime | None]
