"""What a health plan is told of somebody for a program, for the account that the person may ask for."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.audit.rules import DisclosureWay
from referral.audit.service import Told
from referral.foundation.principal import Principal
from referral.people.rules import GrantScope, domain_of
from referral.people.service.disclosing import record_opening
from referral.programs.models import Enrollment, ServiceAuthorization
from referral.referrals.models import Referral


def disclose_enrollment(session: Session, enrollment: Enrollment, *, by: Principal, at: datetime) -> None:
    """Write down that the person was proposed to the plan."""
    if enrollment.plan_id == by.organization_id:
        return
    told = Told.of(enrollment, [GrantScope.BILLING])
    way, to = DisclosureWay.ENROLLMENT, enrollment.plan_id
    audit.disclose(session, [told], how=way, to_organization_id=to, by=by, at=at)


def disclose_request(session: Session, authorization: ServiceAuthorization, *, by: Principal, at: datetime) -> None:
    """Write down that the plan was asked to pay, with the kind of need it is for."""
    told = Told.of(authorization, _what(session, authorization))
    way, to = DisclosureWay.AUTHORIZATION, authorization.plan_id
    audit.disclose(session, [told], how=way, to_organization_id=to, by=by, at=at)


def note_opening(session: Session, authorization: ServiceAuthorization, *, by: Principal, at: datetime) -> None:
    """Write down that another organization opened it than the one which asked."""
    told = Told.of(authorization, _what(session, authorization))
    record_opening(session, told, by=by, at=at, wrote_it=authorization.requesting_organization_id)


def _what(session: Session, authorization: ServiceAuthorization) -> list[str]:
    referral = session.get(Referral, authorization.referral_id)
    about = [domain_of(referral.category).value] if referral else []
    return [GrantScope.BILLING.value, *about]
