"""Pages that look across the rooms."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from referral.accounts.addresses import address_of
from referral.audit.rules import DeedKind
from referral.desk import navigation, service
from referral.desk.permissions import DeskPermission
from referral.desk.queries import log, staff
from referral.desk.schemas import (
    ClearanceForm,
    LogQuery,
    MarksForm,
    NewUserForm,
    NoticeForm,
    SearchedQuery,
    StaffQuery,
)
from referral.foundation import clock, jobs
from referral.organizations import queries as organizations
from referral.people import notices
from referral.people.permissions import PersonPermission
from referral.people.rules.consent_terms import TERMS
from referral.people.rules.languages import language_name
from referral.people.rules.part2 import NoticeKind
from referral.people.rules.requests import WORDS as REQUESTS
from referral.people.service import disclosing
from referral.web.forms import FormState
from referral.web.guard import allow, signed_in
from referral.web.pages import go, query, read, redisplay, show
from referral.web.transaction import db, me

DEED_KINDS = [
    (DeedKind.READ.value, "Looked at something"),
    (DeedKind.CONSENT.value, "Consents and access"),
    (DeedKind.EXPORT.value, "Exports and disclosures"),
    (DeedKind.EMERGENCY.value, "Emergencies"),
    (DeedKind.SIGN_IN.value, "Signing in and out"),
    (DeedKind.DENIED.value, "Refused"),
    (DeedKind.ROLES.value, "Users and roles"),
    (DeedKind.SETTINGS.value, "Settings"),
]

pages = Blueprint("desk", __name__)
pages.add_app_template_filter(language_name)
pages.add_app_template_filter(lambda scope: TERMS[scope].title, "scope_words")
pages.add_app_template_filter(lambda kind: REQUESTS[kind], "request_words")
pages.app_context_processor(navigation.context)


@pages.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Show the work that waits."""
    return show("desk/home.html", home=service.open_home(db(), by=me(), at=clock.now()))


@pages.get("/people/<uuid:person_id>")
@allow(PersonPermission.READ)
def person(person_id: UUID) -> ResponseReturnValue:
    """Show one person: needs, referrals, what they allow and who may see them."""
    return show("desk/person.html", desk=service.open_person_desk(db(), person_id, by=me(), at=clock.now()))


@pages.get("/thread/<kind>/<uuid:id>")
@allow(DeskPermission.THREAD)
def thread(kind: str, id: UUID) -> ResponseReturnValue:  # noqa: A002 -- the address other rooms link to
    """Show the whole chain that a record belongs to, from answer to dollar."""
    return show("desk/thread.html", thread=service.open_thread(db(), kind, id, by=me(), at=clock.now()))


@pages.get("/audit-log")
@allow(DeskPermission.LOG)
def audit_log() -> ResponseReturnValue:
    """Show what happened, to whoever keeps watch."""
    told = query(LogQuery)
    found = service.open_log(db(), log.sought(me().time_zone, **told), by=me(), at=clock.now())
    return show("desk/audit_log.html", log=found, asked=told, kinds=DEED_KINDS)


@pages.get("/people/<uuid:person_id>/access-log")
@allow(DeskPermission.ACCESS_LOG)
def access_log(person_id: UUID) -> ResponseReturnValue:
    """Show who looked at one person, and did something about them."""
    told = query(LogQuery)
    asked = log.sought(me().time_zone, **told)
    person, found = service.open_access_log(db(), person_id, asked, by=me(), at=clock.now())
    return show("desk/access_log.html", person_id=person_id, person=person, log=found, asked=told, kinds=DEED_KINDS)


@pages.get("/jobs")
@allow(DeskPermission.JOBS)
def waiting_work() -> ResponseReturnValue:
    """Show work that failed for good, and how much waits."""
    return show("desk/jobs.html", dead=jobs.dead_letters(db()), waiting=jobs.waiting(db()))


@pages.post("/jobs/<int:job_id>/retry")
@allow(DeskPermission.RETRY)
def retry(job_id: int) -> ResponseReturnValue:
    """Give failed work new attempts."""
    service.retry_job(db(), job_id, by=me(), at=clock.now())
    return go("desk.waiting_work", "The work will be tried again within a minute.")


