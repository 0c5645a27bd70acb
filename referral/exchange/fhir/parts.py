"""The small parts that every FHIR resource is made of (hl7.org/fhir/R4/datatypes.html)."""

from collections.abc import Iterable
from typing import Any

from referral.exchange.fhir.systems import ABSENT, OBSERVATION_VALUE

Resource = dict[str, Any]
"""A resource, or a part of one, as JSON."""


def present(parts: Resource) -> Resource:
    """Leave out what has no value: FHIR knows neither null nor empty lists."""
    return {name: value for name, value in parts.items() if value is not None and value not in ([], {}, "")}


def coding(system: str, code: str, display: str = "") -> Resource:
    """Return one code of a system."""
    return present({"system": system, "code": code, "display": display})


def concept(*codings: Resource, text: str = "") -> Resource:
    """Return a CodeableConcept."""
    return present({"coding": list(codings), "text": text})


def reference(kind: str, id_: str) -> Resource:
    """Return a reference within this server."""
    return {"reference": f"{kind}/{id_}"}


def extension(url: str, kind: str, value: Any) -> list[Resource]:
    """Return the extension, or none where there is no value."""
    return [] if value is None or value == "" else [{"url": url, f"value{kind}": value}]


def masked() -> Resource:
    """Return what stands where something is required that this asker may not see."""
    return {"extension": extension(ABSENT, "Code", "masked")}


def meta(profiles: Iterable[str] = (), version: int | None = None, *, is_subset: bool = False) -> Resource:
    """Return a resource's meta; a resource of a list holds less than when it is read, and says so."""
    tags = [coding(OBSERVATION_VALUE, "SUBSETTED", "subsetted")] if is_subset else []
    return present({"versionId": None if version is None else str(version), "profile": [*profiles], "tag": tags})
