"""Is the process alive, and can it do its work?"""

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from referral.web.guard import public
from referral.web.transaction import database

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def healthz() -> Response:
    """Answer that the process runs."""
    return jsonify(status="ok")


@pages.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Name what is broken: without the database nothing works, without the queue work waits for the reaper."""
    parts = {"database": _database_answers(), "queue": bool(current_app.extensions["queue_answers"]())}
    return jsonify(parts), 200 if parts["database"] else 503


def _database_answers() -> bool:
    try:
        with database().engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
