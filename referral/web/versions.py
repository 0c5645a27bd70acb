"""Lost updates: whoever changes a record names the version they saw, by If-Match or by a hidden field of the form.

None named: 428. An older one: `Stale` (412): the page shows both texts, the API answers with what is saved now.
"""

import re
from typing import Any

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, PreconditionRequired

from referral.foundation.refusals import Refused
from referral.web.guard import View, permission_of, wants_json
from referral.web.transaction import db, keep_so_far, me

FIELD = "version"
TAG = re.compile(r'(?:W/)?"(\d{1,18})"|(\d{1,18})')
EDITS = frozenset({"PUT", "PATCH"})
MOST_BYTES = 256 * 1024


def one_writer(view: View) -> View:
    """Declare that only one person ever writes this record, choice by choice: there is nobody to overwrite."""
    view.has_one_writer = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def edits(view: View) -> View:
    """Declare that this door changes what somebody reads, though it is neither PUT nor PATCH: it names a version."""
    view.is_edit = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def is_edit(view: object, method: str) -> bool:
    """Whether a request by this method to this view must name a version."""
    return (method in EDITS and not getattr(view, "has_one_writer", False)) or getattr(view, "is_edit", False)


def asked() -> int:
    """Return the version that the request says it changes; raises PreconditionRequired (428)."""
    found = TAG.fullmatch(_named().strip())
    if found is None:
        raise PreconditionRequired(
            "Send If-Match with the version that you read."
            if wants_json()
            else "This page did not say which version it shows."
        )
    return int(found[1] or found[2])


def asked_if_any() -> int | None:
    """Return the version that the request names, or None where it names none: for deeds that a state guards too."""
    return asked() if _named() else None


def require() -> None:
    """Before every edit by a program: it names a version, unless the view has one writer only."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and wants_json() and is_edit(view, request.method):
        asked()


def tag(response: Response) -> Response:
    """After each answer of the API: a record with a version carries it as its ETag."""
    is_record = response.mimetype == "application/json" and response.status_code in {200, 201}
    if is_record and wants_json() and not response.direct_passthrough and "ETag" not in response.headers:
        data = response.get_data()
        version = _version_in(data) if len(data) <= MOST_BYTES else None
        if version is not None:
            response.headers["ETag"] = f'"{version}"'
    return response


def saved_now() -> Any:
    """Return what a GET of this address answers now, if the asker may open it, else None; its read is written down."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(method="GET") if adapter else ("", {})
        permission = permission_of(current_app, endpoint)
    except (HTTPException, KeyError):
        return None
    db().rollback()
    if permission is None or not (permission == "signed-in" or me().can(permission)):
        return None
    try:
        answer: Any = current_app.view_functions[endpoint](**values)
        saved = current_app.make_response(answer).get_json(silent=True)
    except Refused:
        return None
    keep_so_far()
    return saved


def _version_in(data: bytes) -> int | None:
    if b'"version"' not in data:
        return None
    document = current_app.json.loads(data)
    version = document.get(FIELD) if isinstance(document, dict) else None
    return version if isinstance(version, int) and not isinstance(version, bool) else None


def _named() -> str:
    return request.headers.get("If-Match", "") if wants_json() else request.form.get(FIELD, "")
