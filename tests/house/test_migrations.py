"""Expand, then contract: while a release is rolled out, the old program works on the new schema.

What the old program could not bear (a column or table that is gone or renamed, a column it does not fill and must) is
a contraction: it belongs in a later release than the code that stopped using it, and says so with `CONTRACTS = "why"`.
"""

import ast
import re

import pytest

from tests.house.source import ROOT, called, tree

FIRST_RELEASE = "0020"
"""Up to here the schema was built before anybody ran it in production."""
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
IN_SQL = re.compile(r"\b(DROP\s+(TABLE|COLUMN|VIEW)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL|TRUNCATE)\b", re.IGNORECASE)
GONE = ("op.drop_column", "op.drop_table", "op.rename_table", "batch.drop_column")


def contractions(source: ast.Module) -> list[str]:
    """Return what `upgrade` does that the program of the release before could not bear."""
    (upgrade,) = [node for node in source.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
    return [what for node in ast.walk(upgrade) if (what := _contraction(node))]


def _contraction(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        found = IN_SQL.search(node.value)
        return found[0] if found else None
    if not isinstance(node, ast.Call):
        return None
    words = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    if any(called(node, name) for name in GONE):
        return ast.unparse(node)
    if called(node, "op.alter_column") and ("new_column_name" in words or words.get("nullable") == "False"):
        return ast.unparse(node)
    if called(node, "op.add_column") and _must_be_filled(node):
        return ast.unparse(node)
    return None


def _must_be_filled(node: ast.Call) -> bool:
    column = ast.unparse(node.args[1]) if len(node.args) > 1 else ""
    return "nullable=False" in column and "server_default" not in column


def reason(source: ast.Module) -> str:
    """Return what the migration says about its contraction."""
    said = [
        ast.literal_eval(node.value)
        for node in source.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CONTRACTS"
    ]
    return str(said[0]) if said else ""


def test_t26_a_migration_that_the_old_program_could_not_bear_says_why_it_may() -> None:
    later = [path for path in VERSIONS if path.name[:4] > FIRST_RELEASE]
    unsaid = {path.name: found for path in later if (found := contractions(tree(path))) and not reason(tree(path))}
    assert unsaid == {}


@pytest.mark.parametrize(
    "line",
    [
        "op.drop_column('person', 'called')",
        "op.drop_table('person')",
        "op.rename_table('person', 'human')",
        "op.alter_column('person', 'called', new_column_name='name')",
        "op.alter_column('person', 'called', nullable=False)",
        "op.add_column('person', sa.Column('shoe', sa.Text(), nullable=False))",
        "op.execute('ALTER TABLE person DROP COLUMN called')",
        "op.execute('alter table person rename to human')",
        "op.execute('ALTER TABLE person ALTER COLUMN called SET NOT NULL')",
    ],
)
def test_t26_every_way_to_contract_is_known(line: str) -> None:
    assert contractions(ast.parse(f"def upgrade():\n    {line}\n")) != []


@pytest.mark.parametrize(
    "line",
    [
        "op.add_column('person', sa.Column('shoe', sa.Text()))",
        "op.add_column('person', sa.Column('shoe', sa.Text(), nullable=False, server_default=''))",
        "op.create_table('shoe', sa.Column('id', sa.Uuid(), nullable=False))",
        "op.execute('CREATE INDEX ix_shoe ON shoe (id)')",
    ],
)
def test_t26_what_only_adds_needs_no_reason(line: str) -> None:
    assert contractions(ast.parse(f"def upgrade():\n    {line}\n")) == []
