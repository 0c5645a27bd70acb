"""A twin of Twilio on loopback: keeps its contract, its error codes, its opt-out list, and signs its callbacks."""

import base64
import json
import secrets
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from tests.messaging.openapi import Contract

# Recipients that Twilio's test credentials answer with an error: twilio.com/docs/iam/test-credentials
INVALID = "+15005550001"
OPTED_OUT = "+15005550004"
# Recipients of our own, for what no test credential can show
TOO_MANY = "+15005550429"
BROKEN = "+15005550500"
RESET_AFTER_ACCEPT = "+15005550598"
SLOW = "+15005550599"

REFUSALS = {INVALID: (400, 21211), OPTED_OUT: (400, 21610), TOO_MANY: (429, 20429), BROKEN: (500, 20500)}
STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
START_WORDS = {"START", "YES", "UNSTOP"}
Answer = tuple[int, dict[str, Any] | None]


class TwilioTwin:
    """One Twilio account that lives as long as its `with` block."""

    def __init__(self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC), slow_seconds: float = 1) -> None:
        self.account_sid = "AC" + secrets.token_hex(16)
        self.auth_token = secrets.token_hex(16)
        self.number = "+15005550006"
        self.contract = Contract()
        self.messages: list[dict[str, Any]] = []
        self.callbacks: dict[str, str] = {}
        self.requests: list[dict[str, str]] = []
        self.contract_breaks: list[str] = []
        self.blocked: set[str] = set()
        self.clock = clock
        self._slow_seconds = slow_seconds
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "TwilioTwin":
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # -- what Twilio does when asked ------------------------------------------

    def answer(self, method: str, url: str, form: dict[str, str], authorization: str | None) -> Answer:
        """Answer one request as Twilio would; what breaks its contract is 422 and remembered."""
        expected = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if authorization != f"Basic {expected}":
            return _refusal(401, 20003)
        path, query = urlsplit(url).path, dict(parse_qsl(urlsplit(url).query))
        operation = self.contract.operation(method, path)
        if operation is None or f"/Accounts/{self.account_sid}/" not in path:
            return _refusal(404, 20404)
        if problems := self.contract.request_problems(operation, query, form):
            self.contract_breaks += problems
            return _refusal(422, 20422)
        status, body = self._act(method, path, query, form)
        if status < 400:
            self.contract_breaks += self.contract.answer_problems(operation, status, body)
        return status, body

    def _act(self, method: str, path: str, query: dict[str, str], form: dict[str, str]) -> Answer:
        if path.endswith("/Messages.json"):
            return self._create(form) if method == "POST" else self._list(query)
        found = [message for message in self.messages if path.endswith(f"/Messages/{message['sid']}.json")]
        if not found:
            return _refusal(404, 20404)
        if method == "DELETE":
            self.messages.remove(found[0])
            return 204, None
        if method == "POST" and "Body" in form:
            found[0]["body"] = form["Body"]
        return 200, found[0]

    def _create(self, form: dict[str, str]) -> Answer:
        self.requests.append(form)
        to = form["To"]
        if code := _mistake(form):
            return _refusal(400, code)
        if to in REFUSALS or to in self.blocked:
            return _refusal(*REFUSALS.get(to, REFUSALS[OPTED_OUT]))
        message = self._message(form)
        self.messages.append(message)
        self.callbacks[message["sid"]] = form.get("StatusCallback", "")
        if to == RESET_AFTER_ACCEPT:
            raise ConnectionAbortedError
        if to == SLOW:
            time.sleep(self._slow_seconds)
        return 201, message

    def _message(self, form: dict[str, str]) -> dict[str, Any]:
        sid, now = "SM" + secrets.token_hex(16), format_datetime(self.clock())
        uri = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{sid}"
        blank = {"date_sent": None, "error_code": None, "error_message": None, "price": None, "price_unit": None}
        return blank | {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": "" if form.get("ContentRetention") == "discard" else form["Body"],
            "date_created": now,
            "date_updated": now,
            "direction": "outbound-api",
            "from": form["From"],
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(-(-len(form["Body"]) // 160)),
            "sid": sid,
            "status": "queued",
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": form["To"],
            "uri": f"{uri}.json",
        }

    def _list(self, query: dict[str, str]) -> Answer:
        size = int(query.get("PageSize", 50))
        pairs = [(name.lower(), query[name]) for name in ("To", "From") if name in query]
        found = [m for m in reversed(self.messages) if all(m[name] == value for name, value in pairs)][:size]
        here = f"{self.base_url}/2010-04-01/Accounts/{self.account_sid}/Messages.json"
        page = {"page": 0, "page_size": size, "start": 0, "end": max(len(found) - 1, 0)}
        links = {"uri": here, "first_page_uri": here, "next_page_uri": None, "previous_page_uri": None}
        return 200, page | links | {"messages": found}

    # -- what Twilio says by itself ---------------------------------------------

    def report_status(self, sid: str, status: str, error_code: int | None = None) -> int:
        """Tell the message's callback URL what became of it; returns the HTTP status of the answer."""
        message = next(m for m in self.messages if m["sid"] == sid)
        message.update(status=status, error_code=error_code)
        return self.post(self.callbacks[sid], self.status_form(message))

    def status_form(self, message: dict[str, Any]) -> dict[str, str]:
        """Return the parameters of a status callback."""
        form = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": message["from"],
            "To": message["to"],
            "MessageSid": message["sid"],
            "MessageStatus": message["status"],
            "SmsSid": message["sid"],
            "SmsStatus": message["status"],
        }
        return form | ({"ErrorCode": str(message["error_code"])} if message["error_code"] else {})

    def reply(self, url: str, *, sender: str, body: str) -> int:
        """Deliver a person's text to our webhook; STOP and START change Twilio's own block list first."""
        return self.post(url, self.reply_form(sender=sender, body=body))

    def reply_form(self, *, sender: str, body: str) -> dict[str, str]:
        """Return the parameters of an incoming text."""
        word = body.strip().upper()
        if word in STOP_WORDS:
            self.blocked.add(sender)
        elif word in START_WORDS:
            self.blocked.discard(sender)
        sid = "SM" + secrets.token_hex(16)
        kinds = {"AccountSid": self.account_sid, "ApiVersion": "2010-04-01", "NumMedia": "0", "NumSegments": "1"}
        ids = {"MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "SmsStatus": "received"}
        return kinds | ids | {"From": sender, "To": self.number, "Body": body}

    def signature(self, url: str, form: dict[str, str]) -> str:
        """Return the X-Twilio-Signature of a callback."""
        return RequestValidator(self.auth_token).compute_signature(url, form)

    def post(self, url: str, form: dict[str, str]) -> int:
        """Send a signed callback; returns the HTTP status of the answer."""
        headers = {"X-Twilio-Signature": self.signature(url, form)}
        request = urllib.request.Request(url, urlencode(form).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except HTTPError as error:
            error.close()
            return error.code


def _mistake(form: dict[str, str]) -> int | None:
    if "From" not in form and "MessagingServiceSid" not in form:
        return 21603
    if not form.get("Body"):
        return 21602
    return 21617 if len(form["Body"]) > 1600 else None


def _refusal(status: int, code: int) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": f"error {code}", "more_info": more, "status": status}


def _handler(twin: TwilioTwin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._serve("POST")

        def do_GET(self) -> None:
            self._serve("GET")

        def do_DELETE(self) -> None:
            self._serve("DELETE")

        def _serve(self, method: str) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
            try:
                status, body = twin.answer(method, self.path, form, self.headers.get("Authorization"))
            except ConnectionAbortedError:
                return  # the answer is lost on its way
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    return Handler
