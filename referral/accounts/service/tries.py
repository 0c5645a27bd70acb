"""Counted tries: each is written down before it is judged, in its own transaction, so that a roll-back keeps it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from referral.accounts import queries
from referral.accounts.models import SignInTry
from referral.accounts.rules import MAX_TRIES, MAX_TRIES_FROM_EVERYWHERE, TryKind, wait_words
from referral.audit import service as audit
from referral.foundation.database import Database
from referral.foundation.principal import NOBODY
from referral.foundation.refusals import TooManyTries


@dataclass(frozen=True)
class Counter:
    """Who tries what from where, as the database knows them: by hashes."""

    kind: TryKind
    account: str
    address: str


def counter(kind: TryKind, *, account: str, ip: str) -> Counter:
    """Return the counter of an account (e-mail address or user id; empty where none is named) and an address."""
    return Counter(kind, _hashed(account.strip().casefold()) if account else "", _hashed(ip))


def begin(
    session: Session,
    database: Database,
    tried: Counter,
    *,
    at: datetime,
    is_known: Callable[[], bool] = lambda: False,
) -> None:
    """Write a try down before it is judged; raises TooManyTries while the account or the address must wait.

    Three counters: the account from this address (with growing pauses), the address, and the account from everywhere.
    An attack from one address ends there after 10 tries and keeps nobody else out; one from many addresses ends after
    50, but not for addresses from which the user signed in before (`is_known`). Codes and passwords asked again are
    judged after a first secret was right, so there the account has 10 tries from everywhere.
    """
    with database.transaction(NOBODY) as own:
        own.info["origin"] = session.info.get("origin", {})
        _lock(own, tried)
        wait = max(
            queries.tries_of(own, tried.kind, tried.account, tried.address, at=at).pause(at=at),
            queries.tries_of(own, tried.kind, address=tried.address, at=at).lock(at=at),
            _account_wait(own, tried, at=at, is_known=is_known),
        )
        if not wait:
            own.add(SignInTry(kind=tried.kind, account=tried.account, address=tried.address, at=at))
            return
    raise TooManyTries(f"Too many tries. Wait {wait_words(wait)}, then try again.", wait_s=ceil(wait.total_seconds()))


def failed(
    session: Session, database: Database, tried: Counter, action: str, *, at: datetime, user_id: UUID | None = None
) -> None:
    """Record a failed try as a security event that stays, and another when it locks the door for a while."""
    subject = ("user", user_id) if user_id else None
    with database.transaction(NOBODY) as own:
        own.info["origin"] = session.info.get("origin", {})
        audit.record(own, action, at=at, subject=subject, kind=tried.kind)
        if queries.tries_of(own, tried.kind, address=tried.address, at=at).count >= MAX_TRIES:
            audit.record(own, "sign-in:locked", at=at, subject=subject, kind=tried.kind)


def forgive(session: Session, tried: Counter) -> None:
    """Forget the tries of this account from this address: the secret was right."""
    session.execute(
        delete(SignInTry).where(
            SignInTry.kind == tried.kind, SignInTry.account == tried.account, SignInTry.address == tried.address
        )
    )


def _account_wait(own: Session, tried: Counter, *, at: datetime, is_known: Callable[[], bool]) -> timedelta:
    if not tried.account:
        return timedelta(0)
    tries = queries.tries_of(own, tried.kind, account=tried.account, at=at)
    if tried.kind is not TryKind.PASSWORD:
        return tries.lock(at=at)
    wait = tries.lock(at=at, most=MAX_TRIES_FROM_EVERYWHERE)
    return timedelta(0) if wait and is_known() else wait


def _lock(own: Session, tried: Counter) -> None:
    """Let one try after the other be counted; addresses before accounts, so that nobody waits in a circle."""
    for subject in filter(None, (tried.address, tried.account)):
        own.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{tried.kind}:{subject}", 0))))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
