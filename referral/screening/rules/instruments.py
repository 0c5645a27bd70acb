"""An instrument as the rules see it: questions in their printed order, options, and derived scores."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from referral.people.rules import NeedCategory, NeedDomain, SensitivityLevel, domain_of
from referral.screening.rules.vocabulary import ItemKind, ScoreMethod, Urgency


@dataclass(frozen=True, slots=True)
class Coding:
    """A code of a terminology, with the words shown for it."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; `need` is None where an answer counts only through a score."""

    coding: Coding
    need: bool | None = None
    category: NeedCategory | None = None
    score: Decimal | None = None
    wants_help: bool | None = None
    is_declined: bool = False
    is_exclusive: bool = False
    urgency: Urgency | None = None

    @property
    def code(self) -> str:
        """The code that is stored when this option is chosen."""
        return self.coding.code

    @property
    def text(self) -> str:
        """The words read to the person."""
        return self.coding.display


@dataclass(frozen=True, slots=True)
class Item:
    """One question; `categories` are its proposed need categories, the most likely first."""

    link_id: str
    text: str
    kind: ItemKind
    section: str
    options: tuple[Option, ...]
    code: Coding | None = None
    number: str = ""
    panel: str | None = None
    categories: tuple[NeedCategory, ...] = ()
    level: SensitivityLevel = SensitivityLevel.L1
    level_until_cause: SensitivityLevel | None = None
    must_ask_alone: bool = False
    is_required: bool = True
    is_multiple: bool = False
    note: str = ""
    unverified: tuple[str, ...] = ()

    def option(self, code: str) -> Option | None:
        """The option with this code, or None."""
        return next((option for option in self.options if option.code == code), None)

    @property
    def domain(self) -> NeedDomain | None:
        """The family of needs the question asks about; None for questions that find no need."""
        return domain_of(self.categories[0]) if self.categories else None

    @property
    def is_safety(self) -> bool:
        """True for questions about interpersonal safety."""
        return self.level is SensitivityLevel.L3


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """A derived item: computed from its members, never asked."""

    link_id: str
    text: str
    kind: ItemKind
    method: ScoreMethod
    members: tuple[str, ...]
    code: Coding | None = None
    category: NeedCategory | None = None
    unit: str = ""
    positive_at_least: Decimal | None = None
    positive_below: Decimal | None = None
    positive_answer: Coding | None = None
    negative_answer: Coding | None = None
    is_for_adults: bool = False
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one instrument; an answered screening keeps the version that was shown."""

    url: str
    version: str
    name: str
    title: str
    status: str
    publisher: str
    copyright: str
    items: tuple[Item, ...]
    scores: tuple[ScoreRule, ...] = ()
    language: str = "en"
    published_languages: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    """ISO 3166-2 codes (US-NC) of the states that ask for this instrument."""
    derived_from: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def item(self, link_id: str) -> Item | None:
        """The question with this link id, or None."""
        return next((item for item in self.items if item.link_id == link_id), None)

    @property
    def panels(self) -> tuple[str, ...]:
        """The link ids of the panels, in order; empty where the instrument has none."""
        return tuple(dict.fromkeys(item.panel for item in self.items if item.panel))

    def narrowed_to(self, panels: Collection[str]) -> "Instrument":
        """The same instrument with these panels only, such as the ten core questions of the AHC tool."""
        items = tuple(item for item in self.items if item.panel in panels)
        kept = {item.link_id for item in items}
        return replace(
            self, items=items, scores=tuple(score for score in self.scores if kept.issuperset(score.members))
        )
