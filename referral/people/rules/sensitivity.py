"""How sensitive a piece of information is; a record is as sensitive as its most sensitive part."""

from enum import IntEnum


class SensitivityLevel(IntEnum):
    """L1 general, L2 behavioral health and substance use (42 CFR Part 2), L3 interpersonal violence."""

    L1 = 1
    L2 = 2
    L3 = 3


def highest(*levels: SensitivityLevel) -> SensitivityLevel:
    """The level of a record made of parts with these levels; L1 when there are none."""
    return max(levels, default=SensitivityLevel.L1)
