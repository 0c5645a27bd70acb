"""Why an organization reads no name on its own rows: the referral still has its number, or the person a code."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.foundation.elevation import seeing_all
from referral.people.rules.local_codes import local_code
from referral.referrals.models import Referral
from referral.referrals.rules import AFTER_END


def nameless(
    session: Session, referral_ids: Iterable[UUID], *, organization_id: UUID, at: datetime
) -> dict[UUID, tuple[str, str]]:
    """Return number and reason by referral, for rows whose person the asker's organization may not read now.

    The referral itself may be closed to it by then: of its own bills an organization keeps the number. Who asked not
    to be found has a code there, which says nothing anywhere else.
    """
    is_hidden = func.is_hidden(Referral.person_id).label("is_hidden")
    columns = (Referral.id, Referral.number, Referral.person_id, Referral.ended_at, is_hidden)
    query = select(*columns).where(Referral.id.in_(set(referral_ids)))
    with seeing_all(session, "own-bills"):
        return {
            row.id: (local_code(organization_id, row.person_id), "Known by this code in your books only")
            if row.is_hidden
            else (row.number, _why(row.ended_at, at))
            for row in session.execute(query)
        }


def _why(ended_at: datetime | None, at: datetime) -> str:
    if ended_at is not None and at > ended_at + AFTER_END:
        return f"Name closed: the referral ended more than {AFTER_END.days} days ago"
    return "Name not shared with your role"
