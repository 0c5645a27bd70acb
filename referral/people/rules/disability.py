"""The six disability questions of the American Community Survey (US Census Bureau), never merged into one."""

from dataclasses import dataclass
from enum import StrEnum


class Difficulty(StrEnum):
    """What a person may have serious difficulty with."""

    HEARING = "hearing"
    SEEING = "seeing"
    REMEMBERING = "remembering"
    WALKING = "walking"
    DRESSING = "dressing"
    ERRANDS = "errands"


@dataclass(frozen=True, slots=True)
class DifficultyQuestion:
    """One yes or no question, its LOINC code and the age in years from which it is asked."""

    text: str
    loinc: str
    minimum_age: int = 0


DIFFICULTY_QUESTIONS: dict[Difficulty, DifficultyQuestion] = {
    Difficulty.HEARING: DifficultyQuestion("Are you deaf or do you have serious difficulty hearing?", "69856-3"),
    Difficulty.SEEING: DifficultyQuestion(
        "Are you blind or do you have serious difficulty seeing, even when wearing glasses?", "69857-1"
    ),
    Difficulty.REMEMBERING: DifficultyQuestion(
        "Because of a physical, mental, or emotional condition, do you have serious difficulty "
        "concentrating, remembering, or making decisions?",
        "69858-9",
        minimum_age=5,
    ),
    Difficulty.WALKING: DifficultyQuestion(
        "Do you have serious difficulty walking or climbing stairs?", "69859-7", minimum_age=5
    ),
    Difficulty.DRESSING: DifficultyQuestion("Do you have difficulty dressing or bathing?", "69860-5", minimum_age=5),
    Difficulty.ERRANDS: DifficultyQuestion(
        "Because of a physical, mental, or emotional condition, do you have difficulty doing errands alone "
        "such as visiting a doctor's office or shopping?",
        "69861-3",
        minimum_age=15,
    ),
}


def is_asked_at(difficulty: Difficulty, age: int) -> bool:
    """True when the survey asks this question of somebody of this age in years."""
    return age >= DIFFICULTY_QUESTIONS[difficulty].minimum_age
