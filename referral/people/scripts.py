"""What is read aloud or shown when somebody is asked for a consent: `seed/consents/<language>.json`, versioned."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.lists import format_list

from referral.people.rules.consents import ConsentScope
from referral.people.rules.needs import NeedDomain

FOLDER = Path(__file__).resolve().parents[2] / "seed" / "consents"
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Scripts:
    """All texts of one language; `is_reviewed` says whether a native speaker and a lawyer read them."""

    language: str
    version: str
    is_reviewed: bool
    texts: dict[str, str]
    titles: dict[str, str]
    domains: dict[str, str]
    page: dict[str, str]

    def text(self, scope: ConsentScope, *, about: Collection[NeedDomain] = (), **names: str) -> str:
        """Return the script of a scope with the names (organization, network, recipient) and kinds of need in it."""
        filled = {"network": "", "organization": "", "recipient": "", "domains": self.list_of(about), **names}
        return self.texts[scope.value].format_map(filled)

    def list_of(self, domains: Collection[NeedDomain]) -> str:
        """Return kinds of need as the language lists them."""
        return format_list([self.domains[domain.value] for domain in domains], locale=self.language)

    def title(self, scope: ConsentScope) -> str:
        """Return the short name of a scope."""
        return self.titles[scope.value]


@cache
def languages() -> tuple[str, ...]:
    """Return the languages in which every script exists."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def scripts_for(preferred: str | None) -> Scripts:
    """Return the scripts in the person's language if we have them, else in English."""
    language = (preferred or "").partition("-")[0].lower()
    return _load(language if language in languages() else FALLBACK)


@cache
def _load(language: str) -> Scripts:
    content: dict[str, Any] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return Scripts(
        language=content["language"],
        version=f"{content['version']} {content['language']}",
        is_reviewed=content["is_reviewed"],
        texts=content["scopes"],
        titles=content["titles"],
        domains=content["domains"],
        page=content["page"],
    )
