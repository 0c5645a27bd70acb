"""Pages: who delivers which paid services, from when to when, under which network lead."""

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from referral.billing import queries, service
from referral.billing.permissions import BillingPermission
from referral.billing.schemas.terms import ContractForm, NewContractForm
from referral.billing.views.blueprint import pages
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.organizations import queries as organizations
from referral.organizations.rules import KINDS_THAT_DELIVER
from referral.programs import queries as programs
from referral.web import versions
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me


@pages.get("/contracts")
@allow(BillingPermission.READ_CONTRACTS)
def contracts() -> ResponseReturnValue:
    """Show the contracts that the asker may see."""
    return show(
        "billing/contracts.html",
        rows=queries.contracts(db(), by=me()),
        today=clock.today(me().time_zone),
        may_change=me().can(BillingPermission.CHANGE_CONTRACTS),
    )


def new_page(form: FormState | None = None) -> Response:
    """Show the form for a new contract."""
    network_id = me().network_id
    members = organizations.members(db(), network_id) if network_id else ()
    return show(
        "billing/new_contract.html",
        form=form,
        helpers=[(one.id, one.name) for one in members if one.kind in KINDS_THAT_DELIVER],
        services=_services(),
        today=clock.today(me().time_zone),
    )


@pages.get("/contracts/new")
@allow(BillingPermission.CHANGE_CONTRACTS)
def new_contract() -> ResponseReturnValue:
    """Show the form for a new contract."""
    return new_page()


@pages.post("/contracts")
@allow(BillingPermission.CHANGE_CONTRACTS)
@redisplay(new_page)
def make_contract() -> ResponseReturnValue:
    """Make a contract under the asker's lead."""
    made = service.make_contract(db(), **read(NewContractForm), by=me(), at=clock.now())
    return go("billing.contract", "The contract is made.", contract_id=made.id)


def contract_page(contract_id: UUID, form: FormState | None = None) -> Response:
    """Show a contract; to its network lead as a form."""
    found = queries.contract(db(), contract_id, by=me())
    if found is None:
        raise NotFound
    is_own = found.contract.network_lead_id == me().organization_id
    return show(
        "billing/contract.html",
        form=form,
        contract=found.contract,
        covered=found.services,
        services=_services(),
        may_change=is_own and me().can(BillingPermission.CHANGE_CONTRACTS),
        today=clock.today(me().time_zone),
    )


@pages.get("/contracts/<uuid:contract_id>")
@allow(BillingPermission.READ_CONTRACTS)
def contract(contract_id: UUID) -> ResponseReturnValue:
    """Show a contract."""
    return contract_page(contract_id)


@pages.post("/contracts/<uuid:contract_id>")
@allow(BillingPermission.CHANGE_CONTRACTS)
@redisplay(contract_page)
def change_contract(contract_id: UUID) -> ResponseReturnValue:
    """Keep the contract as it was typed."""
    told = read(ContractForm)
    service.change_contract(db(), contract_id, version=versions.asked(), **told, by=me(), at=clock.now())
    return go("billing.contract", "The contract is changed.", contract_id=contract_id)


def _services() -> list[tuple[str, str]]:
    """Return the services of the network's program, each code once."""
    network_id = me().network_id
    found = programs.programs_of(db(), network_id) if network_id is not None else []
    return list({one.code: one.name for one in programs.services_of(db(), found[0].id)}.items()) if found else []
