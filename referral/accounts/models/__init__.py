"""What accounts remember: users and memberships, sessions, second factors, links, identity providers."""

from referral.accounts.models.factors import RecoveryCode, TotpFactor
from referral.accounts.models.links import AccountLink
from referral.accounts.models.providers import ExternalIdentity, IdentityProvider
from referral.accounts.models.sessions import SignIn, SignInTry
from referral.accounts.models.users import ApiToken, Membership, User

__all__ = [
    "AccountLink",
    "ApiToken",
    "ExternalIdentity",
    "IdentityProvider",
    "Membership",
    "RecoveryCode",
    "SignIn",
    "SignInTry",
    "TotpFactor",
    "User",
]
