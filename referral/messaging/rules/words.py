"""What statuses, reasons and meanings are called on a page."""

from referral.messaging.rules.replies import ReplyMeaning
from referral.messaging.rules.status import MessageStatus, NotSentReason

STATUS_WORDS: dict[MessageStatus, str] = {
    MessageStatus.ACCEPTED: "On its way",
    MessageStatus.SCHEDULED: "On its way",
    MessageStatus.QUEUED: "Waiting to leave",
    MessageStatus.SENDING: "On its way",
    MessageStatus.SENT: "Sent",
    MessageStatus.PARTIALLY_DELIVERED: "Partly delivered",
    MessageStatus.DELIVERED: "Delivered",
    MessageStatus.UNDELIVERED: "Not delivered",
    MessageStatus.FAILED: "Failed",
    MessageStatus.CANCELED: "Canceled",
    MessageStatus.READ: "Read",
    MessageStatus.RECEIVING: "Coming in",
    MessageStatus.RECEIVED: "Received",
    MessageStatus.NOT_SENT: "Not sent",
}

REASON_WORDS: dict[NotSentReason, str] = {
    NotSentReason.NO_SENDER: "Texting is not set up here: no Twilio account is configured.",
    NotSentReason.NO_NUMBER: "There is no phone number for the person.",
    NotSentReason.NO_CONSENT: "The person has not agreed to texts, or not to this number.",
    NotSentReason.NO_SAFE_CHANNEL: "Texting is not the safe way to reach this person.",
    NotSentReason.OPTED_OUT: "The number said STOP.",
    NotSentReason.WAITS_FOR_PERSON: "Waits until somebody has read the person's last reply.",
    NotSentReason.NO_LONGER_NEEDED: "Its reason had gone before it could leave.",
    NotSentReason.REFUSED: "Twilio does not take this message, and trying again would not help.",
    NotSentReason.TRYING_AGAIN: "Twilio did not take it yet; we try again.",
    NotSentReason.GAVE_UP: "Twilio could not be reached. An administrator can start it again.",
    NotSentReason.IN_DOUBT: "It may have been sent: Twilio's answer was lost. Ask the person before sending again.",
    NotSentReason.HISTORY: "Part of the past that was loaded; nobody was texted.",
}

MEANING_WORDS: dict[ReplyMeaning, str] = {
    ReplyMeaning.YES: "Yes, help arrived",
    ReplyMeaning.PARTLY: "Partly",
    ReplyMeaning.NO: "No, help did not arrive",
    ReplyMeaning.STOP: "Stop texting",
    ReplyMeaning.START: "Start texting again",
    ReplyMeaning.HELP: "Asks who we are",
    ReplyMeaning.UNCLEAR: "Somebody must read it",
}


def status_words(status: MessageStatus, twilio_sid: str | None) -> str:
    """Say where a text of ours stands; one handed over without Twilio's receipt says so."""
    is_unconfirmed = status is MessageStatus.SENDING and twilio_sid is None
    return "Handed over, not confirmed" if is_unconfirmed else STATUS_WORDS[status]
