"""What this FHIR server can do, said exactly (hl7.org/fhir/R4/capabilitystatement.html)."""

from collections.abc import Sequence

from referral.exchange.fhir.parts import Resource, present
from referral.exchange.fhir.systems import (
    FHIR_VERSION,
    HEALTHCARE_SERVICE_PROFILE,
    SERVICE_REQUEST_PROFILE,
    TASK_PROFILE,
)

PUBLISHED_ON = "2026-11-29"
"""Day of the last change of what is said here."""
HOW_A_TASK_CHANGES = (
    "PUT changes the status with businessStatus, statusReason and the one output of a completed Task; If-Match names"
    " the version that was read. Whatever else differs is refused (422), a status that cannot follow conflicts (409)."
)
SECURITY = (
    "A bearer token of the JSON API, on every request but this one. It acts for one user in one organization and sees"
    " what /api/v1 shows them, no more."
)


def capability_statement(base: str) -> Resource:
    """Return the statement; a test compares it with the doors that there are."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": PUBLISHED_ON,
        "kind": "instance",
        "software": {"name": "Referral"},
        "implementation": {"description": "Closed-loop social care referrals", "url": base},
        "fhirVersion": FHIR_VERSION,
        "format": ["application/fhir+json", "json"],
        "rest": [{"mode": "server", "security": {"description": SECURITY}, "resource": _resources()}],
    }


def _resources() -> list[Resource]:
    return [
        _resource("HealthcareService", ["read"], [HEALTHCARE_SERVICE_PROFILE]),
        _resource("Organization", ["read"]),
        _resource("Patient", ["read"]),
        _resource("Questionnaire", ["read", "search-type"], parameters={"url": "uri", "version": "token"}),
        _resource("ServiceRequest", ["read"], [SERVICE_REQUEST_PROFILE]),
        _resource("Task", ["read", "search-type", "update"], [TASK_PROFILE], _TASK_PARAMETERS)
        | {
            "documentation": HOW_A_TASK_CHANGES,
            "versioning": "versioned-update",
            "updateCreate": False,
            "searchInclude": ["Task:focus"],
        },
    ]


_TASK_PARAMETERS = {
    "_id": "token",
    "code": "token",
    "focus": "reference",
    "owner": "reference",
    "patient": "reference",
    "requester": "reference",
    "status": "token",
}


def _resource(
    kind: str,
    interactions: Sequence[str],
    profiles: Sequence[str] = (),
    parameters: dict[str, str] | None = None,
) -> Resource:
    return present(
        {
            "type": kind,
            "supportedProfile": [*profiles],
            "interaction": [{"code": code} for code in interactions],
            "versioning": "versioned" if kind in {"ServiceRequest", "Patient"} else "no-version",
            "searchParam": [{"name": name, "type": type_} for name, type_ in (parameters or {}).items()],
        }
    )
