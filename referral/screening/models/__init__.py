"""What we remember of screenings: instruments, what was asked and answered, needs and their changes."""

from referral.screening.models.hand_offs import WarmHandOff
from referral.screening.models.instruments import InstrumentVersion
from referral.screening.models.needs import Need, NeedAnswer, NeedChange
from referral.screening.models.screenings import Answer, Screening, UrgentAnswer

__all__ = [
    "Answer",
    "InstrumentVersion",
    "Need",
    "NeedAnswer",
    "NeedChange",
    "Screening",
    "UrgentAnswer",
    "WarmHandOff",
]
