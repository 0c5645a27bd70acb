"""What people do: load instruments, ask questions, act on urgent answers, confirm needs, count hand-offs."""

from referral.screening.service.answers import answer, answer_form, read_answers
from referral.screening.service.asking import complete, open_screening, start
from referral.screening.service.hand_offs import count_hand_off
from referral.screening.service.histories import Event, Said, history, words_behind
from referral.screening.service.instruments import instrument_of, load_instrument, load_instruments, panels_of
from referral.screening.service.needs import (
    add_need,
    change_category,
    confirm_need,
    decline_help,
    dismiss_need,
    mark_met,
    move_need,
    open_need,
)
from referral.screening.service.offers import Offer, offer, offers
from referral.screening.service.sheets import Line, Sheet, sheet
from referral.screening.service.urgency import act_now, act_on, notice_urgent, record_cause, record_first_contact

__all__ = [
    "Event",
    "Line",
    "Offer",
    "Said",
    "Sheet",
    "act_now",
    "act_on",
    "add_need",
    "answer",
    "answer_form",
    "change_category",
    "complete",
    "confirm_need",
    "count_hand_off",
    "decline_help",
    "dismiss_need",
    "history",
    "instrument_of",
    "load_instrument",
    "load_instruments",
    "mark_met",
    "move_need",
    "notice_urgent",
    "offer",
    "offers",
    "open_need",
    "open_screening",
    "panels_of",
    "read_answers",
    "record_cause",
    "record_first_contact",
    "sheet",
    "start",
    "words_behind",
]
