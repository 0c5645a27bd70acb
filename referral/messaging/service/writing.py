"""Write a text: it is kept at once and leaves later, if it still may."""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.messaging.models import Message
from referral.messaging.rules import (
    Direction,
    MessageStatus,
    NotSentReason,
    body_problems,
    compose,
    is_neutral,
)
from referral.messaging.service.fate import keep_unsent
from referral.messaging.templates import Template, language_for, template_text
from referral.messaging.vocabulary import revealing_words
from referral.organizations.models import Network, Organization

E164 = re.compile(r"\+[1-9]\d{6,14}")


def send(
    session: Session,
    *,
    person_id: UUID,
    network_id: UUID,
    organization_id: UUID,
    to: str,
    template: Template,
    language: str | None,
    key: str,
    by: Principal,
    at: datetime,
    values: Mapping[str, str] | None = None,
    time_zone: str | None = None,
    level: int = 1,
    question_id: UUID | None = None,
) -> Message:
    """Keep a text to the number (E.164) and let it leave when it may; the same key gives the same message.

    Consent, stop and quiet hours are checked when it leaves. Raises Refused for a number that cannot get texts,
    or when what would be said reveals a need.
    """
    if known := session.scalars(select(Message).where(Message.key == key)).first():
        return known
    if not E164.fullmatch(to):
        raise Refused("This is not a phone number that can receive texts.")
    tongue = language_for(language)
    message = Message(
        person_id=person_id,
        network_id=network_id,
        organization_id=organization_id,
        level=level,
        direction=Direction.OUTBOUND,
        phone=to,
        body=_body(session, template, tongue, organization_id, network_id, values or {}),
        language=tongue,
        template=template,
        time_zone=time_zone,
        question_id=question_id,
        key=key,
        status=MessageStatus.QUEUED,
        created_at=at,
        created_by_user_id=by.user_id,
    )
    _keep(session, message, by=by, at=at)
    return message


def _keep(session: Session, message: Message, *, by: Principal, at: datetime) -> None:
    session.add(message)
    session.flush()
    audit.record(
        session,
        "message:written",
        by=by,
        at=at,
        person_id=message.person_id,
        network_id=message.network_id,
        subject=("message", message.id),
        template=message.template,
    )
    if jobs.is_past(session, at):
        keep_unsent(session, message, NotSentReason.HISTORY, at=at)
    jobs.add(session, "message.send", key=f"message-{message.id}", message_id=message.id)


def _body(
    session: Session,
    template: Template,
    language: str,
    organization_id: UUID,
    network_id: UUID,
    values: Mapping[str, str],
) -> str:
    name = _neutral_name(session, organization_id, network_id)
    body = compose(template_text(template, language), organization=name, **values)
    problems = body_problems(
        body,
        organization=name,
        revealing=revealing_words(),
        must_say_stop=template is not Template.OPT_OUT,
    )
    if problems:
        raise Refused(f"This text must not be sent: {', '.join(problem.replace('_', ' ') for problem in problems)}.")
    return body


def _neutral_name(session: Session, organization_id: UUID, network_id: UUID) -> str:
    """Return who writes: the organization, or the network where its name would tell what the person needs."""
    organization = session.get_one(Organization, organization_id)
    network = session.get_one(Network, network_id)
    own = [] if organization.is_victim_service else [organization.name, organization.alternate_name]
    for name in (*own, network.name):
        if name and is_neutral(name, revealing_words()):
            return name
    raise Refused("The names of the organization and of the network would tell what the person needs.")
