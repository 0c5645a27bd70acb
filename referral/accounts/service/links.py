"""Links that are handed over: an invitation to join, or a way to a new password. Each works once and is shown once."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from referral.accounts import queries, rules
from referral.accounts.models import AccountLink, User
from referral.accounts.passwords import hash_password
from referral.accounts.rules import LinkPurpose, TryKind
from referral.accounts.service import factors, sessions, tries
from referral.accounts.service.tokens import hash_secret
from referral.accounts.service.users import check_password, own_words
from referral.audit import service as audit
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound

_BITS = 128


@dataclass(frozen=True)
class HandedLink:
    """A link as its maker sees it, this once: the secret part of its address, and until when it works."""

    secret: str
    link: AccountLink


def make_link(
    session: Session,
    user: User,
    purpose: LinkPurpose,
    *,
    by: Principal,
    at: datetime,
    forgets_factor: bool = False,
) -> HandedLink:
    """Make a link for a user; older ones of theirs work no more."""
    _void(session, user, at=at)
    secret = secrets.token_urlsafe(_BITS // 8)
    link = AccountLink(
        user_id=user.id,
        purpose=purpose,
        secret_hash=hash_secret(secret),
        forgets_factor=forgets_factor,
        created_at=at,
        expires_at=at + rules.LINK_LIFE[purpose],
        user=user,
    )
    session.add(link)
    session.flush()
    audit.record(
        session,
        "account-link:made",
        by=by,
        at=at,
        subject=("user", user.id),
        purpose=purpose,
        forgets_factor=forgets_factor,
    )
    return HandedLink(secret, link)


def find_link(session: Session, database: Database, secret: str, *, ip: str, at: datetime) -> AccountLink:
    """Return the link that still works; raises NotFound, or TooManyTries for an address that guesses."""
    tried = tries.counter(TryKind.LINK, account="", ip=ip)
    link = queries.link_by_hash(session, hash_secret(secret))
    if link is None:
        tries.begin(session, database, tried, at=at)
        tries.failed(session, database, tried, "account-link:failed", at=at)
    if link is None or not is_good(link, at=at):
        raise NotFound
    return link


def is_good(link: AccountLink, *, at: datetime) -> bool:
    """Whether the link still works: not used, not too old, and the account is open."""
    return link.used_at is None and at < link.expires_at and link.user.is_active


def use_link(session: Session, link: AccountLink, *, password: str, at: datetime) -> None:
    """Take the password that the link is for; every session of the user ends. Raises WeakPassword or NotFound."""
    check_password(password, own_words(session, link.user))
    take(session, link, at=at)
    link.user.password_hash = hash_password(password)
    if link.forgets_factor:
        factors.forget_factor(session, link.user, at=at)
    sessions.end_sessions(session, link.user_id, reason="password change", at=at)
    audit.record(session, "password:changed", at=at, subject=("user", link.user_id), by_link=link.purpose)


def take(session: Session, link: AccountLink, *, at: datetime) -> None:
    """Use the link up; of two at once only one gets it, the other gets NotFound."""
    taken = session.execute(
        update(AccountLink)
        .where(AccountLink.id == link.id, AccountLink.used_at.is_(None))
        .values(used_at=at)
        .returning(AccountLink.id)
    )
    if taken.first() is None:
        raise NotFound
    audit.record(session, "account-link:used", at=at, subject=("user", link.user_id), purpose=link.purpose)


def forget_links(session: Session, *, older_than: datetime) -> int:
    """Delete links that ended before the instant; returns how many."""
    gone = session.scalars(delete(AccountLink).where(AccountLink.expires_at < older_than).returning(AccountLink.id))
    return len(gone.all())


def _void(session: Session, user: User, *, at: datetime) -> None:
    session.execute(
        update(AccountLink).where(AccountLink.user_id == user.id, AccountLink.used_at.is_(None)).values(used_at=at)
    )
