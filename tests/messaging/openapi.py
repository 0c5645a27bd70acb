"""Twilio's own OpenAPI document as a judge: is this request, is this answer as the contract says?"""

import json
import re
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

DOCUMENT = Path(__file__).parent / "data" / "twilio_messages_only.json"
FORM = "application/x-www-form-urlencoded"
formats = FormatChecker(formats=())


@formats.checks("phone-number")
def _is_phone_number(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"\+[1-9]\d{6,14}", value) is not None


@formats.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


@formats.checks("date-time-rfc-2822", raises=(TypeError, ValueError))
def _is_rfc2822(value: object) -> bool:
    return not isinstance(value, str) or parsedate_to_datetime(value) is not None


class Contract:
    """The Messages part of Twilio's API."""

    @cached_property
    def document(self) -> dict[str, Any]:
        return json.loads(DOCUMENT.read_text(encoding="utf-8"))

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """Return the operation that this method and path name."""
        for template, item in self.document["paths"].items():
            pattern = re.sub(r"\{(\w+)\}", r"[^/]+", template.replace(".", r"\."))
            if re.fullmatch(pattern, path) and method.lower() in item:
                return item[method.lower()]
        return None

    def request_problems(self, operation: dict[str, Any], query: dict[str, Any], form: dict[str, Any]) -> list[str]:
        """Return what is wrong with a request: wrong kinds, missing or unknown parameters."""
        asked = {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "query"}
        schema = operation.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {})
        return _problems({"properties": asked}, query, self) + _problems(schema, form, self)

    def answer_problems(self, operation: dict[str, Any], status: int, answer: object) -> list[str]:
        """Return what is wrong with a success answer."""
        declared = operation["responses"].get(str(status))
        if declared is None:
            return [f"status {status} is not declared"]
        content = declared.get("content")
        if content is None:
            return [] if answer is None else ["an answer without content was declared"]
        return _violations(self.resolved(content["application/json"]["schema"]), answer)

    def resolved(self, schema: Any) -> Any:
        """Return an OpenAPI 3.0 schema as JSON Schema: references in place, `nullable` as a type."""
        if isinstance(schema, list):
            return [self.resolved(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self.resolved(self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        plain = {key: self.resolved(value) for key, value in schema.items()}
        if plain.pop("nullable", False) is True:
            plain["type"] = [plain["type"], "null"]
        return plain


def _problems(schema: dict[str, Any], values: dict[str, Any], contract: Contract) -> list[str]:
    known = contract.resolved(schema).get("properties", {})
    unknown = [f"unknown parameter {name}" for name in values if name not in known]
    typed = {name: _typed(value, known[name]) for name, value in values.items() if name in known}
    return unknown + _violations(contract.resolved(schema), typed)


def _violations(schema: dict[str, Any], value: object) -> list[str]:
    errors = Draft202012Validator(schema, format_checker=formats).iter_errors(value)
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors]


def _typed(value: str, schema: dict[str, Any]) -> object:
    """Read a form value as the kind that its schema asks for; what cannot be read stays text and fails."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if schema.get("type") == "boolean" and value in ("true", "false"):
        return value == "true"
    return [value] if schema.get("type") == "array" else value
