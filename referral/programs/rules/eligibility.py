"""Is a person eligible? Yes, no or not known yet, with reasons and how well each rule is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from referral.people.rules import NeedCategory
from referral.programs.rules.definition import Category, Criterion, ProgramDefinition
from referral.programs.rules.facts import FactStatus, Verdict, all_of, any_of
from referral.programs.rules.regions import RegionResult, check_county


@dataclass(frozen=True, slots=True)
class CriterionAnswer:
    """What was recorded about one health criterion, when, and by whom it was told."""

    is_met: bool | None
    answered_on: date
    source: str


@dataclass(frozen=True, slots=True)
class EligibilityFacts:
    """What is known about a person; None is unknown, and needs are unknown until a screening is complete."""

    has_coverage: bool | None
    county: str | None
    age: int | None
    is_pregnant: bool | None = None
    needs: frozenset[NeedCategory] = frozenset()
    is_screened: bool = False
    answers: Mapping[str, CriterionAnswer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the rule: what was found, in a plain sentence, and how well the part itself is known."""

    part: str
    verdict: Verdict
    sentence: str
    status: FactStatus = FactStatus.VERIFIED
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer and its parts."""

    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def rests_on_unverified_rules(self) -> bool:
        """Whether a part that decides was not read in the programme's own source."""
        return any(not finding.status.is_official for finding in self.findings if finding.verdict is not Verdict.NO)


NEXT_STEPS = {
    "coverage": "Look the person up in your member file.",
    "county": "Ask who proposed the person to record the address.",
    "health": "Ask who proposed the person which conditions apply, or look into your own records.",
    "social_risk": "Ask who proposed the person to complete a screening.",
}
"""What the plan does about a part of the rule that is not known yet."""


def is_eligible(program: ProgramDefinition, facts: EligibilityFacts) -> Eligibility:
    """Judge coverage, county, health and social risk; unknown facts never make anybody ineligible."""
    findings = (
        _coverage(facts),
        _county(program, facts),
        _health(program, facts),
        _social_risk(program, facts),
    )
    return Eligibility(all_of([finding.verdict for finding in findings]), findings)


def applicable_categories(program: ProgramDefinition, facts: EligibilityFacts) -> list[tuple[Category, Verdict]]:
    """Return the categories the person belongs to, or may belong to as far as is known."""
    judged = [(category, _belongs(category, facts)) for category in program.categories]
    return [(category, verdict) for category, verdict in judged if verdict is not Verdict.NO]


def _belongs(category: Category, facts: EligibilityFacts) -> Verdict:
    is_of_age = None if facts.age is None else _is_within(facts.age, category)
    parts = [] if category.age_from == 0 and category.age_to is None else [_verdict(is_of_age)]
    if category.requires_pregnancy:
        parts.append(_verdict(facts.is_pregnant))
    return all_of(parts)


def _is_within(age: int, category: Category) -> bool:
    return category.age_from <= age and (category.age_to is None or age <= category.age_to)


def _coverage(facts: EligibilityFacts) -> Finding:
    sentences = {
        Verdict.YES: "Is enrolled in a Medicaid managed care plan of the program.",
        Verdict.NO: "Is not enrolled in a Medicaid managed care plan of the program.",
        Verdict.UNKNOWN: "It is not known whether the person is enrolled in Medicaid managed care.",
    }
    verdict = _verdict(facts.has_coverage)
    return Finding("coverage", verdict, sentences[verdict])


def _county(program: ProgramDefinition, facts: EligibilityFacts) -> Finding:
    result = check_county(facts.county, program.counties)
    if result is RegionResult.UNKNOWN:
        return Finding("county", Verdict.UNKNOWN, "The county the person lives in is not known.")
    if result is RegionResult.MISMATCH:
        return Finding("county", Verdict.NO, f"{facts.county} is not a county of the program.")
    return Finding("county", Verdict.YES, f"Lives in {facts.county} County, where the program works.")


def _health(program: ProgramDefinition, facts: EligibilityFacts) -> Finding:
    """Return the best-known criterion that is met, else what is still unknown, else no."""
    judged = [
        (criterion, all_of([belongs, _answer(criterion, facts)]))
        for category, belongs in applicable_categories(program, facts)
        for criterion in category.criteria
    ]
    verdict = any_of([found for _, found in judged])
    if verdict is Verdict.YES:
        met = [criterion for criterion, found in judged if found is Verdict.YES]
        best = min(met, key=lambda criterion: _RANK[criterion.status])
        return Finding("health", verdict, f"Health criterion: {best.text}.", best.status, best.source)
    if verdict is Verdict.UNKNOWN:
        return Finding("health", verdict, "No health criterion is recorded as met; some are not answered yet.")
    return Finding("health", verdict, "None of the health criteria is met.")


def _social_risk(program: ProgramDefinition, facts: EligibilityFacts) -> Finding:
    shown = [factor for factor in program.risk_factors if factor.need_categories & facts.needs]
    if shown:
        best = min(shown, key=lambda factor: _RANK[factor.status])
        return Finding("social_risk", Verdict.YES, f"Social risk factor: {best.text}.", best.status)
    if facts.is_screened:
        return Finding("social_risk", Verdict.NO, "The screening found none of the program's social risk factors.")
    return Finding("social_risk", Verdict.UNKNOWN, "No screening is complete, so social risk is not known.")


def _answer(criterion: Criterion, facts: EligibilityFacts) -> Verdict:
    answer = facts.answers.get(criterion.code)
    return _verdict(None if answer is None else answer.is_met)


def _verdict(known: bool | None) -> Verdict:
    if known is None:
        return Verdict.UNKNOWN
    return Verdict.YES if known else Verdict.NO


_RANK = {status: rank for rank, status in enumerate(FactStatus)}
