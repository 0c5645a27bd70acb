"""Reading an instrument from a FHIR R4 Questionnaire, with every mistake named at once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from referral.people.rules import NeedCategory, SensitivityLevel, highest, level_of
from referral.screening.rules import extensions as ext
from referral.screening.rules.extensions import Extension, Json
from referral.screening.rules.instruments import Coding, Instrument, Item, Option, ScoreRule
from referral.screening.rules.vocabulary import ItemKind, ScoreMethod, Urgency


class QuestionnaireInvalid(ValueError):
    """A Questionnaire that cannot be used; `errors` names each mistake and where it is."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


def read_questionnaire(raw: Json) -> Instrument:
    """The instrument in a FHIR R4 Questionnaire; `QuestionnaireInvalid` names all mistakes."""
    errors = [f"{name} is missing" for name in ("url", "version", "title", "status") if not raw.get(name)]
    if raw.get("resourceType") != "Questionnaire":
        errors.insert(0, "resourceType must be Questionnaire")
    items: list[Item] = []
    scores: list[ScoreRule] = []
    for element, panel in _leaves(raw.get("item", ()), None):
        try:
            if element.get("readOnly"):
                scores.append(_score(element))
            else:
                items.append(_item(element, panel))
        except (ValueError, KeyError, ArithmeticError) as error:
            errors.append(f"item {element.get('linkId', '?')}: {error}")
    errors += _contradictions(items, scores)
    if errors:
        raise QuestionnaireInvalid(errors)
    return _instrument(raw, tuple(items), tuple(scores))


def _leaves(elements: Any, panel: str | None) -> Iterator[tuple[Json, str | None]]:
    for element in elements:
        if element.get("type") == "group":
            yield from _leaves(element.get("item", ()), element.get("linkId"))
        elif element.get("type") != "display":
            yield element, panel


def _instrument(raw: Json, items: tuple[Item, ...], scores: tuple[ScoreRule, ...]) -> Instrument:
    return Instrument(
        url=raw["url"],
        version=raw["version"],
        name=raw.get("name", ""),
        title=raw["title"],
        status=raw["status"],
        publisher=raw.get("publisher", ""),
        copyright=raw.get("copyright", ""),
        items=items,
        scores=scores,
        language=raw.get("language", "en"),
        published_languages=tuple(ext.values(raw, Extension.PUBLISHED_LANGUAGE)),
        jurisdictions=tuple(
            coding["code"] for place in raw.get("jurisdiction", ()) for coding in place.get("coding", ())
        ),
        derived_from=tuple(raw.get("derivedFrom", ())),
        unverified=tuple(ext.values(raw, Extension.UNVERIFIED)),
    )


def _item(element: Json, panel: str | None) -> Item:
    if element.get("type") != "choice":
        raise ValueError(f"the type {element.get('type')!r} is not supported; only choice is")
    categories = _categories(element)
    declared = SensitivityLevel[ext.text(element, Extension.SENSITIVITY) or "L1"]
    until_cause = ext.text(element, Extension.SENSITIVITY_UNTIL_CAUSE)
    return Item(
        link_id=element["linkId"],
        text=element["text"],
        kind=ItemKind(ext.text(element, Extension.ITEM_KIND)),
        section=ext.text(element, Extension.DOMAIN),
        options=tuple(_option(option) for option in element.get("answerOption", ())),
        code=_code(element),
        number=element.get("prefix", ""),
        panel=panel,
        categories=categories,
        level=highest(declared, *(level_of(category) for category in categories)),
        level_until_cause=SensitivityLevel[until_cause] if until_cause else None,
        must_ask_alone=bool(ext.flag(element, Extension.ASK_ALONE)),
        is_required=bool(element.get("required")),
        is_multiple=bool(element.get("repeats")),
        note=ext.text(element, Extension.NOTE),
        unverified=tuple(ext.values(element, Extension.UNVERIFIED)),
    )


