"""The API against its own OpenAPI document, as three roles: no 5xx, and no answer that it does not name (T14)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from referral.web import openapi
from referral.web.transaction import Application
from tests.factories.fixtures import World
from tests.trust.whole_story import Story, tell

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.ignored_auth,
]
"""All but one: that valid data is accepted cannot be asked of deeds that a state, a consent or a person refuses."""
ROLES = ("center", "cbo", "plan")
FEW, MANY = 1, 100
PARTS = 10
"""Each part is one transaction, whose locks the server has to hold: a lock and more for each request."""


@pytest.fixture
def story(app: Application, session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    """The whole story; what breaks shows as 500, as outside."""
    app.testing = False
    return tell(session, world, principal_of)


def operations(app: Application) -> Iterator[APIOperation]:
    """Return every operation of the document that the application serves."""
    for found in schemathesis.openapi.from_wsgi("/openapi.json", app).get_all_operations():
        yield found.ok()


def cases(operation: APIOperation, ids: dict[str, Any]) -> st.SearchStrategy[Case]:
    """Return requests that fit the document and requests that do not, about records that exist and that do not."""
    known = {one.name: str(ids[one.name]) for one in operation.path_parameters if one.name in ids}
    found = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=known or None)]
    if operation.path_parameters:
        found += [operation.as_strategy(generation_mode=GenerationMode.POSITIVE)]
        found += [operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)]
    if operation.body or operation.query:
        found += [operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=known or None)]
    return st.one_of(found)


def failures(operation: APIOperation, ids: dict[str, Any], headers: dict[str, str], examples: int) -> list[str]:
    """Return what the document and the application disagree about, one line each."""
    found: dict[str, str] = {}

    @settings(
        max_examples=examples,
        derandomize=examples == FEW,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(case=cases(operation, ids))
    def call(case: Case) -> None:
        if any(value in (None, [], {}) for value in (case.query or {}).values()):
            return  # what is empty does not travel in an address: nothing odd would be sent
        answer = case.call(headers=headers)
        try:
            case.validate_response(answer, checks=CHECKS, headers=headers)
        except FailureGroup as group:
            for failure in group.exceptions:
                found[f"{operation.label}: {type(failure).__name__}"] = (
                    f"{answer.status_code} {failure} {case.as_curl_command()}"[:900]
                )

    call()
    return [f"{where}: {what}" for where, what in found.items()]


def disagreements(asked: Iterable[APIOperation], story: Story, headers: dict[str, str], examples: int) -> str:
    """Return every disagreement on a line of its own; nothing is the aim."""
    return "\n".join(line for one in asked for line in failures(one, story.ids, headers, examples))


def first_allowed(app: Application, staff: dict[str, Membership], operation: APIOperation) -> str:
    """Return which of the three roles may do this, the first of several."""
    permission = openapi.views(app)[operation.path, operation.method.upper()].permission
    roles = {role.value for role in app.extensions["grants"].get(permission, ())}
    return next((name for name in ROLES if roles & set(staff[name].roles)), ROLES[0])


@pytest.mark.parametrize("role", [one if one == "cbo" else pytest.param(one, marks=pytest.mark.full) for one in ROLES])
def test_t14_the_api_does_what_its_document_says(
    app: Application, story: Story, api: Callable[[Membership], dict[str, str]], role: str
) -> None:
    staff = story.insiders()
    mine = [one for one in operations(app) if first_allowed(app, staff, one) == role]
    assert len(mine) > 5
    assert disagreements(mine, story, api(staff[role]), FEW) == ""


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("role", ROLES)
def test_t14_the_api_does_what_its_document_says_in_a_hundred_ways_each(
    app: Application, story: Story, api: Callable[[Membership], dict[str, str]], role: str, part: int
) -> None:
    mine = list(operations(app))[part::PARTS]
    assert disagreements(mine, story, api(story.insiders()[role]), MANY) == ""
