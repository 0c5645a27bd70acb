"""Reads the sentences that ask us to stop: patterns of words that a reviewer can read and correct as data.

A line is a class (`texts = text | message`) or a sentence (`^ <please>* stop <texts>`): `^` and `$` are the
ends of the clause, `a|b` is either word, `<class>` one of its phrases, `<class>?` at most one, `<class>*` any
number.
"""

import re
from collections.abc import Iterable, Mapping

TOKEN = re.compile(r"(<[a-z ]+>[*?]?|\S+)")
CLASS = re.compile(r"<([a-z ]+)>([*?]?)")


class StopSentences:
    """The sentences that ask us to stop texting."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """Hold compiled patterns, each of which reads one clause in plain words."""
        self._patterns = tuple(patterns)

    @classmethod
    def parse(cls, *texts: str) -> "StopSentences":
        """Read the pattern lines of one text a language; raises KeyError for a class nobody defined."""
        return cls(pattern for text in texts for pattern in _patterns(text))

    def match(self, clauses: Iterable[str]) -> bool:
        """Tell whether one of these clauses clearly asks us to stop texting."""
        return any(pattern.search(f"{clause} ") for clause in clauses for pattern in self._patterns)


def _patterns(text: str) -> Iterable[re.Pattern[str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    classes = {
        name.strip(): phrases for line in lines for name, is_class, phrases in [line.partition(" = ")] if is_class
    }
    for line in lines:
        if " = " not in line:
            yield re.compile("".join(_piece(token, classes) for token in _tokens(line)))


def _tokens(line: str) -> list[str]:
    tokens = TOKEN.findall(line)
    return tokens if tokens[0] == "^" else ["", *tokens]


def _piece(token: str, classes: Mapping[str, str]) -> str:
    """Return the regular expression of one token; every word is followed by one blank."""
    if token in ("^", "$"):
        return token
    if not token:
        return r"(?:^|(?<= ))"
    if named := CLASS.fullmatch(token):
        return f"(?:{_either(classes[named[1]])}){named[2]}"
    return _either(token)


def _either(phrases: str) -> str:
    return "(?:" + "|".join(f"{re.escape(phrase.strip())} " for phrase in phrases.split("|")) + ")"