def users_page(form: FormState | None = None) -> ResponseReturnValue:
    """Show who works here, and the form that adds somebody."""
    asked = query(StaffQuery)
    employer_id = asked["organization"]
    colleagues = staff.staff_in_reach(db(), employer_id, words=asked["words"], by=me())
    employers = staff.employers(db(), by=me())
    return show(
        "desk/users.html",
        form=form,
        staff=colleagues,
        asked=asked,
        clearable={one.id for one in colleagues if staff.may_clear(one, by=me())},
        employers=[(organization.id, organization.name) for organization in employers],
        employer_id=employer_id or me().organization_id,
        roles=staff.roles_to_give(employers, by=me()),
    )


@pages.get("/users")
@allow(DeskPermission.USERS)
def users() -> ResponseReturnValue:
    """Show who works here."""
    return users_page()


@pages.post("/users")
@allow(DeskPermission.ADD_USER)
@redisplay(users_page)
def add_user() -> ResponseReturnValue:
    """Let somebody work for the organization; the link that lets them in is shown once."""
    membership, handed = service.add_colleague(db(), **read(NewUserForm), by=me(), at=clock.now())
    if handed is None:
        return go("desk.users", f"{membership.user.name} works for {membership.organization.name} too now.")
    return show("accounts/link_made.html", handed=handed, address=address_of(handed))


def clearance_page(membership_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show whether a colleague is cleared, and the form that clears them."""
    return show("desk/clearance.html", form=form, membership=service.colleague(db(), membership_id, by=me()))


@pages.get("/users/<uuid:membership_id>/clearance")
@allow(DeskPermission.ADD_USER)
def clearance(membership_id: UUID) -> ResponseReturnValue:
    """Show whether a colleague may receive what survivors of violence told."""
    return clearance_page(membership_id)


@pages.post("/users/<uuid:membership_id>/clearance")
@allow(DeskPermission.ADD_USER)
@redisplay(clearance_page)
def clear(membership_id: UUID) -> ResponseReturnValue:
    """Clear a colleague."""
    service.clear_colleague(db(), membership_id, **read(ClearanceForm), by=me(), at=clock.now())
    return go("desk.users", "The clearance counts from their next page on.")


@pages.post("/users/<uuid:membership_id>/clearance/end")
@allow(DeskPermission.ADD_USER)
def end_clearance(membership_id: UUID) -> ResponseReturnValue:
    """Take the clearance back."""
    service.end_clearance(db(), membership_id, by=me(), at=clock.now())
    return go("desk.users", "The clearance has ended.")


def protection_page(form: FormState | None = None, **_parameters: object) -> ResponseReturnValue:
    """Show the text that travels with sensitive records, and which organizations the laws speak of."""
    network_id, words = me().network_id, query(SearchedQuery)["words"]
    return show(
        "desk/protection.html",
        form=form,
        words=words,
        notice=notices.notice_in_force(db(), NoticeKind.PART2, at=clock.now()),
        organizations=organizations.members(db(), network_id, words=words) if network_id else (),
    )


@pages.get("/protection")
@allow(DeskPermission.PROTECTION)
def protection() -> ResponseReturnValue:
    """Show what protects sensitive records."""
    return protection_page()


@pages.post("/protection/notice")
@allow(DeskPermission.PROTECTION)
@redisplay(protection_page)
def replace_notice() -> ResponseReturnValue:
    """Replace the text that travels, from now on."""
    form = read(NoticeForm)
    disclosing.replace_notice(db(), version=form.pop("edition"), **form, by=me(), at=clock.now())
    return go("desk.protection", "The new text travels from now on; the earlier one is kept.")


@pages.post("/protection/organizations/<uuid:organization_id>")
@allow(DeskPermission.PROTECTION)
@redisplay(protection_page)
def mark_organization(organization_id: UUID) -> ResponseReturnValue:
    """Note what an organization is in the eyes of the laws."""
    marked = service.mark_organization(db(), organization_id, **read(MarksForm), by=me(), at=clock.now())
    return go("desk.protection", f"{marked.name} is marked.")
