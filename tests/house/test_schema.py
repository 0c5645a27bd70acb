"""The database as it stands: walls around every table about a person, exact money, one chain of migrations."""

import importlib
import re
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Float, Numeric, create_engine, text

from referral.foundation.database import Base
from referral.foundation.migrations import configuration
from referral.foundation.settings import Settings
from tests.house.source import PROGRAM, ROOT, name_of

MEASURED = {"latitude", "longitude", "minimum_age", "maximum_age", "available", "maximum"}
"""HSDS numbers that are no money: places, ages and room."""
FACTS_WITHOUT_NAMES = {"need_fact", "referral_fact"}
"""Read by the report role only; their walls are those of that role."""


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    engine = create_engine(str(settings.owner_database_url))
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


@pytest.fixture(scope="module", autouse=True)
def every_model() -> None:
    """Import every model, so that the metadata is whole."""
    for path in sorted(PROGRAM.rglob("models*")):
        if path.name == "models.py" or (path.is_dir() and path.name == "models"):
            importlib.import_module(name_of(path).removesuffix(".py").replace("/", "."))


def about_persons(connection: Connection) -> set[str]:
    query = text(
        "SELECT DISTINCT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'person_id'"
    )
    return set(connection.scalars(query))


def test_every_table_about_a_person_names_its_network(connection: Connection) -> None:
    query = text(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'network_id'"
    )
    assert about_persons(connection) - set(connection.scalars(query)) == set()


def test_every_table_about_a_person_has_its_walls_up(connection: Connection) -> None:
    query = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND relrowsecurity AND relforcerowsecurity"
    )
    assert about_persons(connection) - set(connection.scalars(query)) == set()


@pytest.mark.parametrize("command", ["SELECT", "INSERT", "UPDATE"])
def test_every_wall_has_a_policy_a_command(connection: Connection, command: str) -> None:
    query = text(
        "SELECT tablename FROM pg_policies WHERE schemaname = 'public'"
        " AND cmd IN (:command, 'ALL') AND NOT 'referral_owner' = ANY (roles)"
    )
    guarded = set(connection.scalars(query, {"command": command}))
    assert about_persons(connection) - guarded - _append_only(connection) == set()


def _append_only(connection: Connection) -> set[str]:
    query = text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'")
    return set(connection.scalars(query))


def test_the_program_owns_nothing_and_bypasses_nothing(connection: Connection) -> None:
    roles = text(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'referral\\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole)"
    )
    owned = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'referral_owner'")
    assert list(connection.scalars(roles)) == []
    assert list(connection.scalars(owned)) == []


def test_the_report_role_reads_no_person(connection: Connection) -> None:
    query = text("SELECT has_table_privilege('referral_report', :name, 'SELECT')")
    readable = {name for name in about_persons(connection) if connection.scalar(query, {"name": f'public."{name}"'})}
    assert readable - FACTS_WITHOUT_NAMES == set()


def test_money_is_exact_everywhere() -> None:
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    inexact = [str(column) for column in columns if isinstance(column.type, Float) and column.name not in MEASURED]
    loose = [
        str(column)
        for column in columns
        if isinstance(column.type, Numeric) and not isinstance(column.type, Float) and not column.type.asdecimal
    ]
    odd = [
        f"{column}: {column.type}"
        for column in columns
        if re.search(r"amount|price|_cost|paid", column.name)
        if isinstance(column.type, Numeric) and (column.type.precision, column.type.scale) not in {(12, 2), (12, 4)}
    ]
    assert (inexact, loose, odd) == ([], [], [])


def test_migrations_are_one_numbered_chain() -> None:
    script = ScriptDirectory.from_config(configuration())
    revisions = [revision.revision for revision in reversed(list(script.walk_revisions()))]
    assert len(script.get_heads()) == 1
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert [name[:4] for name in names] == revisions


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_a_migrated_database_equals_the_models(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
    assert compare_metadata(context, Base.metadata) == []


def test_every_foreign_key_about_a_person_can_be_followed_quickly(connection: Connection) -> None:
    query = text(
        "SELECT c.table_name FROM information_schema.columns c WHERE c.table_schema = 'public'"
        " AND c.column_name = 'person_id' AND NOT EXISTS (SELECT FROM pg_index i"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
        " WHERE i.indrelid = format('public.%I', c.table_name)::regclass AND a.attname = 'person_id')"
    )
    assert set(connection.scalars(query)) == set()
