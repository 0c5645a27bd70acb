"""Opens every page as every role: those who may see a good page, those who may not learn nothing."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.web.transaction import Application
from tests.factories.fixtures import World, make_world
from tests.factories.referrals import Loop
from tests.house.page import Page
from tests.house.stage import Story, addresses, tell

Browser = Callable[[Membership], FlaskClient]
MOST_QUERIES = 40
"""More on one page means that something is asked row by row."""


@pytest.fixture
def story(app: Application, session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    """Maria's story; what breaks shows as 500, as outside."""
    app.testing = False
    return tell(session, Loop(session, world, principal_of))


def employer(world: World, role: Role) -> Organization:
    """Return where somebody of this role works."""
    if role in {Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER}:
        return world.pantry
    if role in {Role.PLAN_CARE_MGR, Role.PLAN_FINANCE, Role.PLAN_ANALYST}:
        return world.plan
    return world.lead if role is Role.NETWORK_LEAD else world.center


OFTEN = {Role.NAVIGATOR, Role.CBO_ADMIN, Role.NETWORK_LEAD, Role.PLAN_FINANCE}
STAFF = [
    pytest.param(role, id=role.value, marks=[] if role in OFTEN else [pytest.mark.full])
    for role in Role
    if role is not Role.CLIENT_SELF
]
"""Every role there is; four of them in each run, all of them in `make test-full`."""


@pytest.mark.parametrize("role", STAFF)
def test_every_page_a_role_may_open_is_a_good_page(
    app: Application, story: Story, browser: Browser, role: Role
) -> None:
    client = browser(story.loop.world.staff(employer(story.loop.world, role), role, name=f"Reader {role}"))
    found: dict[str, list[str]] = {}
    for endpoint, address in addresses(app, story.ids):
        answer = client.get(address)
        if answer.status_code not in {200, 302, 303, 403, 404, 409}:
            found[endpoint] = [f"answers {answer.status_code}"]
        elif answer.mimetype == "text/html" and answer.status_code not in {302, 303}:
            problems = Page(answer.text).problems()
            found |= {f"{endpoint} ({answer.status_code})": problems} if problems else {}
    assert found == {}


def unpacked(data: bytes) -> str:
    """What an answer says, also when it is a spreadsheet, which travels packed."""
    if data.startswith(b"PK"):
        with ZipFile(BytesIO(data)) as sheet:
            data = b"".join(sheet.read(name) for name in sheet.namelist())
    return data.decode(errors="replace")


@pytest.mark.parametrize("role", STAFF)
def test_another_network_learns_nothing_from_any_page_or_program(
    app: Application,
    session: Session,
    story: Story,
    browser: Browser,
    api: Callable[[Membership], dict[str, str]],
    role: Role,
) -> None:
    other = make_world(session, "Other Network")
    membership = other.staff(employer(other, role), role, name=f"Stranger {role}")
    client, headers = browser(membership), api(membership)
    leaks = []
    for is_api in (False, True):
        for _, address in addresses(app, story.ids, api=is_api):
            answer = client.get(address, headers=headers if is_api else {})
            leaks += [f"{address}: answers 500"] if answer.status_code == 500 else []
            body = unpacked(answer.data).replace(address, "")
            leaks += [f"{address}: {word}" for word in story.secrets if word in body]
    assert leaks == []


def test_the_navigator_of_the_network_does_see_the_story(app: Application, story: Story, browser: Browser) -> None:
    client = browser(story.loop.staff["navigator"])
    pages = [client.get(address).text for _, address in addresses(app, story.ids)]
    assert len(pages) >= 30
    for word in ("Quillfeather", "555-0123", story.referral.number):
        assert any(word in page for page in pages), f"{word} is nowhere: looking for it elsewhere proves nothing"


@pytest.mark.parametrize("role", [Role.NAVIGATOR, Role.CBO_ADMIN, Role.NETWORK_LEAD, Role.PLAN_FINANCE])
def test_no_page_asks_the_database_row_by_row(
    app: Application, database: Database, story: Story, browser: Browser, role: Role
) -> None:
    client = browser(story.loop.world.staff(employer(story.loop.world, role), role, name=f"Counting {role}"))
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    counts = {}
    try:
        for endpoint, address in addresses(app, story.ids):
            asked.clear()
            client.get(address)
            counts[endpoint] = len(asked)
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
    assert {endpoint: number for endpoint, number in counts.items() if number > MOST_QUERIES} == {}
