"""One process that owns everything `make demo` starts: servers, worker, pages, and the rest of the year behind them."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.error import URLError

from rich.console import Console

from referral import server
from referral.demo import seeding
from referral.demo.staff import SIGN_INS
from referral.foundation import embedded
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING
from referral.foundation.migrations import migrate
from referral.foundation.progress import bar
from referral.foundation.settings import Settings, SettingsError

FIRST_PEOPLE = 100
"""How many people are there when the pages open; the rest of the year fills in behind."""
HOST = "127.0.0.1"

console = Console(soft_wrap=True)


class Stopped(Exception):
    """The demonstration was asked to stop."""


def run(*, port: int, people: int) -> int:
    """Start everything, wait until told to stop, stop everything; returns the exit code."""
    if not server.is_port_free(HOST, port):
        raise SettingsError(f"Port {port} is taken. Stop what uses it, or run: make demo PORT={port + 1}")
    os.environ |= {"REFERRAL_DEMO": "1", "PUBLIC_BASE_URL": f"http://{HOST}:{port}"}
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        console.print("Starting the database and the queue …")
        with embedded.running(Settings.from_environment()) as settings, embedded.exported(settings), _ending(children):
            _prepare(settings, people)
            children.append(_start("serve", "--port", str(port)))
            _announce(port)
            # Whoever waits for the pages waits half as long when nothing else starts beside them.
            children += [_start("worker"), _start("seed", "--people", str(people))]
            _watch(children)
    except Stopped:
        console.print("\nStopped. Your data is kept in .referral; start again with: make demo")
    return 0


def _prepare(settings: Settings, people: int) -> None:
    console.print("Bringing the database to the present schema …")
    migrate(str(settings.owner_database_url))
    KEYRING.unlock(settings.secret_key)
    database = Database(str(settings.database_url), statement_timeout_ms=600_000)
    try:
        seeding.fill(database, people=min(people, FIRST_PEOPLE), progress=bar)
    finally:
        database.dispose()


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    """Start one of our own commands: in a process group of its own, so that Ctrl-C reaches only us.

    It holds the other end of a pipe, so that it ends with us even when we are killed.
    """
    quiet = subprocess.DEVNULL if arguments[0] == "seed" else None
    command = [sys.executable, "-m", "referral.demo.child", *arguments]
    return subprocess.Popen(  # noqa: S603 -- our own command line
        command, start_new_session=True, stdin=subprocess.PIPE, stderr=quiet
    )


def _announce(port: int) -> None:
    address = f"http://{HOST}:{port}/"
    _wait_for(f"{address}healthz")
    console.print(f"\n[bold]The demonstration runs at {address}[/bold]  (synthetic people and organizations)\n")
    for role, email, password in SIGN_INS:
        console.print(f"  {role:<28} {email:<34} {password}")
    console.print("\nThe rest of the year fills in behind. Stop with Ctrl-C; start over with: make demo-reset\n")


def _wait_for(address: str, *, patience_s: float = 180) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 -- our own address
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise SettingsError("The pages did not come up within three minutes; see the messages above.")


def _watch(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Wait; the year's end is expected, the end of the worker or the server is not."""
    pages, worker, _year = children
    while worker.poll() is None and pages.poll() is None:
        time.sleep(0.5)
    raise SettingsError("The worker or the server ended unexpectedly; see the messages above.")


@contextmanager
def _ending(children: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    """End every child with all that it started in turn: politely first, then for certain."""
    try:
        yield
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=10)
            # The group outlives its first process: the year is told by processes of the child's own.
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def _stop(_signal: int, _frame: object) -> None:
    raise Stopped
