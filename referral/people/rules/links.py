"""Links that let a person read, sign and withdraw without an account."""

from datetime import datetime, timedelta
from enum import StrEnum

LINK_LIFE = timedelta(days=7)
MAX_FAILED_TRIES = 5


class LinkKind(StrEnum):
    """What a link is for."""

    SIGNATURE = "signature"
    OWN_PAGE = "own_page"
    LIST = "list"


def is_link_open(*, at: datetime, expires_at: datetime, failed_tries: int) -> bool:
    """True for seven days, unless the wrong birth date was given five times."""
    return at < expires_at and failed_tries < MAX_FAILED_TRIES
