"""An error as a FHIR OperationOutcome (hl7.org/fhir/R4/operationoutcome.html): what went wrong, issue by issue."""

from collections.abc import Iterator, Mapping
from typing import Any

CONTENT_TYPE = "application/fhir+json"
CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "business-rule",
    428: "required",
    429: "throttled",
    503: "transient",
}
"""HTTP status -> code of http://hl7.org/fhir/issue-type."""
PLACES = frozenset({"json", "query", "_schema"})
"""Words that say where a field stood, not which one it is."""


def operation_outcome(
    status: int, title: str, detail: str = "", errors: Any = None, *, request_id: str = ""
) -> dict[str, Any]:
    """Return the outcome of a refused request: one issue for each field, or one for the whole."""
    code = CODES.get(status, "exception")
    told = list(_by_field(errors)) or [("", detail)]
    issues = [issue("error", code, title, diagnostics, expression) for expression, diagnostics in told]
    return {"resourceType": "OperationOutcome", **({"id": request_id} if request_id else {}), "issue": issues}


def issue(severity: str, code: str, text: str, diagnostics: str = "", expression: str = "") -> dict[str, Any]:
    """Return one issue."""
    found: dict[str, Any] = {"severity": severity, "code": code, "details": {"text": text}}
    found |= {"diagnostics": diagnostics} if diagnostics else {}
    return found | ({"expression": [expression]} if expression else {})


def _by_field(errors: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            yield from _by_field(inner, path if name in PLACES else (*path, str(name)))
    elif isinstance(errors, list):
        for inner in errors:
            yield from _by_field(inner, path)
    elif errors:
        yield ".".join(path), str(errors)
