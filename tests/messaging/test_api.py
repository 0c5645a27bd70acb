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


def test_an_administrator_of_the_system_sees_what_became_of_texts_but_not_with_whom_or_what(
    app, api, browser, principal_of, session, world: World
):
    by = principal_of(world.staff(world.center, Role.NAVIGATOR))
    person = a_person(session, by)
    text = service.send(
        session, person_id=person.id, network_id=world.network.id, organization_id=world.center.id, to=PHONE,
        template=Template.LIST_LINK, language="en", values={"link": "https://x.example/1"}, key="1",
        time_zone=None, by=by, at=NOW,
    )  # fmt: skip
    session.commit()
    keeper = world.staff(world.center, Role.SYSADMIN)
    (shown,) = app.test_client().get("/api/v1/messages", headers=api(keeper)).json["items"]
    assert set(shown) == {"id", "direction", "status", "reason", "error_code", "created_at"}
    page = browser(keeper).get("/messages").text
    assert "What became of it" in page
    assert not [word for word in (PHONE[-4:], "x.example", str(person.id)) if word in page]
    for address, headers in ((f"/api/v1/messages/{text.id}", api(keeper)), (f"/messages/{text.id}", {})):
        client = app.test_client() if headers else browser(keeper)
        assert client.get(address, headers=headers).status_code == 403
