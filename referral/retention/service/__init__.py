"""What may be done about keeping and removing."""

from referral.retention.service.removing import erase
from referral.retention.service.running import run

__all__ = ["erase", "run"]
