"""The web server: granian over wsgi:app."""

import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from granian._internal import load_target
from granian.constants import Interfaces
from granian.server import Server

log = logging.getLogger(__name__)

TARGET = "wsgi:app"
FINISH_WITHIN_S = 30
"""How long a process that was asked to stop lets the requests at hand go on."""
READY_WITHIN_S = 120
"""How long a new process may take to load the program, on a machine that has other work."""
SETTLE_S = 1
"""From having loaded the program to taking requests."""


class RollingServer(Server):  # type: ignore[misc, valid-type]  # one of two classes, by the build of Python
    """Replaces its processes one by one, each only when the new one is ready; granian itself waits a fixed time."""

    ready_folder: str

    def _respawn_workers(self, workers: Sequence[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        for index in workers:
            self.respawned_wrks[index] = time.monotonic()
            old = self.wrks[index]
            new = self._spawn_worker(idx=index, target=spawn_target, callback_loader=target_loader)
            new.interrupt_by_parent = True  # until it is ready, its end is no alarm
            new.start()
            if not self._becomes_ready(new) and old.is_alive():
                log.error("the new program does not start; the old one goes on")
                _end(new)
                continue
            new.interrupt_by_parent = False
            self.wrks[index] = new
            time.sleep(delay)
            _end(old)

    def _becomes_ready(self, worker: Any) -> bool:
        mark = Path(self.ready_folder, str(worker.inner.pid))
        deadline = time.monotonic() + READY_WITHIN_S
        while not mark.exists():
            if not worker.is_alive() or self.interrupt_signal or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True


def is_port_free(host: str, port: int) -> bool:
    """Whether nothing listens there yet."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve(host: str, port: int, processes: int) -> None:
    """Serve until told to stop; the settings come from the environment, in each process anew.

    A process that dies is replaced; SIGHUP replaces all of them one by one, with the program as it stands then.
    """
    os.environ.setdefault("PUBLIC_BASE_URL", f"http://{host}:{port}")
    server = RollingServer(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=4,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=SETTLE_S,
        workers_kill_timeout=FINISH_WITHIN_S,
    )
    with TemporaryDirectory(prefix="referral-ready-") as folder:
        server.ready_folder = folder
        server.serve(target_loader=partial(_load_and_tell, folder), wrap_loader=False)


def _load_and_tell(folder: str) -> Callable[..., Any]:
    """Load the program in a process of the server, and tell the process above that it is there."""
    app: Callable[..., Any] = load_target(TARGET)
    Path(folder, str(os.getpid())).touch()
    from referral.app import warm_up  # only here: the process above serves nobody and stays small

    Thread(target=warm_up, name="warm-up", daemon=True).start()
    return app


def _end(worker: Any) -> None:
    """Let a process finish the requests at hand; one that does not is killed."""
    worker.terminate()
    worker.join(FINISH_WITHIN_S)
    if worker.is_alive():
        worker.kill()
        worker.join()
