"""Answers kept for a day, so that the same request sent twice has one effect and one answer.

A row is written in the transaction of the effect it belongs to: both are there, or neither is. A lock of the
transaction stands for "in flight", so a killed process leaves nothing behind that would have to be tidied up.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.foundation.database import Base, Id
from referral.foundation.encryption import EncryptedText
from referral.foundation.principal import Principal

KEPT_FOR = timedelta(hours=24)


class IdempotencyKey(Base):
    """What was answered to one key of one user in one organization; nobody else's key can meet it."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("user_id", "organization_id", "key_hash"), Index(None, "created_at"))
    id: Mapped[Id]
    user_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    network_id: Mapped[UUID | None]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the key: a program may have made it of anything, also of a name."""
    request: Mapped[str]
    """Method and path."""
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    answer: Mapped[str | None] = mapped_column(EncryptedText("idempotency_key.answer"))
    """None once a consent in the network ended: the effect stands, the answer is not shown again."""
    created_at: Mapped[datetime]


def hash_of(text: bytes) -> bytes:
    """Return the SHA-256 of a key or a body."""
    return hashlib.sha256(text).digest()


def lock(session: Session, by: Principal, key_hash: bytes) -> bool:
    """Hold the key until the transaction ends; False when another request holds it now."""
    place = hash_of(f"{by.user_id}|{by.organization_id}|".encode() + key_hash)
    number = int.from_bytes(place[:8], signed=True)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(number))))


def find(session: Session, by: Principal, key_hash: bytes, *, at: datetime) -> IdempotencyKey | None:
    """Return what is kept for the asker's key; one older than a day is forgotten on the spot."""
    kept = session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.user_id == by.user_id,
            IdempotencyKey.organization_id == by.organization_id,
            IdempotencyKey.key_hash == key_hash,
        )
    ).one_or_none()
    if kept is not None and kept.created_at <= at - KEPT_FOR:
        session.delete(kept)
        session.flush()
        return None
    return kept


def forget_answers(session: Session, *, network_id: UUID) -> None:
    """Drop the answers, not the keys, of a network in which somebody took a consent back."""
    session.execute(update(IdempotencyKey).where(IdempotencyKey.network_id == network_id).values(answer=None))


def purge(session: Session, *, older_than: datetime) -> int:
    """Delete what is as old as the instant, or older; returns how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at <= older_than)
    return len(session.scalars(old.returning(IdempotencyKey.id)).all())
