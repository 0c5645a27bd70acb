"""Instruments as data: every version that was ever shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, Id


class InstrumentVersion(Base):
    """One version of one instrument, as the FHIR Questionnaire it was loaded from. Never changed once loaded."""

    __tablename__ = "instrument"
    __table_args__ = (UniqueConstraint("url", "version"),)
    id: Mapped[Id]
    url: Mapped[str]
    version: Mapped[str]
    name: Mapped[str]
    title: Mapped[str]
    language: Mapped[str]
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    """The FHIR Questionnaire."""
    is_offered: Mapped[bool] = mapped_column(default=True)
    """False for a version that a newer one replaced: kept for the screenings that used it."""
    loaded_at: Mapped[datetime]
