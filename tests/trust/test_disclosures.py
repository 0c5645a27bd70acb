"""T07: whatever reached another organization about a person stands in their account, once."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit import queries, service
from referral.audit.rules import AccountWindow, DisclosureWay
from referral.billing import queries as bills
from referral.billing import service as billing
from referral.foundation.database import become
from referral.foundation.principal import Principal, PrincipalKind
from referral.foundation.refusals import NotFound
from referral.people import service as people
from referral.programs import service as programs
from referral.referrals import service as referrals
from tests.factories.billing import AUTUMN, PaidLoop
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.people import a_person
from tests.factories.referrals import a_listing

Counted = Counter[tuple[UUID, str, str, UUID]]
"""To whom, how, and which record."""


@pytest.fixture
def paid(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> PaidLoop:
    return PaidLoop(session, world, principal_of)


def as_the_person(person_id: UUID, network_id: UUID) -> Principal:
    return Principal(kind=PrincipalKind.LINK, id="a link", network_id=network_id, person_id=person_id)


def account(paid: PaidLoop, window: AccountWindow, *, at: datetime = NOW) -> list[Row[Any]]:
    """Return what the person reads, through the person's own eyes."""
    paid.session.flush()
    become(paid.session, as_the_person(paid.person.id, paid.person.network_id))
    found = queries.disclosures(paid.session, paid.person.id, since=window.since(at), limit=None)
    become(paid.session, SEED)
    return list(found)


def counted(rows: list[Row[Any]]) -> Counted:
    return Counter((row.to_organization_id, row.how, row.subject_kind, row.subject_id) for row in rows)


@pytest.mark.parametrize("times", [150, pytest.param(1000, marks=pytest.mark.full)])
def test_t07_each_of_many_random_reads_exports_and_sends_stands_in_the_account_once(paid: PaidLoop, times: int) -> None:
    """The account must say exactly what this list of deeds says, counted on its own."""
    session, world, person = paid.session, paid.world, paid.person
    referral, authorization = paid.authorized()
    invoice = paid.with_the_plan(referral, 2, 3)
    lines = [line.id for line in bills.lines_of(session, invoice.id)]
    other = a_person(session, paid.navigator, given_name="Somebody", family_name="Else")
    expected = counted(account(paid, AccountWindow.HIPAA))
    assert set(expected.values()) == {1}, "the story so far: sent, proposed, requested, billed to lead and plan"
    assert {how for _, how, _, _ in expected} == {"referral", "enrollment", "authorization", "bill"}

    def opened(by: Principal, kind: str, id_: UUID, deed: Callable[..., object]) -> None:
        become(session, by)
        deed(session, id_, by=by, at=NOW)
        become(session, SEED)
        if by.organization_id != world.center.id:
            assert by.organization_id is not None
            expected[by.organization_id, "read", kind, id_] += 1

    def exports() -> None:
        become(session, paid.finance)
        billing.export_lines(session, by=paid.finance, at=NOW)
        become(session, SEED)
        expected.update((world.plan.id, "export", "invoice_line", line) for line in lines)

    def sends() -> None:
        place = a_listing(session, world.pantry, f"Food box {len(expected)}")
        (sent,) = referrals.refer(session, paid.need, [place.id], by=paid.navigator, at=NOW)
        expected[world.pantry.id, "referral", "referral", sent.id] += 1

    deeds: list[Callable[[], object]] = [
        lambda: opened(paid.intake, "person", person.id, people.open_person),
        lambda: opened(paid.navigator, "person", person.id, people.open_person),
        lambda: opened(paid.navigator, "person", other.id, people.open_person),
        lambda: opened(paid.intake, "referral", referral.id, referrals.open_referral),
        lambda: opened(paid.navigator, "referral", referral.id, referrals.open_referral),
        lambda: opened(paid.care_manager, "service_authorization", authorization.id, programs.open_authorization),
        exports,
        sends,
    ]
    dice = random.Random(7)
    for _ in range(times):
        dice.choice(deeds)()
    rows = account(paid, AccountWindow.PART2)
    assert counted(rows) == +expected
    assert all(row.what and row.at in {AUTUMN, NOW} for row in rows), "what, and when"


def told(paid: PaidLoop, at: datetime, count: int = 1, level: int = 1) -> None:
    """Write disclosures down at some other time."""
    person = paid.person
    about = service.Told(
        person_id=person.id, network_id=person.network_id, subject=("person", person.id), what=["record"], level=level
    )
    way, to = DisclosureWay.READ, paid.world.shelter.id
    service.disclose(paid.session, [about] * count, how=way, to_organization_id=to, by=SEED, at=at)


def test_t07_the_account_goes_back_three_years_or_six(paid: PaidLoop) -> None:
    for years in (2, 4, 7):
        told(paid, NOW - timedelta(days=366 * years))
    assert len(account(paid, AccountWindow.PART2)) == 1
    assert len(account(paid, AccountWindow.HIPAA)) == 2
    leap_day = datetime(2028, 2, 29, tzinfo=UTC)
    assert AccountWindow.PART2.since(leap_day) == datetime(2025, 2, 28, tzinfo=UTC)


def test_what_concerns_violence_is_in_the_account_only_when_asked_for(paid: PaidLoop) -> None:
    told(paid, NOW, level=3)
    assert account(paid, AccountWindow.HIPAA) == []
    become(paid.session, as_the_person(paid.person.id, paid.person.network_id))
    since = AccountWindow.HIPAA.since(NOW)
    assert len(queries.disclosures(paid.session, paid.person.id, since=since, most_level=3)) == 1
    become(paid.session, paid.navigator)
    assert len(queries.disclosures(paid.session, paid.person.id, since=since, most_level=3)) == 0, "but not to others"


def test_nobody_else_reads_the_account_and_nobody_changes_it(paid: PaidLoop) -> None:
    told(paid, NOW)
    since = AccountWindow.HIPAA.since(NOW)
    seen = {}
    for who in ("navigator", "intake", "stranger", "finance", "lead"):
        become(paid.session, paid.principal_of(paid.staff[who]))
        seen[who] = queries.count_disclosures(paid.session, paid.person.id, since=since)
    assert seen == {"navigator": 1, "intake": 0, "stranger": 0, "finance": 0, "lead": 0}
    become(paid.session, SEED)
    with pytest.raises(ProgrammingError, match="permission denied"), paid.session.begin_nested():
        paid.session.execute(text("DELETE FROM disclosure"))


def test_what_nobody_may_open_is_not_disclosed(paid: PaidLoop) -> None:
    become(paid.session, paid.stranger)
    with pytest.raises(NotFound):
        people.open_person(paid.session, paid.person.id, by=paid.stranger, at=NOW)
    assert account(paid, AccountWindow.HIPAA) == []


@pytest.mark.full
def test_t07_ten_thousand_entries_are_read_and_exported_within_three_seconds(paid: PaidLoop) -> None:
    started = perf_counter()
    told(paid, NOW, count=10_000)
    written = perf_counter() - started
    started = perf_counter()
    rows = account(paid, AccountWindow.HIPAA)
    taken = perf_counter() - started
    print(f"10,000 disclosures: written in {written:.2f} s, read in {taken:.2f} s")
    assert (len(rows), taken < 3, written < 10) == (10_000, True, True)
