"""Pages: ask for a file of the network's referrals, decide about a colleague's, take one; a plan's file of members."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import NotAllowed
from referral.people.files import PeopleRows, as_csv, as_sheet
from referral.referrals import service
from referral.referrals.permissions import ReferralPermission
from referral.referrals.queries import exports as queries
from referral.referrals.schemas import ExportForm
from referral.referrals.views.blueprint import pages
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, send_sheet, show, stream_csv
from referral.web.transaction import database, db, me


def exports_page(form: FormState | None = None, **_parameters: object) -> ResponseReturnValue:
    """Show what was asked for, and the form to ask."""
    network_id, at = me().network_id, clock.now()
    if network_id is None:
        raise NotAllowed("You work in no network.")
    return show(
        "referrals/exports.html",
        rows=[(row, row.state(at), name) for row, name in queries.exports(db(), network_id)],
        mine=me().user_id,
        form=form or FormState(),
    )


@pages.get("/exports")
@allow(ReferralPermission.EXPORT)
def exports() -> ResponseReturnValue:
    """Show requests for files of the network's referrals."""
    return exports_page()


@pages.post("/exports")
@allow(ReferralPermission.EXPORT)
@redisplay(exports_page)
def ask_for_rows() -> ResponseReturnValue:
    """Ask for a file."""
    service.ask_for_rows(db(), **read(ExportForm), by=me(), at=clock.now())
    return go("referrals.exports", "Asked. Another supervisor has to approve it.")


@pages.post("/exports/<uuid:export_id>/<any(approve, refuse):decision>")
@allow(ReferralPermission.EXPORT)
@redisplay(exports_page)
def decide_rows(export_id: UUID, decision: str) -> ResponseReturnValue:
    """Decide about a colleague's request."""
    service.decide_rows(db(), export_id, is_approved=decision == "approve", by=me(), at=clock.now())
    said = "Approved. Your colleague can take the file for a day." if decision == "approve" else "Refused."
    return go("referrals.exports", said)


@pages.get("/exports/<uuid:export_id>/rows.csv")
@allow(ReferralPermission.EXPORT)
def rows_csv(export_id: UUID) -> ResponseReturnValue:
    """Send the approved file, as a stream."""
    service.take_rows(db(), export_id, by=me(), at=clock.now())
    return stream_csv(as_csv(database(), _told(), asker=me(), at=clock.now()), "referrals")


@pages.get("/exports/<uuid:export_id>/rows.xlsx")
@allow(ReferralPermission.EXPORT)
def rows_sheet(export_id: UUID) -> ResponseReturnValue:
    """Send the approved file as a spreadsheet."""
    service.take_rows(db(), export_id, by=me(), at=clock.now())
    return send_sheet(as_sheet(database(), _told(), asker=me(), at=clock.now()), "referrals")


@pages.get("/members/referrals.csv")
@allow(ReferralPermission.EXPORT_MEMBERS)
def members_csv() -> ResponseReturnValue:
    """Send the referrals of members who share the content with the plan, as a stream."""
    service.take_members_rows(db(), by=me(), at=clock.now())
    return stream_csv(as_csv(database(), _told(), asker=me(), at=clock.now()), "members-referrals")


@pages.get("/members/referrals.xlsx")
@allow(ReferralPermission.EXPORT_MEMBERS)
def members_sheet() -> ResponseReturnValue:
    """Send the same as a spreadsheet."""
    service.take_members_rows(db(), by=me(), at=clock.now())
    return send_sheet(as_sheet(database(), _told(), asker=me(), at=clock.now()), "members-referrals")


def _told() -> PeopleRows:
    return queries.file_of_referrals(by=me(), at=clock.now())
