"""A text by a program: what became of it, and what was written before it."""

from referral.messaging import service
from referral.messaging.templates import Template
from referral.organizations.rules import Role
from tests.factories.fixtures import NOW, World
from tests.factories.people import a_person

PHONE = "+19195550123"


def test_a_text_is_read_with_its_steps_and_what_came_before(app, api, principal_of, session, world: World):
    navigator = world.staff(world.center, Role.NAVIGATOR)
    by = principal_of(navigator)
    person = a_person(session, by)
    sent = [
        service.send(
            session, person_id=person.id, network_id=world.network.id, organization_id=world.center.id, to=PHONE,
            template=Template.LIST_LINK, language="en", values={"link": link}, key=link,
            time_zone=None, by=by, at=NOW,
        )
        for link in ("https://x.example/1", "https://x.example/2")
    ]  # fmt: skip
    session.commit()
    client = app.test_client()
    read = client.get(f"/api/v1/messages/{sent[1].id}", headers=api(navigator)).json
    assert (read["id"], read["steps"]) == (str(sent[1].id), [])
    assert [message["id"] for message in read["before"]] == [str(sent[0].id)]
    stranger = api(world.staff(world.pantry, Role.CBO_INTAKE))
    assert client.get(f"/api/v1/messages/{sent[1].id}", headers=stranger).status_code == 404
