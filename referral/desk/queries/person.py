"""One person, as the asker may see them: the parts of the page are cut here, not hidden in a template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.desk.queries.names import service_names
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound
from referral.messaging import queries as messages
from referral.messaging.models import Message
from referral.messaging.permissions import MessagePermission
from referral.people import queries as people
from referral.people.models import AccessGrant, Consent, Person, PersonAddress, PersonPhone
from referral.people.permissions import PersonPermission
from referral.people.rules import GrantScope
from referral.programs import queries as programs
from referral.programs.models import Enrollment
from referral.programs.permissions import ProgramPermission
from referral.referrals.models import Referral
from referral.referrals.permissions import ReferralPermission, may_see
from referral.referrals.queries import is_level_open, records
from referral.screening import queries as screening
from referral.screening.models import Need, Screening
from referral.screening.permissions import ScreeningPermission

IDENTIFYING = frozenset({GrantScope.RECORD, GrantScope.CONTACT, GrantScope.BILLING})
REACHING = frozenset({GrantScope.RECORD, GrantScope.CONTACT})


@dataclass(frozen=True, slots=True)
class Access:
    """Why somebody may see the person; the name is empty for the network's care teams."""

    organization: str
    grant: AccessGrant


@dataclass(frozen=True, slots=True)
class PersonDesk:
    """The parts of a person's page; an empty part is one the asker may not see, or that has nothing in it."""

    person: Person
    can_reach: bool
    phones: Sequence[PersonPhone]
    address: PersonAddress | None
    plan: str
    member_id: str
    needs: Sequence[Need]
    referrals: Sequence[Referral]
    services: Mapping[UUID, str]
    screenings: Sequence[Screening]
    enrollments: Sequence[Enrollment]
    consents: Sequence[Consent]
    messages: Sequence[Message]
    access: Sequence[Access]

    def referrals_of(self, need: Need) -> list[Referral]:
        """Return the referrals that were made for a need."""
        return [referral for referral in self.referrals if referral.need_id == need.id]

    @property
    def other_referrals(self) -> list[Referral]:
        """Return referrals whose need the asker does not see."""
        seen = {need.id for need in self.needs}
        return [referral for referral in self.referrals if referral.need_id not in seen]


def person_desk(session: Session, person: Person, *, by: Principal, at: datetime) -> PersonDesk:
    """Gather what the asker may see; raises NotFound for whoever knows no more than the minimum."""
    access = [Access(name or "", grant) for grant, name in people.grants(session, person.id, at=at)]
    scopes = people.cut_to_role((one.grant.scope for one in access if _is_for(one.grant, by)), by=by)
    if not scopes & IDENTIFYING:
        raise NotFound
    can_reach, has_record = bool(scopes & REACHING), GrantScope.RECORD in scopes
    found = records.referrals_of_person(session, person.id) if by.can(ReferralPermission.READ) else ()
    referrals = [one for one in found if may_see(one, by, at=at) and is_level_open(session, one, by, at=at)]
    plan, member_id = _plan(session, person, at)
    return PersonDesk(
        person=person,
        can_reach=can_reach,
        phones=people.phones(session, person.id) if can_reach else (),
        address=people.address(session, person.id) if can_reach else None,
        plan=plan,
        member_id=member_id,
        needs=screening.needs_of(session, person.id) if by.can(ScreeningPermission.READ_NEED) else (),
        referrals=referrals,
        services=service_names(session, [referral.service_at_location_id for referral in referrals]),
        screenings=screening.screenings_of(session, person.id) if by.can(ScreeningPermission.READ) else (),
        enrollments=programs.enrollments_of(session, person.id) if by.can(ProgramPermission.READ_ENROLLMENT) else (),
        consents=people.consents_in_force(session, person.id, at=at) if by.can(PersonPermission.READ_CONSENTS) else (),
        messages=messages.of_person(session, person.id, limit=5) if by.can(MessagePermission.READ) else (),
        access=access if has_record else (),
    )


def _is_for(grant: AccessGrant, by: Principal) -> bool:
    """Whether the row of access opens the person for the asker."""
    if grant.organization_id is None:
        return by.is_care_team and grant.network_id == by.network_id
    return grant.organization_id == by.organization_id


def _plan(session: Session, person: Person, at: datetime) -> tuple[str, str]:
    today = at.astimezone(ZoneInfo(person.time_zone or "America/New_York")).date()
    for coverage, plan in people.coverages(session, person.id):
        if coverage.starts_on <= today and (coverage.ends_on is None or today <= coverage.ends_on):
            return plan.name, coverage.member_id
    return "", ""
