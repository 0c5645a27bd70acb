"""The texts we send, one file a language: `templates/messages/<language>/<name>.txt`."""

from enum import StrEnum
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "messages"
FALLBACK = "en"


class Template(StrEnum):
    """What a message is for; never what the person needs."""

    HELP_ARRIVED = "help_arrived"
    LIST_LINK = "list_link"
    CONSENT_LINK = "consent_link"
    PAGE_LINK = "page_link"
    PHONE_CODE = "phone_code"
    OPT_OUT = "opt_out"
    HELP = "help"

    @property
    def is_reply(self) -> bool:
        """Whether it answers a text that the person has just sent, so that no quiet hours apply."""
        return self in {Template.OPT_OUT, Template.HELP}


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that every message is written in."""
    return tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))


def language_for(preferred: str | None) -> str:
    """Return the language we write to a person in: theirs (an IETF tag) if we have it, else English."""
    language = (preferred or "").split("-")[0].lower()
    return language if language in languages() else FALLBACK


@cache
def template_text(template: Template, language: str) -> str:
    """Return the text of a message before its values are filled in."""
    return (FOLDER / language / f"{template}.txt").read_text(encoding="utf-8").strip()
