"""What is refused at the door, before any view reads it: text that cannot be kept, odd JSON, forms of other sites."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import abort, current_app, request
from marshmallow import Schema, ValidationError, fields

from referral.web.guard import wants_json

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
MOST_NESTED = 32
MOST_INTEGER = 2**63
FIRST_YEAR, LAST_YEAR = 1900, 2100
BAD_DAY = f"Write a date between {FIRST_YEAR} and {LAST_YEAR}."
DAY = re.compile(r"(\d{4})-\d\d-\d\d(?:[T ][\d:.,Z+-]*)?")
SURROGATE = re.compile("[\ud800-\udfff]")


def refuse_nul() -> None:
    """Refuse the one character that PostgreSQL text cannot hold, before a query or a stream stumbles over it."""
    if request.path.startswith("/webhooks/"):
        return  # what comes signed from outside is cleaned, not refused: a STOP must get through
    if any("\x00" in text for text in (request.path, *request.args.values(), *request.form.values())):
        abort(400, "The request contains a character that cannot be stored.")


def refuse_other_sites() -> None:
    """Refuse a form that another site sent (ASVS 3.5.1): browsers say where it came from. Programs bring a token."""
    if request.method in SAFE or wants_json():
        return
    site, origin = request.headers.get("Sec-Fetch-Site", "same-origin"), request.headers.get("Origin")
    ours = {request.host, urlsplit(str(current_app.config["PUBLIC_BASE_URL"])).netloc}
    if site not in {"same-origin", "none"} or (origin is not None and urlsplit(origin).netloc not in ours):
        abort(403)


def refuse_odd_json() -> None:
    """Refuse JSON that parsers read differently, numbers and text no column holds, and days nobody means (422)."""
    if not wants_json():
        return
    days = {name: BAD_DAY for name, text in request.args.items() if is_odd_day(text)}
    if days:
        raise ValidationError({"query": days})
    if not request.is_json:
        return
    try:
        found = json.loads(
            request.get_data(),
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_int=_integer,
            parse_float=_float,
        )
    except RecursionError:
        _refuse("It is nested too deeply.")
    except UnicodeDecodeError:
        abort(400, "The body is not UTF-8.")
    except json.JSONDecodeError:
        return  # the schema says what is wrong with it, or nobody reads it
    if not isinstance(found, dict):
        _refuse("Send an object.")
    for path, value in _walk(found):
        if isinstance(value, str):
            _look_at(path, value)


def check_days(loaded: Mapping[str, Any]) -> None:
    """Raise ValidationError for each day of a form outside 1900 to 2100."""
    odd = [name for name, value in loaded.items() if isinstance(value, date) and not is_year(value.year)]
    if odd:
        raise ValidationError({name: [BAD_DAY] for name in odd})


def refuse_odd_booleans(data: Any, *, schema: Schema, location: str, **_: Any) -> Any:
    """Return what a program sent; in JSON a yes or no is true or false, while numbers and texts are a form's (422)."""
    odd = _odd_booleans(fields.Nested(schema), data) if location == "json" else {}
    if odd:
        raise ValidationError(odd)
    return data


def is_odd_day(text: str) -> bool:
    """Whether the text is a date, and one outside 1900 to 2100."""
    found = DAY.fullmatch(text)
    return found is not None and not is_year(int(found[1]))


def is_year(year: int) -> bool:
    """Whether the year lies between 1900 and 2100."""
    return FIRST_YEAR <= year <= LAST_YEAR


def _odd_booleans(field: fields.Field[Any], value: Any) -> Any:
    """Return the message of each boolean that is none, as the schema would place it."""
    if isinstance(field, fields.Boolean) and not (value is None or isinstance(value, bool)):
        return [field.error_messages["invalid"]]
    within: dict[Any, Any] = {}
    if isinstance(field, fields.List) and isinstance(value, list):
        within = {place: _odd_booleans(field.inner, inner) for place, inner in enumerate(value)}
    elif isinstance(field, fields.Nested) and isinstance(value, dict):
        within = {name: _odd_booleans(inner, value.get(name)) for name, inner in field.schema.load_fields.items()}
    return {place: odd for place, odd in within.items() if odd}


def _look_at(path: str, text: str) -> None:
    if "\x00" in text or SURROGATE.search(text):
        raise ValidationError({"json": {path: ["This contains a character that cannot be stored."]}})
    if is_odd_day(text):
        raise ValidationError({"json": {path: [BAD_DAY]}})


def _walk(found: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key and value with where it stands, without recursion; refuses what is nested too deeply."""
    waiting: list[tuple[str, Any, int]] = [("", found, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > MOST_NESTED:
            _refuse("It is nested too deeply.")
        yield path, value
        if isinstance(value, dict):
            waiting += [(path, key, depth) for key in value]
            waiting += [(f"{path}.{key}".lstrip("."), inner, depth + 1) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{path}.{place}".lstrip("."), inner, depth + 1) for place, inner in enumerate(value)]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("A name stands twice in one object.")
    return found


def _integer(text: str) -> int:
    if len(text) > 20 or not -MOST_INTEGER <= int(text) < MOST_INTEGER:
        _refuse("A number is too large.")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse("A number is too large.")
    return number


def _no_number(text: str) -> NoReturn:
    _refuse(f"{text} is not a number.")


def _refuse(why: str) -> NoReturn:
    raise ValidationError({"json": [why]})
