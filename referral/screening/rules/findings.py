"""What a screening found: suggested needs, access flags, matters for a clinician. People confirm."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from referral.people.rules import NeedCategory, NeedDomain, SensitivityLevel, domain_of, highest, level_of
from referral.screening.rules.answers import Answer, chosen_options, level_of_item, wants_help
from referral.screening.rules.instruments import Instrument, Item, Option
from referral.screening.rules.needs import NeedState
from referral.screening.rules.scores import score
from referral.screening.rules.vocabulary import ItemKind


@dataclass(frozen=True, slots=True)
class SuggestedNeed:
    """A potential need: one per category, with the questions that led to it and what else it could be."""

    category: NeedCategory
    level: SensitivityLevel
    link_ids: tuple[str, ...]
    other_categories: tuple[NeedCategory, ...] = ()
    state: NeedState = NeedState.IDENTIFIED

    @property
    def domain(self) -> NeedDomain:
        """The family of needs: suggestions of one domain are one case for the navigator."""
        return domain_of(self.category)


@dataclass(frozen=True, slots=True)
class Mark:
    """A positive answer or score that marks something without being a need to refer."""

    link_id: str
    kind: ItemKind
    level: SensitivityLevel
    category: NeedCategory | None = None


@dataclass(frozen=True, slots=True)
class _Lead:
    category: NeedCategory
    level: SensitivityLevel
    link_id: str
    alternatives: tuple[NeedCategory, ...] = ()


def suggest_needs(instrument: Instrument, answers: Mapping[str, Answer]) -> tuple[SuggestedNeed, ...]:
    """Potential needs in the order of the questions; two positive answers to one category are one need."""
    printed = [item.link_id for item in instrument]
    leads = [*_leads_of_items(instrument, answers), *_leads_of_scores(instrument, answers)]
    leads.sort(key=lambda lead: printed.index(lead.link_id))
    state = NeedState.HELP_DECLINED if wants_help(instrument, answers) is False else NeedState.IDENTIFIED
    return tuple(
        _merged(category, [lead for lead in leads if lead.category is category], state)
        for category in dict.fromkeys(lead.category for lead in leads)
    )


def access_flags(instrument: Instrument, answers: Mapping[str, Answer]) -> tuple[Mark, ...]:
    """Interpreter, translated material and accommodation: they change how we help, not what is referred."""
    return tuple(_marks(instrument, answers, ItemKind.ACCESS_FLAG))


def clinical_flags(
    instrument: Instrument, answers: Mapping[str, Answer], *, is_adult: bool | None = None
) -> tuple[Mark, ...]:
    """Positive answers and scores that go to a clinician, never to a community organization."""
    scores = (
        Mark(result.rule.link_id, ItemKind.CLINICAL, result.level)
        for result in score(instrument, answers, is_adult=is_adult)
        if result.rule.kind is ItemKind.CLINICAL and result.is_positive
    )
    return (*_marks(instrument, answers, ItemKind.CLINICAL), *scores)


def _leads_of_items(instrument: Instrument, answers: Mapping[str, Answer]) -> Iterator[_Lead]:
    for item in instrument:
        if item.kind is not ItemKind.NEED:
            continue
        for option in chosen_options(item, answers):
            if option.need:
                yield _lead(item, option)


def _lead(item: Item, option: Option) -> _Lead:
    if option.category is not None:
        return _Lead(option.category, level_of_item(item), item.link_id)
    return _Lead(item.categories[0], level_of_item(item), item.link_id, item.categories[1:])


def _leads_of_scores(instrument: Instrument, answers: Mapping[str, Answer]) -> Iterator[_Lead]:
    for result in score(instrument, answers):
        rule = result.rule
        if rule.kind is ItemKind.NEED and rule.category is not None and result.is_positive:
            for link_id in rule.members:
                yield _Lead(rule.category, result.level, link_id)


def _merged(category: NeedCategory, leads: Collection[_Lead], state: NeedState) -> SuggestedNeed:
    return SuggestedNeed(
        category=category,
        level=highest(level_of(category), *(lead.level for lead in leads)),
        link_ids=tuple(dict.fromkeys(lead.link_id for lead in leads)),
        other_categories=tuple(dict.fromkeys(other for lead in leads for other in lead.alternatives)),
        state=state,
    )


def _marks(instrument: Instrument, answers: Mapping[str, Answer], kind: ItemKind) -> Iterator[Mark]:
    for item in instrument:
        if item.kind is kind and any(option.need for option in chosen_options(item, answers)):
            category = item.categories[0] if item.categories else None
            yield Mark(item.link_id, kind, level_of_item(item), category)
