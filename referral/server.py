"""The web server: granian over wsgi:app."""

import os
import socket

from granian import Granian
from granian.constants import Interfaces

FINISH_WITHIN_S = 30
"""How long a process that was asked to stop lets the requests at hand go on."""
NEW_BEFORE_OLD_S = 15
"""How long a new process has to be ready before the one it replaces is stopped (on SIGHUP, one after another)."""


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
    Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=4,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=NEW_BEFORE_OLD_S,
        workers_kill_timeout=FINISH_WITHIN_S,
    ).serve()
