"""The permission matrix is the oracle: the program gives each role what its cell says, at every door (T01, T02)."""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Map, Rule

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from referral.organizations.rules import Role
from referral.permissions import GRANTS
from referral.web import guard
from referral.web.guard import PROGRAMS
from referral.web.transaction import Application
from tests.factories.fixtures import World
from tests.house.test_doors import OPEN_TO_EVERYBODY
from tests.trust.matrix.grammar import HERE, NOTHING, Cell, asked, cell, holders, levels, matrix, questions
from tests.trust.matrix.placing import EFFECTS, KEPT_BY, SHOWS
from tests.trust.whole_story import Door, Story, doors, tell

HELD = {permission.value: roles for permission, roles in GRANTS.items()}
STAFF = [role for role in Role if role is not Role.CLIENT_SELF]
UNSIGNED = {"signed-in", "sign-in-begun", None}
"""What a door asks of whoever comes in without a role."""
Granted = set[tuple[str, Role, str]]


def test_a_cell_reads_as_actions_a_scope_and_its_conditions() -> None:
    assert cell("-") == NOTHING
    assert cell("CRU:own-client+part2") == Cell(frozenset("CRU"), ("own-client", "part2"))


@pytest.mark.parametrize("text", ["", "CRU", "cru:net", "R:", "R:net+", "R:nowhere", "Z:net", "R:net -"])
def test_what_the_grammar_does_not_know_is_no_cell(text: str) -> None:
    with pytest.raises(ValueError, match=r"cell|words"):
        cell(text)


@pytest.mark.parametrize("text", ["invoice_line", "nothing_like_it R", "invoice_line r", "invoice_line R:"])
def test_what_names_no_object_and_action_is_no_question(text: str) -> None:
    with pytest.raises(ValueError, match="not a question"):
        asked(text)


def test_a_question_narrows_and_joins() -> None:
    assert holders("invoice_line V") == {Role.NETWORK_LEAD, Role.PLAN_FINANCE}
    assert holders("invoice_line V:plan") == {Role.PLAN_FINANCE}
    assert holders("invoice_line V!plan") == {Role.NETWORK_LEAD}
    assert holders("invoice_line C & invoice_line U") == {Role.CBO_BILLER}
    assert holders("invoice_line V:plan | job.dead_letter R") == {Role.PLAN_FINANCE, Role.SYSADMIN}


def test_the_matrix_knows_the_roles_there_are() -> None:
    assert len(matrix()) >= 55
    assert {frozenset(row) for row in matrix().values()} == {frozenset(Role)}


def test_t02_every_permission_is_placed_in_the_matrix() -> None:
    assert HELD.keys() == KEPT_BY.keys()
    assert SHOWS.keys() - {"signed-in"} <= KEPT_BY.keys()


@pytest.mark.parametrize("permission", sorted(KEPT_BY))
def test_t02_a_permission_is_held_by_exactly_the_roles_of_its_cells(permission: str) -> None:
    assert HELD[permission] == holders(KEPT_BY[permission])


def test_t02_every_door_asks_for_a_placed_permission_or_none(app: Application) -> None:
    asked_for = {endpoint: guard.permission_of(app, endpoint) for endpoint in app.view_functions}
    unplaced = {name: found for name, found in asked_for.items() if found not in {*KEPT_BY, *UNSIGNED}}
    assert unplaced == {}
    assert EFFECTS.keys() <= asked_for.keys()


def given() -> Granted:
    """Return every (object, role, action) that some door gives."""
    found: Granted = set()
    places = [(name, one) for name, kept in KEPT_BY.items() for part in questions(kept) for one in part]
    places += [(name, asked(shown)) for name, also in SHOWS.items() for shown in also]
    for name, one in places:
        for role in HELD.get(name, STAFF):
            found |= {(one.object, role, action) for action in one.answered_by(matrix()[one.object][role])}
    return found


