"""The sheet of a screening: questions, answers and findings, as its reader may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from referral.foundation.refusals import NotFound
from referral.people import queries as people
from referral.people.models import Person
from referral.people.rules import AnswerState
from referral.screening import queries, rules
from referral.screening.models import Answer, Need, Screening, UrgentAnswer
from referral.screening.rules import DomainResult, Instrument, Item, Option, ScoreResult
from referral.screening.service.instruments import instrument_of


@dataclass(frozen=True, slots=True)
class Line:
    """One question on the sheet; `answer` is None while nothing is recorded."""

    item: Item
    answer: Answer | None
    chosen: tuple[Option, ...]


@dataclass(frozen=True)
class Sheet:
    """All that a page shows of one screening. What a reader may not see is not there, not even as a gap."""

    screening: Screening
    person: Person
    instrument: Instrument
    answers: Mapping[str, rules.Answer]
    lines: Sequence[Line]
    needs: Sequence[Need]
    denied: Sequence[Need]
    """Open needs that the answers deny: the person confirms whether they have ended, no form does."""
    urgent: Sequence[UrgentAnswer]

    def item(self, link_id: str | None) -> Item | None:
        """Return a question by its link id, to go back to it."""
        return self.instrument.item(link_id) if link_id else None

    def line(self, item: Item) -> Line | None:
        """Return the line of a question."""
        return next((line for line in self.lines if line.item == item), None)

    @cached_property
    def next_item(self) -> Item | None:
        """The question that comes next, or None at the end."""
        screening = self.screening
        return rules.next_item(self.instrument, self.answers, is_alone=screening.is_alone, is_proxy=screening.is_proxy)

    @property
    def recorded(self) -> int:
        """How many questions are dealt with."""
        return len(self.answers)

    @property
    def total(self) -> int:
        """How many questions the instrument has."""
        return len(self.instrument.items)

    @property
    def passed_over(self) -> Sequence[Item]:
        """Questions that were not put, or skipped for now."""
        settled = {link_id for link_id, answer in self.answers.items() if answer.reason is None}
        return [line.item for line in self.lines if line.item.link_id not in settled]

    @cached_property
    def scores(self) -> Sequence[ScoreResult]:
        """Scores with at least one question that was put and that the reader may see."""
        return [
            result
            for result in rules.score(self.instrument, self.answers)
            if any(self._was_put(member) for member in result.rule.members)
        ]

    @property
    def concerns(self) -> Sequence[ScoreResult]:
        """Scores that could not be computed although the answers given already reach the cut-off."""
        return [result for result in self.scores if result.is_concern]

    @property
    def domains(self) -> Sequence[DomainResult]:
        """What each domain says, where the reader may see at least one of its answers."""
        seen = {item.domain for item in self.instrument if item.link_id in self.answers}
        return [found for found in rules.domain_results(self.instrument, self.answers) if found.domain in seen]

    @property
    def access_flags(self) -> Sequence[Item]:
        """Questions whose answers ask for an interpreter or an accommodation."""
        return self._items(rules.access_flags(self.instrument, self.answers))

    @property
    def clinical_flags(self) -> Sequence[Item | rules.ScoreRule]:
        """Questions and scores that go to a clinician."""
        marks = rules.clinical_flags(self.instrument, self.answers)
        scores = {result.rule.link_id: result.rule for result in self.scores}
        return [*self._items(marks), *(scores[mark.link_id] for mark in marks if mark.link_id in scores)]

    def _was_put(self, link_id: str) -> bool:
        answer = self.answers.get(link_id)
        return answer is not None and answer.state is not AnswerState.NOT_ASKED

    def _items(self, marks: Sequence[rules.Mark]) -> Sequence[Item]:
        return [item for mark in marks if (item := self.instrument.item(mark.link_id)) is not None]


def sheet(session: Session, screening: Screening, *, reader: UUID | None) -> Sheet:
    """Return the sheet as `reader` (a user id) sees it: everything for the asker, for others what they may read."""
    person = people.visible(session, screening.person_id)
    if person is None:
        raise NotFound
    instrument = instrument_of(screening)
    rows = {row.link_id: row for row in queries.answers_of(session, screening.id)}
    answers = {row.link_id: rules.Answer(row.link_id, row.state, row.chosen, row.reason) for row in rows.values()}
    needs = queries.needs_behind(session, screening.id)
    denied = queries.open_needs(
        session,
        screening.person_id,
        finder=reader,
        categories=rules.negative_categories(instrument, answers),
    )
    is_asker = screening.asked_by_user_id == reader
    return Sheet(
        screening=screening,
        person=person,
        instrument=instrument,
        answers=answers,
        lines=[
            Line(item, rows.get(item.link_id), rules.chosen_options(item, answers))
            for item in instrument
            if is_asker or item.link_id in rows
        ],
        needs=needs,
        denied=[need for need in denied.values() if need not in needs],
        urgent=queries.urgent_answers_of(session, screening.id) if is_asker else (),
    )
