"""Why a referral ended or waits: a closed list per status, with whose act it was and the next step."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from referral.people.rules import SensitivityLevel
from referral.referrals.rules.statuses import Status


class WhoseAct(StrEnum):
    """Whose decision a reason records, whoever typed it."""

    SENDER = "sender"
    RECEIVER = "receiver"
    PERSON = "person"
    EITHER = "either"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Reason:
    """One coded reason; `is_verified` is False where no published list was seen to hold it."""

    status: Status
    code: str
    label: str
    whose_act: WhoseAct
    next_step: str
    needs_note: bool
    is_verified: bool


class ReasonRefused(ValueError):
    """The reason or its note does not fit the act (HTTP 422); `field` names the form field to mend."""

    def __init__(self, told: str, *, field: str) -> None:
        super().__init__(told)
        self.field = field


def _read() -> tuple[Reason, ...]:
    with Path(__file__).with_name("reason_codes.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_reason(row) for row in csv.DictReader(lines))


def _reason(row: dict[str, str]) -> Reason:
    return Reason(
        status=Status(row["status"]),
        code=row["code"],
        label=row["label"],
        whose_act=WhoseAct(row["whose_act"]),
        next_step=row["next_step"],
        needs_note=row["note"] == "required",
        is_verified=row["mark"] != "unverified",
    )


REASONS = _read()
_BY_CODE = {(reason.status, reason.code): reason for reason in REASONS}
COULD_NOT_CONTACT = _BY_CODE[Status.NOT_SERVED, "could_not_contact"]
CONSENT_WITHDRAWN = _BY_CODE[Status.WITHDRAWN, "consent_withdrawn"]
OUTCOME_WITHHELD = _BY_CODE[Status.WITHDRAWN, "outcome_withheld"]
NEVER_ANSWERED = _BY_CODE[Status.EXPIRED, "no_response"]

# Recalled because it should not have been sent like this: no organization is measured by it.
_RECALLED_OUT_OF_RATES = frozenset({"sent_to_wrong_service", "duplicate"})


def reasons_for(status: Status, *, level: SensitivityLevel = SensitivityLevel.L3) -> tuple[Reason, ...]:
    """Return the closed list offered in the same step as the act; empty where a status takes no reason.

    To withhold how it ended is offered where survivors of violence are served, and nowhere else.
    """
    offered = (reason for reason in REASONS if reason.status is status)
    return tuple(one for one in offered if one is not OUTCOME_WITHHELD or level is SensitivityLevel.L3)


def reason_label(status: Status, code: str | None) -> str | None:
    """Return a reason in words; None where none was given."""
    reason = _BY_CODE.get((status, code or ""))
    return reason.label if reason else None


def check_reason(status: Status, code: str | None, note: str = "") -> Reason | None:
    """Return the reason for entering the status, or raise ReasonRefused naming the field to mend."""
    offered = reasons_for(status)
    if not offered:
        if code:
            raise ReasonRefused(f"A referral that is {status.label} takes no reason code.", field="reason_code")
        return None
    reason = _BY_CODE.get((status, code or ""))
    if reason is None:
        raise ReasonRefused(f"Choose why the referral is {status.label}.", field="reason_code")
    if reason.needs_note and not note.strip():
        raise ReasonRefused(f"“{reason.label}” needs a note.", field="note")
    return reason


def is_excluded_from_rates(status: Status, reason_code: str | None) -> bool:
    """Say whether it stands in no rate: entered in error, or recalled as wrongly sent or duplicate."""
    if status is Status.ENTERED_IN_ERROR:
        return True
    return status is Status.RECALLED and reason_code in _RECALLED_OUT_OF_RATES
