"""For whom the running request bills: the asker's organization, and the program of their network."""

from uuid import UUID

from referral.billing import queries
from referral.billing.models import FeeSchedule
from referral.foundation.refusals import NotAllowed, NotFound
from referral.programs import queries as programs
from referral.programs.models import Program
from referral.web.transaction import db, me


def my_organization() -> UUID:
    """Return the organization whose deliveries the asker bills; raises NotAllowed."""
    organization_id = me().organization_id
    if organization_id is None:
        raise NotAllowed("Only somebody who works for an organization has deliveries.")
    return organization_id


def the_program() -> Program:
    """Return the program of the asker's network; raises NotFound where there is none."""
    network_id = me().network_id
    found = programs.programs_of(db(), network_id) if network_id is not None else []
    if not found:
        raise NotFound
    return found[0]


def the_schedule() -> FeeSchedule:
    """Return the fee schedule of that program; raises NotFound where there is none."""
    found = queries.current_schedule(db(), the_program().id)
    if found is None:
        raise NotFound
    return found
