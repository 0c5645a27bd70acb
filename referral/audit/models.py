"""The append-only log of deeds and of reads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from referral.foundation.database import Base


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8: the sealer reads events in the order (xid, id), so that no late commit is missed."""

    cache_ok = True

    def get_col_spec(self, **_kw: Any) -> str:
        """Return the type's name in SQL."""
        return "xid8"


class AuditEvent(Base):
    """One thing that somebody did or read. No foreign keys: the log outlives what it speaks of."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_sealing", "xid", "id"),
        Index("ix_audit_event_person_id_at", "person_id", "at"),
        Index("ix_audit_event_organization_id_at", "organization_id", "at"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    xid: Mapped[int] = mapped_column(TransactionId, server_default=FetchedValue())
    at: Mapped[datetime]
    action: Mapped[str]
    """`referral:status:accepted`, `person:read`, …: scope, object, deed."""
    principal_kind: Mapped[str]
    principal_id: Mapped[str]
    organization_id: Mapped[UUID | None]
    network_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None]
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    """Ids and codes only: never names, contact details or free text."""
    ip: Mapped[str | None]
    request_id: Mapped[str | None]
