"""The second factor: set up an app, give its code, or one of the recovery codes; each code works once."""

import hmac
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from referral.accounts import rules
from referral.accounts.models import RecoveryCode, SignIn, TotpFactor, User
from referral.accounts.rules import TOTP_STEP_S, TryKind
from referral.accounts.service import sessions, tries
from referral.accounts.service.sessions import Opened
from referral.accounts.service.tokens import hash_secret
from referral.audit import service as audit
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING, CannotDecrypt
from referral.foundation.principal import NOBODY
from referral.foundation.refusals import Refused

_NEIGHBORS = (0, -1, 1)
"""Steps that are looked at: clocks differ a little, and people type slowly."""


class WrongCode(Refused):
    """The same sentence for a code that does not fit and for one that was used."""

    def __init__(self) -> None:
        super().__init__("This code does not fit, or was used already. Wait for the next one, then try again.")


def new_app_key(user: User) -> tuple[str, str]:
    """Return a key for a new app, plain and sealed for this user: nothing is kept of it until a code fits."""
    key = pyotp.random_base32()
    return key, KEYRING.seal(key, _place(user)).hex()


def opened_app_key(user: User, sealed: str) -> str:
    """Return the key that was sealed for this user; raises Refused for anything else."""
    try:
        return KEYRING.open(bytes.fromhex(sealed), _place(user))
    except (ValueError, CannotDecrypt) as broken:
        raise Refused("The page was open for too long. Scan the new picture.") from broken


def app_address(user: User, key: str, product: str) -> str:
    """Return what the QR code says to the app (otpauth://totp/…)."""
    return pyotp.TOTP(key, name=user.email, issuer=product).provisioning_uri()


def set_up(
    session: Session, database: Database, sign_in: SignIn, *, key: str, code: str, ip: str, at: datetime
) -> tuple[Opened, list[str]]:
    """Keep a new app once its first code fits; returns the new session and the recovery codes, shown this once.

    The user's other sessions end: they were opened without this app. Raises WrongCode or TooManyTries.
    """
    tried = tries.counter(TryKind.CODE, account=str(sign_in.user_id), ip=ip)
    tries.begin(session, database, tried, at=at)
    step = _fitting_step(key, code, at=at, after=None)
    if step is None:
        tries.failed(session, database, tried, "second-factor:failed", at=at, user_id=sign_in.user_id)
        raise WrongCode
    tries.forgive(session, tried)
    session.execute(delete(TotpFactor).where(TotpFactor.user_id == sign_in.user_id))
    session.add(TotpFactor(user_id=sign_in.user_id, secret=key, created_at=at, last_step=step))
    audit.record(session, "second-factor:set-up", at=at, subject=("user", sign_in.user_id))
    codes = new_recovery_codes(session, sign_in, at=at)
    opened = sessions.renew(session, sign_in, reason="second factor", at=at)
    sessions.end_sessions(session, sign_in.user_id, reason="second factor", at=at, but=opened.sign_in)
    return opened, codes


def enter_code(session: Session, database: Database, sign_in: SignIn, *, code: str, ip: str, at: datetime) -> Opened:
    """Go on with a whole session after the app's code or a recovery code; raises WrongCode or TooManyTries."""
    tried = tries.counter(TryKind.CODE, account=str(sign_in.user_id), ip=ip)
    tries.begin(session, database, tried, at=at)
    uses = _use_totp if rules.is_totp(code) else _use_recovery_code
    if not uses(session, sign_in, code, at=at):
        tries.failed(session, database, tried, "second-factor:failed", at=at, user_id=sign_in.user_id)
        raise WrongCode
    tries.forgive(session, tried)
    return sessions.renew(session, sign_in, reason="second factor", at=at)


def new_recovery_codes(session: Session, sign_in: SignIn, *, at: datetime) -> list[str]:
    """Make ten recovery codes in place of the old ones; only their hashes are kept."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == sign_in.user_id))
    codes = [
        "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.GROUPS * rules.GROUP))
        for _ in range(rules.RECOVERY_CODES)
    ]
    session.add_all(RecoveryCode(user_id=sign_in.user_id, code_hash=hash_secret(code), created_at=at) for code in codes)
    audit.record(session, "recovery-codes:made", at=at, subject=("user", sign_in.user_id))
    return [rules.grouped(code) for code in codes]


def forget_factor(session: Session, user: User, *, at: datetime) -> None:
    """Take the app and its recovery codes away: they are lost; a new app is set up at the next sign-in."""
    for table in (TotpFactor, RecoveryCode):
        session.execute(delete(table).where(table.user_id == user.id))
    audit.record(session, "second-factor:removed", at=at, subject=("user", user.id))


def _use_totp(session: Session, sign_in: SignIn, code: str, *, at: datetime) -> bool:
    """Accept a code of a later step than the last one; two at once are one, since the row decides."""
    factor = session.get(TotpFactor, sign_in.user_id)
    step = _fitting_step(factor.secret, code, at=at, after=factor.last_step) if factor else None
    if factor is None or step is None:
        return False
    taken = session.execute(
        update(TotpFactor)
        .where(TotpFactor.user_id == sign_in.user_id, TotpFactor.last_step < step)
        .values(last_step=step)
        .returning(TotpFactor.user_id)
    )
    return taken.first() is not None


def _use_recovery_code(session: Session, sign_in: SignIn, code: str, *, at: datetime) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == sign_in.user_id,
            RecoveryCode.code_hash == hash_secret(rules.normal(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        return False
    audit.record(session, "recovery-code:used", at=at, by=NOBODY, subject=("user", sign_in.user_id))
    return True


def _fitting_step(key: str, code: str, *, at: datetime, after: int | None) -> int | None:
    now = int(at.timestamp()) // TOTP_STEP_S
    totp, typed = pyotp.TOTP(key), rules.normal(code)
    for step in (now + neighbor for neighbor in _NEIGHBORS):
        fits = hmac.compare_digest(totp.at(step * TOTP_STEP_S).encode(), typed.encode())
        if fits and (after is None or step > after):
            return step
    return None


def _place(user: User) -> str:
    return f"totp_factor.secret of {user.id}"
