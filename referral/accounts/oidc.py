"""OpenID Connect with Authlib: authorization code with PKCE and a nonce, towards one organization's provider."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError  # the library that Authlib checks signatures with
from requests import RequestException

from referral.accounts.models import IdentityProvider
from referral.foundation import outbound
from referral.foundation.refusals import Refused

SIGNATURES = ("RS256", "PS256", "ES256", "RS384", "RS512", "ES384")
"""Signatures with a public key: a shared secret, or none, would let others speak for the provider."""
_LEEWAY_S = 60
_TROUBLES = (AuthlibBaseError, JoseError, RequestException, outbound.AddressRefused, KeyError, TypeError, ValueError)


class NotVouched(Refused):
    """The provider did not vouch for anybody, whatever the reason."""

    def __init__(self) -> None:
        super().__init__("Your organization’s sign-in did not confirm who you are. Start again from the sign-in page.")


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun: where the browser goes, and what it must bring back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Vouched:
    """Whom the provider vouched for: its own name and its name for the user."""

    issuer: str
    subject: str


class RelyingParty(OpenIDMixin):  # type: ignore[misc]  # Authlib ships no types
    """We, towards one provider."""

    def __init__(self, provider: IdentityProvider, *, redirect_uri: str, is_production: bool) -> None:
        self.provider = provider
        self.client_id = provider.client_id
        self.redirect_uri = redirect_uri
        self.is_production = is_production
        self.server_metadata: dict[str, Any] = {}

    def begin(self) -> Begun:
        """Return where to send the browser; raises NotVouched when the provider does not answer."""
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        with self._troubles(), self._get_session() as session:
            url, state = session.create_authorization_url(
                self.load_server_metadata()["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
            outbound.check_url(url, is_production=self.is_production)
        return Begun(url, state, nonce, verifier)

    def finish(self, *, code: str, nonce: str, verifier: str) -> Vouched:
        """Trade the code for a signed token and return whom it names; raises NotVouched."""
        with self._troubles(), self._get_session() as session:
            metadata = self.load_server_metadata()
            token = session.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
            claims = self.parse_id_token(
                {"id_token": token["id_token"], "access_token": token.get("access_token", "")},
                nonce,
                claims_options={
                    "iss": {"essential": True, "value": self.provider.issuer},
                    "aud": {"essential": True, "value": self.client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                claims_cls=CodeIDToken,
                leeway=_LEEWAY_S,
            )
            return Vouched(str(claims["iss"]), str(claims["sub"]))

    def check(self) -> None:
        """Raise NotVouched unless the provider answers, and says where it does what a sign-in needs."""
        with self._troubles():
            metadata = self.load_server_metadata()
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                outbound.check_url(metadata[name], is_production=self.is_production)

    def load_server_metadata(self) -> dict[str, Any]:
        """Return what the provider says about itself, asked once; it must name itself as we know it."""
        if not self.server_metadata:
            with self._get_session() as session:
                answer = session.request(
                    "GET", f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration", withhold_token=True
                )
                answer.raise_for_status()
                metadata = answer.json()
            if metadata["issuer"] != self.provider.issuer:
                raise NotVouched
            self.server_metadata = {**metadata, "id_token_signing_alg_values_supported": list(SIGNATURES)}
            self.server_metadata.pop("jwks", None)
        return self.server_metadata

    def _get_session(self) -> OAuth2Session:
        session = OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope="openid",
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
        )
        return outbound.guard(session, is_production=self.is_production)

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            yield
        except _TROUBLES as trouble:
            raise NotVouched from trouble
