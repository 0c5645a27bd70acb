"""Carries one text to Twilio, at most once: what we are about to do is committed before we do it.

Twilio has no idempotency key for messages. So the attempt is committed, then the call is made; after a crash or a lost
answer the next run looks the message up before it sends again, and leaves what stays in doubt to a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from referral.foundation import jobs
from referral.foundation.database import Database
from referral.foundation.principal import system
from referral.messaging import queries
from referral.messaging.models import Message, Question
from referral.messaging.rules import (
    MAX_ATTEMPTS,
    BodyProblem,
    Failure,
    MessageStatus,
    NotSentReason,
    OptOutSource,
    QuestionStatus,
    body_problems,
    is_final,
    next_sending_time,
    validity_seconds,
)
from referral.messaging.service.fate import hold_number, note
from referral.messaging.service.opt_outs import opt_out, silence
from referral.messaging.service.questions import keep_text
from referral.messaging.templates import Template
from referral.messaging.twilio import SendFailedError, SentMessage, SmsSender

MayText = Callable[[Session, UUID, str, datetime], bool]
"""Whether a person allows texts to a number at an instant; the rooms above know their consents."""

SafeFrom = Callable[[Session, UUID, datetime], datetime | None]
"""The first instant from one on that the person calls safe, or None; it is theirs to narrow the decent hours."""

CARRIER = system("message-carrier")
CONFIRM_WITHIN = timedelta(minutes=5)
"""One confirmation of a stop may follow within five minutes (47 CFR 64.1200(a)(12))."""
CLOCKS_DIFFER = timedelta(minutes=1)
ROUNDS_OF_A_WEEK = 16
"""Decent hours begin once a day, safe ones at most twice: later rounds would only repeat the week."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One hand-over that is about to happen; `is_repeat` when an earlier one may have succeeded."""

    message_id: UUID
    to: str
    body: str
    validity_seconds: int
    number: int
    since: datetime
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Carrier:
    """Sends what waits, if it still may leave."""

    database: Database
    sender: SmsSender | None
    """None without credentials: texts are kept as not sent."""
    may_text: MayText
    safe_from: SafeFrom
    base_url: str

    @jobs.alone
    def send(self, session: Session, *, at: datetime, message_id: str) -> None:
        """Carry one message (the job `message.send`); raises SendFailedError when the job is to try again."""
        if self.sender is None:
            self._keep_without_sender(session, UUID(message_id), at)
            return
        attempt = self._prepare(UUID(message_id), at)
        if attempt is None:
            return
        try:
            receipt = self._handed_over(self.sender, attempt)
        except SendFailedError as error:
            self._note_failure(session, attempt, error, at)
            return
        if receipt is not None:
            message = session.get_one(Message, attempt.message_id, with_for_update=True)
            message.twilio_sid = message.twilio_sid or receipt.sid
            message.reason = None
            note(session, message, receipt.status, at=at, twilio_sid=receipt.sid, error_code=receipt.error_code)

    def _prepare(self, message_id: UUID, at: datetime) -> Attempt | None:
        """Decide whether the message may leave now, and commit that it is about to."""
        with self.database.transaction(CARRIER) as session:
            message = session.get_one(Message, message_id)
            hold_number(session, message.phone)
            session.refresh(message, with_for_update=True)
            if is_final(message.status) or message.twilio_sid is not None:
                return None
            is_repeat = message.status is MessageStatus.SENDING
            if not is_repeat and not self._may_leave(session, message, at):
                return None
            message.attempts += 1
            if not is_repeat:
                message.attempted_at = at
            note(session, message, MessageStatus.SENDING, at=at)
            return Attempt(
                message_id=message.id,
                to=message.phone,
                body=message.body,
                validity_seconds=validity_seconds(at, message.time_zone),
                number=message.attempts,
                since=message.attempted_at or at,
                is_repeat=is_repeat,
            )

    def _may_leave(self, session: Session, message: Message, at: datetime) -> bool:
        """Keep, hold or postpone a message that may not leave now."""
        reason = self._obstacle(session, message, at)
        leaves_at = self._time_to_leave(session, message, at)
        if reason is NotSentReason.WAITS_FOR_PERSON:
            message.reason = reason
        elif reason is not None or leaves_at is None:
            keep_text(session, message, reason or NotSentReason.NO_SAFE_CHANNEL, at=at)
        elif leaves_at > at:
            key = f"message-{message.id}-at-{leaves_at:%Y%m%dT%H%M}"
            jobs.add(session, "message.send", key=key, run_at=leaves_at, message_id=message.id)
        else:
            return True
        return False

    def _time_to_leave(self, session: Session, message: Message, at: datetime) -> datetime | None:
        """Return the first instant that is both decent and safe for the person; None when a week holds none."""
        if message.template is not None and message.template.is_reply:
            return at
        moment = at
        for _ in range(ROUNDS_OF_A_WEEK):
            decent = next_sending_time(moment, message.time_zone)
            safe = self.safe_from(session, _person(message), decent)
            if safe is None or safe == decent:
                return safe
            moment = safe
        return None

    def _obstacle(self, session: Session, message: Message, at: datetime) -> NotSentReason | None:
        if message.template is Template.OPT_OUT:
            return NotSentReason.NO_LONGER_NEEDED if at - message.created_at > CONFIRM_WITHIN else None
        if queries.is_opted_out(session, message.phone):
            return NotSentReason.OPTED_OUT
        if BodyProblem.FOREIGN_LINK in body_problems(
            message.body, organization="", revealing=(), base_url=self.base_url
        ):
            return NotSentReason.REFUSED
        if message.template is Template.HELP:
            return None
        if not self.may_text(session, _person(message), message.phone, at):
            return NotSentReason.NO_CONSENT
        if not _is_still_asked(session, message):
            return NotSentReason.NO_LONGER_NEEDED
        return NotSentReason.WAITS_FOR_PERSON if queries.waits_for_person(session, message.phone) else None

    def _handed_over(self, sender: SmsSender, attempt: Attempt) -> SentMessage | None:
        """Return Twilio's receipt, of an earlier attempt if there is one; None when it stays in doubt."""
        if attempt.is_repeat:
            earlier = sender.sent_since(to=attempt.to, since=attempt.since - CLOCKS_DIFFER)
            with self.database.transaction(CARRIER) as session:
                known = queries.known_sids(session, [one.sid for one in earlier])
                candidates = [one for one in earlier if one.sid not in known]
                if len(candidates) > 1:
                    _leave_to_a_person(session, attempt.message_id)
                    return None
            if candidates:
                return candidates[0]
        return sender.send(
            to=attempt.to,
            body=attempt.body,
            callback_url=f"{self.base_url}/webhooks/twilio/status?message={attempt.message_id}",
            validity_seconds=attempt.validity_seconds,
        )

    def _note_failure(self, session: Session, attempt: Attempt, error: SendFailedError, at: datetime) -> None:
        """Write down what failed; a fault that may pass is raised again so that the job comes back."""
        if error.failure in {Failure.PERMANENT, Failure.OPTED_OUT}:
            self._note_refusal(session, attempt, error, at)
            return
        with self.database.transaction(CARRIER) as own:
            message = own.get_one(Message, attempt.message_id, with_for_update=True)
            if message.twilio_sid is not None:  # a report of Twilio's came in meanwhile: it did leave
                return
            message.error_code = error.code
            message.reason = _reason_to_wait(error.failure, attempt.number)
            if error.failure is Failure.RETRY and not attempt.is_repeat:
                message.status = MessageStatus.QUEUED  # it surely never left: nothing to look up next time
        raise error

    def _note_refusal(self, session: Session, attempt: Attempt, error: SendFailedError, at: datetime) -> None:
        message = session.get_one(Message, attempt.message_id, with_for_update=True)
        message.error_code = error.code
        if error.failure is Failure.OPTED_OUT:
            keep_text(session, message, NotSentReason.OPTED_OUT, at=at)
            opt_out(session, message.phone, source=OptOutSource.TWILIO, by=CARRIER, at=at)
            silence(session, message.phone, at=at)
        else:
            keep_text(session, message, NotSentReason.REFUSED, at=at)

    @staticmethod
    def _keep_without_sender(session: Session, message_id: UUID, at: datetime) -> None:
        message = session.get_one(Message, message_id, with_for_update=True)
        if message.status is MessageStatus.QUEUED:
            keep_text(session, message, NotSentReason.NO_SENDER, at=at)


def _person(message: Message) -> UUID:
    if message.person_id is None:
        raise ValueError("a text of ours always has a person")
    return message.person_id


def _is_still_asked(session: Session, message: Message) -> bool:
    if message.question_id is None:
        return True
    return session.get_one(Question, message.question_id).status is QuestionStatus.OPEN


def _leave_to_a_person(session: Session, message_id: UUID) -> None:
    session.get_one(Message, message_id, with_for_update=True).reason = NotSentReason.IN_DOUBT


def _reason_to_wait(failure: Failure, number: int) -> NotSentReason:
    if number < MAX_ATTEMPTS:
        return NotSentReason.TRYING_AGAIN
    return NotSentReason.GAVE_UP if failure is Failure.RETRY else NotSentReason.IN_DOUBT
