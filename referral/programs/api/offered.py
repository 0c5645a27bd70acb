"""JSON: the network's programs: what they ask about health, and which services they pay for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from referral.foundation import clock
from referral.programs import queries
from referral.programs.api.blueprint import api
from referral.programs.models import Program, ProgramService
from referral.programs.permissions import ProgramPermission
from referral.programs.schemas import ProgramPage, ProgramServicePage
from referral.referrals import service as referrals
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me


@api.get("/programs")
@allow(ProgramPermission.READ_ENROLLMENT)
@api.response(200, ProgramPage)
def programs() -> dict[str, Any]:
    """List the network's programs with the criteria that a proposal may name."""
    network_id = me().network_id
    found = queries.programs_of(db(), network_id) if network_id else ()
    return whole([_shown(program) for program in found])


@api.get("/referrals/<uuid:referral_id>/program-services")
@allow(ProgramPermission.REQUEST)
@api.response(200, ProgramServicePage)
def services(referral_id: UUID) -> dict[str, Any]:
    """List the services that a plan can be asked to pay for on a referral: those in the receiver's contract."""
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    program = next(iter(queries.programs_of(db(), referral.network_id)), None)
    if program is None:
        return whole([])
    offered: Sequence[ProgramService] = queries.contracted_services(
        db(), referral.receiving_organization_id, program.id, clock.today()
    )
    return whole([one for one in offered if not one.is_sensitive])


def _shown(program: Program) -> dict[str, Any]:
    definition = program.definition()
    return {
        "id": program.id,
        "code": program.code,
        "name": program.name,
        "is_illustrative": program.is_illustrative,
        "notice": program.notice,
        "categories": definition.categories,
    }
