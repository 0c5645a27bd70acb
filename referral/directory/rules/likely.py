"""When two listings are likely the same one."""

from rapidfuzz import fuzz

from referral.directory.rules.text import fold

LEAST_ALIKE = 90.0
"""Of 100 (token set ratio of the folded names): *Hope Church* and *Hope Church of Durham* are alike."""


def is_alike(one: str, other: str) -> bool:
    """Whether two names of organizations may mean the same one."""
    return fuzz.token_set_ratio(fold(one), fold(other)) >= LEAST_ALIKE
