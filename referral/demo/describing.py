"""Who somebody says they are: asked of most, declined by some, not asked of a few, which are three different things."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from referral.demo.characters import RACES, Character
from referral.demo.stage import Stage
from referral.foundation.principal import Principal
from referral.people import service as people
from referral.people.models import Person
from referral.people.rules import AnswerSource, AnswerState, DemographicKind
from referral.people.rules.sogi import GenderIdentity, Pronouns, SexualOrientation


@dataclass(frozen=True)
class Habit:
    """How often a question is asked, how often it is declined, and what is answered with which weight."""

    asked: float
    declined: float
    answers: Sequence[tuple[str, float]]


def _yes(share: float) -> Sequence[tuple[str, float]]:
    return ("yes", share), ("no", 1 - share)


HABITS = {
    DemographicKind.SEXUAL_ORIENTATION: Habit(
        0.3,
        0.22,
        [
            (SexualOrientation.STRAIGHT, 0.9),
            (SexualOrientation.LESBIAN_OR_GAY, 0.04),
            (SexualOrientation.BISEXUAL, 0.05),
            (SexualOrientation.SOMETHING_ELSE, 0.01),
        ],
    ),
    DemographicKind.GENDER_IDENTITY: Habit(
        0.3, 0.1, [(GenderIdentity.FEMALE, 0.6), (GenderIdentity.MALE, 0.38), (GenderIdentity.NONBINARY, 0.02)]
    ),
    DemographicKind.PRONOUNS: Habit(0.15, 0.05, [(Pronouns.SHE, 0.6), (Pronouns.HE, 0.37), (Pronouns.THEY, 0.03)]),
    DemographicKind.DISABILITY_WALKING: Habit(0.3, 0.05, _yes(0.25)),
    DemographicKind.DISABILITY_SEEING: Habit(0.25, 0.04, _yes(0.08)),
    DemographicKind.DISABILITY_REMEMBERING: Habit(0.2, 0.08, _yes(0.14)),
}
"""Invented shares. Questions that are rarely asked on a first call are asked rarely here."""

SOURCES = (
    (AnswerSource.SELF_REPORTED, 0.88),
    (AnswerSource.PROXY, 0.08),
    (AnswerSource.PROVIDER, 0.04),
)


def describe(stage: Stage, person: Person, one: Character, *, by: Principal, at: datetime) -> None:
    """Ask who they are, and keep who answered."""
    random = one.random
    ((source, _),) = random.choices(SOURCES, [weight for _, weight in SOURCES])
    for kind, values in _answers(one):
        people.note_demographic(
            stage.session,
            person,
            kind,
            state=AnswerState.ANSWERED if values else AnswerState.DECLINED,
            values=values,
            source=source,
            by=by,
            at=at,
        )


def _answers(one: Character) -> Iterator[tuple[DemographicKind, list[str]]]:
    """Yield the questions that are asked, with what is answered; nothing is a refusal."""
    random = one.random
    if random.random() < 0.92 or one.group == "declined":
        yield DemographicKind.RACE_ETHNICITY, [race.value for race in RACES[one.group]]
    if random.random() < 0.93 or one.language != "en":
        yield DemographicKind.SPOKEN_LANGUAGE, [] if random.random() < 0.01 else [one.language]
        yield DemographicKind.INTERPRETER, ["yes" if one.needs_interpreter else "no"]
    for kind, habit in HABITS.items():
        if random.random() < habit.asked:
            ((answer, _),) = random.choices(habit.answers, [weight for _, weight in habit.answers])
            yield kind, [] if random.random() < habit.declined else [str(answer)]
