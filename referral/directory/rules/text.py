"""Text as people typed it elsewhere: cleaned for showing, folded for comparing."""

import html
import re
import unicodedata

# UTF-8 punctuation once read as code page 437 or 1252; seen in exports of several directories.
_MOJIBAKE = {
    "GÇÖ": "’", "GÇÿ": "‘", "GÇ£": "“", "GÇ¥": "”", "GÇô": "–", "GÇö": "—", "GÇó": "•", "GÇª": "…",
    "â€™": "’", "â€˜": "‘", "â€œ": "“", "â€\x9d": "”", "â€“": "–", "â€”": "—", "â€¢": "•", "â€¦": "…",
    "Â\xa0": " ",
}  # fmt: skip
_TWICE_ENCODED = re.compile("[ÃÂ][\x80-\xbf]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNSHOWN = re.compile(r"<!--.{0,2000}?-->|<(script|style)\b[^<>]{0,500}>.{0,2000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
# Most texts need none of the cleaning: printable ASCII without & < # and backslash.
_PLAIN = re.compile(r"[ !\"$%'-;=-\[\]-~]*")
_BREAK_TAG = re.compile(r"<\s*(?:br|/p|/li|/div)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_SOURCE_MARK = re.compile(r"#{3}[^#\n]{0,200}#{3}")
_SPACES = re.compile(r"[ \t\xa0]+")
_WORD = re.compile(r"[^\W_]+")
_NO_LONGER = re.compile(r"^\W*currently not active|\bno longer\b", re.IGNORECASE)


def clean(text: str) -> str:
    """The text without markup, control characters, broken encodings and padding; line breaks are kept."""
    if _PLAIN.fullmatch(text):
        return _SPACES.sub(" ", text).strip()
    text = _CONTROL.sub("", _SURROGATE.sub("\ufffd", text.lstrip("\ufeff")))
    text = _unmangled(text)
    text = text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    text = _BREAK_TAG.sub("\n", _UNSHOWN.sub(" ", _SOURCE_MARK.sub("", text)))
    text = html.unescape(_TAG.sub("", text))
    # Unescaping may bring forth what was cleaned above, so it happens once more.
    text = _CONTROL.sub("", _SURROGATE.sub("\ufffd", text))
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _unmangled(text: str) -> str:
    for broken, whole in _MOJIBAKE.items():
        text = text.replace(broken, whole)
    return _TWICE_ENCODED.sub(_decoded_again, text)


def _decoded_again(match: re.Match[str]) -> str:
    try:
        return match.group().encode("latin-1").decode("utf-8")
    except UnicodeError:
        return match.group()


def fold(text: str) -> str:
    """The text in lower case without accents, so that *Pañales* and *panales* are the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def words(text: str) -> list[str]:
    """The folded words and numbers of a text, in order; an apostrophe does not split a word."""
    return _WORD.findall(fold(text).replace("'", "").replace("’", ""))


def readable_name(name: str) -> str:
    """A name shouted in capitals, in title case; any other name as it stands."""
    letters = [letter for letter in name if letter.isalpha()]
    if len(letters) < 5 or not all(letter.isupper() for letter in letters):
        return name
    return " ".join(word if len(word) < 4 and word.isalpha() else word.capitalize() for word in name.split(" "))


def says_inactive(description: str) -> bool:
    """Whether a description says that the service has ended although its status says nothing."""
    return bool(_NO_LONGER.search(description))


def listing_title(service: str, organization: str, city: str | None) -> str:
    """What a result is called: a service named after its town is told by organization and place."""
    title = readable_name(service)
    if city and fold(service) == fold(city):
        return f"{readable_name(organization)} – {title}"
    return title
