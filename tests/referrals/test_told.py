"""What the person answered about a need goes to who helps with it, once they help, and no other answer does."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from referral.organizations.rules import Role
from referral.people.models import Person
from referral.people.rules import ConsentScope, NeedCategory, SensitivityLevel
from referral.referrals import queries
from referral.referrals.models import Referral
from referral.referrals.rules import Action
from referral.screening.models import Screening
from referral.screening.rules import NeedAction
from referral.screening.service import move_need
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, World
from tests.factories.levels import SensitiveLoop
from tests.factories.people import a_consent
from tests.factories.screening import a_screening, answer_all

Browser = Callable[[Membership], FlaskClient]
Api = Callable[[Membership], dict[str, str]]
FOOD, HOUSING = "worry that your food would run out", "worried about losing your housing"


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> PaidLoop:
    return PaidLoop(session, world, principal_of)


@pytest.fixture
def sent(loop: PaidLoop) -> Referral:
    """Food and housing were asked for; the food need goes to the pantry."""
    found = answer_all(loop.session, screened(loop, loop.person), loop.navigator, q1="yes", q4="yes")
    loop.need = next(need for need in found if need.category is NeedCategory.FOOD_INSECURITY)
    loop.allow()
    referral = loop.send()
    loop.session.commit()
    return referral


def screened(loop: PaidLoop, person: Person) -> Screening:
    return a_screening(loop.session, person, loop.navigator)


def answers(client: FlaskClient, headers: dict[str, str], referral: Referral) -> Any:
    return client.get(f"/api/v1/referrals/{referral.id}/answers", headers=headers)


def test_the_receiver_reads_the_answers_about_this_need_once_it_has_taken_the_referral(
    loop: PaidLoop, sent: Referral, browser: Browser, api: Api
) -> None:
    for is_taken in (False, True):
        for who in ("intake", "admin"):
            client = browser(loop.staff[who])
            told = answers(client, api(loop.staff[who]), sent).json["items"]
            page = client.get(f"/referrals/{sent.id}").text
            assert [FOOD in one["question"] for one in told] == ([True] if is_taken else []), who
            assert (FOOD in page) == is_taken, who
            assert HOUSING not in page, who
        loop.do(sent, Action.ACCEPT) if not is_taken else None
        loop.session.commit()


def test_a_care_manager_reads_them_while_the_person_shares_the_content_with_the_plan(
    loop: PaidLoop, sent: Referral, browser: Browser, api: Api
) -> None:
    client, headers = browser(loop.staff["care_manager"]), api(loop.staff["care_manager"])
    assert answers(client, headers, sent).json["items"] == []
    assert FOOD not in client.get(f"/referrals/{sent.id}").text
    plan = {"recipient_organization_id": loop.world.plan.id, "shares_content": True}
    a_consent(loop.session, loop.person, loop.navigator, scope=ConsentScope.PLAN_SHARE, **plan)
    loop.session.commit()
    (told,) = answers(client, headers, sent).json["items"]
    assert FOOD in told["question"]
    assert told["words"] == "Yes"
    page = client.get(f"/referrals/{sent.id}").text
    assert FOOD in page
    assert HOUSING not in page


def test_whoever_bills_or_leads_reads_no_answer(loop: PaidLoop, sent: Referral, browser: Browser, api: Api) -> None:
    loop.do(sent, Action.ACCEPT)
    loop.session.commit()
    for who in ("biller", "lead"):
        client = browser(loop.staff[who])
        assert answers(client, api(loop.staff[who]), sent).status_code == 403, who
        assert FOOD not in client.get(f"/referrals/{sent.id}").text, who
    stranger = loop.world.staff(loop.world.shelter, Role.CBO_INTAKE, name="Stranger")
    assert answers(browser(stranger), api(stranger), sent).status_code == 404


def test_answers_about_safety_are_for_the_cleared_worker_and_not_for_who_heads_the_organization(
    session: Session, world: World, principal_of: Callable[[Membership], Principal]
) -> None:
    loop = SensitiveLoop(session, world, principal_of)
    found = answer_all(session, a_screening(session, loop.person, loop.navigator), loop.navigator, q8="yes")
    (safety,) = (need for need in found if need.level is SensitivityLevel.L3)
    move_need(session, safety, NeedAction.CONFIRM, by=loop.navigator, at=NOW)
    loop.need_of = lambda _category: safety  # type: ignore[method-assign]  # the need that the answer found
    referral = loop.sent_l3()
    head = loop.staff["other_head"]
    head.ipv_trained_on, head.ipv_cleared_until = (
        loop.staff["cleared"].ipv_trained_on,
        loop.staff["cleared"].ipv_cleared_until,
    )
    session.commit()
    read = {
        who: len(queries.told_by_person(session, referral, principal_of(loop.staff[who]), at=NOW))
        for who in ("cleared", "other_head", "intake")
    }
    assert read == {"cleared": 1, "other_head": 0, "intake": 0}
