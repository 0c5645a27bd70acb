"""What each domain of a screening says; answered, declined and not asked stay apart in every rate."""

from collections.abc import Mapping
from dataclasses import dataclass

from referral.people.rules import AnswerState, NeedCategory, NeedDomain
from referral.screening.rules.answers import Answer, chosen_options
from referral.screening.rules.findings import suggest_needs
from referral.screening.rules.instruments import Instrument, Item
from referral.screening.rules.scores import score
from referral.screening.rules.vocabulary import Finding, ItemKind


@dataclass(frozen=True, slots=True)
class DomainResult:
    """One domain of one screening, in questions; `finding` is undetermined unless the answers say it."""

    domain: NeedDomain
    answered: int
    declined: int
    not_asked: int
    finding: Finding

    @property
    def is_screened(self) -> bool:
        """True when at least one question was put, also when the person declined it."""
        return self.answered + self.declined > 0

    @property
    def is_answered(self) -> bool:
        """True when the person belongs in the denominator of the positive rate."""
        return self.finding is not Finding.UNDETERMINED


def domain_results(instrument: Instrument, answers: Mapping[str, Answer]) -> tuple[DomainResult, ...]:
    """One result for each domain the instrument asks about, in its order."""
    positive = {need.domain for need in suggest_needs(instrument, answers)}
    by_domain: dict[NeedDomain, list[Item]] = {}
    for item in instrument:
        if item.kind is ItemKind.NEED and item.domain is not None:
            by_domain.setdefault(item.domain, []).append(item)
    return tuple(_result(domain, items, answers, is_positive=domain in positive) for domain, items in by_domain.items())


def negative_categories(instrument: Instrument, answers: Mapping[str, Answer]) -> frozenset[NeedCategory]:
    """Categories that every question about them denies: a navigator may confirm that the need has ended."""
    asked: dict[NeedCategory, list[bool]] = {}
    for item in instrument:
        if item.kind is ItemKind.NEED:
            for category in item.categories:
                asked.setdefault(category, []).append(_is_denied(instrument, item, answers))
    return frozenset(category for category, denials in asked.items() if all(denials))


def _is_denied(instrument: Instrument, item: Item, answers: Mapping[str, Answer]) -> bool:
    """True for an answer that is not a need; scored questions are denied by a negative score only."""
    chosen = chosen_options(item, answers)
    if not chosen:
        return False
    if all(option.need is False for option in chosen):
        return True
    return any(
        result.finding is Finding.NEGATIVE
        for result in score(instrument, answers)
        if result.value is not None and item.link_id in result.rule.members
    )


def _result(domain: NeedDomain, items: list[Item], answers: Mapping[str, Answer], *, is_positive: bool) -> DomainResult:
    states = [answers[item.link_id].state if item.link_id in answers else None for item in items]
    answered = states.count(AnswerState.ANSWERED)
    declined = states.count(AnswerState.DECLINED) + states.count(AnswerState.UNKNOWN)
    finding = Finding.UNDETERMINED
    if is_positive:
        finding = Finding.POSITIVE
    elif answered == len(items):
        finding = Finding.NEGATIVE
    return DomainResult(domain, answered, declined, len(items) - answered - declined, finding)
