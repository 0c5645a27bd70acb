"""The append-only log of deeds and of reads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, Identity, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from referral.audit.rules import DisclosureWay
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
        Index("ix_audit_event_user_id_at", "user_id", "at"),
        Index("ix_audit_event_network_id_at", "network_id", "at"),
        Index("ix_audit_event_at", "at"),
        Index("ix_audit_event_verified", "id", postgresql_where=text("action = 'audit:verified'")),
        Index(
            "ix_audit_event_shown_ids",
            text("(details -> 'ids')"),
            postgresql_using="gin",
            postgresql_where=text("subject_id = 'list'"),
        ),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    xid: Mapped[int] = mapped_column(TransactionId, server_default=FetchedValue())
    at: Mapped[datetime]
    action: Mapped[str]
    """`referral:status:accepted`, `person:read`, …: scope, object, deed."""
    principal_kind: Mapped[str]
    principal_id: Mapped[str]
    user_id: Mapped[UUID | None]
    """Who acted, also when a program acted for them."""
    organization_id: Mapped[UUID | None]
    network_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None]
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    """Ids and codes only: never names, contact details or free text."""
    level: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    """How sensitive it is that this happened; 3 is read back only by who did it and by who is cleared."""
    ip: Mapped[str | None]
    request_id: Mapped[str | None]


class Disclosure(Base):
    """Something about a person reached another organization; the person may ask for all of it.

    42 CFR 2.24 (three years), 45 CFR 164.528 (six years). We list every one, also those for treatment and payment,
    which the regulation excepts. No foreign keys: the account outlives what it speaks of.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        Index("ix_disclosure_person_id_at", "person_id", "at"),
        Index("ix_disclosure_at", "at"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[UUID]
    network_id: Mapped[UUID]
    to_organization_id: Mapped[UUID]
    how: Mapped[DisclosureWay]
    what: Mapped[list[str]]
    """Kinds of data and domains of need, as codes: never text."""
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    """The record it went with; of a file, the row."""
    consent_id: Mapped[UUID | None]
    by_user_id: Mapped[UUID | None]
    level: Mapped[int] = mapped_column(SmallInteger)


class AuditSeal(Base):
    """One link of the chain over the log: each names the one before, so that nothing can be taken out unseen."""

    __tablename__ = "audit_seal"
    __table_args__ = (CheckConstraint("(purged_at IS NULL) = (purge_mark IS NULL)", name="purge_is_marked"),)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    audit_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    xid: Mapped[int] = mapped_column(TransactionId)
    """Where the sealer goes on: after (xid, audit_id)."""
    cluster: Mapped[int] = mapped_column(BigInteger)
    """The database server in which the transaction was numbered; a restored copy numbers anew."""
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]
    """When the event left because its time was over; the seal stays."""
    purge_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Proves that the program with the key removed it, not somebody with the database alone."""
