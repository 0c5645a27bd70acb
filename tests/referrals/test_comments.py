"""The two sides of a referral write to each other; the person reads along, and whoever only pays or bills does not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent
from referral.foundation import clock
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.people.rules import ConsentScope
from referral.referrals import queries, service
from referral.referrals.models import Comment, Referral
from referral.referrals.rules import Action, Channel, Status, takes_comments
from referral.retention import jobs
from tests.factories.fixtures import NOW, World
from tests.factories.levels import SensitiveLoop

WORDS = "She moved to her sister's"
Browser = Callable[[Membership], FlaskClient]
Api = Callable[[Membership], dict[str, str]]


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> SensitiveLoop:
    found = SensitiveLoop(session, world, principal_of)
    found.allow()
    return found


@pytest.fixture
def sent(loop: SensitiveLoop) -> Referral:
    referral = loop.send()
    loop.session.commit()
    return referral


def figures(client: FlaskClient, headers: dict[str, str]) -> dict[str, int]:
    return {tile["label"]: tile["figure"] for tile in client.get("/api/v1/home", headers=headers).json["tiles"]}


def test_what_a_navigator_writes_is_read_by_the_receiver_once_it_has_taken_the_referral(
    loop: SensitiveLoop, sent: Referral, browser: Browser, api: Api
) -> None:
    navigator, intake = browser(loop.staff["navigator"]), browser(loop.staff["intake"])
    address = f"/referrals/{sent.id}"
    assert "once they have taken the referral" in navigator.get(address).text
    answer = navigator.post(f"{address}/comments", data={"note": WORDS}, follow_redirects=True)
    assert "Sent. The other side finds it on its home page." in answer.text
    assert "sister" in answer.text
    assert "sister" not in intake.get(address).text
    assert "Write to the other side" not in intake.get(address).text
    assert "Comments to read" not in figures(intake, api(loop.staff["intake"]))
    service.move(loop.session, sent, Action.ACCEPT, by=loop.intake, at=NOW + timedelta(minutes=1))
    loop.session.commit()
    with clock.standing_at(NOW + timedelta(minutes=2)):
        assert figures(intake, api(loop.staff["admin"]))["Comments to read"] == 1
        home = intake.get("/").text
        assert "The other side wrote to you" in home
        assert sent.number in home
        assert "sister" in intake.get(address).text
        read = browser(loop.staff["admin"]).get("/").text
    assert "The other side wrote to you" not in read, "a colleague has opened it"


def test_an_answer_by_program_waits_on_the_senders_home_and_stands_in_the_story(
    loop: SensitiveLoop, sent: Referral, browser: Browser, api: Api
) -> None:
    loop.do(sent, Action.ACCEPT)
    loop.session.commit()
    client, address = browser(loop.staff["intake"]), f"/api/v1/referrals/{sent.id}"
    written = client.post(f"{address}/comments", json={"note": WORDS}, headers=api(loop.staff["intake"]))
    assert (written.status_code, written.json["note"]) == (201, WORDS)
    assert figures(client, api(loop.staff["navigator"]))["Comments to read"] == 1
    assert "Comments to read" not in figures(client, api(loop.staff["intake"])), "their own words"
    story = client.get(f"{address}/story", headers=api(loop.staff["navigator"])).json["items"]
    (line,) = [one for one in story if one["kind"] == "comment"]
    assert (line["note"], line["organization"]) == (WORDS, "Helping Hands Pantry")
    assert loop.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("%comment%"))).all() == [
        "referral:comment:written"
    ]


@pytest.mark.parametrize("note", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_comment_comes_back_at_its_field(
    loop: SensitiveLoop, sent: Referral, browser: Browser, note: str
) -> None:
    answer = browser(loop.staff["navigator"]).post(f"/referrals/{sent.id}/comments", data={"note": note})
    assert answer.status_code == 422
    assert note.strip() in answer.text
    assert queries.comments_of(loop.session, sent.id) == []


def test_whoever_bills_leads_or_pays_reads_no_word_of_it_and_writes_none(
    loop: SensitiveLoop,
    sent: Referral,
    browser: Browser,
    api: Api,
    acting_as: Callable[[Membership], Session],
) -> None:
    loop.do(sent, Action.ACCEPT)
    service.comment(loop.session, sent, note=WORDS, by=loop.intake, at=NOW)
    loop.session.commit()
    for who in ("biller", "lead", "care_manager", "stranger"):
        client, headers = browser(loop.staff[who]), api(loop.staff[who])
        for address in (f"/referrals/{sent.id}", f"/api/v1/referrals/{sent.id}/story"):
            assert "sister" not in client.get(address, headers=headers if "/api/" in address else {}).text, who
        posted = client.post(f"/api/v1/referrals/{sent.id}/comments", json={"note": "Hm"}, headers=headers)
        assert posted.status_code in {403, 404}, who
        with acting_as(loop.staff[who]) as session:
            assert session.scalars(select(Comment)).all() == [], who


def test_nobody_changes_or_removes_a_comment(
    loop: SensitiveLoop, sent: Referral, acting_as: Callable[[Membership], Session]
) -> None:
    service.comment(loop.session, sent, note=WORDS, by=loop.navigator, at=NOW)
    loop.session.commit()
    with acting_as(loop.staff["navigator"]) as session, pytest.raises(DBAPIError, match="permission denied"):
        session.execute(update(Comment).values(note="She did not"))


def test_of_what_is_sensitive_the_receiver_and_the_own_navigator_write_and_a_supervisor_reads(
    loop: SensitiveLoop, browser: Browser
) -> None:
    referral = loop.sent_l2()
    service.comment(loop.session, referral, note=WORDS, by=loop.intake, at=NOW)
    loop.release(ConsentScope.PART2_DISCLOSE, loop.world.center)
    loop.session.commit()
    home = browser(loop.staff["navigator"]).get("/").text
    assert "The other side wrote to you" in home
    assert "42 CFR" in home, "the list names whom it is about"
    page = browser(loop.staff["supervisor"]).get(f"/referrals/{referral.id}").text
    assert "sister" in page
    assert "42 CFR" in page
    assert "Write to the other side" not in page
    supervisor = loop.principal_of(loop.staff["supervisor"])
    with pytest.raises(Refused, match="cannot write"):
        service.comment(loop.session, referral, note="Hm", by=supervisor, at=NOW)


def test_what_is_written_about_safety_is_read_by_its_two_sides_only_and_leaves_after_ninety_days(
    loop: SensitiveLoop, browser: Browser, acting_as: Callable[[Membership], Session]
) -> None:
    referral = loop.sent_l3()
    cleared = loop.principal_of(loop.staff["cleared"])
    service.comment(loop.session, referral, note=WORDS, by=cleared, at=NOW)
    loop.session.commit()
    for who, member in loop.everybody().items():
        with acting_as(member) as session:
            seen = bool(session.scalars(select(Comment)).all())
        assert seen == (who in {"navigator", "cleared"}), who
        assert ("The other side wrote" in browser(member).get("/").text) == (who == "navigator"), who
    service.move(loop.session, referral, Action.WITHDRAW, by=loop.navigator, at=NOW, reason_code="no_longer_interested")
    jobs.run(loop.session, at=NOW + timedelta(days=91))
    loop.session.expire_all()
    assert [one.note for one in queries.comments_of(loop.session, referral.id)] == [None]


@pytest.mark.parametrize(
    ("status", "channel", "was_taken", "days", "expected"),
    [
        (Status.DRAFT, Channel.NETWORK, False, None, False),
        (Status.SENT, Channel.NETWORK, False, None, True),
        (Status.SENT, Channel.OFF_PLATFORM, False, None, False),
        (Status.IN_SERVICE, Channel.NETWORK, True, None, True),
        (Status.SERVED, Channel.NETWORK, True, 90, True),
        (Status.SERVED, Channel.NETWORK, True, 91, False),
        (Status.DECLINED, Channel.NETWORK, False, 1, False),
        (Status.ENTERED_IN_ERROR, Channel.NETWORK, True, 1, False),
    ],
)
def test_a_comment_is_taken_where_somebody_at_the_other_side_will_read_it(
    status: Status, channel: Channel, was_taken: bool, days: int | None, expected: bool
) -> None:
    ended_at = NOW - timedelta(days=days) if days else None
    assert takes_comments(status, channel=channel, was_taken=was_taken, ended_at=ended_at, at=NOW) is expected
