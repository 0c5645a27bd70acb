"""Each role's first page: the work that waits, counted now."""

import re

import pytest
from sqlalchemy import select

from referral.audit.models import AuditEvent
from referral.organizations.rules import Role
from referral.referrals.rules import Action
from tests.factories.billing import PaidLoop
from tests.factories.equity import add_referrals


def figures(page: str) -> dict[str, int]:
    tiles = re.findall(r'tile__label">(.*?)</span>\s*<span class="tile__figure">(\d+)', page, re.DOTALL)
    return {label: int(figure) for label, figure in tiles}


@pytest.mark.parametrize(
    "who", ["navigator", "supervisor", "intake", "admin", "biller", "lead", "care_manager", "finance"]
)
def test_everybody_has_a_home_with_one_heading_that_is_its_title(loop: PaidLoop, browser, who):
    response = browser(loop.staff[who]).get("/")
    assert response.status_code == 200
    assert re.findall(r"<h1>(.*?)</h1>", response.text) == ["Work waiting"]
    assert "<title>Work waiting –" in response.text


def test_a_sent_referral_waits_at_the_sender_and_in_the_inbox(loop: PaidLoop, browser):
    loop.allow()
    referral = loop.send()
    assert figures(browser(loop.staff["navigator"]).get("/").text)["Waiting for an answer"] == 1
    inbox = browser(loop.staff["intake"]).get("/").text
    assert figures(inbox)["New in the inbox"] == 1
    assert referral.number in inbox


def test_the_inbox_of_a_home_shows_no_family_name_before_acceptance(loop: PaidLoop, browser):
    loop.allow()
    loop.send()
    assert "Garcia" not in browser(loop.staff["intake"]).get("/").text


def test_what_was_sent_back_offers_its_next_step_on_the_home_and_the_list_is_written_down(loop: PaidLoop, browser):
    loop.allow()
    referral = loop.do(loop.send(), Action.DECLINE, reason_code="no_capacity")
    loop.session.commit()
    page = browser(loop.staff["navigator"]).get("/").text
    assert figures(page)["Sent back"] == 1
    assert f'href="/needs/{referral.need_id}/refer"' in page
    assert "/referrals?box=sent_back" in page.split("No capacity or no funds")[1]
    loop.session.expire_all()
    listed = loop.session.scalars(select(AuditEvent).where(AuditEvent.action == "referral:listed")).all()
    assert str(referral.id) in str([event.details for event in listed])


def test_an_authorization_waits_at_the_plan(loop: PaidLoop, browser):
    loop.enroll()
    loop.request(loop.accepted())
    page = browser(loop.staff["care_manager"]).get("/").text
    assert figures(page)["Service authorizations to decide"] == 1
    assert "Healthy Food Box" in page


def test_an_invoice_waits_at_the_lead_then_at_the_plan(loop: PaidLoop, browser):
    referral, _ = loop.authorized()
    loop.with_the_plan(referral)
    assert figures(browser(loop.staff["lead"]).get("/").text)["Invoices to review"] == 0
    assert figures(browser(loop.staff["finance"]).get("/").text)["Invoices to decide"] == 1


def test_somebody_with_two_roles_sees_the_work_of_both(loop: PaidLoop, browser):
    both = loop.world.staff(loop.world.pantry, Role.CBO_INTAKE, Role.CBO_BILLER, name="Both")
    shown = figures(browser(both).get("/").text)
    assert {"New in the inbox", "Invoices to send"} <= shown.keys()


def test_the_navigation_offers_only_open_doors(loop: PaidLoop, browser):
    client = browser(loop.staff["biller"])
    bar = bar_of(client.get("/").text)
    addresses = re.findall(r'href="([^"]+)"', bar)
    assert addresses
    assert all(client.get(address).status_code == 200 for address in addresses)
    assert "/people" not in addresses


def test_what_is_done_now_and_then_is_folded_where_the_bar_would_be_too_long(loop: PaidLoop, browser):
    folded = {who: "<summary" in bar_of(browser(loop.staff[who]).get("/").text) for who in ("finance", "admin")}
    assert folded == {"finance": False, "admin": True}
    page = bar_of(browser(loop.staff["admin"]).get("/users").text)
    assert re.search(r"<summary[^>]*>More: Colleagues ", page), "the fold says where one is"


def bar_of(page: str) -> str:
    return page.split('aria-label="Main"')[1].split("</nav>", maxsplit=1)[0]


def test_the_current_page_is_marked_in_the_navigation(loop: PaidLoop, browser):
    page = browser(loop.staff["navigator"]).get("/people").text
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', page)[0] == "/people"


def test_nobody_sees_a_home_without_signing_in(app):
    assert app.test_client().get("/").status_code == 303


def test_deliveries_wait_for_the_biller_until_they_stand_on_an_invoice(loop: PaidLoop, browser):
    referral, _ = loop.authorized()
    loop.deliver(referral, 2)
    loop.deliver(referral, 9)
    assert figures(browser(loop.staff["biller"]).get("/").text)["Deliveries to bill"] == 2
    loop.draft()
    shown = figures(browser(loop.staff["biller"]).get("/").text)
    assert (shown["Deliveries to bill"], shown["Invoices to send"]) == (0, 1)


def test_a_new_referral_is_accepted_from_the_home_page(loop: PaidLoop, browser):
    loop.allow()
    referral = loop.send()
    page = browser(loop.staff["intake"]).get("/").text
    assert f'action="/referrals/{referral.id}/accept"' in page
    assert "Break-glass" not in page, "nothing waits, nothing is said"


def test_a_lead_sees_both_rates_at_a_glance(loop: PaidLoop, session, browser):
    add_referrals(session, loop.world, 30)
    add_referrals(session, loop.world, 10, is_connected=False, is_confirmed=False)
    page = browser(loop.staff["lead"]).get("/").text
    assert figures(page)["Referrals to report on"] == 40
    assert re.search(r"Closed-loop rate.*100%.*Connection rate.*75%", page, re.DOTALL)
