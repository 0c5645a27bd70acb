"""Audit alerts on live services: they call a person and never stop the service."""

from collections.abc import Collection, Sequence
from enum import StrEnum


class Alert(StrEnum):
    """What somebody should look at."""

    STEP_UP_REVIEW = "STEP_UP_REVIEW"


def step_alerts(*, allowed: Collection[str], live_service: str, rank: Sequence[str]) -> list[Alert]:
    """Alert when the live service ranks above all that the latest assessment allows; a smaller one is fine.

    `rank` runs from the smallest to the dearest service; what is not ranked, or not assessed, is no verdict.
    """
    known = [rank.index(service) for service in allowed if service in rank]
    if not known or live_service not in rank:
        return []
    return [Alert.STEP_UP_REVIEW] if rank.index(live_service) > max(known) else []
