"""How a person may be reached."""

from enum import StrEnum


class PhoneUse(StrEnum):
    """What kind of phone a number is; only a mobile can be texted."""

    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
