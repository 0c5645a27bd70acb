"""One person's page: whole for the care team, cut for the others, and every reading written down."""

from sqlalchemy import select

from referral.audit.models import AuditEvent
from referral.referrals.models import Referral
from tests.factories.billing import PaidLoop


def test_a_navigator_sees_needs_and_what_became_of_them(loop: PaidLoop, browser):
    loop.allow()
    referral = loop.send()
    page = browser(loop.staff["navigator"]).get(f"/people/{loop.person.id}").text
    assert "Maria Garcia" in page
    assert loop.need.label in page
    assert referral.number in page
    assert "Who can see this person" in page


def test_the_receiver_sees_no_page_of_the_person_before_acceptance(loop: PaidLoop, browser):
    loop.allow()
    loop.send()
    assert browser(loop.staff["intake"]).get(f"/people/{loop.person.id}").status_code == 404


def test_after_acceptance_the_receiver_sees_whom_to_call_but_not_who_else_helps(loop: PaidLoop, browser):
    referral = loop.accepted()
    page = browser(loop.staff["intake"]).get(f"/people/{loop.person.id}").text
    assert "Maria Garcia" in page
    assert referral.number in page
    assert "Who can see this person" not in page
    assert "Screenings" not in page


def test_a_stranger_does_not_learn_that_the_person_exists(loop: PaidLoop, browser):
    assert browser(loop.staff["stranger"]).get(f"/people/{loop.person.id}").status_code == 404


def test_who_is_only_billed_sees_name_and_member_id_but_no_phone(loop: PaidLoop, paid: Referral, browser):
    response = browser(loop.staff["finance"]).get(f"/people/{loop.person.id}")
    assert response.status_code == 200
    assert f"M-{loop.person.number}" in response.text
    assert "May we text" not in response.text


def test_reading_a_person_is_written_down(loop: PaidLoop, browser):
    browser(loop.staff["navigator"]).get(f"/people/{loop.person.id}")
    query = select(AuditEvent).where(AuditEvent.action == "person:read", AuditEvent.person_id == loop.person.id)
    assert loop.session.scalars(query).all()
