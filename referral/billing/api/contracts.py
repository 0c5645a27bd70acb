"""JSON: contracts, and what they cover."""

from typing import Any
from uuid import UUID

from referral.billing import queries, service
from referral.billing.api.blueprint import api
from referral.billing.permissions import BillingPermission
from referral.billing.queries import ContractShown
from referral.billing.schemas.terms import ContractForm, ContractOut, ContractPage, NewContractForm
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.web import versions
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me


@api.get("/contracts")
@allow(BillingPermission.READ_CONTRACTS)
@api.response(200, ContractPage)
def contracts() -> dict[str, Any]:
    """List the contracts that the asker may see, by organization."""
    return whole(queries.contracts(db(), by=me()))


@api.get("/contracts/<uuid:contract_id>")
@allow(BillingPermission.READ_CONTRACTS)
@api.response(200, ContractOut)
def contract(contract_id: UUID) -> ContractShown:
    """Read a contract; its ETag is what a change of it names."""
    return _shown(contract_id)


@api.post("/contracts")
@allow(BillingPermission.CHANGE_CONTRACTS)
@api.arguments(NewContractForm)
@api.response(201, ContractOut)
def make(form: dict[str, Any]) -> ContractShown:
    """Let an organization deliver services of the program under the asker's lead."""
    return _shown(service.make_contract(db(), **form, by=me(), at=clock.now()).id)


@api.put("/contracts/<uuid:contract_id>")
@allow(BillingPermission.CHANGE_CONTRACTS)
@api.arguments(ContractForm)
@api.response(200, ContractOut)
def change(form: dict[str, Any], contract_id: UUID) -> ContractShown:
    """Change a contract of the asker's own; If-Match names the version that was read."""
    service.change_contract(db(), contract_id, version=versions.asked(), **form, by=me(), at=clock.now())
    return _shown(contract_id)


def _shown(contract_id: UUID) -> ContractShown:
    found = queries.contract(db(), contract_id, by=me())
    if found is None:
        raise NotFound
    return found
