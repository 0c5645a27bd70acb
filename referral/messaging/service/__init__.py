"""What people do with texts: send one, ask a question, reply, stop, start, and settle what nobody understood."""

from referral.messaging.service.opt_outs import opt_in, opt_out
from referral.messaging.service.questions import ask, drop_questions, expire, open_next
from referral.messaging.service.reading import open_message, open_messages, open_person_messages
from referral.messaging.service.replies import receive, release, settle
from referral.messaging.service.reports import report
from referral.messaging.service.writing import send

__all__ = [
    "ask",
    "drop_questions",
    "expire",
    "open_message",
    "open_messages",
    "open_next",
    "open_person_messages",
    "opt_in",
    "opt_out",
    "receive",
    "release",
    "report",
    "send",
    "settle",
]
