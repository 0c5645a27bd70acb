"""A question by text: one open at a time for a number, and how it ends."""

from datetime import timedelta
from enum import StrEnum

from referral.messaging.rules.replies import ReplyMeaning

SILENCE_AFTER = timedelta(days=7)
"""How long a question stays open; after that somebody calls."""

ANSWERS = frozenset({ReplyMeaning.YES, ReplyMeaning.PARTLY, ReplyMeaning.NO})


class QuestionStatus(StrEnum):
    """Where a question stands. Only an answer is evidence; every other end asks for a call."""

    WAITING = "waiting"  # another question is open for the number
    OPEN = "open"
    ANSWERED = "answered"
    SILENT = "silent"
    STOPPED = "stopped"
    NOT_SENT = "not_sent"
    DROPPED = "dropped"  # its reason has gone


UNANSWERED = frozenset({QuestionStatus.SILENT, QuestionStatus.STOPPED, QuestionStatus.NOT_SENT})
"""Ends without the person's word, which a call may still bring."""
