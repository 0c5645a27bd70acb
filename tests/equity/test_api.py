"""The reports as JSON say what the pages say, to the same readers."""

import pytest

from referral.organizations.rules import Role
from tests.factories.equity import add_cascade, add_lines, add_referrals

GROUPS = {
    "white": [400, 300, 260, 240, 200, 180, 160, 140],
    "black_or_african_american": [390, 300, 250, 220, 150, 130, 110, 80],
    "asian": [120, 100, 80, 60, 45, 34, 22, 11],
    None: [20, 8, 7, 6, 5, 4, 3, 2],
}


@pytest.fixture
def ask(app, world, api):
    client = app.test_client()

    def get(path, *roles, organization=None):
        return client.get(path, headers=api(world.staff(organization or world.plan, *roles)))

    return get


def test_the_equity_report_is_suppressed_in_json_too(session, world, ask):
    for race, counts in GROUPS.items():
        add_cascade(session, world, race, counts)
    report = ask("/api/v1/reports/equity", Role.PLAN_ANALYST).json
    rows = {tuple(row["groups"]): [figure["count"] for figure in row["figures"]] for row in report["table"]["rows"]}
    assert report["measure"] == "cascade@1"
    assert rows["white",] == GROUPS["white"]
    assert rows["unknown",] == [20] + [None] * 7
    assert report["reference"]["groups"] == ["white"]
    assert report["gaps"][0]["p"] < 0.05


def test_both_rates_come_together(session, world, ask):
    add_referrals(session, world, 30)
    add_referrals(session, world, 10, is_connected=False, is_confirmed=False)
    total = ask("/api/v1/reports/referrals", Role.PLAN_FINANCE).json["total"]
    assert (total["closed_rate"], total["connected_rate"], total["sent"]) == (1.0, 0.75, 40)


def test_money_is_text_and_exact(session, world, ask):
    add_lines(session, world, 3)
    report = ask("/api/v1/reports/invoices", Role.PLAN_FINANCE).json
    assert report["total"] == {"lines": 3, "billed": "30.00", "paid": "28.50"}


def test_an_analyst_gets_no_sum_over_three_lines(session, world, ask):
    add_lines(session, world, 3)
    assert ask("/api/v1/reports/invoices?quarter=2026-Q3", Role.PLAN_ANALYST).json["total"] is None


def test_measures_are_listed_with_their_version(ask):
    items = ask("/api/v1/measures", Role.PLAN_ANALYST).json["items"]
    assert {"closed_loop_rate", "connection_rate", "cascade"} <= {item["id"] for item in items}


def test_an_unknown_dimension_is_refused(ask):
    assert ask("/api/v1/reports/equity?by=hair", Role.PLAN_ANALYST).status_code == 422


def test_a_navigator_reads_no_report(world, ask):
    assert ask("/api/v1/reports/equity", Role.NAVIGATOR, organization=world.center).status_code == 403


def test_the_lines_behind_the_figures_come_page_by_page_and_as_csv(session, world, app, api, ask):
    add_referrals(session, world, 51)
    add_lines(session, world, 2)
    client, headers, path = app.test_client(), api(world.staff(world.plan, Role.PLAN_FINANCE)), "/api/v1/reports"
    first = client.get(f"{path}/referrals/lines", headers=headers).json
    second = client.get(f"{path}/referrals/lines?after={first['next']}", headers=headers).json
    assert (len(first["items"]), len(second["items"]), second["next"]) == (50, 1, None)
    assert not {row["referral_id"] for row in first["items"]} & {row["referral_id"] for row in second["items"]}
    streamed = client.get(f"{path}/invoices.csv", headers=headers)
    assert (streamed.status_code, streamed.mimetype) == (200, "text/csv")


@pytest.mark.parametrize("behind", ["referrals/lines", "referrals.csv", "invoices.csv"])
def test_who_reads_figures_only_gets_no_line(ask, behind):
    assert ask(f"/api/v1/reports/{behind}", Role.PLAN_ANALYST).status_code == 403
