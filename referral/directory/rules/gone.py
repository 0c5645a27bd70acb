"""When what a file no longer holds counts as gone from its source."""

LEAST_SHARE = 0.5


def is_part(known: int, missing: int) -> bool:
    """Whether a file that lacks so many of the known listings is only a part of its source, or cut off."""
    return missing > known * (1 - LEAST_SHARE)
