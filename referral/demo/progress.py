"""How much of the demonstration's year is there, for the banner on every page."""

import time

from flask import Flask
from sqlalchemy import select

from referral.demo.models import Demonstration
from referral.demo.network import FOUNDER
from referral.web.transaction import database

ASK_EVERY_S = 3.0


class Progress:
    """Asks the database at most every few seconds, and never again once the year is there."""

    def __init__(self) -> None:
        self.percent = 0
        self.asked_at = 0.0

    def __call__(self) -> int:
        """Return how much of the year is there, in whole percent."""
        if self.percent < 100 and time.monotonic() - self.asked_at > ASK_EVERY_S:
            self.asked_at = time.monotonic()
            with database().transaction(FOUNDER) as session:
                told = session.scalars(select(Demonstration)).one_or_none()
            self.percent = told.percent if told else 100
        return self.percent


def register(app: Flask) -> None:
    """Let every page of the demonstration say how much of the year is there."""
    app.jinja_env.globals["demo_percent"] = Progress()
