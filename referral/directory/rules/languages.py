"""Languages that listings state, as codes (BCP 47), whatever they were called."""

import re

from referral.directory.rules.text import fold

NAMES = {
    "en": "English", "es": "Spanish", "ht": "Haitian Creole", "vi": "Vietnamese", "zh": "Chinese", "ar": "Arabic",
    "fr": "French", "ko": "Korean", "ru": "Russian", "pt": "Portuguese", "hi": "Hindi", "gu": "Gujarati",
    "de": "German", "tl": "Tagalog", "so": "Somali", "sw": "Swahili", "ne": "Nepali", "my": "Burmese",
    "uk": "Ukrainian", "fa": "Persian", "ur": "Urdu", "ase": "American Sign Language",
}  # fmt: skip
# Codes of ISO 639-2, old and new, and other names for the same.
_CODES = {fold(name): code for code, name in NAMES.items()} | {
    "eng": "en", "spa": "es", "espanol": "es", "castilian": "es", "castellano": "es", "fra": "fr", "fre": "fr",
    "francais": "fr", "creole": "ht", "kreyol": "ht", "hat": "ht", "vie": "vi", "zho": "zh", "chi": "zh", "cmn": "zh",
    "yue": "zh", "mandarin": "zh", "cantonese": "zh", "ara": "ar", "kor": "ko", "rus": "ru", "por": "pt", "hin": "hi",
    "guj": "gu", "deu": "de", "ger": "de", "tgl": "tl", "som": "so", "swa": "sw", "nep": "ne", "mya": "my", "ukr": "uk",
    "fas": "fa", "farsi": "fa", "urd": "ur", "asl": "ase", "sign language": "ase",
}  # fmt: skip
_REMARK = re.compile(r"\([^()]*\)")
_BETWEEN = re.compile(r"[,;/&+]|\band\b|\s-\s")


def language_codes(code: str | None, name: str | None) -> set[str]:
    """The codes of what one row says; it may name several languages, each up to a remark such as *(limited)*."""
    if code and code.strip():
        known = _code(code)
        return {known or re.split("[-_]", code.strip())[0].casefold()}
    return {known for part in _BETWEEN.split(_REMARK.sub(" ", name or "")) if (known := _code(part))}


def _code(text: str) -> str | None:
    said = fold(text).strip()
    return said if said in NAMES else _CODES.get(said)


def language_name(code: str) -> str:
    """The English name of a language, or its code."""
    return NAMES.get(code, code)
