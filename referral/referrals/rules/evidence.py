"""Graded evidence: was service delivered, and did help arrive? Money never outvotes the person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EvidenceKind(StrEnum):
    """What the evidence is: three proofs of delivery in rising grade, and the person's own word."""

    PROVIDER_REPORT = "provider_report"
    DELIVERY_RECORD = "delivery_record"
    PAID_LINE = "paid_line"
    PERSON_CONFIRMATION = "person_confirmation"


class PersonAnswer(StrEnum):
    """What a report says about help; a person's reply by SMS, link or phone has the same three words."""

    HELPED = "helped"
    PARTLY = "partly"
    NOT_HELPED = "not_helped"


class Connection(StrEnum):
    """What the best evidence says about help; *closed* says nothing about it."""

    CONNECTED = "connected"
    REPORTED = "reported"
    NOT_CONNECTED = "not_connected"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One report that nobody overwrites; deliveries and paid lines always say helped."""

    kind: EvidenceKind
    says: PersonAnswer
    occurred_at: datetime
    recorded_at: datetime

    @property
    def is_help(self) -> bool:
        """Say whether it speaks of help, whole or in part."""
        return self.says is not PersonAnswer.NOT_HELPED


DELIVERY_GRADES = (EvidenceKind.PROVIDER_REPORT, EvidenceKind.DELIVERY_RECORD, EvidenceKind.PAID_LINE)
_PROOF = frozenset({EvidenceKind.DELIVERY_RECORD, EvidenceKind.PAID_LINE})


def person_answer(evidence: Iterable[Evidence]) -> PersonAnswer | None:
    """Return the person's own latest answer, or None when the person has not spoken."""
    last = last_word(evidence)
    return last.says if last else None


def last_word(evidence: Iterable[Evidence]) -> Evidence | None:
    """Return the report that holds the person's own latest answer, or None when the person has not spoken."""
    return _latest(item for item in evidence if item.kind is EvidenceKind.PERSON_CONFIRMATION)


def delivery_grade(evidence: Iterable[Evidence]) -> EvidenceKind | None:
    """Return the best proof that service was delivered, or None; the provider's latest report counts."""
    kinds = _delivered(list(evidence))
    return max(kinds, key=DELIVERY_GRADES.index, default=None)


def is_contradicted(evidence: Iterable[Evidence]) -> bool:
    """Say whether delivery is claimed while the person says not helped; that opens a review."""
    known = list(evidence)
    return person_answer(known) is PersonAnswer.NOT_HELPED and bool(_delivered(known))


def opens_review(evidence: Iterable[Evidence], *, settled_at: datetime | None = None) -> bool:
    """Say whether somebody must ask the person again; a settled contradiction returns only with new evidence."""
    known = list(evidence)
    is_news = settled_at is None or any(item.recorded_at > settled_at for item in known)
    return is_news and is_contradicted(known)


def connection_of(
    evidence: Iterable[Evidence], *, is_review_open: bool = False, is_withheld: bool = False
) -> Connection:
    """Return the connection: the person's answer decides, else delivery or payment, else the provider's word.

    While the review of a contradiction is open the referral is not connected. A withheld outcome
    (interpersonal violence services) is a bucket of its own, whatever is known.
    """
    if is_withheld:
        return Connection.WITHHELD
    known = list(evidence)
    if is_review_open:
        return Connection.NOT_CONNECTED
    answer = person_answer(known)
    if answer is not None:
        return Connection.NOT_CONNECTED if answer is PersonAnswer.NOT_HELPED else Connection.CONNECTED
    delivered = _delivered(known)
    if delivered & _PROOF:
        return Connection.CONNECTED
    if delivered:
        return Connection.REPORTED
    return Connection.NOT_CONNECTED if known else Connection.UNKNOWN


def _delivered(evidence: list[Evidence]) -> set[EvidenceKind]:
    """Return the kinds that claim delivery now: records, paid lines and the provider's latest report."""
    kinds = {item.kind for item in evidence if item.kind in _PROOF and item.is_help}
    report = _latest(item for item in evidence if item.kind is EvidenceKind.PROVIDER_REPORT)
    if report is not None and report.is_help:
        kinds.add(EvidenceKind.PROVIDER_REPORT)
    return kinds


def _latest(items: Iterable[Evidence]) -> Evidence | None:
    """Return what was said last; of two at the same instant the one that was given last."""
    in_order = sorted(items, key=lambda item: (item.occurred_at, item.recorded_at))
    return in_order[-1] if in_order else None
