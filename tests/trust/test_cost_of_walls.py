"""What row-level security makes a list of fifty read among a hundred thousand, beside the owner, who reads past it."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import DateTime, Table, case, func, insert, literal, select, text
from sqlalchemy.orm import Session

from bench.measure import Statement, recorded
from referral.accounts.models import Membership
from referral.foundation.database import Base, become
from referral.foundation.principal import Face, Principal, system
from referral.foundation.rls import OWNER
from referral.organizations.rules import Role
from referral.referrals import queries
from referral.referrals.models import Referral
from referral.referrals.rules import ENDED, Status
from referral.referrals.rules.boxes import SentBox
from tests.factories.fixtures import NOW, World
from tests.trust.whole_story import Story, tell

REFERRALS = 100_000
EVERY = 8
"""One in so many is between the story's own organizations."""
MOST_TIMES = 1.3
MOST_LOOKS = 1
"""What hangs on a person is read with the person; any other look goes through a function, planned apart."""
LISTS: dict[str, tuple[Role, Callable[[Session, UUID], object]]] = {
    "pantry": (Role.CBO_INTAKE, partial(queries.inbox, statuses=ENDED)),
    "center": (Role.NAVIGATOR, partial(queries.sent_box, box=SentBox.ENDED)),
}


@pytest.fixture
def story(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    """The whole story among a hundred thousand others like it."""
    told = tell(session, world, principal_of)
    become(session, system("test-crowd"))
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text(f"SET LOCAL ROLE {OWNER}"))
    crowd(session, world)
    session.execute(text("ANALYZE referral"))
    return told


def crowd(session: Session, world: World) -> None:
    """Copy a referral that often; most copies are of other organizations."""
    times = func.generate_series(1, REFERRALS).table_valued("n").render_derived()
    number = times.c.n
    is_own = number % EVERY == 0
    table: Table = Referral.metadata.tables["referral"]
    changed: dict[str, Any] = {
        "id": func.gen_random_uuid(),
        "number": literal("C-").concat(number),
        "status": literal(Status.SERVED.value),
        "ended_at": literal(NOW, DateTime(timezone=True)) - number * text("interval '1 minute'"),
        "receiving_organization_id": case((is_own, world.pantry.id), else_=world.shelter.id),
        "sending_organization_id": case((is_own, world.center.id), else_=world.shelter.id),
    }
    one = select(Referral.id).where(Referral.receiving_organization_id == world.pantry.id).limit(1).scalar_subquery()
    columns = [changed.get(column.name, column) for column in table.columns]
    copies = select(*columns).join_from(table, times, text("true")).where(table.c.id == one)
    names = [column.name for column in table.columns]
    session.execute(insert(table).inline().from_select(names, copies, include_defaults=False))


@pytest.mark.full
@pytest.mark.parametrize("name", LISTS)
def test_t03_the_walls_make_a_list_of_fifty_read_at_most_a_third_more(
    story: Story, session: Session, principal_of: Callable[[Membership], Principal], name: str
) -> None:
    role, read = LISTS[name]
    organization = getattr(story.loop.world, name)
    reader = principal_of(story.loop.world.staff(organization, role, name="Reader"))
    become(session, reader)
    with recorded(session.connection()) as statements:
        rows = read(session, organization.id)
    assert len(rows) == queries.PAGE
    assert len(statements) == 1, "nothing is asked a row"
    become(session, reader)
    walled = explained(session, statements[0])
    session.execute(text(f"SET LOCAL ROLE {OWNER}"))
    bare = explained(session, statements[0])
    assert not scans(walled), "an index finds the fifty, walls or not"
    assert pages_of(walled) <= MOST_TIMES * pages_of(bare)


def explained(session: Session, statement: Statement) -> dict[str, Any]:
    sql, parameters = statement
    told = session.connection().exec_driver_sql(
        f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", parameters
    )
    found = told.scalar_one()
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def pages_of(plan: dict[str, Any]) -> int:
    """Return how many pages of the database were read: what a plan costs, whatever else the machine does."""
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def scans(plan: dict[str, Any]) -> bool:
    """Whether every referral is looked at somewhere in the plan."""
    is_scan = plan["Node Type"] == "Seq Scan" and plan.get("Relation Name") == "referral"
    return is_scan or any(scans(part) for part in plan.get("Plans", ()))


@pytest.mark.parametrize("face", [Face.APP, Face.PLAN, Face.NETWORK])
def test_t03_no_policy_drags_the_policies_of_other_tables_into_every_plan(session: Session, face: Face) -> None:
    session.execute(text(f"SET LOCAL ROLE {face.value}"))
    looks = {table.name: looks_elsewhere(session, table) for table in Base.metadata.sorted_tables if is_walled(table)}
    assert len(looks) >= 30
    assert {name: count for name, count in looks.items() if count > MOST_LOOKS} == {}


def is_walled(table: Table) -> bool:
    """Whether rows of the table speak of a person."""
    return "person_id" in table.columns


def looks_elsewhere(session: Session, table: Table) -> int:
    """Return how many look-ups in other tables the plan of reading a table holds."""
    lines = session.scalars(text(f'EXPLAIN SELECT network_id FROM "{table.name}"'))
    return len({line.split()[1] for line in lines if line.lstrip().startswith("SubPlan")})
