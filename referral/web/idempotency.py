"""Idempotency-Key: a POST of the API that is sent twice has one effect and one answer.

Same key and body: the kept answer, marked as replayed. Same key, other body or address: 422. While the first is still
under way: 409. Refused requests (400 and above) keep nothing, because they changed nothing: they may be tried again.
"""

import re
from collections.abc import Callable
from functools import partial

from flask import Response, abort, current_app, g, request

from referral.foundation import clock, kept_answers
from referral.foundation.kept_answers import IdempotencyKey
from referral.foundation.principal import Principal
from referral.web.errors import problem
from referral.web.guard import wants_json
from referral.web.transaction import db, me, settle

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
FITS = re.compile(r"[\x21-\x7e]{1,255}")


def replay() -> Response | None:
    """Before a POST of the API: give the kept answer, or promise to keep the one to come."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or not wants_json() or me().user_id is None:
        return None
    if not FITS.fullmatch(key):
        abort(422, f"{HEADER}: 1 to 255 visible characters, a random UUID is best.")
    key_hash = kept_answers.hash_of(key.encode())
    if not kept_answers.lock(db(), me(), key_hash):
        abort(_in_flight())
    kept = kept_answers.find(db(), me(), key_hash, at=clock.now())
    if kept is None:
        g.before_commit = partial(_keep, key_hash, kept_answers.hash_of(request.get_data()))
        return None
    return _answer_again(kept)


def _answer_again(kept: IdempotencyKey) -> Response:
    if (kept.request, kept.body_hash) != (_request(), kept_answers.hash_of(request.get_data())):
        abort(422, f"This {HEADER} was used for another request. Make a new key for each request.")
    if kept.answer is None:
        abort(409, "This was done before. Its answer is not shown again, because a consent has ended: read the record.")
    report: Callable[[Principal, IdempotencyKey], None] = current_app.extensions["report_replayed"]
    report(me(), kept)
    response = Response(kept.answer, status=kept.status, headers={**kept.headers, REPLAYED: "true"})
    settle(response)
    return response


def _keep(key_hash: bytes, body_hash: bytes, response: Response) -> None:
    who = me()
    db().add(
        IdempotencyKey(
            user_id=who.user_id,
            organization_id=who.organization_id,
            network_id=who.network_id,
            key_hash=key_hash,
            request=_request(),
            body_hash=body_hash,
            status=response.status_code,
            headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
            answer=response.get_data(as_text=True),
            created_at=clock.now(),
        )
    )


def _request() -> str:
    return f"{request.method} {request.full_path.rstrip('?')}"


def _in_flight() -> Response:
    return problem(409, "The first request with this key is still under way.", headers={"Retry-After": "1"})
