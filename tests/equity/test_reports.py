"""The reports as people read them: scopes, both rates, small cells, lines and CSV."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from referral.equity.queries.filters import EVERYTHING
from referral.equity.queries.loop_report import loop_report
from referral.equity.rules.periods import Period
from referral.equity.rules.scopes import Scope
from referral.organizations.rules import Role
from referral.people.rules import SensitivityLevel
from referral.people.rules.part2 import NEUTRAL_SERVICE
from referral.referrals.rules import Status
from tests.factories.equity import add_cascade, add_completeness, add_lines, add_referrals, add_refresh

WHITE = [400, 300, 260, 240, 200, 180, 160, 140]
BLACK = [390, 300, 250, 220, 150, 130, 110, 80]
TINY = [20, 8, 7, 6, 5, 4, 3, 2]


@pytest.fixture
def finance(world, browser) -> FlaskClient:
    return browser(world.staff(world.plan, Role.PLAN_FINANCE))


@pytest.fixture
def analyst(world, browser) -> FlaskClient:
    return browser(world.staff(world.plan, Role.PLAN_ANALYST))


@pytest.fixture
def cascade(session, world):
    add_cascade(session, world, "white", WHITE)
    add_cascade(session, world, "black_or_african_american", BLACK)
    add_cascade(session, world, "asian", TINY)
    add_cascade(session, world, None, [120, 100, 80, 60, 45, 34, 22, 11])
    add_completeness(session, world, answered=700, declined=40, not_asked=60)
    add_refresh(session)


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def test_closed_and_connected_stand_side_by_side(session, world, finance):
    add_referrals(session, world, 30)
    add_referrals(session, world, 10, is_connected=False, is_confirmed=False)
    page = words(finance.get("/reports/plan"))
    assert "Closed-loop rate 100% 40 of 40" in page
    assert "Connection rate 75% 30 of 40" in page


def test_a_plan_sees_its_own_members_only(session, world, finance):
    add_referrals(session, world, 12)
    add_referrals(session, world, 50, plan_id=world.other_plan.id)
    assert "12 of 12" in words(finance.get("/reports/plan"))


def test_a_lead_sees_its_own_organizations_only(session, world, browser):
    add_referrals(session, world, 12, network_lead_id=world.other_lead.id)
    add_referrals(session, world, 15)
    assert "15 of 15" in words(browser(world.staff(world.lead, Role.NETWORK_LEAD)).get("/reports/plan"))


def test_void_referrals_stand_in_no_rate(session, world, finance):
    add_referrals(session, world, 12)
    add_referrals(session, world, 3, is_counted=False)
    assert "12 of 12" in words(finance.get("/reports/plan"))


def test_filters_narrow_the_report(session, world, finance):
    add_referrals(session, world, 12, county="Wake")
    add_referrals(session, world, 20, county="Durham")
    page = words(finance.get("/reports/plan?county=Durham&first=2026-08-01&last=2026-08-31"))
    assert "20 of 20" in page
    assert "No referral was sent" in finance.get("/reports/plan?county=Durham&first=2026-09-01&last=2026-09-30").text


def test_a_filter_cannot_carry_sql(session, world, finance):
    add_referrals(session, world, 12)
    answer = finance.get("/reports/plan", query_string={"county": "Wake' OR '1'='1"})
    assert answer.status_code == 200
    assert "No referral was sent" in answer.text


def test_a_period_that_ends_before_it_begins_is_refused(finance):
    assert finance.get("/reports/plan?first=2026-09-01&last=2026-08-01").status_code == 422


def test_an_analyst_gets_one_quarter_without_small_cells(session, world, analyst):
    add_referrals(session, world, 300, county="Wake")
    add_referrals(session, world, 40, county="Durham")
    add_referrals(session, world, 4, county="Orange")
    page = words(analyst.get("/reports/plan?quarter=2026-Q3"))
    assert "Wake 300" in page
    assert "Orange not shown" in page
    assert "Durham not shown" in page
    assert "344 of 344" in page


def test_an_analyst_does_not_learn_how_few_were_sent_in_the_last_days_of_a_quarter(session, world, analyst):
    add_referrals(session, world, 240, sent_on=date(2026, 7, 10))
    add_referrals(session, world, 20, sent_on=date(2026, 7, 10), is_closed=False, status=Status.SENT)
    add_referrals(session, world, 3, sent_on=date(2026, 9, 20))
    add_refresh(session)
    scope, quarter = Scope(world.network.id, plan_id=world.plan.id), Period(date(2026, 7, 1), date(2026, 9, 30))
    for today, is_shown in ((date(2026, 10, 10), False), (date(2026, 11, 1), True)):
        found = loop_report(session, scope, quarter, EVERYTHING, today=today, reads_lines=False)
        assert found.total.sent == 263
        assert (found.mature.sent is not None) is is_shown


def test_an_analyst_may_not_filter_freely(session, world, analyst):
    assert analyst.get("/reports/plan?county=Wake").status_code == 422
    assert analyst.get("/reports/plan?quarter=2026-Q4").status_code == 422
    assert analyst.get("/reports/plan/referrals").status_code == 403
    assert analyst.get("/reports/plan.csv").status_code == 403


def test_lines_page_by_keyset_without_a_gap_or_a_double(session, world, finance):
    add_referrals(session, world, 60)
    add_referrals(session, world, 60, sent_on=date(2026, 8, 11))
    seen: list[str] = []
    address = "/reports/plan/referrals"
    while address:
        page = finance.get(address).text
        seen += re.findall(r'data-label="Sent" class="number">([^<]+)<', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert len(seen) == 120
    assert seen[:60] == ["Aug 11, 2026"] * 60


def test_the_csv_holds_every_line_and_no_formula(session, world, finance):
    add_referrals(session, world, 12, service_name="=HYPERLINK(1)")
    answer = finance.get("/reports/plan.csv")
    lines = answer.text.strip().splitlines()
    assert answer.mimetype == "text/csv"
    assert lines[0].startswith("referral_id,network_id,plan_id")
    assert len(lines) == 13
    assert all("'=HYPERLINK(1)" in line for line in lines[1:])


def test_what_is_sensitive_is_counted_and_never_shown_one_by_one(session, world, finance):
    add_referrals(session, world, 12)
    add_referrals(session, world, 11, level=SensitivityLevel.L2, service_name="Recovery group")
    assert len(finance.get("/reports/plan.csv").text.strip().splitlines()) == 13
    assert "Recovery group" not in finance.get("/reports/plan/referrals").text
    assert "23" in words(finance.get("/reports/plan"))


def test_a_sensitive_invoice_line_stays_in_the_sums_and_out_of_the_file(session, world, finance):
    add_lines(session, world, 3)
    add_lines(session, world, 2, service_code=NEUTRAL_SERVICE, service_name=NEUTRAL_SERVICE)
    assert "Billed $50.00" in words(finance.get("/reports/plan/invoices"))
    assert len(finance.get("/reports/plan/invoices.csv").text.strip().splitlines()) == 4


def test_money_is_exact(session, world, finance):
    add_lines(session, world, 3)
    add_lines(session, world, 2, plan_id=world.other_plan.id)
    page = words(finance.get("/reports/plan/invoices"))
    assert "Billed $30.00" in page
    assert "Paid $28.50" in page


def test_an_analyst_sees_no_sum_over_few_lines(session, world, analyst):
    add_lines(session, world, 3)
    page = words(analyst.get("/reports/plan/invoices?quarter=2026-Q3"))
    assert "$30.00" not in page
    assert "not shown" in page


def test_the_equity_report_shows_who_is_confirmed_helped(cascade, analyst):
    page = words(analyst.get("/reports/equity"))
    assert "White 400 300 260 240 200 180 160 140" in page
    assert "47% (41–52%)" in page
    assert "Black or African American" in page
    assert "Complete 88%" in page


def test_a_small_group_is_never_shown_alone(cascade, analyst):
    page = words(analyst.get("/reports/equity"))
    row = re.search(r"Asian ((?:not shown|\d+) ){8}", page)
    assert row
    assert not re.search(r"\b[1-9]\b|\b10\b", row.group(0))


def test_everybody_stands_in_the_picture_beside_the_groups(cascade, analyst):
    picture = analyst.get("/reports/equity").text.split("chart__picture")[1].split("</svg>")[0]
    assert "Everybody" in picture


def test_the_gap_between_groups_is_found_and_placed(cascade, analyst):
    page = words(analyst.get("/reports/equity"))
    assert re.search(r"Black or African American 20 behind \(\d+ to \d+\) Unlikely Referred to accepted", page), page[
        page.index("Gaps in") :
    ][:600]


def test_whose_answer_is_not_known_is_no_group_to_compare_with(session, world, analyst):
    for group, counts in ((None, [900, 800, 700, 600, 500, 400, 300, 200]), ("white", WHITE), ("asian", BLACK)):
        add_cascade(session, world, group, counts)
    add_refresh(session)
    page = words(analyst.get("/reports/equity"))
    assert "Compared with the largest group that can be compared, White" in page
    assert page.count("behind (") == 1


def test_everybody_with_the_same_scope_reads_the_same_equity_report(cascade, analyst, finance):
    mark = re.compile(r"<main.*</main>", re.S)
    assert (
        mark.search(analyst.get("/reports/equity").text).group()
        == mark.search(finance.get("/reports/equity").text).group()
    )


def test_another_plan_reads_nothing_of_it(cascade, world, browser):
    page = browser(world.staff(world.other_plan, Role.PLAN_ANALYST)).get("/reports/equity")
    assert "There are too few needs" in page.text


def test_the_report_can_be_grouped_by_language(cascade, analyst):
    assert "English 930" in words(analyst.get("/reports/equity?by=language"))


def test_definitions_say_version_and_source(analyst):
    page = words(analyst.get("/reports/definitions"))
    assert "closed_loop_rate@1" in page
    assert "confirmed_connection_rate@1" in page


@pytest.mark.parametrize("role", [Role.NAVIGATOR, Role.SYSADMIN])
def test_reports_are_closed_to_other_roles(world, browser, role):
    client = browser(world.staff(world.center, role))
    assert client.get("/reports/plan").status_code == 403
    assert client.get("/reports/equity").status_code == 403


def test_who_reads_lines_sees_why_referrals_ended_without_help_and_every_service(session, world, finance):
    add_referrals(session, world, 3)
    turned_down = {"status": Status.DECLINED, "is_connected": False, "is_confirmed": False}
    add_referrals(session, world, 2, reason_code="no_capacity", **turned_down)
    add_referrals(session, world, 4, reason_code="not_eligible", service_name="Food delivery", **turned_down)
    add_referrals(session, world, 6, reason_code="service_delivered")
    add_referrals(session, world, 9, reason_code="duplicate", is_counted=False, status=Status.RECALLED)
    page = words(finance.get("/reports/plan"))
    reasons = page.split("Why referrals were turned down")[1]
    assert re.search(r"Declined 4 .*Declined 2 ", reasons)
    assert "Duplicate" not in reasons
    assert "Service delivered" not in reasons
    assert "Food boxes 11 11 100% 9 82% 9" in page.split("By service")[1]


def test_an_analyst_gets_nothing_that_lies_within_another_breakdown(session, world, analyst):
    add_referrals(session, world, 30)
    add_referrals(session, world, 12, status=Status.DECLINED, reason_code="no_capacity", is_connected=False)
    page = analyst.get("/reports/plan?quarter=2026-Q3").text
    assert "By need" in page
    assert "By service" not in page
    assert "By organization" not in page
    assert "Why referrals were turned down" not in page
    bills = analyst.get("/reports/plan/invoices?quarter=2026-Q3").text
    assert "By organization" not in bills


def test_a_report_that_may_show_nothing_says_so_and_draws_no_empty_picture(session, world, analyst):
    add_referrals(session, world, 4)
    page = analyst.get("/reports/plan?quarter=2026-Q3").text
    assert "<svg xmlns" not in page
    assert "By need: too few in each group to show." in page


def test_no_status_follows_from_the_closed_total_and_the_other_statuses(session, world, analyst):
    ended = {"is_connected": False, "is_confirmed": False}
    add_referrals(session, world, 39)
    add_referrals(session, world, 13, status=Status.NOT_SERVED, **ended)
    add_referrals(session, world, 11, status=Status.DECLINED, **ended)
    add_referrals(session, world, 5, status=Status.WITHDRAWN, **ended)
    add_referrals(session, world, 12, status=Status.WAITLISTED, is_closed=False, **ended)
    page = words(analyst.get("/reports/plan?quarter=2026-Q3"))
    assert "68 of 80" in page, "the closed total is shown"
    table = page.split("By status")[1]
    shown = [int(n) for n in re.findall(r"(?:Served|Not served|Declined|Withdrawn) (\d+)", table)]
    assert not 1 <= 68 - sum(shown) <= 10
    assert "Withdrawn not shown" in table
