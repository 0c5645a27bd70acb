"""Contracts: a lead makes and changes them, nothing delivered is left uncovered, and each role reads its own."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from referral.accounts import queries as accounts
from referral.accounts.models import Membership
from referral.billing import service
from referral.billing.rules.contracts import Covering, Given, left_uncovered, overlap
from referral.foundation.refusals import NotAllowed, Refused, Stale
from referral.organizations import service as organizations
from referral.organizations.models import Contract
from referral.organizations.rules import OrganizationKind, Role
from referral.people.rules import SensitivityLevel
from referral.programs import service as programs
from referral.programs.models import ContractService
from referral.programs.rules import Window
from referral.web.transaction import Application
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.pages import version_on

Browser = Callable[[Membership], FlaskClient]
COVERED = ["FOO-BOXD", "FOO-CM", "TRA-PUB"]
FOREVER = {"starts_on": "2020-01-01", "ends_on": ""}


@pytest.fixture
def contract(paid: PaidLoop, session: Session) -> Contract:
    """The pantry's contract, which covers its boxes."""
    return session.scalars(select(Contract).where(Contract.organization_id == paid.world.pantry.id)).one()


@pytest.fixture
def lead(paid: PaidLoop, contract: Contract, browser: Browser) -> FlaskClient:
    return browser(paid.staff["lead"])


def codes(session: Session, contract: Contract) -> list[str]:
    query = select(ContractService.service_code).where(ContractService.contract_id == contract.id)
    return sorted(session.scalars(query))


def change(client: FlaskClient, contract: Contract, **typed: object) -> TestResponse:
    address = f"/contracts/{contract.id}"
    known: dict[str, object] = {**FOREVER, "services[]": COVERED, "version": version_on(client, address)}
    return client.post(address, data=known | typed)


days = st.dates(date(2026, 1, 1), date(2026, 1, 12))


@given(st.tuples(days, st.none() | days), st.tuples(days, st.none() | days))
def test_two_windows_overlap_when_some_day_lies_in_both(one, other) -> None:
    windows = [Window(*pair) for pair in (one, other) if pair[1] is None or pair[0] <= pair[1]]
    every_day = [date(2026, 1, day) for day in range(1, 13)]
    if len(windows) == 2:
        assert overlap(*windows) == any(day in windows[0] and day in windows[1] for day in every_day)


def test_only_what_was_covered_before_can_be_left_uncovered() -> None:
    program, other = uuid4(), uuid4()
    box = Given(program, "BOX", date(2026, 3, 1))
    covering = Covering(frozenset({(program, "BOX")}), Window(date(2026, 1, 1)))
    shorter = Covering(covering.services, Window(date(2026, 1, 1), date(2026, 2, 28)))
    assert left_uncovered([box], before=[covering], after=[shorter]) == [box]
    assert left_uncovered([box], before=[covering], after=[shorter, covering]) == []
    assert left_uncovered([Given(other, "BOX", box.on)], before=[covering], after=[]) == []


def test_a_lead_makes_a_contract_and_the_services_it_covers(lead, paid, session) -> None:
    world = paid.world
    fresh = organizations.add_organization(
        session, name="Fresh Start", kind=OrganizationKind.CBO, network=world.network, by=SEED, at=NOW
    )
    session.commit()
    page = lead.get("/contracts/new").text
    assert "Fresh Start" in page
    assert "Blue Plan" not in page
    told = {"organization_id": fresh.id, "starts_on": "2026-12-01", "services[]": ["FOO-BOXD"]}
    answer = lead.post("/contracts", data=told)
    assert answer.status_code == 303
    made = session.scalars(select(Contract).where(Contract.organization_id == fresh.id)).one()
    assert (made.network_lead_id, made.starts_on, made.ends_on) == (world.lead.id, date(2026, 12, 1), None)
    assert codes(session, made) == ["FOO-BOXD"]
    assert "Not yet" in lead.get("/contracts").text


def test_an_organization_delivers_under_one_lead_at_a_time(lead, paid) -> None:
    told = {"organization_id": paid.world.shelter.id, "starts_on": "2026-12-01"}
    answer = lead.post("/contracts", data=told)
    assert answer.status_code == 409
    assert "Open Door Shelter has a contract under West Lead, from January 1, 2020 until further notice." in answer.text
    assert 'value="2026-12-01"' in answer.text


