"""Comparing names as people say and spell them."""

import re
import unicodedata

import jellyfish

_SUFFIXES = {
    "jr": "Jr",
    "junior": "Jr",
    "sr": "Sr",
    "senior": "Sr",
    "ii": "II",
    "2nd": "II",
    "iii": "III",
    "3rd": "III",
    "iv": "IV",
    "4th": "IV",
}

# Names that people are called for short, in English and Spanish; a bar stands between two names.
_SHORT = """
alexander alex sandy|andrew andy drew|anthony tony|barbara barb|benjamin ben benny
catherine katherine cathy kathy kate katie|charles charlie chuck|christopher chris|daniel dan danny
david dave davey|deborah debbie deb|donald don donnie|dorothy dot|edward ed eddie ted ned
elizabeth liz lizzie beth betty eliza|frederick fred|gregory greg|james jim jimmy jamie|jeffrey jeff
jennifer jen jenny|jessica jess jessie|john jack johnny|joseph joe joey|joshua josh|kenneth ken kenny
lawrence larry|margaret maggie meg peggy|matthew matt|michael mike mikey|nicholas nick|patricia pat patty trish
patrick pat|peter pete|rebecca becky|richard rick dick rich|robert bob bobby rob robbie|ronald ron
samuel sam sammy|stephen steven steve|susan sue|theodore ted teddy|thomas tom tommy|timothy tim|victoria vicky
vincent vince|william will bill billy liam|alberto beto|antonio tono|concepcion concha|dolores lola|eduardo lalo
enrique quique|francisco paco pancho kiko|graciela chela|guadalupe lupe lupita|guillermo memo|ignacio nacho
jesus chuy|jose pepe|luis lucho|manuel manolo|mercedes meche|rafael rafa|roberto beto|rosario chayo|sergio checo
"""
_SHORT_NAMES = [frozenset(names.split()) for line in _SHORT.splitlines() for names in line.split("|") if names]


def is_person_number(words: str) -> bool:
    """Whether somebody typed the number we gave a person, such as P-7F3K2Q, rather than a name."""
    return re.fullmatch(r"P-[0-9A-Z]{6}", words.strip().upper()) is not None


def fold_name(name: str) -> str:
    """The name in lower case without accents, punctuation and double blanks: José-María is jose maria."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    kept = "".join(sign if sign.isalnum() else "" if sign in "'’." else " " for sign in bare.casefold())
    return " ".join(kept.split())


def split_suffix(family_name: str) -> tuple[str, str | None]:
    """The folded family name and its generation: Smith, Jr. is (smith, Jr)."""
    words = fold_name(family_name).split()
    if len(words) > 1 and words[-1] in _SUFFIXES:
        return " ".join(words[:-1]), _SUFFIXES[words[-1]]
    return " ".join(words), None


def split_name(text: str) -> dict[str, str]:
    """Read “Garcia, Maria” and “Maria Garcia” as given and family name; one word alone is the family name."""
    last, comma, first = (part.strip() for part in text.partition(","))
    if comma:
        return {"given_name": first, "family_name": last}
    *first_words, last_word = text.split() or [""]
    return {"given_name": " ".join(first_words), "family_name": last_word}


def sound_of(name: str) -> str:
    """How a name sounds (metaphone), so that Catherine is looked up beside Katherine."""
    return str(jellyfish.metaphone(fold_name(name)))


def likeness(one: str, other: str) -> float:
    """How alike two folded names are, 0 to 1 (Jaro-Winkler, or one being a part of the other)."""
    if one == other:
        return 1.0
    if any({one, other} <= names for names in _SHORT_NAMES):
        return 0.93  # Bob and Robert
    if set(one.split()) < set(other.split()) or set(other.split()) < set(one.split()):
        return 0.95  # García and García López: a second name is often left out
    if one.startswith(other) or other.startswith(one):
        return 0.9  # somebody typed the beginning
    return float(jellyfish.jaro_winkler_similarity(one, other))
