import base64
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from twilio.rest import Client

from referral.foundation.settings import Settings, SettingsError
from referral.messaging.rules import Failure, MessageStatus
from referral.messaging.twilio import (
    LoopbackHttpClient,
    SendFailedError,
    SmsSender,
    TwilioSender,
    is_genuine,
    sender_from,
)
from tests.messaging import twin as magic
from tests.messaging.openapi import Contract
from tests.messaging.twin import TwilioTwin

CALLBACK = "http://127.0.0.1:8000/webhooks/twilio/status"
PERSON = "+19195550123"


def settings_of(twin: TwilioTwin) -> Settings:
    return Settings(
        home=Path(),
        twilio_account_sid=twin.account_sid,
        twilio_auth_token=twin.auth_token,
        twilio_from=twin.number,
        twilio_api_base=twin.base_url,
    )


@pytest.fixture
def sender(twin: TwilioTwin) -> SmsSender:
    sender = sender_from(settings_of(twin))
    assert sender is not None
    return sender


def send(sender: SmsSender, to: str = PERSON, body: str = "Hello") -> MessageStatus:
    return sender.send(to=to, body=body, callback_url=CALLBACK, validity_seconds=3600).status


def failure(sender: SmsSender, to: str = PERSON, body: str = "Hello") -> tuple[Failure, int | None]:
    with pytest.raises(SendFailedError) as caught:
        send(sender, to, body)
    return caught.value.failure, caught.value.code


def test_a_text_reaches_twilio_as_its_contract_says(twin: TwilioTwin, sender: SmsSender) -> None:
    receipt = sender.send(to=PERSON, body="Hello", callback_url=CALLBACK, validity_seconds=3600)
    assert receipt.status is MessageStatus.QUEUED
    assert receipt.sid == twin.messages[0]["sid"]
    sent = {"To": PERSON, "From": twin.number, "Body": "Hello", "StatusCallback": CALLBACK, "ValidityPeriod": "3600"}
    assert twin.requests == [sent]
    assert twin.contract_breaks == []


def test_every_answer_of_the_twin_is_one_that_twilio_could_give(twin: TwilioTwin, sender: SmsSender) -> None:
    contract = Contract()
    send(sender)
    base = f"/2010-04-01/Accounts/{twin.account_sid}/Messages"
    authorization = f"Basic {_basic(twin)}"
    one = f"{base}/{twin.messages[0]['sid']}.json"
    for method, path, form in (
        ("GET", f"{base}.json", {}),
        ("GET", one, {}),
        ("POST", one, {"Body": ""}),
        ("DELETE", one, {}),
    ):
        status, answer = twin.answer(method, path, form, authorization)
        operation = contract.operation(method, path)
        assert operation is not None
        assert contract.answer_problems(operation, status, answer) == [], (method, path)


def test_the_judge_sees_a_broken_request_and_a_broken_answer(twin: TwilioTwin) -> None:
    path = f"/2010-04-01/Accounts/{twin.account_sid}/Messages.json"
    authorization = f"Basic {_basic(twin)}"
    for wrong in (
        {"To": "919"},
        {"From": twin.number},
        {"To": PERSON, "ValidityPeriod": "soon"},
        {"To": PERSON, "Colour": "red"},
    ):
        assert twin.answer("POST", path, wrong, authorization)[0] == 422
    assert len(twin.contract_breaks) == 4
    contract = Contract()
    create = contract.operation("POST", path)
    assert create is not None
    assert contract.answer_problems(create, 201, {"sid": "nonsense"}) != []
    assert contract.answer_problems(create, 200, {}) != []


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (magic.OPTED_OUT, (Failure.OPTED_OUT, 21610)),
        (magic.INVALID, (Failure.PERMANENT, 21211)),
        (magic.TOO_MANY, (Failure.RETRY, 20429)),
        (magic.BROKEN, (Failure.IN_DOUBT, 20500)),
        (magic.RESET_AFTER_ACCEPT, (Failure.IN_DOUBT, None)),
    ],
)
def test_a_refusal_says_whether_to_try_again(sender: SmsSender, to: str, expected: tuple[Failure, int | None]) -> None:
    assert failure(sender, to) == expected


