"""Languages that listings state, as codes (BCP 47), whatever they were called."""

from referral.directory.rules.text import fold

NAMES = {
    "en": "English", "es": "Spanish", "ht": "Haitian Creole", "vi": "Vietnamese", "zh": "Chinese", "ar": "Arabic",
    "fr": "French", "ko": "Korean", "ru": "Russian", "pt": "Portuguese", "hi": "Hindi", "gu": "Gujarati",
    "de": "German", "tl": "Tagalog", "so": "Somali", "sw": "Swahili", "ne": "Nepali", "my": "Burmese",
    "uk": "Ukrainian", "fa": "Persian", "ur": "Urdu", "ase": "American Sign Language",
}  # fmt: skip
_CODES = {fold(name): code for code, name in NAMES.items()} | {
    "espanol": "es",
    "creole": "ht",
    "asl": "ase",
    "mandarin": "zh",
}


def language_code(code: str | None, name: str | None) -> str | None:
    """The code of a language; names are understood up to a remark such as *(limited)*; None for others."""
    if code and code.strip():
        return code.strip().split("-")[0].casefold()
    return _CODES.get(fold((name or "").split("(")[0]).strip())


def language_name(code: str) -> str:
    """The English name of a language, or its code."""
    return NAMES.get(code, code)
