"""Take out of the log what was kept long enough: the seal stays, with a mark that only the key can make."""

import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, LargeBinary, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from referral.audit import queries
from referral.audit.rules import purge_mark, seal_of
from referral.audit.service.sealing import event_of

_PURGE = text("SELECT audit_purge(:seqs, :marks, :at)").bindparams(bindparam("marks", type_=ARRAY(LargeBinary)))


def purge(
    session: Session, key: bytes, *rules: ColumnElement[bool], older_than: datetime, at: datetime, limit: int
) -> int:
    """Remove sealed events of before an instant that the rules let go; returns how many the database let go.

    An event that is not what was sealed stays: whoever made it look old must not have it removed by us.
    The database counts the years by a clock of its own and keeps what is younger.
    """
    found = queries.sealed_before(session, older_than, *rules, limit=limit)
    marks: dict[int, bytes] = {}
    for row in found:
        expected = seal_of(key, seq=row.seq, previous=row.prev_hash, event=event_of(row))
        if hmac.compare_digest(expected, row.hash):
            marks[row.seq] = purge_mark(key, seq=row.seq, sealed=row.hash, purged_at=at)
    if not marks:
        return 0
    return session.scalar(_PURGE, {"seqs": [*marks], "marks": [*marks.values()], "at": at}) or 0


def forget_disclosures(session: Session, ids: Sequence[int]) -> Sequence[int]:
    """Delete these disclosures; returns which the database, by a clock of its own, found old enough."""
    return session.scalars(select(func.disclosure_delete_old(list(ids)))).all() if ids else ()
