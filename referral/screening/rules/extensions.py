"""The FHIR extensions our instruments use, and how to read them.

Standard ones come from FHIR R4 (http://hl7.org/fhir/R4/extensibility-registry.html); the others are ours.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from referral.screening.rules.instruments import Coding

Json = Mapping[str, Any]

OWN = "https://referral.example/fhir/StructureDefinition/"
SDOHCC_CODES = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"


class Extension(StrEnum):
    """The address of each extension."""

    ITEM_KIND = OWN + "item-kind"
    DOMAIN = OWN + "domain"
    NEED_CATEGORY = OWN + "need-category"
    SENSITIVITY = OWN + "sensitivity"
    SENSITIVITY_UNTIL_CAUSE = OWN + "sensitivity-until-cause-recorded"
    ASK_ALONE = OWN + "ask-alone"
    SHOWN_TO = OWN + "shown-to"
    NOTE = OWN + "note"
    UNVERIFIED = OWN + "unverified"
    WORDING_SOURCE = OWN + "wording-source"
    PUBLISHED_LANGUAGE = OWN + "published-language"
    NEED = OWN + "need"
    WANTS_HELP = OWN + "wants-help"
    DECLINED = OWN + "declined"
    URGENT = OWN + "urgent"
    DERIVED_SCORE = OWN + "derived-score"
    ORDINAL_VALUE = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
    OPTION_EXCLUSIVE = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"
    UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"


def values(element: Json, url: str) -> list[Any]:
    """Every value of an extension on an element, in order."""
    return [_value(found) for found in element.get("extension", ()) if found.get("url") == url]


def value(element: Json, url: str) -> Any:
    """The first value of an extension on an element, or None."""
    return next(iter(values(element, url)), None)


def text(element: Json, url: str) -> str:
    """The first value of a text extension, or the empty text."""
    found = value(element, url)
    return found if isinstance(found, str) else ""


def flag(element: Json, url: str) -> bool | None:
    """The first value of a yes-or-no extension; None where it is not said."""
    found = value(element, url)
    if found is not None and not isinstance(found, bool):
        raise ValueError(f"{url} must be true or false")
    return found


def decimal(element: Json, url: str) -> Decimal | None:
    """The first value of a number extension, exact; None where it is not said."""
    found = value(element, url)
    return None if found is None else Decimal(str(found))


def coding(raw: Any) -> Coding:
    """A FHIR Coding; `ValueError` when it has no code."""
    if not isinstance(raw, Mapping) or not raw.get("code"):
        raise ValueError("a coding must have a code")
    return Coding(str(raw.get("system", "")), str(raw["code"]), str(raw.get("display", "")))


def _value(extension: Json) -> Any:
    return next((found for key, found in extension.items() if key.startswith("value")), None)
