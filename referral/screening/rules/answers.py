"""Answers: reading them, their level, which question comes next, and when a screening is complete."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from referral.people.rules import AnswerState, NeedCategory, SensitivityLevel, highest, level_of
from referral.screening.rules.instruments import Instrument, Item, Option
from referral.screening.rules.vocabulary import ItemKind, NotAskedReason


class AnswerRefused(ValueError):
    """An answer that the question does not offer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question; a declined answer keeps the instrument's own code where it has one."""

    link_id: str
    state: AnswerState
    codes: tuple[str, ...] = ()
    reason: NotAskedReason | None = None


def answer_with(item: Item, codes: Collection[str]) -> Answer:
    """The answer made of these options; `AnswerRefused` for what the question does not allow."""
    chosen = [_option(item, code) for code in dict.fromkeys(codes)]
    if not chosen:
        raise AnswerRefused("Choose an answer, or say that it was declined, unknown or not asked.")
    if len(chosen) > 1:
        _check_combination(item, chosen)
    state = AnswerState.DECLINED if chosen[0].is_declined else AnswerState.ANSWERED
    picked = {option.code for option in chosen}
    return Answer(item.link_id, state, tuple(option.code for option in item.options if option.code in picked))


def _option(item: Item, code: str) -> Option:
    option = item.option(code)
    if option is None:
        raise AnswerRefused(f"This question has no answer with the code {code}.")
    return option


def _check_combination(item: Item, chosen: Collection[Option]) -> None:
    if not item.is_multiple:
        raise AnswerRefused("This question takes one answer.")
    for option in chosen:
        if option.is_exclusive or option.is_declined:
            raise AnswerRefused(f"“{option.text}” cannot be combined with another answer.")


def declined(item: Item) -> Answer:
    """The person chose not to answer: screened, neither positive nor negative."""
    own = tuple(option.code for option in item.options if option.is_declined)[:1]
    return Answer(item.link_id, AnswerState.DECLINED, own)


def unknown(item: Item) -> Answer:
    """The person does not know; counts as declined."""
    return Answer(item.link_id, AnswerState.UNKNOWN)


def not_asked(item: Item, reason: NotAskedReason) -> Answer:
    """The question was not put; the person counts as not screened by it."""
    return Answer(item.link_id, AnswerState.NOT_ASKED, reason=reason)


def chosen_options(item: Item, answers: Mapping[str, Answer]) -> tuple[Option, ...]:
    """The options that were really answered; empty for declined, unknown and not asked."""
    answer = answers.get(item.link_id)
    if answer is None or answer.state is not AnswerState.ANSWERED:
        return ()
    return tuple(option for option in item.options if option.code in answer.codes)


def level_of_item(item: Item, cause: NeedCategory | None = None) -> SensitivityLevel:
    """The level of an answer; an urgent one that names no cause is L3 until its cause is recorded."""
    if item.level_until_cause is None:
        return item.level
    return item.level_until_cause if cause is None else highest(item.level, level_of(cause))


def reason_not_to_ask(item: Item, *, is_alone: bool, is_proxy: bool) -> NotAskedReason | None:
    """Why this question must not be put now, or None; `is_alone`: in private, not on a shared line."""
    if item.is_safety and is_proxy:
        return NotAskedReason.PROXY_ANSWERS
    if item.must_ask_alone and not is_alone:
        return NotAskedReason.NOT_PRIVATE
    return None


def may_ask(item: Item, *, is_alone: bool, is_proxy: bool) -> bool:
    """True when the question may be put to whoever answers, where they are."""
    return reason_not_to_ask(item, is_alone=is_alone, is_proxy=is_proxy) is None


def next_item(instrument: Instrument, answers: Mapping[str, Answer], *, is_alone: bool, is_proxy: bool) -> Item | None:
    """The first question in the printed order that has nothing recorded and may be asked; None at the end."""
    return next(
        (
            item
            for item in instrument
            if item.link_id not in answers and may_ask(item, is_alone=is_alone, is_proxy=is_proxy)
        ),
        None,
    )


def is_complete(instrument: Instrument, answers: Mapping[str, Answer]) -> bool:
    """True when every question that is not optional was answered, declined or is unknown to the person."""
    return all(_is_settled(answers.get(item.link_id)) for item in instrument if item.is_required)


def _is_settled(answer: Answer | None) -> bool:
    return answer is not None and answer.state is not AnswerState.NOT_ASKED


def wants_help(instrument: Instrument, answers: Mapping[str, Answer]) -> bool | None:
    """The person's own word on help; None when it was not asked or not answered, then ask for each need."""
    for item in instrument:
        if item.kind is ItemKind.WANTS_HELP:
            return next((option.wants_help for option in chosen_options(item, answers)), None)
    return None
