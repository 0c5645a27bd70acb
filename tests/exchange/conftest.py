"""Fixtures of the FHIR face: Maria's loop, and a program that asks as one of the staff."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from referral.web.transaction import Application
from tests.factories.fixtures import World
from tests.factories.levels import SensitiveLoop

Fhir = Callable[..., TestResponse]
FHIR_JSON = "application/fhir+json"


@pytest.fixture
def sensitive(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> SensitiveLoop:
    """The same at every level: the pantry treats substance use, the shelter serves survivors."""
    return SensitiveLoop(session, world, principal_of)


@pytest.fixture
def fhir(app: Application, api: Callable[[Membership], dict[str, str]]) -> Fhir:
    """Ask a FHIR address as a member of the staff."""
    client, tokens = app.test_client(), {}

    def ask(member: Membership, path: str, method: str = "GET", headers: Any = None, **sent: Any) -> TestResponse:
        key = id(member)
        if key not in tokens:
            tokens[key] = api(member)
        return client.open(f"/fhir/R4{path}", method=method, headers={**tokens[key], **(headers or {})}, **sent)

    return ask


@pytest.fixture
def put(fhir: Fhir) -> Fhir:
    """Read a Task, change some of it and put it back, naming the version that was read."""

    def change(member: Membership, id_: UUID, tag: str | None = None, **changed: Any) -> TestResponse:
        read = fhir(member, f"/Task/{id_}")
        body = {**read.json, **changed}
        headers = {"If-Match": tag or read.headers["ETag"], "Content-Type": FHIR_JSON}
        return fhir(member, f"/Task/{id_}", "PUT", headers, json=body)

    return change
