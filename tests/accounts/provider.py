"""A provider of OpenID Connect on loopback: discovery, keys, an authorization that says yes, and signed tokens."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT_ID, CLIENT_SECRET = "referral-client", "a secret of the client"


@dataclass
class Provider:
    """The provider: what it says can be bent, so that a test sees what is refused."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    subject: str = "subject-1"
    email: str = "ana@example.org"
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims that replace the right ones."""
    signs_with: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    accepts_codes_again: bool = False

    def authorize(self, url: str) -> str:
        """Say yes to what the browser brought; returns where it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': asked['state']})}"

    def __call__(self, environ, start_response):
        request = Request(environ)
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == "/.well-known/openid-configuration":
            return _json(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "id_token_signing_alg_values_supported": ["RS256", "HS256"],
                }
            )
        if request.path == "/keys":
            return _json({"keys": [self.key.as_dict(private=False)]})
        return self._token(request)

    def _token(self, request: Request) -> Response:
        asked = self.codes.get(request.form["code"]) if self.accepts_codes_again else None
        asked = asked or self.codes.pop(request.form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(request.form["code_verifier"].encode()).digest())
        is_client = (request.authorization.username, request.authorization.password) == (CLIENT_ID, CLIENT_SECRET)
        if asked is None or not is_client or asked["code_challenge"] != challenge.decode().rstrip("="):
            return _json({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "email": self.email,
            "email_verified": True,
        } | self.claims
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with or self.key)
        return _json({"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "id_token": signed})


@contextmanager
def served() -> Iterator[Provider]:
    """Serve a provider on a port of its own."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content), status=status, content_type="application/json")
