"""Files of many people's rows: one person asks and says why, another approves, and taking one is written down."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused
from referral.people.rules import GrantScope
from referral.referrals.models import RowExport
from referral.referrals.queries import exports
from referral.referrals.rules.exports import ExportState


def ask_for_rows(session: Session, *, reason: str, by: Principal, at: datetime) -> RowExport:
    """Ask for a file of the network's referrals, with the reason on record."""
    if by.user_id is None or by.network_id is None:
        raise NotAllowed("A file of people's rows is asked for by somebody of the network.")
    asked = RowExport(network_id=by.network_id, reason=reason, asked_at=at, asked_by_user_id=by.user_id)
    session.add(asked)
    session.flush()
    _record(session, asked, "export:asked", by=by, at=at)
    return asked


def decide_rows(session: Session, export_id: UUID, *, is_approved: bool, by: Principal, at: datetime) -> RowExport:
    """Approve or refuse somebody else's request while it waits."""
    asked = _find(session, export_id, by=by)
    session.refresh(asked, with_for_update=True)
    if asked.asked_by_user_id == by.user_id:
        raise Refused("Somebody else has to decide about the file you asked for.")
    if asked.state(at) is not ExportState.ASKED:
        raise Refused("This request does not wait for a decision any more.")
    asked.is_approved, asked.decided_at, asked.decided_by_user_id = is_approved, at, by.user_id
    session.flush()
    _record(session, asked, "export:approved" if is_approved else "export:refused", by=by, at=at)
    return asked


def take_rows(session: Session, export_id: UUID, *, by: Principal, at: datetime) -> None:
    """Write down that whoever asked takes the approved file, and of whom it tells; Refused for all else."""
    asked = _find(session, export_id, by=by)
    if asked.asked_by_user_id != by.user_id:
        raise Refused("Only whoever asked for the file takes it.")
    if asked.state(at) is not ExportState.APPROVED:
        raise Refused("The file is not approved, or its day is over: ask again.")
    _record(session, asked, "referral_rows:exported", by=by, at=at)
    _disclose(session, by=by, at=at)


def take_members_rows(session: Session, *, by: Principal, at: datetime) -> None:
    """Write down that a plan takes a file of the members who share the content with it."""
    audit.record(session, "referral_rows:exported", by=by, at=at, subject=("referral", "csv"))
    _disclose(session, by=by, at=at)


def _find(session: Session, export_id: UUID, *, by: Principal) -> RowExport:
    found = exports.export(session, export_id, by=by)
    if found is None:
        raise NotFound
    return found


def _disclose(session: Session, *, by: Principal, at: datetime) -> None:
    what = (GrantScope.RECORD.value,)
    audit.disclose_rows(session, exports.rows_of_others(by=by, at=at), what=what, by=by, at=at)


def _record(session: Session, asked: RowExport, action: str, *, by: Principal, at: datetime) -> None:
    subject = ("row_export", asked.id)
    audit.record(session, action, by=by, at=at, network_id=asked.network_id, subject=subject)
