"""Urgent answers: what the asker does now, and with which numbers. Shown to the asker only."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from referral.people.rules import NeedCategory, NeedDomain, SensitivityLevel, domain_of
from referral.screening.rules.answers import Answer, chosen_options, level_of_item
from referral.screening.rules.instruments import Instrument, Item, Option
from referral.screening.rules.vocabulary import ItemKind, Urgency


@dataclass(frozen=True, slots=True)
class UrgentItem:
    """An urgent answer; `category` is None while its cause is unknown; `is_proposed`: urgent by our rule."""

    link_id: str
    level: SensitivityLevel
    category: NeedCategory | None
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A number to dial at once, checked before each release."""

    number: str
    name: str
    when: str


EMERGENCY = HelpLine("911", "Emergency services", "Somebody is in danger right now.")
CRISIS = HelpLine(
    "988", "Suicide and Crisis Lifeline", "Thoughts of suicide, or a mental health or substance use crisis."
)
COMMUNITY = HelpLine("2-1-1", "Community help line", "Food, shelter or utilities are needed today.")
VIOLENCE = HelpLine(
    "1-800-799-7233", "National Domestic Violence Hotline", "Afraid of being hurt by a partner or at home."
)


URGENT_CAUSES: dict[NeedCategory, str] = {
    NeedCategory.FOOD_INSECURITY: "No food for tonight",
    NeedCategory.HOMELESSNESS: "No place to sleep tonight",
    NeedCategory.UTILITY_INSECURITY: "No heat, light or water at home",
    NeedCategory.TRANSPORTATION_INSECURITY: "No way to get to care today",
    NeedCategory.INTIMATE_PARTNER_VIOLENCE: "Afraid of a partner or ex-partner",
    NeedCategory.SDOH_CATEGORY_UNSPECIFIED: "Afraid of somebody else, or unsafe",
}
"""What can be urgent, in the words the asker chooses from."""


@dataclass(frozen=True, slots=True)
class ActNow:
    """The page an urgent answer opens: what to do, and every emergency number, the most fitting first."""

    steps: tuple[str, ...]
    lines: tuple[HelpLine, ...]


_RECORD = "Write down who made the first contact and when."
_STAY = "Stay on the line or in the room. Hand over to a named person yourself; do not give a link."
_CAUSE = "Ask what is urgent and record the cause: until then nobody else sees this answer."
_DANGER = "Ask whether it is safe to talk. If somebody is in danger now, call 911."
_RELEASE = "Offer to call the hotline together. Send nothing electronically without the person's release."
_TODAY = "Find what is open today and call it together with the person."


def urgent_items(instrument: Instrument, answers: Mapping[str, Answer]) -> tuple[UrgentItem, ...]:
    """The urgent answers, in the order of the questions."""
    return tuple(_urgent(instrument, answers))


def what_to_do_now(urgent: Collection[UrgentItem], cause: NeedCategory | None = None) -> ActNow | None:
    """What the asker does at once, or None when nothing is urgent; `cause` is what the person said since."""
    if not urgent:
        return None
    causes = [item.category or cause for item in urgent]
    domains = {found and domain_of(found) for found in causes}
    is_unknown = None in domains
    is_safety = is_unknown or NeedDomain.SAFETY in domains
    is_material = bool(domains - {NeedDomain.SAFETY})
    steps = (
        *([_CAUSE] if is_unknown else []),
        *([_DANGER, _RELEASE] if is_safety else []),
        *([_TODAY] if is_material else []),
        _STAY,
        _RECORD,
    )
    safety_first = (EMERGENCY, VIOLENCE, CRISIS, COMMUNITY)
    return ActNow(steps, safety_first if is_safety else (COMMUNITY, EMERGENCY, CRISIS, VIOLENCE))


def _urgent(instrument: Instrument, answers: Mapping[str, Answer]) -> Iterator[UrgentItem]:
    for item in instrument:
        for option in chosen_options(item, answers):
            if option.urgency is not None:
                yield UrgentItem(
                    item.link_id,
                    level_of_item(item),
                    _category(item, option),
                    option.urgency is Urgency.PROPOSED,
                )


def _category(item: Item, option: Option) -> NeedCategory | None:
    if item.kind is ItemKind.URGENT_FLAG:
        return None
    return option.category or next(iter(item.categories), None)
