"""The questions about who somebody is, as a form or a navigator asks them, with every choice there is."""

from dataclasses import dataclass

from referral.people.rules.demographics import DemographicKind, why_asked
from referral.people.rules.disability import DIFFICULTY_QUESTIONS
from referral.people.rules.languages import LANGUAGES
from referral.people.rules.race_ethnicity import RaceEthnicity, race_label
from referral.people.rules.sogi import GENDER_IDENTITIES, SEXUAL_ORIENTATIONS, Pronouns

Choices = tuple[tuple[str, str], ...]

_YES_NO: Choices = (("yes", "Yes"), ("no", "No"))
_LANGUAGE_CHOICES: Choices = tuple((tag, language.name) for tag, language in LANGUAGES.items())


@dataclass(frozen=True, slots=True)
class DemographicQuestion:
    """One question: its words, its choices (value, label), and whether several may be chosen."""

    kind: DemographicKind
    text: str
    choices: Choices
    is_multiple: bool = False
    has_detail: bool = False

    @property
    def why(self) -> str:
        """The reason for asking."""
        return why_asked(self.kind)

    def label_of(self, value: str) -> str:
        """The words of a choice."""
        return dict(self.choices).get(value, value)


QUESTIONS: tuple[DemographicQuestion, ...] = (
    DemographicQuestion(
        DemographicKind.RACE_ETHNICITY,
        "What is your race or ethnicity? Choose all that apply.",
        tuple((race.value, race_label(race)) for race in RaceEthnicity),
        is_multiple=True,
        has_detail=True,
    ),
    DemographicQuestion(DemographicKind.SPOKEN_LANGUAGE, "What language do you speak at home?", _LANGUAGE_CHOICES),
    DemographicQuestion(
        DemographicKind.WRITTEN_LANGUAGE, "In what language do you want to get letters and texts?", _LANGUAGE_CHOICES
    ),
    DemographicQuestion(DemographicKind.INTERPRETER, "Do you want an interpreter?", _YES_NO),
    *(
        DemographicQuestion(DemographicKind(f"disability_{difficulty}"), question.text, _YES_NO)
        for difficulty, question in DIFFICULTY_QUESTIONS.items()
    ),
    DemographicQuestion(
        DemographicKind.GENDER_IDENTITY,
        "What is your gender?",
        tuple((identity.value, option.label) for identity, option in GENDER_IDENTITIES.items()),
        has_detail=True,
    ),
    DemographicQuestion(
        DemographicKind.PRONOUNS,
        "How should people speak of you?",
        tuple((pronouns.value, pronouns.value) for pronouns in Pronouns),
        has_detail=True,
    ),
    DemographicQuestion(
        DemographicKind.SEXUAL_ORIENTATION,
        "Do you think of yourself as:",
        tuple((orientation.value, option.label) for orientation, option in SEXUAL_ORIENTATIONS.items()),
        has_detail=True,
    ),
)
