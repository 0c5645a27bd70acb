"""What is true of a text message: its status, its hours, its words and what a reply to it means."""

from referral.messaging.rules.body import (
    BodyProblem,
    body_problems,
    compose,
    gsm7_length,
    is_gsm7,
    is_neutral,
    to_gsm7,
)
from referral.messaging.rules.failures import MAX_ATTEMPTS, Failure, failure_of, retry_delay
from referral.messaging.rules.questions import ANSWERS, SILENCE_AFTER, UNANSWERED, QuestionStatus
from referral.messaging.rules.quiet_hours import is_within_hours, next_sending_time, validity_seconds
from referral.messaging.rules.replies import ReplyMeaning, Vocabulary, Word, read_reply
from referral.messaging.rules.status import (
    Direction,
    MessageStatus,
    NotSentReason,
    OptOutSource,
    is_final,
    next_status,
    status_from_twilio,
)

__all__ = [
    "ANSWERS",
    "MAX_ATTEMPTS",
    "SILENCE_AFTER",
    "UNANSWERED",
    "BodyProblem",
    "Direction",
    "Failure",
    "MessageStatus",
    "NotSentReason",
    "OptOutSource",
    "QuestionStatus",
    "ReplyMeaning",
    "Vocabulary",
    "Word",
    "body_problems",
    "compose",
    "failure_of",
    "gsm7_length",
    "is_final",
    "is_gsm7",
    "is_neutral",
    "is_within_hours",
    "next_sending_time",
    "next_status",
    "read_reply",
    "retry_delay",
    "status_from_twilio",
    "to_gsm7",
    "validity_seconds",
]
