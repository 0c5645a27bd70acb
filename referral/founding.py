"""What a new network cannot work without: the instruments, words and places; and, where it pays, a program's prices."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from referral.billing import service as billing
from referral.directory import service as directory
from referral.foundation.principal import Principal
from referral.organizations.models import Network
from referral.programs import service as programs
from referral.programs.models import Program
from referral.screening import service as screening

INSTRUMENTS = Path(__file__).parents[1] / "seed" / "instruments"


def equip(session: Session, *, by: Principal, at: datetime) -> None:
    """Load the shipped instruments, the directory's words and the ZIP codes; what is there already stays."""
    directory.set_up(session)
    screening.load_instruments(session, INSTRUMENTS, by=by, at=at)


def add_program(session: Session, network: Network, folder: Path, *, by: Principal, at: datetime) -> Program:
    """Load a program that pays, with its fee schedule as a new version (a folder like those of seed/programs)."""
    program = programs.load_program(session, folder, network_id=network.id, by=by, at=at)
    billing.load_fee_schedule(session, program, folder, by=by, at=at)
    return program
