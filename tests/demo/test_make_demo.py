"""`make demo` as a visitor starts it: everything comes up, everything ends with it, the data stays."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias
from urllib.error import URLError

import pytest

from referral.server import is_port_free

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="this run is on servers of the machine, not on embedded ones"
)
PATIENCE_S = 120
OURS = {"PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV"}

Program: TypeAlias = "subprocess.Popen[str]"
Start: TypeAlias = Callable[[], Program]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(port: int, tmp_path: Path) -> Iterator[Start]:
    """Start the demonstration of four people, in a home of its own; whatever is left of it ends with the test."""
    environment = {name: value for name, value in os.environ.items() if name in OURS}
    started: list[Program] = []

    def start() -> Program:
        program = subprocess.Popen(
            [sys.executable, "-m", "referral", "demo", "--port", str(port), "--people", "4"],
            env=environment | {"REFERRAL_HOME": str(tmp_path / "home")},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(program)
        return program

    yield start
    for program in started:
        if program.poll() is None:
            for process_id in (*_descendants(program.pid), program.pid):
                with suppress(ProcessLookupError):
                    os.kill(process_id, signal.SIGKILL)
        program.communicate()


@pytest.fixture
def demo(start: Start) -> Program:
    return start()


def test_everything_starts_and_everything_ends(demo: Program, port: int, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{port}"
    assert _page(demo, f"{address}/healthz")
    page = _page(demo, f"{address}/sign-in")
    assert "<h1" in page
    family = _descendants(demo.pid)
    assert len(family) >= 4
    demo.send_signal(signal.SIGTERM)
    told, _ = demo.communicate(timeout=30)
    assert demo.returncode == 0
    assert "Your data is kept" in told
    assert _still_running(family) == []
    assert is_port_free("127.0.0.1", port)
    assert (tmp_path / "home" / "postgres" / "PG_VERSION").exists()


def test_who_kills_it_leaves_nothing_running_that_the_next_start_does_not_take_over(
    demo: Program, start: Start, port: int, tmp_path: Path
) -> None:
    assert _page(demo, f"http://127.0.0.1:{port}/healthz")
    family = _descendants(demo.pid)
    ours = [pid for pid in family if "referral.demo.child" in _command(pid)]
    assert len(ours) >= 3
    demo.kill()
    assert _still_running(ours, patience_s=30) == []
    servers = [pid for pid in family if _is_running(pid)]
    again = start()
    assert _page(again, f"http://127.0.0.1:{port}/healthz")
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=30)
    assert again.returncode == 0
    assert _still_running(servers) == []


def _page(demo: Program, address: str) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and demo.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except URLError:
            time.sleep(0.3)
    raise AssertionError(f"{address} did not answer; the demonstration ended with {demo.poll()}")


def _still_running(family: list[int], *, patience_s: float = 10) -> list[int]:
    """Return who is left after a moment: Python's own resource tracker ends just after the program it tracks."""
    deadline = time.monotonic() + patience_s
    while (left := [pid for pid in family if _is_running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def _descendants(pid: int) -> list[int]:
    """Return every process that descends from this one, as /proc tells."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = parents.get(pid, [])
    return found + [grandchild for child in found for grandchild in _descendants(child)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
