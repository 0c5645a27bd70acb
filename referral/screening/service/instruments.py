"""Loading instruments, and reading the one that a screening was shown."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.screening import queries
from referral.screening.models import InstrumentVersion, Screening
from referral.screening.rules import Instrument, read_questionnaire

_READ: dict[UUID, Instrument] = {}


def load_instruments(session: Session, folder: Path, *, by: Principal, at: datetime) -> Sequence[InstrumentVersion]:
    """Load every Questionnaire of a folder; a second run changes nothing.

    Raises QuestionnaireInvalid for a document with mistakes, Refused when a version changed its content.
    """
    return [
        load_instrument(session, json.loads(path.read_text(encoding="utf-8")), by=by, at=at)
        for path in sorted(folder.glob("*.json"))
    ]


def load_instrument(session: Session, document: dict[str, Any], *, by: Principal, at: datetime) -> InstrumentVersion:
    """Load one Questionnaire as a new version, which is offered from now on instead of the older ones."""
    read = read_questionnaire(document)
    known = queries.instrument(session, read.url, read.version)
    if known is not None:
        if known.document != document:
            raise Refused(f"{read.title} {read.version} is already loaded with other content: give it a new version.")
        return known
    session.execute(update(InstrumentVersion).where(InstrumentVersion.url == read.url).values(is_offered=False))
    row = InstrumentVersion(
        url=read.url,
        version=read.version,
        name=read.name,
        title=read.title,
        language=read.language,
        document=document,
        loaded_at=at,
    )
    session.add(row)
    session.flush()
    audit.record(session, "instrument:loaded", by=by, at=at, subject=("instrument", row.id))
    return row


def read_version(version: InstrumentVersion) -> Instrument:
    """Return the instrument of a version; read once in a process, because a version never changes."""
    if version.id not in _READ:
        _READ[version.id] = read_questionnaire(version.document)
    return _READ[version.id]


def panels_of(version: InstrumentVersion) -> list[str]:
    """Return the link ids of the parts that can be put alone; none where the instrument is one piece."""
    panels = read_version(version).panels
    return list(panels) if len(panels) > 1 else []


def instrument_of(screening: Screening) -> Instrument:
    """Return the instrument as it was shown: its version, and only the panels that were put."""
    read = read_version(screening.instrument)
    return read.narrowed_to(screening.panels) if screening.panels else read
