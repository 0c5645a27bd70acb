"""What every view needs: read the form, show the page (or its block), and show it again when something is wrong."""

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from tempfile import TemporaryFile
from typing import Any, TypeVar

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from jinja2_fragments.flask import render_block
from marshmallow import Schema, ValidationError
from sqlalchemy.orm.exc import StaleDataError

from referral.foundation.refusals import NotAllowed, NotFound, Refused, Stale, TooManyTries, Unfit
from referral.foundation.sheets import MIMETYPE, Sheet, write_sheet
from referral.web import forms
from referral.web.entry import check_days
from referral.web.forms import FormState
from referral.web.transaction import db, keep_so_far

BLOCK_BYTES = 65_536
View = TypeVar("View", bound=Callable[..., Any])


def show(template: str, *, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """Answer with the page, or with only its block when htmx asked for that block."""
    if block and request.headers.get("HX-Request") == "true":
        return make_response(render_block(template, block, **context), status)
    return make_response(render_template(template, **context), status)


def typed() -> dict[str, Any]:
    """Return what the running request's form sent."""
    return forms.typed(request.form)


def read(schema: Schema | type[Schema]) -> dict[str, Any]:
    """Load the form through the schema; raises ValidationError with a message for each field."""
    schema = schema() if isinstance(schema, type) else schema
    loaded: dict[str, Any] = schema.load(forms.answers(typed()))
    check_days(loaded)
    return loaded


def query(schema: Schema | type[Schema]) -> dict[str, Any]:
    """Load the query string (filters) through the schema; raises ValidationError."""
    schema = schema() if isinstance(schema, type) else schema
    loaded: dict[str, Any] = schema.load(forms.answers(forms.typed(request.args)))
    check_days(loaded)
    return loaded


def redisplay(page: Callable[..., ResponseReturnValue]) -> Callable[[View], View]:
    """Show the page again, with everything that was typed and the message at its field, when the deed is refused.

    Where somebody saved another version meanwhile, each field shows both texts, and saving again means this version.
    The page takes the same URL parameters and a keyword `form`.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def wrapped(**parameters: Any) -> ResponseReturnValue:
            try:
                answer: ResponseReturnValue = view(**parameters)
            except ValidationError as error:
                return _again(page, parameters, FormState(typed(), messages_of(error)), 422)
            except (NotAllowed, NotFound):
                raise  # nothing the person typed could mend this
            except Unfit as unfit:
                return _again(page, parameters, FormState(typed(), {unfit.field: [str(unfit)]}), 422)
            except (Stale, StaleDataError):
                form = FormState(typed(), {"_schema": [str(Stale())]}, is_stale=True)
                return _again(page, parameters, form, 412)
            except TooManyTries as refusal:
                response = _again(page, parameters, FormState(typed(), {"_schema": [str(refusal)]}), 429)
                response.headers["Retry-After"] = str(refusal.wait_s)
                return response
            except Refused as refusal:
                return _again(page, parameters, FormState(typed(), {"_schema": [str(refusal)]}), 409)
            return answer

        return wrapped  # type: ignore[return-value]  # the same signature, kept by functools.wraps

    return wrap


def _again(
    page: Callable[..., ResponseReturnValue], parameters: dict[str, Any], form: FormState, status: int
) -> Response:
    db().rollback()
    response = make_response(page(**parameters, form=form))
    keep_so_far()  # the page shows a record again: only that read is written down
    response.status_code = status
    return response


def messages_of(error: ValidationError) -> dict[str, Any]:
    """Return marshmallow's messages by field."""
    messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow's own gap
    return messages


def stream_csv(blocks: Iterator[bytes], name: str) -> Response:
    """Answer with a CSV file of this name, sent while the database still reads."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(stream_with_context(blocks), mimetype="text/csv", headers=headers)


def send_sheet(opened: AbstractContextManager[Sheet], name: str) -> Response:
    """Answer with a spreadsheet of this name; it is written to disk first, not held in memory."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(stream_with_context(_blocks(opened)), mimetype=MIMETYPE, headers=headers)


def _blocks(opened: AbstractContextManager[Sheet]) -> Iterator[bytes]:
    with TemporaryFile() as file:
        with opened as sheet:
            write_sheet(sheet, file)
        file.seek(0)
        while block := file.read(BLOCK_BYTES):
            yield block


def go(endpoint: str, message: str = "", **parameters: Any) -> ResponseReturnValue:
    """After a deed: show the next page (POST, redirect, GET), saying what was done."""
    if message:
        flash(message, "success")
    return redirect(url_for(endpoint, **parameters), 303)
