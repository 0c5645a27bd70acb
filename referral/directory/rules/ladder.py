"""What a search does when it finds nothing: one step wider at a time, and never a blank page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

WIDEST_MILES = 100.0


class Step(StrEnum):
    """How far a search had to go, from what was asked to the last resort."""

    AS_ASKED = "as_asked"
    ANY_WORD = "any_word"
    WHOLE_NEED = "whole_need"
    WIDER = "wider"
    COUNTY = "county"
    STATE_AND_VIRTUAL = "state_and_virtual"
    NOTHING = "nothing"


STEP_TEXT = {
    Step.ANY_WORD: "Nothing matches every word; showing what matches some.",
    Step.WHOLE_NEED: "Nothing matches the words; showing everything for this need.",
    Step.WIDER: "Nothing within the distance you chose; showing places farther away.",
    Step.COUNTY: "Nothing near; showing the whole county.",
    Step.STATE_AND_VIRTUAL: "Nothing near; showing statewide services and help by phone or online.",
    Step.NOTHING: "Nothing found. Call 211, and record the need as unmet so that it is counted.",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One search to try: what is relaxed, and how far it reaches in miles (None: no limit)."""

    step: Step
    needs_every_word: bool
    uses_words: bool
    miles: float | None
    is_countywide: bool = False
    is_statewide: bool = False


def attempts(*, miles: float, has_words: bool, has_needs: bool, has_place: bool) -> Iterator[Attempt]:
    """The searches to try, in order, until one finds something."""
    last = Attempt(Step.AS_ASKED, True, has_words, miles if has_place else None)
    yield last
    if has_words:
        last = replace(last, step=Step.ANY_WORD, needs_every_word=False)
        yield last
        if has_needs:
            last = replace(last, step=Step.WHOLE_NEED, uses_words=False)
            yield last
    if has_place:
        yield replace(last, step=Step.WIDER, miles=min(WIDEST_MILES, miles * 2))
        yield replace(last, step=Step.COUNTY, miles=None, is_countywide=True)
        yield replace(last, step=Step.STATE_AND_VIRTUAL, miles=None, is_statewide=True)
