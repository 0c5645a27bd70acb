"""`python -m referral.demo.child …`: a command of ours that ends with whoever started it, even when that was killed."""

import os
import signal
import time
from threading import Thread

from referral.cli import main

STANDARD_INPUT = 0
FINISH_WITHIN_S = 10


def _end_with_parent() -> None:
    """Wait until the pipe from the process above closes, however that one ends; then end the group, politely first."""
    os.read(STANDARD_INPUT, 1)  # not sys.stdin, whose lock a forked process would wait for
    os.killpg(0, signal.SIGTERM)
    time.sleep(FINISH_WITHIN_S)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    main()
