"""What may be done about keeping and removing."""

from referral.retention.service.erasures import (
    carry_out,
    close_erasure,
    confirm_erasure,
    note_erasure,
    propose_erasure,
)
from referral.retention.service.holding import hold, release
from referral.retention.service.policies import decide, propose
from referral.retention.service.removing import erase, erase_at_request
from referral.retention.service.running import purge_log, run

__all__ = [
    "carry_out",
    "close_erasure",
    "confirm_erasure",
    "decide",
    "erase",
    "erase_at_request",
    "hold",
    "note_erasure",
    "propose",
    "propose_erasure",
    "purge_log",
    "release",
    "run",
]
