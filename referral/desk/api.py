"""JSON: the work waiting, the thread, colleagues and failed work; the same verbs as the pages."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from referral.accounts.addresses import address_of
from referral.accounts.models import Membership
from referral.desk import service
from referral.desk.permissions import DeskPermission
from referral.desk.queries import home as homes
from referral.desk.queries import log, staff
from referral.desk.queries.home import Home
from referral.desk.queries.log import Log
from referral.desk.queries.person import PersonDesk
from referral.desk.queries.threads import Thread
from referral.desk.schemas import (
    AccountQuery,
    ClearanceForm,
    ColleagueOut,
    ColleaguePage,
    DisclosurePage,
    FailedJobPage,
    HomeOut,
    InvitedOut,
    LogPage,
    LogQuery,
    MarkedOut,
    MarksForm,
    NewUserForm,
    NoticeForm,
    NoticeOut,
    OverviewOut,
    ProtectionOut,
    SearchedQuery,
    StaffQuery,
    ThreadOut,
)
from referral.foundation import clock, jobs
from referral.organizations import queries as organizations
from referral.organizations.models import Organization
from referral.people import notices
from referral.people.models import Notice
from referral.people.permissions import PersonPermission
from referral.people.rules.part2 import NoticeKind
from referral.people.service import disclosing
from referral.web.guard import allow, signed_in
from referral.web.transaction import db, me

api = Blueprint("desk_api", __name__, url_prefix="/api/v1", description="What looks across the rooms")


@api.get("/home")
@signed_in
@api.response(200, HomeOut)
def home() -> Home:
    """Return how much work of each kind waits for the membership."""
    return homes.home(db(), by=me(), at=clock.now())


@api.get("/people/<uuid:person_id>/overview")
@allow(PersonPermission.READ)
@api.response(200, OverviewOut)
def overview(person_id: UUID) -> PersonDesk:
    """Read everything that hangs on one person, and who may see them, cut to what the role may see."""
    return service.open_person_desk(db(), person_id, by=me(), at=clock.now())


@api.get("/thread/<kind>/<uuid:record_id>")
@allow(DeskPermission.THREAD)
@api.response(200, ThreadOut)
def thread(kind: str, record_id: UUID) -> Thread:
    """Return the whole chain that a record belongs to, cut to what the role may see."""
    return service.open_thread(db(), kind, record_id, by=me(), at=clock.now())


@api.get("/users")
@allow(DeskPermission.USERS)
@api.arguments(StaffQuery, location="query")
@api.response(200, ColleaguePage)
def users(asked: dict[str, Any]) -> dict[str, Any]:
    """List who works for the organization."""
    found = staff.staff_in_reach(db(), asked["organization"], words=asked["words"], by=me())
    return {"items": found, "next": None}


@api.post("/users")
@allow(DeskPermission.ADD_USER)
@api.arguments(NewUserForm)
@api.response(201, InvitedOut)
def add_user(form: dict[str, Any]) -> dict[str, Any]:
    """Let somebody new work for the organization; the answer holds the link that lets them in, this once."""
    membership, handed = service.add_colleague(db(), **form, by=me(), at=clock.now())
    told = {column.key: getattr(membership, column.key) for column in Membership.__table__.columns}
    whose = {"user": membership.user, "organization": membership.organization}
    return {**told, **whose, "invitation_url": address_of(handed) if handed else None}


@api.post("/users/<uuid:membership_id>/clearance")
@allow(DeskPermission.ADD_USER)
@api.arguments(ClearanceForm)
@api.response(200, ColleagueOut)
def clear(form: dict[str, Any], membership_id: UUID) -> Membership:
    """Clear a colleague to receive what survivors of violence told; counts from their next request on."""
    return service.clear_colleague(db(), membership_id, **form, by=me(), at=clock.now())


@api.delete("/users/<uuid:membership_id>/clearance")
@allow(DeskPermission.ADD_USER)
@api.response(200, ColleagueOut)
def end_clearance(membership_id: UUID) -> Membership:
    """Take a colleague's clearance back."""
    return service.end_clearance(db(), membership_id, by=me(), at=clock.now())


@api.get("/audit-log")
@allow(DeskPermission.LOG)
@api.arguments(LogQuery, location="query")
@api.response(200, LogPage)
def audit_log(told: dict[str, Any]) -> Log:
    """Read what happened in the asker's reach; without whom it was about, where the role may not know."""
    return service.open_log(db(), log.sought(me().time_zone, **told), by=me(), at=clock.now())


@api.get("/people/<uuid:person_id>/access-log")
@allow(DeskPermission.ACCESS_LOG)
@api.arguments(LogQuery, location="query")
@api.response(200, LogPage)
def access_log(told: dict[str, Any], person_id: UUID) -> Log:
    """Read who looked at one person, and did something about them."""
    asked = log.sought(me().time_zone, **told)
    return service.open_access_log(db(), person_id, asked, by=me(), at=clock.now())[1]


@api.get("/people/<uuid:person_id>/disclosures")
@allow(DeskPermission.ACCESS_LOG)
@api.arguments(AccountQuery, location="query")
@api.response(200, DisclosurePage)
def disclosures(told: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Read what reached other organizations about one person in the last three or six years."""
    rows = service.open_account(db(), person_id, **told, by=me(), at=clock.now())
    return {"items": rows, "next": rows[-1].id if rows else None}


@api.get("/protection")
@allow(DeskPermission.PROTECTION)
@api.arguments(SearchedQuery, location="query")
@api.response(200, ProtectionOut)
def protection(asked: dict[str, Any]) -> dict[str, Any]:
    """Read the notice that travels with sensitive records, and which organizations the laws speak of."""
    network_id = me().network_id
    members = organizations.members(db(), network_id, words=asked["words"]) if network_id else ()
    text = notices.notice_in_force(db(), NoticeKind.PART2, at=clock.now())
    return {"text": text, "organizations": members}


@api.post("/protection/notice")
@allow(DeskPermission.PROTECTION)
@api.arguments(NoticeForm)
@api.response(201, NoticeOut)
def replace_notice(form: dict[str, Any]) -> Notice:
    """Replace the notice that travels, from now on; the earlier one is kept."""
    return disclosing.replace_notice(db(), version=form.pop("edition"), **form, by=me(), at=clock.now())


@api.post("/protection/organizations/<uuid:organization_id>")
@allow(DeskPermission.PROTECTION)
@api.arguments(MarksForm)
@api.response(200, MarkedOut)
def mark_organization(form: dict[str, Any], organization_id: UUID) -> Organization:
    """Note whether an organization serves survivors of violence, and whether it is a Part 2 program."""
    return service.mark_organization(db(), organization_id, **form, by=me(), at=clock.now())


@api.get("/jobs")
@allow(DeskPermission.JOBS)
@api.response(200, FailedJobPage)
def failed_jobs() -> dict[str, Any]:
    """List work that failed for good."""
    return {"items": jobs.dead_letters(db()), "next": None}


@api.post("/jobs/<int:job_id>/retry")
@allow(DeskPermission.RETRY)
@api.response(204)
def retry(job_id: int) -> None:
    """Give failed work new attempts."""
    service.retry_job(db(), job_id, by=me(), at=clock.now())
