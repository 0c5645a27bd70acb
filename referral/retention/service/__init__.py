"""What may be done about keeping and removing."""

from referral.retention.service.holding import hold, release
from referral.retention.service.policies import decide, propose
from referral.retention.service.removing import erase, erase_at_request
from referral.retention.service.running import run

__all__ = ["decide", "erase", "erase_at_request", "hold", "propose", "release", "run"]