def test_a_plan_delivers_nothing(lead, paid) -> None:
    told = {"organization_id": paid.world.plan.id, "starts_on": "2026-12-01"}
    assert lead.post("/contracts", data=told).status_code == 409


def test_what_is_wrong_is_said_at_its_field(lead, contract) -> None:
    answer = change(lead, contract, ends_on="2019-12-31")
    assert answer.status_code == 422
    assert "This lies before the first day." in answer.text


def test_a_lead_changes_dates_and_services(lead, contract, session) -> None:
    told = {"services[]": ["FOO-BOXD", "HOU-NAV"]}
    assert change(lead, contract, ends_on="2027-06-30", **told).status_code == 303
    session.expire_all()
    assert (contract.ends_on, contract.version) == (date(2027, 6, 30), 2)
    assert codes(session, contract) == ["FOO-BOXD", "HOU-NAV"]


@pytest.fixture
def delivered(paid: PaidLoop, session: Session) -> None:
    """A box was delivered on the second and on the fourth of November."""
    referral, _ = paid.authorized()
    for day in (2, 4):
        paid.deliver(referral, day)
    session.commit()


@pytest.mark.usefixtures("delivered")
@pytest.mark.parametrize(
    "change_to",
    [{"ends_on": "2026-11-03"}, {"starts_on": "2026-11-03"}, {"services[]": ["FOO-CM"]}],
    ids=["ends too early", "begins too late", "without the service"],
)
def test_a_change_that_leaves_a_delivery_uncovered_is_refused_in_words(lead, contract, session, change_to) -> None:
    answer = change(lead, contract, **change_to)
    assert answer.status_code == 409
    assert "Delivered already, and this change would leave it without a contract" in answer.text
    assert "November" in answer.text
    session.expire_all()
    assert (contract.version, codes(session, contract)) == (1, COVERED)


@pytest.mark.usefixtures("delivered")
def test_a_contract_may_end_on_the_last_day_on_which_something_was_delivered(lead, contract) -> None:
    assert change(lead, contract, ends_on="2026-11-04", **{"services[]": ["FOO-BOXD"]}).status_code == 303


def test_what_the_lead_may_not_read_is_kept_covered_too_and_not_named(lead, contract, paid, session) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral, 2).level = SensitivityLevel.L3
    session.commit()
    answer = change(lead, contract, ends_on="2026-11-01")
    assert answer.status_code == 409
    assert "Something was delivered that this change would leave without a contract." in answer.text
    assert "November 2" not in answer.text


def test_a_voided_delivery_holds_no_contract(lead, contract, paid, session) -> None:
    referral, _ = paid.authorized()
    service.void_delivery(session, paid.deliver(referral, 2), by=paid.intake, at=NOW)
    session.commit()
    assert change(lead, contract, ends_on="2026-11-01").status_code == 303


def test_the_second_of_two_who_change_it_sees_both_texts(lead, contract) -> None:
    version = version_on(lead, f"/contracts/{contract.id}")
    assert change(lead, contract, ends_on="2027-01-31").status_code == 303
    clash = change(lead, contract, ends_on="2027-02-28", version=version)
    assert clash.status_code == 412
    assert "2027-01-31" in clash.text
    assert 'value="2027-02-28"' in clash.text


def test_another_lead_neither_reads_nor_changes_it(contract, paid, browser) -> None:
    other = browser(paid.world.staff(paid.world.other_lead, Role.NETWORK_LEAD))
    assert "Helping Hands Pantry" not in other.get("/contracts").text
    assert other.get(f"/contracts/{contract.id}").status_code == 404
    assert other.post(f"/contracts/{contract.id}", data={**FOREVER, "version": "1"}).status_code == 404


