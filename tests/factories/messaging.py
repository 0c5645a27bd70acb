"""Texts, replies and the worker that carries them, for tests."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from referral.app import handlers
from referral.foundation import jobs
from referral.foundation.database import Database
from referral.foundation.ids import uuid7
from referral.foundation.settings import Settings
from referral.messaging import service
from referral.messaging.models import Message, Question
from referral.messaging.templates import Template
from tests.factories.fixtures import NOW, SEED, World
from tests.messaging.twin import TwilioTwin

PHONE = "+19195550123"
EAST = "America/New_York"
BASE = "http://127.0.0.1:8000"


def settings_of(twin: TwilioTwin) -> Settings:
    """Return settings whose Twilio is the twin."""
    return Settings(
        home=Path(),
        public_base_url=BASE,
        twilio_account_sid=twin.account_sid,
        twilio_auth_token=twin.auth_token,
        twilio_from=twin.number,
        twilio_api_base=twin.base_url,
    )


def allowed(_session: Session, _person_id: UUID, _phone: str, _at: datetime) -> bool:
    """Consent to texts, always given."""
    return True


def work(
    database: Database, settings: Settings, *, may_text: Callable[[Session, UUID, str, datetime], bool] = allowed
) -> int:
    """Run every job that is due; returns how many were tried."""
    return jobs.drain(database, handlers(settings, database, may_text=may_text), limit=200)


def write(session: Session, world: World, *, key: str = "list-1", to: str = PHONE, **changes: object) -> Message:
    """Write a text with a neutral link, as a navigator does."""
    given: dict[str, object] = {
        "person_id": uuid7(),
        "network_id": world.network.id,
        "organization_id": world.center.id,
        "template": Template.LIST_LINK,
        "language": "en",
        "values": {"link": f"{BASE}/s/abc"},
        "time_zone": EAST,
        "by": SEED,
        "at": NOW,
    }
    message = service.send(session, to=to, key=key, **(given | changes))  # type: ignore[arg-type] # a test's choice
    session.commit()
    return message


def ask(session: Session, world: World, *, to: str = PHONE, **changes: object) -> Question | None:
    """Ask whether help arrived."""
    given: dict[str, object] = {
        "person_id": uuid7(),
        "network_id": world.network.id,
        "organization_id": world.center.id,
        "language": "en",
        "subject_kind": "referral",
        "subject_id": uuid7(),
        "time_zone": EAST,
        "by": SEED,
        "at": NOW,
    }
    question = service.ask(session, to=to, **(given | changes))  # type: ignore[arg-type] # a test's choice
    session.commit()
    return question
