"""Counting warm hand-offs: the only trace a safety need leaves outside its asker's room."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed
from referral.screening.models import WarmHandOff
from referral.screening.rules import HandOff


def count_hand_off(session: Session, kind: HandOff, *, by: Principal, at: datetime) -> None:
    """Count one hand-off of the organization on its day.

    No audit event: its instant, beside the reading of a record, would point to the person.
    """
    if by.organization_id is None or by.network_id is None:
        raise NotAllowed("Hand-offs are counted for an organization of a network.")
    row = insert(WarmHandOff).values(
        organization_id=by.organization_id,
        network_id=by.network_id,
        kind=kind,
        made_on=at.astimezone(ZoneInfo(by.time_zone)).date(),
        times=1,
    )
    keys = [column.name for column in WarmHandOff.__table__.primary_key]
    session.execute(row.on_conflict_do_update(index_elements=keys, set_={"times": WarmHandOff.times + 1}))