def test_mistakes_of_ours_are_permanent(sender: SmsSender) -> None:
    assert failure(sender, body="") == (Failure.PERMANENT, 21602)
    assert failure(sender, body="x" * 1601) == (Failure.PERMANENT, 21617)


def test_wrong_credentials_wait_for_an_operator_and_lose_no_message(twin: TwilioTwin) -> None:
    sender = sender_from(replace(settings_of(twin), twilio_auth_token="wrong"))
    assert sender is not None
    assert failure(sender) == (Failure.RETRY, 20003)


def test_a_twilio_that_cannot_be_reached_was_surely_not_given_the_message(twin: TwilioTwin) -> None:
    with TwilioTwin() as gone:
        settings = replace(settings_of(twin), twilio_api_base=gone.base_url)
    sender = sender_from(settings)
    assert sender is not None
    assert failure(sender) == (Failure.RETRY, None)


def test_a_slow_answer_leaves_us_in_doubt_and_a_look_finds_the_message(twin: TwilioTwin) -> None:
    before = datetime.now(UTC)
    http = LoopbackHttpClient(twin.base_url, timeout=0.2)
    sender = TwilioSender(Client(twin.account_sid, twin.auth_token, http_client=http), twin.number)
    assert failure(sender, magic.SLOW) == (Failure.IN_DOUBT, None)
    http.session.close()
    found = sender.sent_since(to=magic.SLOW, since=before)
    assert [receipt.sid for receipt in found] == [twin.messages[0]["sid"]]
    assert sender.sent_since(to=magic.SLOW, since=before + timedelta(hours=1)) == []
    assert sender.sent_since(to=PERSON, since=before) == []


def test_a_forgetful_account_asks_twilio_to_forget_and_cannot_look_back(twin: TwilioTwin) -> None:
    sender = sender_from(replace(settings_of(twin), twilio_keeps_content=False))
    assert sender is not None
    send(sender)
    assert twin.requests[0]["ContentRetention"] == "discard"
    assert twin.requests[0]["AddressRetention"] == "obfuscate"
    assert twin.messages[0]["body"] == ""
    with pytest.raises(SendFailedError):
        sender.sent_since(to=PERSON, since=datetime.now(UTC))


def test_whoever_said_stop_to_twilio_gets_nothing_until_start(twin: TwilioTwin, sender: SmsSender) -> None:
    twin.reply_form(sender=PERSON, body="Stop")
    assert failure(sender) == (Failure.OPTED_OUT, 21610)
    twin.reply_form(sender=PERSON, body="START")
    assert send(sender) is MessageStatus.QUEUED


def test_without_credentials_there_is_no_way_out() -> None:
    assert sender_from(Settings(home=Path())) is None


@pytest.mark.parametrize("base", ["https://api.twilio.com", "http://10.0.0.1:80", "http://localhost.example.org"])
def test_the_twins_address_must_be_on_this_machine(twin: TwilioTwin, base: str) -> None:
    with pytest.raises(SettingsError, match="loopback"):
        sender_from(replace(settings_of(twin), twilio_api_base=base))


def test_no_number_and_no_text_reaches_a_log_or_an_error(
    twin: TwilioTwin, sender: SmsSender, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="referral"), caplog.at_level(logging.DEBUG, logger="twilio"):
        send(sender, body="Private words")
        with pytest.raises(SendFailedError) as caught:
            send(sender, magic.INVALID)
    seen = caplog.text + str(caught.value)
    assert "Private" not in seen
    assert magic.INVALID not in seen
    assert PERSON not in seen


def test_only_the_untouched_form_at_the_public_address_is_genuine(twin: TwilioTwin) -> None:
    form = twin.reply_form(sender=PERSON, body=" yes ")
    signature = twin.signature(CALLBACK, form)

    def check(url: str = CALLBACK, signed: str | None = signature, **changes: str) -> bool:
        return is_genuine(url, form | changes, signed, auth_token=twin.auth_token)

    assert check()
    assert not check(url=CALLBACK.replace("status", "inbound"))
    assert not check(Body="yes")
    assert not check(Extra="1")
    assert not check(signed=None)
    assert not check(signed="ünicode")
    assert not is_genuine(CALLBACK, form, signature, auth_token="")


def _basic(twin: TwilioTwin) -> str:

    return base64.b64encode(f"{twin.account_sid}:{twin.auth_token}".encode()).decode()
