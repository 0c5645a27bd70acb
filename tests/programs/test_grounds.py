"""What a paid service rests on: whoever bills and pays reads whether it stands, and nothing of what was signed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from referral.accounts.models import Membership
from referral.organizations.rules import Role
from referral.people import queries as people_queries
from referral.people import service as people
from referral.people.models import Coverage
from referral.people.rules import ConsentScope
from referral.programs import service
from referral.programs.models import ServiceAuthorization
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW

Browser = Callable[[Membership], FlaskClient]
Api = Callable[[Membership], dict[str, str]]
READERS = ("biller", "lead", "care_manager", "finance")
STANDS = {"has_program_permission": True, "has_billing_permission": True, "is_member": True, "is_enrolled": True}


@pytest.fixture
def authorization(paid: PaidLoop) -> ServiceAuthorization:
    _, found = paid.authorized()
    paid.session.commit()
    return found


def grounds(client: FlaskClient, headers: dict[str, str], found: ServiceAuthorization, on: str = "") -> Any:
    address = f"/api/v1/service-authorizations/{found.id}/grounds"
    return client.get(f"{address}?on={on}" if on else address, headers=headers)


def test_whoever_bills_and_pays_reads_that_everything_stands_today(
    paid: PaidLoop, authorization: ServiceAuthorization, browser: Browser, api: Api
) -> None:
    for who in READERS:
        client = browser(paid.staff[who])
        answer = grounds(client, api(paid.staff[who]), authorization)
        assert answer.json == {"on": "2026-11-16", **STANDS}, who
        page = client.get(f"/authorizations/{authorization.id}").text
        assert "What it rests on" in page, who
        assert "binder 7" not in page, who
    for who in ("navigator", "intake"):
        client = browser(paid.staff[who])
        assert grounds(client, api(paid.staff[who]), authorization).status_code == 403, who
        assert "What it rests on" not in client.get(f"/authorizations/{authorization.id}").text, who


def test_a_day_before_the_enrollment_and_one_after_the_coverage_are_told_apart(
    paid: PaidLoop, authorization: ServiceAuthorization, browser: Browser, api: Api
) -> None:
    paid.session.execute(update(Coverage).values(ends_on=date(2026, 11, 10)))
    paid.session.commit()
    client, headers = browser(paid.staff["biller"]), api(paid.staff["biller"])
    before, after = (grounds(client, headers, authorization, on).json for on in ("2026-01-15", "2026-11-11"))
    assert (before["is_member"], before["is_enrolled"]) == (True, False)
    assert (after["is_member"], after["is_enrolled"]) == (False, True)


def test_a_permission_taken_back_stands_no_longer_at_the_next_look(
    paid: PaidLoop, authorization: ServiceAuthorization, browser: Browser, api: Api
) -> None:
    known = people_queries.consents(paid.session, paid.person.id)
    (consent,) = (one for one in known if one.scope is ConsentScope.INVOICE_SHARE)
    people.withdraw_consent(paid.session, consent, by=paid.navigator, at=NOW)
    paid.session.commit()
    client = browser(paid.staff["lead"])
    assert grounds(client, api(paid.staff["lead"]), authorization).json["has_billing_permission"] is False
    assert "Does not stand" in client.get(f"/authorizations/{authorization.id}").text


def test_an_invoice_says_line_by_line_what_does_not_stand(paid: PaidLoop, browser: Browser, api: Api) -> None:
    invoice = paid.with_the_plan(paid.authorized()[0], 2, 9)
    paid.session.commit()
    for who in READERS:
        client, headers = browser(paid.staff[who]), api(paid.staff[who])
        assert "Every line rests on permissions that stand" in client.get(f"/invoices/{invoice.id}").text, who
        rows = client.get(f"/api/v1/invoices/{invoice.id}/grounds", headers=headers).json["items"]
        assert [one["grounds"] for one in rows] == [{"on": day, **STANDS} for day in ("2026-11-02", "2026-11-09")]
    paid.session.execute(update(Coverage).values(ends_on=date(2026, 11, 5)))
    paid.session.commit()
    page = browser(paid.staff["finance"]).get(f"/invoices/{invoice.id}").text
    assert page.count("Was no member of the plan on the day") == 1
    assert "Every line rests on permissions that stand" not in page


def test_another_organization_finds_neither(
    paid: PaidLoop, authorization: ServiceAuthorization, browser: Browser, api: Api
) -> None:
    stranger = paid.world.staff(paid.world.shelter, Role.CBO_BILLER, name="Stranger")
    assert grounds(browser(stranger), api(stranger), authorization).status_code == 404


def test_of_nobody_asked_nothing_is_answered(paid: PaidLoop) -> None:
    assert service.grounds_of(paid.session, [], network_id=paid.world.network.id, at=NOW) == {}
