"""Files of many people's rows: with a reason and a second person, or with each member's own permission."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent, Disclosure
from referral.audit.rules import DisclosureWay
from referral.foundation.principal import Principal
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.rules import ConsentScope
from referral.referrals.models import Referral, RowExport
from referral.referrals.rules.exports import ExportState, export_state
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, World
from tests.factories.levels import SensitiveLoop
from tests.factories.people import a_consent

Browser = Callable[[Membership], FlaskClient]
REASON = {"reason": "The county asks how many families waited in autumn"}


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> SensitiveLoop:
    found = SensitiveLoop(session, world, principal_of)
    found.allow()
    return found


def asked(client: FlaskClient, session: Session) -> RowExport:
    assert client.post("/exports", data=REASON).status_code == 303
    session.expire_all()
    return session.scalars(select(RowExport)).one()


def rows(text: str) -> list[dict[str, str]]:
    told = [line for line in text.splitlines(keepends=True) if not line.startswith('"# ')]
    return list(csv.DictReader(io.StringIO("".join(told), newline="")))


def test_a_file_needs_a_reason_and_somebody_else_and_is_good_for_a_day(loop: SensitiveLoop, browser: Browser) -> None:
    referral = loop.send()
    loop.session.commit()
    other = browser(loop.world.staff(loop.world.center, Role.COORD_SUPERVISOR, name="Second"))
    mine = browser(loop.staff["supervisor"])
    assert mine.post("/exports", data={"reason": "Why"}).status_code == 422
    file = asked(mine, loop.session)
    address = f"/exports/{file.id}"
    assert mine.get(f"{address}/rows.csv").status_code == 409, "not yet approved"
    assert mine.post(f"{address}/approve").status_code == 409, "by somebody else"
    assert REASON["reason"] in other.get("/exports").text
    assert "Files to approve" in other.get("/").text
    assert "Files to approve" not in mine.get("/").text
    assert other.post(f"{address}/approve").status_code == 303
    assert "Files to fetch" in mine.get("/").text
    assert "Files to" not in other.get("/").text
    assert other.get(f"{address}/rows.csv").status_code == 409, "only who asked takes it"
    (row,) = rows(mine.get(f"{address}/rows.csv", buffered=True).text)
    assert (row["referral"], row["family_name"], row["sent_on"]) == (referral.number, "Garcia", "2026-11-16")
    assert mine.get(f"{address}/rows.xlsx", buffered=True).status_code == 200
    loop.session.execute(update(RowExport).values(decided_at=NOW - timedelta(hours=25)))
    loop.session.commit()
    assert mine.get(f"{address}/rows.csv").status_code == 409, "its day is over"
    actions = loop.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_kind == "row_export")).all()
    assert sorted(actions) == ["export:approved", "export:asked", *["referral_rows:exported"] * 2]


def test_a_refused_request_stays_refused_and_nobody_outside_the_network_finds_it(
    loop: SensitiveLoop, browser: Browser, acting_as: Callable[[Membership], Session]
) -> None:
    mine = browser(loop.staff["supervisor"])
    file = asked(mine, loop.session)
    other = browser(loop.world.staff(loop.world.center, Role.COORD_SUPERVISOR, name="Second"))
    assert other.post(f"/exports/{file.id}/refuse").status_code == 303
    assert other.post(f"/exports/{file.id}/approve").status_code == 409
    assert mine.get(f"/exports/{file.id}/rows.csv").status_code == 409
    for who in ("navigator", "intake", "care_manager", "lead"):
        assert browser(loop.staff[who]).get("/exports").status_code == 403, who
    for who in ("intake", "care_manager", "lead"):
        with acting_as(loop.staff[who]) as session:
            assert session.scalars(select(RowExport)).all() == [], who


def test_what_is_sensitive_is_in_the_file_only_by_a_signature_with_its_notice_and_safety_never(
    loop: SensitiveLoop, browser: Browser
) -> None:
    l2, l3 = loop.sent_l2(), loop.sent_l3()
    mine = browser(loop.staff["supervisor"])
    file = asked(mine, loop.session)
    second = browser(loop.world.staff(loop.world.center, Role.COORD_SUPERVISOR, name="Second"))
    assert second.post(f"/exports/{file.id}/approve").status_code == 303
    address = f"/exports/{file.id}/rows.csv"
    assert l2.number not in mine.get(address, buffered=True).text
    loop.release(ConsentScope.PART2_DISCLOSE, loop.world.center)
    loop.session.commit()
    text = mine.get(address, buffered=True).text
    assert l2.number in text
    assert "42 CFR" in text.splitlines()[0]
    assert l3.number not in text


def test_a_plan_takes_the_referrals_of_members_who_share_the_content_with_it_and_each_of_them_can_read_that(
    session: Session, world: World, principal_of: Callable[[Membership], Principal], browser: Browser
) -> None:
    loop = PaidLoop(session, world, principal_of)
    loop.allow()
    referral: Referral = loop.send()
    session.commit()
    client = browser(loop.staff["care_manager"])
    assert rows(client.get("/members/referrals.csv", buffered=True).text) == []
    plan = {"recipient_organization_id": world.plan.id, "shares_content": True}
    consent = a_consent(session, loop.person, loop.navigator, scope=ConsentScope.PLAN_SHARE, **plan)
    session.commit()
    (row,) = rows(client.get("/members/referrals.csv", buffered=True).text)
    assert (row["referral"], row["given_name"]) == (referral.number, "Maria")
    assert client.get("/members/referrals.xlsx", buffered=True).status_code == 200
    given = session.scalars(select(Disclosure).where(Disclosure.how == DisclosureWay.EXPORT)).all()
    assert {(one.to_organization_id, one.person_id) for one in given} == {(world.plan.id, loop.person.id)}
    people.withdraw_consent(session, consent, by=loop.navigator, at=NOW)
    session.commit()
    assert rows(client.get("/members/referrals.csv", buffered=True).text) == []
    for who in ("finance", "lead", "navigator"):
        assert browser(loop.staff[who]).get("/members/referrals.csv").status_code == 403, who


@pytest.mark.parametrize(
    ("hours_waited", "hours_since", "is_approved", "expected"),
    [
        (1, None, None, ExportState.ASKED),
        (24 * 7, None, None, ExportState.LAPSED),
        (30, 23, True, ExportState.APPROVED),
        (30, 24, True, ExportState.LAPSED),
        (300, 290, False, ExportState.REFUSED),
    ],
)
def test_a_request_waits_a_week_and_a_file_a_day(
    hours_waited: int, hours_since: int | None, is_approved: bool | None, expected: ExportState
) -> None:
    decided_at = NOW - timedelta(hours=hours_since) if hours_since is not None else None
    asked_at = NOW - timedelta(hours=hours_waited)
    assert export_state(asked_at=asked_at, decided_at=decided_at, is_approved=is_approved, at=NOW) is expected
