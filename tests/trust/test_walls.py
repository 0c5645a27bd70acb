"""Row-level security alone keeps networks and organizations apart, in every table that speaks of somebody (T03)."""

import time
from collections.abc import Callable
from statistics import median
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import ForeignKey, Table, func, select, text
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.database import Base, become
from referral.foundation.principal import NOBODY, Face, Principal
from referral.organizations.rules import Role
from referral.web.transaction import Application
from tests.factories.fixtures import World
from tests.trust.whole_story import Story, strangers, tell

PARTIES = {"sending_organization_id", "receiving_organization_id", "plan_id", "network_lead_id"}
"""Columns that name who takes part in something about a person, or is billed for it."""
KNOWN_TO_ALL: dict[str, str] = {
    "contract": "who delivers for whom is public within a network, and says nothing of a person",
}
TRIES = 60


@pytest.fixture
def story(app: Application, session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    """The whole story; what breaks shows as 500, as outside."""
    app.testing = False
    return tell(session, world, principal_of)


def about_somebody(session: Session, *, face: Face) -> list[Table]:
    """Return every table with a person or a party in it that this face may read at all."""
    may_read = text("SELECT has_table_privilege(:face, :name, 'SELECT')")
    return [
        table
        for table in Base.metadata.sorted_tables
        if {"person_id", *PARTIES} & set(table.columns.keys())
        and table.name not in KNOWN_TO_ALL
        and session.scalar(may_read, {"face": face.value, "name": f'public."{table.name}"'})
    ]


def foreign_rows(session: Session, tables: list[Table], network_id: object) -> dict[str, int]:
    """Count what is seen of another network, or of a person; only tables in which something is seen."""
    found = {}
    for table in tables:
        query = select(func.count()).select_from(table)
        if "person_id" in table.columns:
            query = query.where(table.c.person_id.is_not(None))
        elif "network_id" in table.columns:
            query = query.where(table.c.network_id == network_id)
        if count := session.scalar(query):
            found[table.name] = count
    return found


def test_t03_the_walls_alone_show_six_strangers_no_row_about_anybody(
    story: Story, session: Session, principal_of: Callable[[Membership], Principal]
) -> None:
    network_id = story.loop.world.network.id
    principals = {who: principal_of(one) for who, one in strangers(story.loop.world).items()}
    session.commit()
    assert len(principals) == 6
    seen = {}
    for who, principal in principals.items():
        tables = about_somebody(session, face=principal.face)
        assert len(tables) >= 30
        become(session, principal)
        seen[who] = foreign_rows(session, tables, network_id)
        session.rollback()
    assert {who: found for who, found in seen.items() if found} == {}


@pytest.mark.parametrize("face", [Face.APP, Face.PLAN, Face.NETWORK, Face.SYSTEM])
def test_t03_without_a_principal_there_is_nothing(story: Story, session: Session, face: Face) -> None:
    tables = about_somebody(session, face=face)
    network_id = story.loop.world.network.id
    assert foreign_rows(session, tables, network_id), "the story is there for who may see it"
    session.commit()
    become(session, NOBODY)
    session.execute(text(f"SET LOCAL ROLE {face.value}"))
    assert foreign_rows(session, tables, network_id) == {}


def test_t03_every_table_with_a_party_has_its_walls_up(session: Session) -> None:
    query = text(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND c.relrowsecurity AND c.relforcerowsecurity"
        " AND EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.schemaname = 'public')"
    )
    walled = set(session.scalars(query))
    named = {table.name for table in about_somebody(session, face=Face.APP)}
    assert named - walled == set()


def test_t03_a_table_of_the_program_that_follows_a_person_says_so_in_its_own_row() -> None:
    loose = set()
    for table in Base.metadata.sorted_tables:
        follows = {key.column.table.name for key in table.foreign_keys if isinstance(key, ForeignKey)}
        if "person" in follows and "person_id" not in table.columns:
            loose.add(table.name)
    assert loose == set()


@pytest.mark.full
def test_t03_a_foreign_id_takes_as_long_to_refuse_as_one_that_never_was(
    story: Story, browser: Callable[[Membership], FlaskClient]
) -> None:
    client = browser(story.loop.world.staff(story.loop.world.shelter, Role.CBO_ADMIN, name="Stranger with a watch"))

    def seconds(address: str) -> float:
        began = time.perf_counter()
        assert client.get(address).status_code == 404
        return time.perf_counter() - began

    for path in ("/people/{}", "/referrals/{}"):
        real = path.format(story.ids["person_id" if "people" in path else "referral_id"])
        pairs = [(seconds(real), seconds(path.format(uuid4()))) for _ in range(TRIES)]
        took, never = (median(times) for times in zip(*pairs, strict=True))
        assert took == pytest.approx(never, rel=0.2), path
