"""The state of a form: what the person typed, and what is wrong with it, in plain words at each field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

NOT_ANSWERS = frozenset({"csrf_token"})
NOT_READ = frozenset({"version"})
"""Kept with what was typed, but read by `versions.asked`, not by a schema."""
AS_TYPED = frozenset({"password", "new_password", "again"})
DATE_PARTS = ("year", "month", "day")
PLAIN_WORDS = {
    "Missing data for required field.": "This is needed.",
    "Field may not be null.": "This is needed.",
    "Not a valid integer.": "Write a whole number.",
    "Not a valid number.": "Write a number.",
    "Not a valid date.": "Write a real date: month, day and year.",
    "Not a valid datetime.": "Write a real date and time.",
    "Not a valid string.": "Write this as text.",
    "Not a valid boolean.": "Choose yes or no.",
    "Not a valid UUID.": "Choose one from the list.",
    "Not a valid email address.": "Write an email address like name@example.org.",
    "Unknown field.": "This field is not part of the form.",
}
PLAIN_PATTERNS = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.", "Write a number from {} to {}."),
        (r"Must be greater than or equal to (\S+)\.", "Write {} or more."),
        (r"Must be greater than (\S+)\.", "Write more than {}."),
        (r"Must be less than or equal to (\S+)\.", "Write {} or less."),
        (r"Longer than maximum length (\d+)\.", "Write at most {} characters."),
    )
]


@dataclass(frozen=True, slots=True)
class FormState:
    """A form as a page shows it: nothing typed yet, or what was typed with marshmallow's messages."""

    values: Mapping[str, Any] = field(default_factory=dict)
    messages: Mapping[str, Any] = field(default_factory=dict)
    is_stale: bool = False
    """Somebody else saved another version while this was typed."""
    labels: dict[str, str] = field(default_factory=dict)
    """What the page calls its fields, noted while they are drawn."""

    def call(self, name: str, label: str) -> None:
        """Note what the page calls a field."""
        self.labels[name] = label

    def label(self, name: str) -> str:
        """Return a field's label as it stands before its message; without one, the last word of its name."""
        label = self.labels.get(name) or label_of(name)
        return label if label.endswith(("?", ".", ":")) else f"{label}:"

    def version(self, known: int) -> str:
        """Return the version that the form was opened with; after a clash the one that is saved now."""
        seen = self.values.get("version", "") if not self.is_stale else ""
        return str(seen or known)

    def saved_meanwhile(self, name: str, known: object = None) -> str | None:
        """Return what somebody else saved in this field while another text was typed into it, else None."""
        if not self.is_stale or self.chosen(name) == self.chosen_in(known):
            return None
        return ", ".join(self.chosen_in(known))

    def as_typed(self) -> "FormState":
        """Return the form without comparing: where something is added, the list above shows what was saved."""
        return replace(self, is_stale=False)

    @staticmethod
    def chosen_in(known: object) -> list[str]:
        """Return what is known as a list of texts, empty where nothing is known."""
        several = known if isinstance(known, list | tuple | set | frozenset) else [known]
        return [text for text in map(written, several) if text]

    @property
    def errors(self) -> dict[str, str]:
        """Return one plain message a field, in schema order; a nested field is named lines.0.units."""
        return dict(_flatten(self.messages, ""))

    def value(self, name: str, known: object = None) -> str:
        """Return what was typed into a field; before the form was sent, what we already know."""
        if self.values:
            found = self.values.get(name, "")
            return str(found[-1] if found else "") if isinstance(found, list) else str(found)
        return written(known)

    def chosen(self, name: str, known: object = None) -> list[str]:
        """Return every choice made in a field that allows several."""
        found = self.values.get(name, []) if self.values else known
        if found is None or found == "":
            return []
        several = found if isinstance(found, list | tuple | set | frozenset) else [found]
        return [written(item) for item in several]

    def date_parts(self, name: str, known: date | None = None) -> tuple[str, str, str]:
        """Return (year, month, day) as typed into the three inputs of a date."""
        year, month, day = [*self.value(name, known).split("-"), "", ""][:3]
        return year, month.removeprefix("0"), day.removeprefix("0")

    def error(self, name: str) -> str | None:
        """Return the message of a field, or None."""
        return self.errors.get(name) if self.messages else None


def label_of(name: str) -> str:
    """Return the last word of a field's name as its message calls it: birth_on → Birth."""
    words = re.sub(r"_(on|at|id)$", "", name.rpartition(".")[2])
    return words.replace("_", " ").capitalize()


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return what a form sent: a text, or a list of texts where the input's name ends in `[]`.

    The three inputs of a date, born_on.year, born_on.month and born_on.day, come back as one born_on.
    """
    found: dict[str, Any] = {}
    for name in form:
        whole, _, part = name.rpartition(".")
        if whole and part in DATE_PARTS:
            found[whole] = _whole_date(form, whole)
        elif name not in NOT_ANSWERS:
            found[name.removesuffix("[]")] = form.getlist(name) if name.endswith("[]") else form[name]
    return found


def answers(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was really answered: spaces around it dropped (a password keeps its own), no empty fields."""
    trimmed = {name: value if name in AS_TYPED else _trimmed(value) for name, value in values.items()}
    return {name: value for name, value in trimmed.items() if value and name not in NOT_READ}


def field_id(name: str) -> str:
    """Return the HTML id of a field, also the anchor of its message in the error summary."""
    return "field-" + re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")


def written(value: object) -> str:
    """Write a value as its input would send it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _trimmed(value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [text.strip() for text in value if text.strip()]
    return value.strip()


def _whole_date(form: MultiDict[str, str], name: str) -> str:
    parts = [form.get(f"{name}.{part}", "").strip() for part in DATE_PARTS]
    return "-".join(part.zfill(2) for part in parts) if any(parts) else ""


def _flatten(messages: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flatten(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        yield path, " ".join(_plain(str(words)) for words in messages)
    else:
        yield path, str(messages)


def _plain(words: str) -> str:
    """Say a message plainly; a list of every code that a field would take helps nobody at a page."""
    if words.startswith("Must be one of:"):
        return PLAIN_WORDS["Not a valid UUID."]
    for pattern, plain in PLAIN_PATTERNS:
        if found := pattern.fullmatch(words):
            return plain.format(*found.groups())
    return PLAIN_WORDS.get(words, words)
