"""The OpenAPI document made whole: what every door of the API shares is said once, and said of each."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from referral.web import idempotency, versions
from referral.web.errors import TITLES

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "description": "Messages by field."},
        "saved": {"description": "After 412: what is saved now, as a GET of the same address answers."},
        "request_id": {"type": "string"},
    },
}
NOTICE = {
    "type": "object",
    "description": "Where the answer discloses records of L2: the notice of 42 CFR 2.32, and what each rests on.",
    "required": ["text", "version", "is_checked", "consents"],
    "properties": {
        "text": {"type": "string"},
        "version": {"type": "string"},
        "is_checked": {"type": "boolean", "description": "Whether somebody compared the text with the Code."},
        "consents": {"type": "array", "items": {"type": "string"}},
    },
}
KEY = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    "description": "A random key of this request, kept for 24 hours. Sent again with the same body it gives the same"
    f" answer with `{idempotency.REPLAYED}: true` and no second effect; with another body or address 422;"
    " while the first is still under way 409.",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
    "description": "The ETag (version) of what was read. Missing: 428. Changed meanwhile: 412 with what is saved now.",
}
LIMITS = frozenset({"minimum", "maximum"})
LIBRARY_S_OWN = ("default", "422", 422)
PARAMETER = re.compile(r"<(?:[^<>:]+:)?(\w+)>")


def complete(app: Flask, document: dict[str, Any]) -> dict[str, Any]:
    """Add to each operation the header parameters it takes and every status it may answer with."""
    _plain(document)
    behind = views(app)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {"Problem": PROBLEM, "DisclosureNotice": NOTICE}
    document["components"]["responses"] = {
        f"Problem{status}": _problem(status) for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503)
    }
    for path, method, operation in _operations(document):
        view = behind.get((path, method.upper()))
        is_edit = view is not None and versions.is_edit(view, method.upper())
        parameters = operation.setdefault("parameters", [])
        parameters += [KEY] if method == "post" else []
        parameters += [IF_MATCH] if is_edit else []
        operation["responses"] = _answers(path, method, operation, is_edit=is_edit)
        _accompany(operation, schemas)
    return document


def _accompany(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> None:
    """Say of each answer that a notice may travel with it, beside what the answer has to say."""
    for answer in operation["responses"].values():
        shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
        named = schemas.get(shape.get("$ref", "").rpartition("/")[2], {})
        named.get("properties", {}).setdefault("notice", {"$ref": "#/components/schemas/DisclosureNotice"})


def _plain(part: Any) -> None:
    """Write limits as numbers, and none for amounts that travel as text."""
    if isinstance(part, list):
        for inner in part:
            _plain(inner)
    elif isinstance(part, dict):
        for name in [name for name in LIMITS & part.keys() if not isinstance(part[name], dict)]:
            limit = part.pop(name)
            if "string" not in part.get("type", ()):
                part[name] = int(limit) if limit == int(limit) else float(limit)
        for inner in part.values():
            _plain(inner)


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def views(app: Flask) -> dict[tuple[str, str], Any]:
    """Return the view behind each (path, METHOD) of the document."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    return {
        (PARAMETER.sub(r"{\1}", rule.rule), method): app.view_functions[rule.endpoint]
        for rule in rules
        for method in rule.methods or ()
    }


def _answers(path: str, method: str, operation: Mapping[str, Any], *, is_edit: bool) -> dict[str, Any]:
    own = {str(code): answer for code, answer in operation["responses"].items() if code not in LIBRARY_S_OWN}
    statuses = {400, 401, 403, 429, 503}
    statuses |= {404} if "{" in path or method != "get" else set()
    statuses |= {409, 422} if method != "get" or operation.get("parameters") else set()
    statuses |= {413, 415} if "requestBody" in operation else set()
    statuses |= {412, 428} if is_edit else {412} if method != "get" else set()
    named = {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)}
    return own | {status: answer for status, answer in named.items() if status not in own}


def _problem(status: int) -> dict[str, Any]:
    headers = {"Retry-After": {"schema": {"type": "string"}}} if status in {429, 503} else {}
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = {"description": TITLES.get(status, "The body is not JSON"), "content": content}
    return told | ({"headers": headers} if headers else {})
