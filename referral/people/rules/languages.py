"""The languages people ask for most in the United States: BCP 47 tags with their names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """A language as a list shows it: its tag, its English name and its own name."""

    tag: str
    name: str
    own_name: str
    is_right_to_left: bool = False


_ALL = (
    Language("en", "English", "English"),
    Language("es", "Spanish", "Español"),
    Language("ar", "Arabic", "العربية", is_right_to_left=True),
    Language("zh", "Chinese", "中文"),
    Language("vi", "Vietnamese", "Tiếng Việt"),
    Language("fr", "French", "Français"),
    Language("de", "German", "Deutsch"),
    Language("sw", "Swahili", "Kiswahili"),
    Language("ht", "Haitian Creole", "Kreyòl ayisyen"),
    Language("am", "Amharic", "አማርኛ"),
    Language("ase", "American Sign Language", "American Sign Language"),
    Language("bn", "Bengali", "বাংলা"),
    Language("fa", "Persian", "فارسی", is_right_to_left=True),
    Language("fil", "Filipino (Tagalog)", "Filipino"),
    Language("gu", "Gujarati", "ગુજરાતી"),
    Language("hi", "Hindi", "हिन्दी"),
    Language("hmn", "Hmong", "Hmoob"),
    Language("it", "Italian", "Italiano"),
    Language("ja", "Japanese", "日本語"),
    Language("jra", "Jarai", "Jarai"),
    Language("km", "Khmer", "ខ្មែរ"),
    Language("ko", "Korean", "한국어"),
    Language("lo", "Lao", "ລາວ"),
    Language("my", "Burmese", "မြန်မာ"),
    Language("ne", "Nepali", "नेपाली"),
    Language("nv", "Navajo", "Diné bizaad"),
    Language("pl", "Polish", "Polski"),
    Language("ps", "Pashto", "پښتو", is_right_to_left=True),
    Language("pt", "Portuguese", "Português"),
    Language("ru", "Russian", "Русский"),
    Language("rw", "Kinyarwanda", "Ikinyarwanda"),
    Language("so", "Somali", "Soomaali"),
    Language("ti", "Tigrinya", "ትግርኛ"),
    Language("uk", "Ukrainian", "Українська"),
    Language("ur", "Urdu", "اردو", is_right_to_left=True),
    Language("yo", "Yoruba", "Yorùbá"),
)

LANGUAGES: dict[str, Language] = {language.tag: language for language in _ALL}


def language_name(tag: str) -> str:
    """The English name of a tag; a region is ignored (es-MX is Spanish), an unlisted tag stays as it is."""
    language = LANGUAGES.get(tag) or LANGUAGES.get(tag.partition("-")[0])
    return tag if language is None else language.name
