"""Giving the password again, before somebody changes how they sign in; and choosing a new one."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.accounts import rules
from referral.accounts.models import SignIn
from referral.accounts.passwords import hash_password, is_password
from referral.accounts.rules import TryKind
from referral.accounts.service import sessions, tries
from referral.accounts.service.sessions import Opened
from referral.accounts.service.users import check_password, own_words
from referral.audit import service as audit
from referral.foundation.database import Database
from referral.foundation.refusals import NotAllowed, Refused


class WrongPassword(Refused):
    """The password given again is not the user's."""


def confirm(session: Session, database: Database, sign_in: SignIn, *, password: str, ip: str, at: datetime) -> None:
    """Note that the user gave the password again; raises WrongPassword or TooManyTries."""
    tried = tries.counter(TryKind.CONFIRM, account=str(sign_in.user_id), ip=ip)
    tries.begin(session, database, tried, at=at)
    if not is_password(password, sign_in.user.password_hash):
        tries.failed(session, database, tried, "sign-in:not-confirmed", at=at, user_id=sign_in.user_id)
        raise WrongPassword("This is not your password.")
    tries.forgive(session, tried)
    sign_in.confirmed_at = at


def is_confirmed(sign_in: SignIn, *, at: datetime) -> bool:
    """Whether the password was given again just now; without one, whether the organization vouched just now."""
    given_at = sign_in.confirmed_at
    if given_at is None and sign_in.provider_id is not None and sign_in.user.password_hash is None:
        given_at = sign_in.created_at
    return given_at is not None and at - given_at < rules.CONFIRMED_FOR


def require_confirmed(sign_in: SignIn, *, at: datetime) -> None:
    """Raise NotAllowed unless the password was given again just now."""
    if not is_confirmed(sign_in, at=at):
        raise NotAllowed("Give your password again first.")


def change_password(session: Session, sign_in: SignIn, *, password: str, at: datetime) -> Opened:
    """Take a new password: every session ends, this browser goes on with a new one. Raises WeakPassword."""
    require_confirmed(sign_in, at=at)
    check_password(password, own_words(session, sign_in.user))
    sign_in.user.password_hash = hash_password(password)
    audit.record(session, "password:changed", at=at, subject=("user", sign_in.user_id))
    opened = sessions.renew(session, sign_in, reason="password change", at=at)
    sessions.end_sessions(session, sign_in.user_id, reason="password change", at=at, but=opened.sign_in)
    return opened
