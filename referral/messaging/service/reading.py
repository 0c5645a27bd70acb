"""Read texts: each look is an event that the person can see."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound
from referral.messaging import queries
from referral.messaging.models import Message
from referral.messaging.queries import Shown


def open_messages(
    session: Session, *, by: Principal, at: datetime, shown: Shown = Shown.ALL, before: UUID | None = None
) -> Sequence[Message]:
    """Return a page of the texts written in the name of the asker's organization."""
    messages = queries.page(session, by.organization_id, shown=shown, before=before)
    audit.record_list(session, "message:list", at=at, kind="message", ids=[message.id for message in messages])
    return messages


def open_message(session: Session, message_id: UUID, *, by: Principal, at: datetime) -> Message:
    """Return one text; raises NotFound outside the asker's sight."""
    message = queries.visible(session, message_id)
    if message is None:
        raise NotFound("There is no such text.")
    audit.record(
        session,
        "message:read",
        by=by,
        at=at,
        person_id=message.person_id,
        network_id=message.network_id,
        subject=("message", message.id),
    )
    return message


def open_person_messages(session: Session, person_id: UUID, *, at: datetime) -> Sequence[Message]:
    """Return the texts exchanged with a person, as far as the asker may see them."""
    messages = queries.of_person(session, person_id)
    audit.record_list(session, "message:list", at=at, kind="message", ids=[message.id for message in messages])
    return messages
