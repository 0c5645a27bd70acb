"""The command line: help, exit codes, and refusals that are one clear line."""

import fcntl
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from referral import cli
from referral.accounts import queries as accounts
from referral.billing.models import FeeRow
from referral.directory.models import ImportRun, ZipPlace
from referral.foundation.database import Database
from referral.foundation.settings import Settings
from referral.screening.models import InstrumentVersion
from tests.factories.fixtures import PASSWORD, SEED, make_world

Said = tuple[int, str, str]
"""Exit code, what was said, what was complained about."""
LISTINGS = Path(__file__).parent / "data" / "listings.ndjson"
"""Three services of the HAARRRvest data set (CC0)."""
Run = Callable[..., Said]
ADD = ("accounts", "add", "Rosa@example.org", "--name", "Rosa Diaz", "--role", "cbo_intake", "--password", PASSWORD)


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _commands(child, (*path, name))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command as the shell would."""

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["referral", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def operated(
    committed_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Database:
    """A database with a small network, named by the environment."""
    with committed_database.transaction(SEED) as session:
        make_world(session)
    for name, value in {
        "DATABASE_URL": committed_database.url,
        "REDIS_URL": str(settings.redis_url),
        "SECRET_KEY": settings.secret_key,
        "REFERRAL_HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    return committed_database


@pytest.mark.parametrize("command", list(_commands(cli.cli)), ids=" ".join)
def test_every_command_says_what_it_does(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli.cli, [*command, "--help"])
    assert result.exit_code == 0
    assert len(result.output.split("\n\n")[1].strip()) > 10


def test_a_command_that_does_not_exist_is_a_usage_error(run: Run) -> None:
    code, _, complaint = run("dance")
    assert (code, "No such command" in complaint) == (2, True)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_said_in_one_line(run: Run, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said, complaint = run(command, "--port", str(taken.getsockname()[1]))
    assert (code, said, complaint.count("\n")) == (1, "", 1)
    assert "is taken" in complaint


@pytest.mark.parametrize("value", ["two", "-1"])
def test_a_bad_number_of_proxies_is_said_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", value)
    code, _, complaint = run("migrate")
    assert (code, complaint.count("\n")) == (1, 1)
    assert complaint.startswith("referral: TRUSTED_PROXIES")


def test_migrating_twice_is_safe(operated: Database, run: Run) -> None:
    assert [run("migrate")[0] for _ in range(2)] == [0, 0]


def test_a_user_is_added_and_listed(operated: Database, run: Run) -> None:
    code, said, _ = run(*ADD, "--organization", "Helping Hands Pantry")
    assert (code, "works for Helping Hands Pantry" in said) == (0, True)
    assert run("accounts", "list", "Helping Hands Pantry") == (0, "rosa@example.org\tRosa Diaz\tcbo_intake\n", "")


def test_an_unknown_organization_is_refused(operated: Database, run: Run) -> None:
    code, said, complaint = run(*ADD, "--organization", "Nowhere")
    assert (code, said, complaint) == (1, "", "referral: There is no organization 'Nowhere'.\n")
    with operated.transaction(SEED) as session:
        assert accounts.user_by_email(session, "rosa@example.org") is None


def test_a_weak_password_is_refused(operated: Database, run: Run) -> None:
    code, _, complaint = run(*ADD[:-1], "short", "--organization", "Helping Hands Pantry")
    assert (code, complaint.count("\n")) == (1, 1)


def test_without_a_password_a_new_user_gets_a_link_and_a_reset_gives_another(operated: Database, run: Run) -> None:
    code, said, _ = run(*ADD[:-2], "--organization", "Helping Hands Pantry")
    assert (code, said.count("/sign-in/link/")) == (0, 1)
    code, again, _ = run("accounts", "reset", "rosa@example.org")
    assert (code, again.count("/sign-in/link/")) == (0, 1)
    assert said.splitlines()[-1] != again.splitlines()[-1]
    assert run("accounts", "reset", "nobody@example.org")[0] == 1


def test_the_first_administrator_comes_in_by_one_link_on_an_empty_database(operated: Database, run: Run) -> None:
    setup = ("setup", "ada@example.org", "--name", "Ada", "--network", "N", "--state", "NC", "--organization", "Center")
    code, said, _ = run(*setup)
    assert (code, said.count("/sign-in/link/")) == (0, 1)
    code, said, complaint = run(*setup)
    assert (code, said, complaint.count("\n")) == (1, "", 1)


def test_a_new_network_screens_finds_places_and_pays(operated: Database, run: Run) -> None:
    run("setup", "ada@example.org", "--name", "Ada", "--network", "N", "--state", "NC", "--organization", "Center")
    code, said, complaint = run("program", "seed/programs/healthy_opportunities", "--network", "N")
    assert not complaint
    assert (code, said.endswith("pays in N.\n")) == (0, True)
    with operated.transaction(SEED) as session:
        loaded = {
            table: session.scalar(select(func.count()).select_from(table)) for table in (InstrumentVersion, FeeRow)
        }
        assert session.get(ZipPlace, "27601") is not None
    assert min(loaded.values()) > 0, loaded


def test_a_program_without_its_network_says_so(operated: Database, run: Run) -> None:
    code, said, complaint = run("program", "seed/programs/healthy_opportunities", "--network", "Nowhere")
    assert (code, said, complaint.count("\n")) == (1, "", 1)


def test_a_token_is_shown_once_and_only_for_somebody_who_works_there(operated: Database, run: Run) -> None:
    run(*ADD, "--organization", "Helping Hands Pantry")
    code, token, _ = run("accounts", "token", "rosa@example.org", "--name", "export")
    assert (code, len(token.strip()) >= 32) == (0, True)
    code, said, complaint = run("accounts", "token", "nobody@example.org", "--name", "export")
    assert (code, said, complaint.count("\n")) == (1, "", 1)


def test_the_same_directory_twice_changes_nothing(operated: Database, run: Run) -> None:
    code, first, _ = run("directory", "import", str(LISTINGS))
    again, second, _ = run("directory", "import", str(LISTINGS))
    assert (code, again) == (0, 0)
    assert "3 records read" in first
    assert "0 added, 0 changed" not in first
    assert "0 added, 0 changed" in second


def test_findings_that_could_not_be_written_are_said_before_anything_is_imported(
    operated: Database, run: Run, tmp_path: Path
) -> None:
    code, _, complaint = run("directory", "import", str(LISTINGS), "--findings", str(tmp_path / "no" / "findings.csv"))
    assert (code, "There is no folder" in complaint) == (2, True)
    with operated.transaction(SEED) as session:
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 0


def test_a_directory_that_is_no_directory_is_not_usable(operated: Database, run: Run, tmp_path: Path) -> None:
    noise, findings = tmp_path / "noise.ndjson", tmp_path / "findings.csv"
    noise.write_text("=this is no JSON\n", encoding="utf-8")
    code, said, _ = run("directory", "import", str(noise), "--findings", str(findings))
    assert (code, "1 rows that could not be used" in said) == (1, True)
    assert findings.read_text(encoding="utf-8").splitlines() == [
        "line,entity,external_id,field,problem,value",
        "1,,,,not_json,'=this is no JSON",
    ]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which the demonstration left its data, beside something that is not its own."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REFERRAL_HOME", str(tmp_path))
    for name in ("postgres/PG_VERSION", "valkey/dump.rdb", "audit-checkpoints.jsonl", "mine.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("kept")
    return tmp_path


def test_a_reset_forgets_the_demonstration_and_nothing_else(run: Run, home: Path) -> None:
    assert run("demo-reset")[0] == 0
    left = {path.name for path in home.iterdir()}
    assert not left & {"postgres", "valkey", "audit-checkpoints.jsonl"}
    assert "mine.txt" in left


def test_a_running_demonstration_is_not_forgotten(run: Run, home: Path) -> None:
    with (home / "servers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, _, complaint = run("demo-reset")
    assert (code, (home / "postgres" / "PG_VERSION").exists()) == (1, True)
    assert "is running" in complaint


def test_data_in_a_server_of_ones_own_is_not_forgotten(run: Run, operated: Database) -> None:
    code, _, complaint = run("demo-reset")
    assert code == 1
    assert "DATABASE_URL is set" in complaint
