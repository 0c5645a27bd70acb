"""The verbs of equity: refresh the facts that reports read."""

from referral.equity.service.facts import refresh_facts

__all__ = ["refresh_facts"]
