"""The one door to Twilio: send a text, look one up, and tell a genuine callback from a forged one."""

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from referral.foundation.settings import Settings, SettingsError
from referral.messaging.rules import Failure, MessageStatus, failure_of, status_from_twilio
from referral.messaging.vocabulary import known_failures

TIMEOUT_SECONDS = 10.0

# Twilio's client logs each request with its phone numbers; ours keeps them to itself.
_silent = logging.getLogger("referral.messaging.twilio.requests")
_silent.propagate = False
_silent.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class SentMessage:
    """Twilio's receipt: its id for the message and where the message stands."""

    sid: str
    status: MessageStatus
    error_code: int | None = None


class SendFailedError(Exception):
    """A message that was not, or perhaps not, taken over; names neither number nor text."""

    def __init__(self, failure: Failure, code: int | None = None) -> None:
        """Remember what to do next, and Twilio's error code if it gave one."""
        super().__init__(f"{failure}" if code is None else f"{failure} (Twilio {code})")
        self.failure = failure
        self.code = code


class SmsSender(Protocol):
    """What messaging asks of whoever carries its texts."""

    def send(self, *, to: str, body: str, callback_url: str, validity_seconds: int) -> SentMessage:
        """Hand over one text; raises SendFailedError."""
        ...

    def sent_since(self, *, to: str, since: datetime) -> list[SentMessage]:
        """Return our texts to this number from that instant on; raises SendFailedError."""
        ...


class LoopbackHttpClient(TwilioHttpClient):  # type: ignore[misc] # twilio ships no types
    """Twilio's own HTTP client, moved to a twin on this machine."""

    def __init__(self, base: str, **options: Any) -> None:
        """Take a loopback address; raises SettingsError for any other."""
        super().__init__(**options)
        self._base = urlsplit(base)
        if not _is_loopback(self._base.hostname):
            raise SettingsError("TWILIO_API_BASE must be a loopback address: it is for tests only.")

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        """Send the request to the twin, with everything but scheme and host unchanged."""
        moved = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        return super().request(method, urlunsplit(moved), *args, **options)


class TwilioSender:
    """Sends through Twilio's own client."""

    def __init__(self, client: Client, sender: str, *, keeps_content: bool = True) -> None:
        """Send as `sender`; without `keeps_content` Twilio forgets texts and numbers (if the account may)."""
        self._messages = client.messages
        self._sender = sender
        self._retention: dict[str, str] = (
            {} if keeps_content else {"content_retention": "discard", "address_retention": "obfuscate"}
        )

    def send(self, *, to: str, body: str, callback_url: str, validity_seconds: int) -> SentMessage:
        """Hand one text to Twilio; raises SendFailedError."""
        try:
            message = self._messages.create(
                to=to,
                from_=self._sender,
                body=body,
                status_callback=callback_url,
                validity_period=validity_seconds,
                **self._retention,
            )
        except (TwilioException, RequestException, ValueError) as error:
            raise _translated(error) from None
        return _receipt(message)

    def sent_since(self, *, to: str, since: datetime) -> list[SentMessage]:
        """Return our texts to this number from that instant on; raises SendFailedError."""
        if self._retention:  # Twilio has forgotten the number: nothing can be found, nothing is proven
            raise SendFailedError(Failure.IN_DOUBT)
        try:
            messages = self._messages.list(to=to, from_=self._sender, limit=50)
        except (TwilioException, RequestException, ValueError) as error:
            raise _translated(error) from None
        return [_receipt(m) for m in messages if m.date_created and m.date_created >= since.replace(microsecond=0)]


def sender_from(settings: Settings) -> SmsSender | None:
    """Return the way out for texts; None without credentials: messages are then kept as not sent."""
    if not settings.has_twilio:
        return None
    options: dict[str, Any] = {"timeout": TIMEOUT_SECONDS, "logger": _silent}
    base = settings.twilio_api_base
    http = LoopbackHttpClient(base, **options) if base else TwilioHttpClient(**options)
    client = Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=http)
    return TwilioSender(client, settings.twilio_from, keeps_content=settings.twilio_keeps_content)


def is_genuine(url: str, params: Mapping[str, object], signature: str | None, *, auth_token: str) -> bool:
    """Tell whether Twilio signed this callback for this public URL with these untouched parameters."""
    if not (auth_token and signature):
        return False
    return bool(RequestValidator(auth_token).validate(url, params, signature))


def _receipt(message: Any) -> SentMessage:
    status = status_from_twilio(str(message.status))
    if not message.sid or status is None:
        raise SendFailedError(Failure.IN_DOUBT)
    return SentMessage(message.sid, status, message.error_code)


def _translated(error: Exception) -> SendFailedError:
    """Say what an error of the client means, without its text, which holds phone numbers."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return SendFailedError(failure_of(error.status, error.code, known_failures()), error.code)
    return SendFailedError(Failure.RETRY if _never_connected(error) else Failure.IN_DOUBT)


def _never_connected(error: Exception) -> bool:
    """Tell whether no connection stood: then nothing can have been sent."""
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, RequestsConnectionError) and error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