def test_a_lead_who_also_administers_the_system_reads_others_contracts_and_changes_their_own_only(
    paid, contract, principal_of, session
) -> None:
    both = principal_of(paid.world.staff(paid.world.other_lead, Role.NETWORK_LEAD, Role.SYSADMIN))
    told = {"starts_on": date(2020, 1, 1), "ends_on": None, "services": COVERED, "by": both, "at": NOW}
    with pytest.raises(NotAllowed):
        service.change_contract(session, contract.id, version=1, **told)


def readers(world: World) -> Iterator[tuple[Membership, set[str]]]:
    pantry, shelter = {"Helping Hands Pantry"}, {"Open Door Shelter"}
    for employer, role, named in (
        (world.center, Role.COORD_SUPERVISOR, pantry | shelter),
        (world.center, Role.SYSADMIN, pantry | shelter),
        (world.lead, Role.NETWORK_LEAD, pantry),
        (world.shelter, Role.CBO_ADMIN, shelter),
        (world.pantry, Role.CBO_BILLER, pantry),
        (world.plan, Role.PLAN_CARE_MGR, pantry),
        (world.plan, Role.PLAN_FINANCE, pantry),
        (world.plan, Role.PLAN_ANALYST, pantry),
    ):
        yield world.staff(employer, role, name=f"Reader {role}"), named


def test_each_role_reads_what_its_scope_says_and_a_plan_those_under_which_it_pays(app, paid, api, session) -> None:
    paid.authorized()
    session.commit()
    client = app.test_client()
    other = api(paid.world.staff(paid.world.other_plan, Role.PLAN_FINANCE))
    assert client.get("/api/v1/contracts", headers=other).json["items"] == []
    for member, named in readers(paid.world):
        found = client.get("/api/v1/contracts", headers=api(member)).json["items"]
        assert {one["organization_name"] for one in found} == named, member.roles


def test_a_plan_whose_money_goes_to_the_program_reads_the_contracts_before_it_authorized_anything(
    app, paid, contract, api, session
) -> None:
    programs.set_budget(
        session, paid.program, plan_id=paid.world.plan.id, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        allocation=Decimal(100), by=SEED, at=NOW,
    )  # fmt: skip
    headers = api(paid.staff["finance"])
    assert app.test_client().get(f"/api/v1/contracts/{contract.id}", headers=headers).status_code == 200


def test_a_program_makes_and_changes_a_contract_by_the_same_rules(app: Application, paid, contract, api) -> None:
    client, headers, address = app.test_client(), api(paid.staff["lead"]), f"/api/v1/contracts/{contract.id}"
    read = client.get(address, headers=headers)
    assert {one["service_code"] for one in read.json["services"]} == set(COVERED)
    told = {"starts_on": "2020-01-01", "ends_on": "2027-06-30", "services": COVERED}
    assert client.put(address, json=told, headers=headers).status_code == 428
    tag = {"If-Match": read.headers["ETag"]}
    changed = client.put(address, json=told, headers=headers | tag)
    assert (changed.status_code, changed.json["ends_on"], changed.json["version"]) == (200, "2027-06-30", 2)
    assert client.put(address, json=told, headers=headers | tag).status_code == 412
    after = {"organization_id": str(paid.world.pantry.id), "starts_on": "2027-07-01", "services": ["FOO-BOXD"]}
    assert client.post("/api/v1/contracts", json=after, headers=headers).status_code == 201
    assert client.post("/api/v1/contracts", json=after, headers=headers).status_code == 409


def test_a_lead_keeps_inviting_for_an_organization_until_its_contract_has_ended(paid, contract, session) -> None:
    for ends_on, is_led in ((date(2099, 1, 1), True), (date(2021, 1, 1), False)):
        contract.ends_on = ends_on
        session.flush()
        employers = accounts.employers_in_reach(session, by=paid.lead)
        assert (paid.world.pantry in employers) is is_led


def test_a_stale_version_and_an_unknown_service_are_refused(paid, contract, session) -> None:
    told = {"starts_on": date(2020, 1, 1), "ends_on": None, "by": paid.lead, "at": NOW}
    with pytest.raises(Stale):
        service.change_contract(session, contract.id, version=9, services=COVERED, **told)
    with pytest.raises(Refused, match="no such service: NONE"):
        service.change_contract(session, contract.id, version=1, services=[*COVERED, "NONE"], **told)
