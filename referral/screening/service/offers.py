"""What a navigator can choose from: each instrument, and its first panel alone where it has several."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from referral.foundation.refusals import Refused
from referral.organizations.models import Network
from referral.screening import queries
from referral.screening.models import InstrumentVersion
from referral.screening.rules import Instrument
from referral.screening.service.instruments import read_version


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice: an instrument, whole or with some of its panels."""

    version: InstrumentVersion
    instrument: Instrument
    panels: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the form sends for this choice."""
        return " ".join([str(self.version.id), *self.panels])

    @property
    def questions(self) -> int:
        """How many questions it asks."""
        return len(self.instrument.items)

    @property
    def is_short(self) -> bool:
        """Whether only a part of the instrument is put."""
        return bool(self.panels)


def offers(session: Session, *, network_id: UUID) -> Sequence[Offer]:
    """Return the choices, those that the network's own state asks for first."""
    network = session.get_one(Network, network_id)
    place = f"US-{network.state}"
    found = [choice for row in queries.instruments(session) for choice in _choices(row)]
    return sorted(found, key=lambda choice: place not in choice.instrument.jurisdictions)


def offer(session: Session, key: str) -> Offer:
    """Return the choice a form sent; Refused when it is not on offer."""
    for row in queries.instruments(session):
        for choice in _choices(row):
            if choice.key == key:
                return choice
    raise Refused("Choose the questions from the list.")


def _choices(row: InstrumentVersion) -> Iterator[Offer]:
    instrument = read_version(row)
    if len(instrument.panels) > 1:
        first = instrument.panels[:1]
        yield Offer(row, instrument.narrowed_to(first), first)
    yield Offer(row, instrument)
