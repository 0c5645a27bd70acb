"""People at work through the API, each request over a line of its own; and what they were told."""

import string
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

import requests
from sqlalchemy import func, select

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.foundation.database import Database
from referral.organizations.rules import Role
from referral.people.models import Person
from tests.factories.fixtures import SEED, make_world

NO_ANSWER = 0
"""Stands for a line that was cut before an answer came."""


@dataclass
class Load:
    """Navigators who take people in, one after another, until told to stop."""

    address: str
    tokens: list[str]
    told: Counter[int] = field(default_factory=Counter)
    acknowledged: list[UUID] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    """Answers that nobody should get: traces, 500s, a 503 that does not say when to come back."""
    pause_s: float = 0.02
    slowest_s: float = 0.0

    def __post_init__(self) -> None:
        """Nobody works yet."""
        self._stopping = threading.Event()
        self._numbers = count()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Work beside the block, one thread for each token."""
        threads = [threading.Thread(target=self._work, args=(token,), daemon=True) for token in self.tokens]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in threads:
                thread.join(timeout=60)

    def _work(self, token: str) -> None:
        while not self._stopping.is_set():
            begun = time.monotonic()
            try:
                self._note(self._take_in(token))
            except requests.RequestException:
                self.told[NO_ANSWER] += 1
            self.slowest_s = max(self.slowest_s, time.monotonic() - begun)
            self._stopping.wait(self.pause_s)

    def _take_in(self, token: str) -> requests.Response:
        somebody = {
            "given_name": "Crowd",
            "family_name": _in_letters(next(self._numbers)),
            "agrees": True,
            "witness": "call",
            "is_somebody_else": True,
        }
        headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
        return requests.post(f"{self.address}/api/v1/people", json=somebody, headers=headers, timeout=40)

    def _note(self, answer: requests.Response) -> None:
        self.told[answer.status_code] += 1
        if answer.status_code == 201:
            self.acknowledged.append(UUID(answer.json()["id"]))
        is_honest = answer.status_code == 201 or (answer.status_code == 503 and "Retry-After" in answer.headers)
        if not is_honest or "Traceback" in answer.text:
            self.odd.append(f"{answer.status_code}: {answer.text[:200]}")

    @property
    def failed(self) -> int:
        """How many requests did not do what they were sent for."""
        return sum(self.told.values()) - self.told[201]

    def kept(self, database: Database) -> int:
        """Return how many of the acknowledged people are in the database."""
        with database.transaction(SEED) as session:
            query = select(func.count()).select_from(Person).where(Person.id.in_(self.acknowledged))
            return session.scalar(query) or 0


def load(database: Database, address: str, *, hands: int = 4) -> Load:
    """Found a network, hire navigators and give each a token."""
    at = datetime.now(UTC)
    with database.session(SEED) as session:
        world = make_world(session)
        staff: list[Membership] = [world.staff(world.center, Role.NAVIGATOR, name=f"Hand {n}") for n in range(hands)]
        tokens = [accounts.make_token(session, member, name="load", by=SEED, at=at) for member in staff]
        session.commit()
    return Load(address, tokens)


def _in_letters(number: int) -> str:
    """Return a family name of its own for each number."""
    name = "Q"
    while number:
        number, digit = divmod(number, 26)
        name += string.ascii_lowercase[digit]
    return name
