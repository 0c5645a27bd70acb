"""What an answer about a person is: its state, and who gave it."""

from enum import StrEnum


class AnswerState(StrEnum):
    """Declined, unknown and never asked are three different things; none of them is a No."""

    ANSWERED = "answered"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


class AnswerSource(StrEnum):
    """Who said it, in the order in which we believe it: the person first."""

    SELF_REPORTED = "self_reported"
    PROXY = "proxy"
    PROVIDER = "provider"
    PLAN_FILE = "plan_file"
    ADMINISTRATIVE = "administrative"
