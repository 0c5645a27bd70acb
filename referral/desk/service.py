"""What people do at the desk: open what looks across the rooms, add colleagues, give failed work another try."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.accounts.service import HandedLink, clearance
from referral.audit import service as audit
from referral.audit.queries import Asked
from referral.audit.rules import AccountWindow
from referral.desk.queries import home as homes
from referral.desk.queries import log, own, staff, threads
from referral.desk.queries import person as persons
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound
from referral.organizations import queries as organizations
from referral.organizations import service as organization_service
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import Person
from referral.people.rules import GivenBy, SensitivityLevel


def open_home(session: Session, *, by: Principal, at: datetime) -> homes.Home:
    """Open the work that waits for the asker; whose referrals it names is written down, as with every list."""
    found = homes.home(session, by=by, at=at)
    for name, kinds in (
        ("referral", {"inbox", "sent_back", "to_call", "comments"}),
        ("service_authorization", {"authorizations"}),
    ):
        shown = [row for panel in found.panels if panel.kind in kinds for row in panel.rows]
        ids = [row.id if name == "referral" else row[0].id for row in shown]
        if ids:
            audit.record_list(session, f"{name}:listed", at=at, kind=name, ids=ids)
    return found


def open_person_desk(session: Session, person_id: UUID, *, by: Principal, at: datetime) -> persons.PersonDesk:
    """Open everything the asker may see about a person; the reading is written down."""
    person = people.open_person(session, person_id, by=by, at=at)
    return persons.person_desk(session, person, by=by, at=at)


def open_log(session: Session, asked: Asked, *, by: Principal, at: datetime) -> log.Log:
    """Open the log in the asker's reach; the reading is written down in it."""
    found = log.audit_log(session, asked, by=by)
    audit.record(session, "audit_log:read", by=by, at=at, count=len(found.lines), kind=asked.kind)
    return found


def open_access_log(
    session: Session, person_id: UUID, asked: Asked, *, by: Principal, at: datetime
) -> tuple[Person | None, log.Log]:
    """Open the list of who looked at a person; None for a person whom the asker may not open any more."""
    person, found = log.access_log(session, person_id, asked, by=by)
    audit.record(session, "access_log:read", by=by, at=at, person_id=person_id, count=len(found.lines))
    return person, found


def open_account(
    session: Session, person_id: UUID, *, years: int, before: int | None, by: Principal, at: datetime
) -> list[own.Given]:
    """Open what was disclosed about a person, to read it to them; raises NotFound for whom the asker may not see."""
    person = people.visible_person(session, person_id)
    subject = ("person", person.id)
    audit.record(
        session, "disclosures:read", by=by, at=at, person_id=person.id, network_id=person.network_id, subject=subject
    )
    far = own.Reach(SensitivityLevel.L2, GivenBy.SELF)
    return own.given(session, person.id, AccountWindow(years), at=at, far=far, before=before)


def open_thread(session: Session, kind: str, id_: UUID, *, by: Principal, at: datetime) -> threads.Thread:
    """Open the chain that a record belongs to; raises NotFound where the asker takes no part in it."""
    found = threads.thread(session, kind, id_, by=by, at=at)
    if found is None:
        raise NotFound
    audit.record(
        session,
        "thread:read",
        by=by,
        at=at,
        person_id=found.person_id,
        network_id=found.network_id,
        subject=(kind, id_),
    )
    return found


def add_colleague(
    session: Session,
    *,
    name: str,
    email: str,
    roles: Collection[Role],
    organization_id: UUID | None = None,
    by: Principal,
    at: datetime,
) -> tuple[Membership, HandedLink | None]:
    """Invite somebody to work for the asker's organization, or another in reach; raises NotAllowed beyond that."""
    return accounts.invite(session, name=name, email=email, roles=roles, organization_id=organization_id, by=by, at=at)


def colleague(session: Session, membership_id: UUID, *, by: Principal) -> Membership:
    """Return somebody whose roles the asker keeps; raises NotFound for anybody else, oneself too."""
    found = next((one for one in staff.staff_in_reach(session, by=by) if one.id == membership_id), None)
    if found is None or not staff.keeps_roles_of(found, by=by):
        raise NotFound
    return found


def clear_colleague(
    session: Session, membership_id: UUID, *, trained_on: date, until: date | None, by: Principal, at: datetime
) -> Membership:
    """Clear a colleague to receive what survivors of violence told; who keeps their roles does it."""
    found = colleague(session, membership_id, by=by)
    clearance.clear_for_safety(session, found, trained_on=trained_on, until=until, by=by, at=at)
    return found


def end_clearance(session: Session, membership_id: UUID, *, by: Principal, at: datetime) -> Membership:
    """Take a colleague's clearance back, from their next request on."""
    found = colleague(session, membership_id, by=by)
    clearance.end_clearance(session, found, by=by, at=at)
    return found


def mark_organization(
    session: Session,
    organization_id: UUID,
    *,
    is_victim_service: bool,
    is_part2_program: bool,
    by: Principal,
    at: datetime,
) -> Organization:
    """Note what an organization of the network is in the eyes of the laws; raises NotFound for any other."""
    members = organizations.members(session, by.network_id) if by.network_id else ()
    found = next((one for one in members if one.id == organization_id), None)
    if found is None:
        raise NotFound
    marks = {"is_victim_service": is_victim_service, "is_part2_program": is_part2_program}
    organization_service.mark_sensitive(session, found, **marks, by=by, at=at)
    return found


def retry_job(session: Session, job_id: int, *, by: Principal, at: datetime) -> None:
    """Give failed work new attempts; raises NotFound when it has not failed."""
    if not jobs.retry(session, job_id, at=at):
        raise NotFound
    audit.record(session, "job:retried", by=by, at=at, subject=("job", job_id))
