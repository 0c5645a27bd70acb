"""What people do with accounts: invite, sign in, choose where they work today, sign out."""

from referral.accounts.service.sessions import (
    Opened,
    Origin,
    SignInRefused,
    choices,
    choose_membership,
    end_others,
    end_own,
    end_sessions,
    end_sign_in,
    forget_sessions,
    open_session,
    open_vouched,
    renew,
    sign_in,
)
from referral.accounts.service.tokens import hash_secret, make_token, principal_of_membership
from referral.accounts.service.users import WeakPassword, add_membership, add_user

__all__ = [
    "Opened",
    "Origin",
    "SignInRefused",
    "WeakPassword",
    "add_membership",
    "add_user",
    "choices",
    "choose_membership",
    "end_others",
    "end_own",
    "end_sessions",
    "end_sign_in",
    "forget_sessions",
    "hash_secret",
    "make_token",
    "open_session",
    "open_vouched",
    "principal_of_membership",
    "renew",
    "sign_in",
]