def withheld() -> Granted:
    """Return every (object, role, action) that the program gives nobody of the role, with a reason beside it."""
    with (HERE / "withheld.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(len(row["reason"]) > 20 for row in rows)
    return {(row["object"], Role(row["role"]), action) for row in rows for action in row["actions"]}


def test_t02_what_the_matrix_allows_is_given_or_withheld_for_a_reason() -> None:
    allowed = {
        (name, role, action)
        for name, row in matrix().items()
        for role in STAFF
        for action in row[role].actions
        if levels()[name] == "L1"
    }
    assert allowed - given() - withheld() == set(), "place it in SHOWS, or say in withheld.csv why it is not given"
    assert withheld() - allowed == set(), "nobody may do this anyhow"
    assert withheld() & given() == set(), "this is given: it needs no reason any more"


def test_what_is_sensitive_is_open_to_no_role_to_which_its_kind_is_closed() -> None:
    beyond = defaultdict(set)
    for name, row in matrix().items():
        kind = re.sub(r"\.(sud_bh|safety|hidden)$", "", name)
        kind = f"{kind}.general" if f"{kind}.general" in matrix() else kind
        for role in STAFF if name != kind and kind in matrix() else ():
            beyond[name] |= {(role, one) for one in row[role].actions - matrix()[kind][role].actions - {"Q"}}
    assert {name: found for name, found in beyond.items() if found} == {}


# --- at every door ---


@pytest.fixture
def story(app: Application, session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    """The whole story; what breaks shows as 500, as outside."""
    app.testing = False
    return tell(session, world, principal_of)


def every_door(addresses: Map, story: Story) -> Iterator[Door]:
    """Return every door: those with ids of the story, and those without."""
    yield from doors(addresses, story)
    for rule in addresses.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) if not takes_an_id(rule) else ():
            path = re.sub(r"<(\w+:)?\w+>", "none", re.sub(r"<int:\w+>", "1", rule.rule))
            yield Door(rule.endpoint, frozenset(rule.arguments), method, path, path)


def takes_an_id(rule: Rule) -> bool:
    return any(type(converter).__name__ == "UUIDConverter" for converter in rule._converters.values())


def test_t01_who_is_not_signed_in_comes_through_the_open_doors_only(app: Application, story: Story) -> None:
    client, seen = app.test_client(), set()
    opened = []
    for door in every_door(app.url_map, story):
        seen.add((door.endpoint, door.method))
        if door.endpoint in OPEN_TO_EVERYBODY | {"static"}:
            continue
        answer = client.open(door.real, method=door.method, json={} if door.real.startswith(PROGRAMS) else None)
        to_sign_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
        if not (answer.status_code == 401 if door.real.startswith(PROGRAMS) else to_sign_in):
            opened.append(f"{door.method} {door.real}: {answer.status_code}")
    assert opened == []
    rules = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert seen == rules, "every address is swept in every method"
    assert len({rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in OPEN_TO_EVERYBODY}) <= 15


def member_in(story: Story, role: Role) -> Membership:
    """Hire somebody of the role who takes part in the story."""
    world = story.loop.world
    employer = {
        Role.CBO_INTAKE: world.pantry,
        Role.CBO_ADMIN: world.pantry,
        Role.CBO_BILLER: world.pantry,
        Role.NETWORK_LEAD: world.lead,
        Role.PLAN_CARE_MGR: world.plan,
        Role.PLAN_FINANCE: world.plan,
        Role.PLAN_ANALYST: world.plan,
    }.get(role, world.center)
    return world.staff(employer, role, name=f"One {role}")


OF_THE_CARE_TEAM = r"GET .*/thread/(answer|need)/"
OF_WHO_IS_PAID = r"GET .*/thread/payment/"
OF_WHO_ASKED = r"GET .*/emergencies/[0-9a-f]"
ANOTHERS_SCREENING = r"(POST|PUT) .*/screenings/[0-9a-f-]{36}/"
OF_AN_ORGANIZATION = r".*/directory/[0-9a-f-]{36}/details"
OF_A_FOLDER = r"GET /fhir/R4/Task$"
OF_THE_CENTER = r".*/messages/[0-9a-f]"
NOT_THEIRS: dict[Role, Sequence[str]] = {
    Role.NAVIGATOR: (OF_WHO_IS_PAID, OF_WHO_ASKED, ANOTHERS_SCREENING),
    Role.COORD_SUPERVISOR: (OF_WHO_IS_PAID, OF_AN_ORGANIZATION, r".*/users/[0-9a-f]"),
    Role.CBO_INTAKE: (OF_THE_CARE_TEAM, OF_WHO_IS_PAID, OF_WHO_ASKED, OF_THE_CENTER),
    Role.CBO_ADMIN: (OF_THE_CARE_TEAM, OF_THE_CENTER),
    Role.CBO_BILLER: (OF_THE_CARE_TEAM, OF_A_FOLDER),
    Role.NETWORK_LEAD: (OF_THE_CARE_TEAM, OF_A_FOLDER),
    Role.PLAN_CARE_MGR: (OF_THE_CARE_TEAM, OF_WHO_IS_PAID, OF_WHO_ASKED, OF_A_FOLDER),
    Role.PLAN_FINANCE: (OF_THE_CARE_TEAM,),
    Role.SYSADMIN: (r"POST .*/jobs/1/retry", r"POST /retention/none/propose"),
}
"""Records of this story that lie outside what a role reaches, though its permission opens the door: another navigator's
screening, who works elsewhere, another's emergency, a list of referrals where one only reads single ones, a text of the
coordination center, a listing that its organization keeps, a job or a class of records that there is not."""


def is_theirs(door: Door, role: Role) -> bool:
    return not any(re.match(one, f"{door.method} {door.real}") for one in NOT_THEIRS.get(role, ()))


def may(app: Application, door: Door, role: Role) -> bool:
    permission = guard.permission_of(app, door.endpoint)
    return permission in UNSIGNED or role in holders(KEPT_BY[str(permission)])


def statuses(
    app: Application, client: FlaskClient, headers: dict[str, str], swept: list[Door]
) -> Iterator[tuple[Door, int]]:
    """Try each door, and undo what it did."""
    connection = app.extensions["database"].bind
    for door in swept:
        is_api = door.real.startswith(PROGRAMS)
        undone = connection.begin_nested()
        answer = client.open(
            door.real,
            method=door.method,
            headers=headers if is_api else {},
            json={} if is_api and door.method != "GET" else None,
        )
        answer.get_data()
        undone.rollback()
        yield door, answer.status_code


OFTEN = {Role.NAVIGATOR, Role.CBO_INTAKE}
SWEPT = [pytest.param(role, id=role.value, marks=[] if role in OFTEN else [pytest.mark.full]) for role in STAFF]
"""Two roles in each run, all of them in `make test-full`."""


@pytest.mark.parametrize("role", SWEPT)
def test_t02_a_door_opens_to_the_roles_of_the_matrix_and_to_no_other(
    app: Application,
    story: Story,
    browser: Callable[[Membership], FlaskClient],
    api: Callable[[Membership], dict[str, str]],
    role: Role,
) -> None:
    member = member_in(story, role)
    client, headers = browser(member), api(member)
    kept = [door for door in every_door(app.url_map, story) if guard.permission_of(app, door.endpoint) not in UNSIGNED]
    wrong = []
    for door, status in statuses(app, client, headers, kept):
        closed = {403, 404} if not may(app, door, role) else {403, 404, 422, 428}
        is_due = may(app, door, role) and is_theirs(door, role)
        # A form with nothing in it, or without a version, is refused before the record is looked for.
        is_right = status not in {401, 403, 404} if is_due else status in closed
        if status >= 500 or not is_right:
            wrong.append(f"{door.method} {door.real} ({door.endpoint}): {status}")
    assert not wrong, "\n".join(wrong)
