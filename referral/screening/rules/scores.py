"""Scores: sums, products and derived answers, which are never guessed from half the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from referral.people.rules import AnswerState, SensitivityLevel, highest
from referral.screening.rules.answers import Answer, chosen_options, level_of_item
from referral.screening.rules.instruments import Coding, Instrument, Item, ScoreRule
from referral.screening.rules.vocabulary import DATA_ABSENT_REASON, Finding, ScoreMethod


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """What one score says: `value` for numbers, `answer` for derived answers, else why there is neither."""

    rule: ScoreRule
    finding: Finding
    level: SensitivityLevel
    value: Decimal | None = None
    answer: Coding | None = None
    data_absent_reason: str | None = None
    is_concern: bool = False

    @property
    def is_positive(self) -> bool:
        """True only for a clear positive result."""
        return self.finding is Finding.POSITIVE


def score(
    instrument: Instrument, answers: Mapping[str, Answer], *, is_adult: bool | None = None
) -> tuple[ScoreResult, ...]:
    """Every score of the instrument; a cut-off for adults says nothing about a child or an unknown age."""
    return tuple(_score_one(instrument, rule, answers, is_adult) for rule in instrument.scores)


def _score_one(
    instrument: Instrument, rule: ScoreRule, answers: Mapping[str, Answer], is_adult: bool | None
) -> ScoreResult:
    members = [item for item in instrument if item.link_id in rule.members]
    level = highest(*(level_of_item(item) for item in members))
    if rule.method is ScoreMethod.ANY_NEED:
        return _derived(rule, members, answers, level)
    values = [option.score for item in members for option in chosen_options(item, answers)]
    known = [value for value in values if value is not None]
    if len(known) < len(members):
        return ScoreResult(
            rule,
            Finding.UNDETERMINED,
            level,
            data_absent_reason=_absent_reason(members, answers),
            is_concern=_already_reaches(rule, known),
        )
    value = sum(known, Decimal(0)) if rule.method is ScoreMethod.SUM else prod(known, start=Decimal(1))
    return ScoreResult(rule, _finding(rule, value, is_adult), level, value=value)


def _derived(
    rule: ScoreRule, members: list[Item], answers: Mapping[str, Answer], level: SensitivityLevel
) -> ScoreResult:
    chosen = [chosen_options(item, answers) for item in members]
    if any(option.need for options in chosen for option in options):
        return ScoreResult(rule, Finding.POSITIVE, level, answer=rule.positive_answer)
    if all(chosen):
        return ScoreResult(rule, Finding.NEGATIVE, level, answer=rule.negative_answer)
    return ScoreResult(rule, Finding.UNDETERMINED, level, data_absent_reason=_absent_reason(members, answers))


def _finding(rule: ScoreRule, value: Decimal, is_adult: bool | None) -> Finding:
    if rule.is_for_adults and not is_adult:
        return Finding.UNDETERMINED
    at_least, below = rule.positive_at_least, rule.positive_below
    is_positive = (at_least is not None and value >= at_least) or (below is not None and value < below)
    return Finding.POSITIVE if is_positive else Finding.NEGATIVE


def _already_reaches(rule: ScoreRule, known: list[Decimal]) -> bool:
    """Half a sum is no score, but a navigator must see that it already reaches the cut-off."""
    if rule.method is not ScoreMethod.SUM or rule.positive_at_least is None:
        return False
    return sum(known, Decimal(0)) >= rule.positive_at_least


def _absent_reason(members: list[Item], answers: Mapping[str, Answer]) -> str | None:
    states = {answers[item.link_id].state for item in members if item.link_id in answers}
    if states & {AnswerState.DECLINED, AnswerState.UNKNOWN}:
        return DATA_ABSENT_REASON[AnswerState.DECLINED]
    return DATA_ABSENT_REASON[AnswerState.NOT_ASKED]
