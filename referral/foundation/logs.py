"""What the running program writes about itself: one JSON object a line, ids only, never a name, number or note."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

OURS = "referral"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Escapes whatever could begin a line of its own or color a terminal, and leaves out what could carry a name.

    Of a library only the sentence is kept, never what was filled into it; of an exception its kind and its frames.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        is_ours = record.name.partition(".")[0] == OURS
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": record.getMessage() if is_ours else str(record.msg),
        }
        if is_ours:
            line |= {name: _plain(value) for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["frames"] = "".join(traceback.format_tb(record.exc_info[2]))
        return json.dumps(line, ensure_ascii=True)


def configure(stream: TextIO | None = None, *, has_access_log: bool = True) -> None:
    """Let this process write its log as JSON lines, to standard error unless told otherwise."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(logging.INFO if has_access_log else logging.WARNING)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | bool) else str(value)
