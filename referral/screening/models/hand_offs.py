"""Warm hand-offs, counted: no person, no need, no minute."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base
from referral.screening.rules import HandOff


class WarmHandOff(Base):
    """How many hand-offs of a kind an organization made on a day (VAWA, FVPSA: nothing that points to a person)."""

    __tablename__ = "warm_hand_off"
    __table_args__ = (CheckConstraint("times > 0", name="counts"),)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"), primary_key=True)
    kind: Mapped[HandOff] = mapped_column(primary_key=True)
    made_on: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]
