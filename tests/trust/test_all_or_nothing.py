"""A deed that breaks after any of its statements leaves nothing behind (ASVS 2.3.3)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.web.transaction import Application
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import World
from tests.trust.contents import changed, contents

OWN_TRANSACTIONS = {"sign_in", "use_count"}
"""That the session lives and how often a door is used is kept whatever becomes of the request."""
MOST_STATEMENTS = 120
MARIA = {"given_name": "Maria", "family_name": "Quillfeather", "agrees": True, "witness": "call recording 4711"}
Asked = tuple[str, str, dict[str, Any]]
"""Who asks, at which address, and what is sent."""


class Broken(Exception):
    """The power went out after a statement."""


@pytest.fixture
def loop(app: Application, session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> PaidLoop:
    app.testing = False
    return PaidLoop(session, world, principal_of)


@contextmanager
def breaking_after(database: Database, statements: int) -> Iterator[None]:
    """Break the request after so many statements."""
    left = [statements]

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "SAVEPOINT" in statement:  # it stands here for a transaction of the program
            return
        left[0] -= 1
        if left[0] == 0:
            raise Broken

    event.listen(database.engine, "after_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(database.engine, "after_cursor_execute", count)


def take_in(_loop: PaidLoop) -> Asked:
    return "navigator", "/people", MARIA


def refer(loop: PaidLoop) -> Asked:
    loop.allow()
    return "navigator", "/referrals", {"need_id": str(loop.need.id), "service_at_location_id": [str(loop.food_box.id)]}


def accept(loop: PaidLoop) -> Asked:
    loop.allow()
    return "intake", f"/referrals/{loop.send().id}/accept", {}


def submit(loop: PaidLoop) -> Asked:
    referral, _ = loop.authorized()
    loop.deliver(referral)
    return "biller", f"/invoices/{loop.draft().id}/submit", {}


@pytest.mark.parametrize("deed", [take_in, refer, accept, submit])
def test_a_deed_that_breaks_after_any_statement_leaves_nothing_behind(
    loop: PaidLoop,
    app: Application,
    session: Session,
    database: Database,
    api: Callable[[Membership], dict[str, str]],
    deed: Callable[[PaidLoop], Asked],
) -> None:
    who, path, sent = deed(loop)
    headers, client = api(loop.staff[who]), app.test_client()
    session.commit()
    before, broken = contents(session), 0
    for statements in range(1, MOST_STATEMENTS):
        with breaking_after(database, statements):
            answer = client.post(f"/api/v1{path}", json=sent, headers=headers)
        if answer.status_code < 400:
            break
        broken += 1
        assert answer.status_code == 500
        assert changed(before, contents(session)) <= OWN_TRANSACTIONS, f"broken after {statements} statements"
    assert broken >= 8
    assert {"audit_event"} < changed(before, contents(session)), "whole, it does what it should"