def _option(raw: Json) -> Option:
    categories = _categories(raw)
    urgency = ext.text(raw, Extension.URGENT)
    return Option(
        coding=ext.coding(raw.get("valueCoding")),
        need=ext.flag(raw, Extension.NEED),
        category=categories[0] if categories else None,
        score=ext.decimal(raw, Extension.ORDINAL_VALUE),
        wants_help=ext.flag(raw, Extension.WANTS_HELP),
        is_declined=bool(ext.flag(raw, Extension.DECLINED)),
        is_exclusive=bool(ext.flag(raw, Extension.OPTION_EXCLUSIVE)),
        urgency=Urgency(urgency) if urgency else None,
    )


def _score(element: Json) -> ScoreRule:
    rule = next((found for found in element.get("extension", ()) if found.get("url") == Extension.DERIVED_SCORE), None)
    if rule is None:
        raise ValueError("a read-only item must say how it is derived")
    categories = _categories(element)
    return ScoreRule(
        link_id=element["linkId"],
        text=element["text"],
        kind=ItemKind(ext.text(element, Extension.ITEM_KIND)),
        method=ScoreMethod(ext.text(rule, "method")),
        members=tuple(ext.values(rule, "member")),
        code=_code(element),
        category=categories[0] if categories else None,
        unit=(ext.value(element, Extension.UNIT) or {}).get("code", ""),
        positive_at_least=ext.decimal(rule, "positive-at-least"),
        positive_below=ext.decimal(rule, "positive-below"),
        positive_answer=_optional_coding(rule, "positive-answer"),
        negative_answer=_optional_coding(rule, "negative-answer"),
        is_for_adults=ext.text(rule, "applies-to") == "adults",
        unverified=tuple(ext.values(element, Extension.UNVERIFIED)),
    )


def _categories(element: Json) -> tuple[NeedCategory, ...]:
    return tuple(NeedCategory(found["code"]) for found in ext.values(element, Extension.NEED_CATEGORY))


def _code(element: Json) -> Coding | None:
    codes = element.get("code", ())
    return ext.coding(codes[0]) if codes else None


def _optional_coding(element: Json, url: str) -> Coding | None:
    found = ext.value(element, url)
    return None if found is None else ext.coding(found)


def _contradictions(items: list[Item], scores: list[ScoreRule]) -> Iterator[str]:
    link_ids = [item.link_id for item in items] + [score.link_id for score in scores]
    if not items:
        yield "there is no question"
    for link_id, times in Counter(link_ids).items():
        if times > 1:
            yield f"item {link_id}: the link id is used {times} times"
    for item in items:
        yield from _contradictions_of_item(item)
    asked = {item.link_id: item for item in items}
    for score in scores:
        yield from _contradictions_of_score(score, asked)


def _contradictions_of_item(item: Item) -> Iterator[str]:
    codes = Counter(option.code for option in item.options)
    if len(codes) < 2:
        yield f"item {item.link_id}: there must be at least two answers to choose from"
    for code, times in codes.items():
        if times > 1:
            yield f"item {item.link_id}: the answer {code} is offered {times} times"
    for option in item.options:
        if option.is_declined and option.need is not None:
            yield f"item {item.link_id}: a declined answer is neither positive nor negative ({option.code})"
        if item.kind is ItemKind.NEED and option.need and not (option.category or item.categories):
            yield f"item {item.link_id}: the answer {option.code} is a need without a category"


def _contradictions_of_score(score: ScoreRule, asked: dict[str, Item]) -> Iterator[str]:
    for member in score.members:
        item = asked.get(member)
        if item is None:
            yield f"item {score.link_id}: {member} is not a question of this instrument"
        elif score.method is not ScoreMethod.ANY_NEED and any(
            option.score is None and not option.is_declined for option in item.options
        ):
            yield f"item {score.link_id}: an answer of {member} has no value"
