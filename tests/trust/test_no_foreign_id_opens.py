"""Whoever gets hold of somebody else's id learns as much as from an id that never was: nothing."""

import re
from collections.abc import Callable, Container

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent
from referral.foundation.database import Base, become
from referral.foundation.principal import Principal
from referral.people.models import SignedLink
from referral.people.service import principal_of_link
from referral.web.guard import PROGRAMS
from referral.web.transaction import Application
from tests.factories.fixtures import World
from tests.factories.people import a_person
from tests.trust.whole_story import Door, Story, doors, strangers, tell

WHO = ["another CBO", "another plan", "another lead", "a navigator elsewhere", "a CBO elsewhere", "a plan elsewhere"]
NOBODYS_RECORD = {"service_at_location_id", "instrument_id"}
"""The directory is public and so are the questions: that a listing is somebody else's may be said."""
TOLD_IN_THE_NETWORK = {"fhir.read_organization"}
"""Who takes part is told to everybody who does, as the list of organizations tells it."""
NOT_IN_THIS_STORY = {"message_status", "urgent_answer", "retention_hold"}
"""What the carrier reports, danger at home and legal holds have walls tested beside them."""
CHANGES_FROM_PAGE_TO_PAGE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|nonce=\"[^\"]*\"|\b[0-9a-f]{16}\b|\"I[\w-]+\.[\w-]+\.[\w-]+\""
)
Answer = tuple[int, str]


@pytest.fixture
def story(app: Application, session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    """The whole story; what breaks shows as 500, as outside."""
    app.testing = False
    return tell(session, world, principal_of)


def answer(client: FlaskClient, headers: dict[str, str], door: Door, address: str) -> Answer:
    sent = headers if address.startswith(PROGRAMS) else {}
    got = client.open(address, method=door.method, headers=sent, json={} if sent and door.method != "GET" else None)
    return got.status_code, CHANGES_FROM_PAGE_TO_PAGE.sub("…", got.data.decode(errors="replace"))


@pytest.mark.parametrize("who", WHO)
def test_a_foreign_id_answers_like_one_that_never_was(
    app: Application,
    story: Story,
    browser: Callable[[Membership], FlaskClient],
    api: Callable[[Membership], dict[str, str]],
    who: str,
) -> None:
    stranger = strangers(story.loop.world)[who]
    client, headers = browser(stranger), api(stranger)
    leaks = []
    for door in doors(app.url_map, story):
        if door.names <= NOBODYS_RECORD or door.endpoint in TOLD_IN_THE_NETWORK:
            continue
        (real, body), (never, nothing) = (answer(client, headers, door, one) for one in (door.real, door.random))
        # An empty query is refused before the record is looked for; what is no link leads to the link's page.
        nearly: Container[int] = {403, 404, 422} if door.method == "GET" else range(400, 500)
        nearly = {303, 404} if "token" in door.names and door.method != "GET" else nearly
        if real != never or real not in nearly or body != nothing:
            leaks.append(f"{door.method} {door.real} ({door.endpoint}): {real}, an id that never was: {never}")
    assert not leaks, "\n".join(leaks)


def test_the_ids_of_the_sweep_do_open_doors_for_those_who_take_part(
    app: Application,
    story: Story,
    browser: Callable[[Membership], FlaskClient],
    api: Callable[[Membership], dict[str, str]],
) -> None:
    insiders = [(browser(one), api(one)) for one in story.insiders().values()]
    closed = []
    for door in doors(app.url_map, story):
        if door.method == "GET":
            statuses = [answer(client, headers, door, door.real)[0] for client, headers in insiders]
            if not {200, 302, 303, 409, 422} & set(statuses):
                closed.append(f"{door.endpoint}: {statuses}")
    assert closed == []


def tables_about_persons(session: Session) -> list[type[Base]]:
    """Return every model with a person in it that the program's roles may read at all."""
    found = [mapper.class_ for mapper in Base.registry.mappers if "person_id" in mapper.columns]
    may_read = text("SELECT has_table_privilege('referral_app', :name, 'SELECT')")
    return [model for model in found if session.scalar(may_read, {"name": model.__tablename__})]


def rows(session: Session, model: type[Base]) -> int:
    query = select(func.count()).select_from(model)
    if model is AuditEvent:  # what was done in one's own network, to nobody, is no secret there
        query = query.where(AuditEvent.person_id.is_not(None))
    return session.scalar(query) or 0


@pytest.mark.parametrize("who", WHO)
def test_the_second_wall_alone_shows_a_stranger_no_row_about_anybody(
    story: Story, session: Session, acting_as: Callable[[Membership], Session], who: str
) -> None:
    stranger = strangers(story.loop.world)[who]
    session.commit()
    models = tables_about_persons(session)
    with acting_as(stranger) as behind:
        assert {model.__tablename__: rows(behind, model) for model in models if rows(behind, model)} == {}


def test_one_persons_link_shows_nothing_of_another_person(story: Story, session: Session) -> None:
    link = session.scalars(select(SignedLink).order_by(SignedLink.id).limit(1)).one()
    somebody = a_person(session, story.loop.navigator, given_name="Somebody", family_name="Else")
    link.person_id = somebody.id
    session.commit()
    models = tables_about_persons(session)
    become(session, principal_of_link(link))
    found = {
        model.__tablename__
        for model in models
        if session.scalars(select(model).where(model.__table__.c.person_id == story.loop.person.id)).first()
    }
    assert found == set()


def test_the_story_leaves_a_row_in_every_other_table_about_a_person(story: Story, session: Session) -> None:
    empty = {model.__tablename__ for model in tables_about_persons(session) if not rows(session, model)}
    assert empty <= NOT_IN_THIS_STORY
