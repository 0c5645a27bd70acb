"""Requests to addresses that somebody typed in: only to public hosts over TLS, with an end, and never redirected.

The address is checked when the connection is made, not before: a name that answers differently the second time gains
nothing. Outside production, loopback is reached as well, for twins in tests.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from referral.foundation.refusals import Refused

TIMEOUT_S = 5


class AddressRefused(Refused):
    """The address is not one that this program may call."""


def check_url(url: str, *, is_production: bool) -> None:
    """Raise AddressRefused unless the URL is https and names a host; http only to loopback, and not in production."""
    parts = urlsplit(url)
    is_twin = not is_production and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or parts.username or not (parts.scheme == "https" or (parts.scheme == "http" and is_twin)):
        raise AddressRefused("The address must begin with https:// and name a public host.")


def permitted(address: str, *, is_production: bool) -> bool:
    """Whether the program may connect to this IP address."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return bool(mapped.is_global and not mapped.is_multicast) or (not is_production and bool(mapped.is_loopback))


def guard(session: requests.Session, *, is_production: bool) -> requests.Session:
    """Let a session of requests (or of a library that builds on it) reach permitted addresses only."""
    adapter = _Adapter(is_production=is_production)
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return session


class _Adapter(HTTPAdapter):
    def __init__(self, *, is_production: bool) -> None:
        self.is_production = is_production
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(is_production=self.is_production)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        check_url(str(request.url), is_production=self.is_production)
        kwargs["timeout"] = kwargs.get("timeout") or TIMEOUT_S
        response = super().send(request, *args, **kwargs)
        if response.is_redirect:
            raise AddressRefused("The other side sent us on to another address.")
        return response


def _pools(*, is_production: bool) -> dict[str, type[HTTPConnectionPool]]:
    def connect(connection: HTTPConnection) -> socket.socket:
        found = socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(permitted(address, is_production=is_production) for address in addresses):
            raise AddressRefused("The address does not lead to a public host.")
        return create_connection((addresses[0], connection.port), connection.timeout)

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Tls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}
