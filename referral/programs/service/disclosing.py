"""What a health plan is told of somebody for a program, for the account that the person may ask for."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit.rules import DisclosureWay
from referral.foundation.principal import Principal
from referral.people.rules import GrantScope, domain_of
from referral.people.service.disclosing import record_disclosure, record_opening
from referral.programs.models import Enrollment, ServiceAuthorization
from referral.referrals.models import Referral


def disclose_enrollment(session: Session, enrollment: Enrollment, *, by: Principal, at: datetime) -> None:
    """Write down that the person was proposed to the plan."""
    if enrollment.plan_id == by.organization_id:
        return
    record_disclosure(
        session,
        person_id=enrollment.person_id,
        network_id=enrollment.network_id,
        level=enrollment.level,
        how=DisclosureWay.ENROLLMENT,
        what=[GrantScope.BILLING],
        subject=("enrollment", enrollment.id),
        to_organization_id=enrollment.plan_id,
        by=by,
        at=at,
    )


def disclose_request(session: Session, authorization: ServiceAuthorization, *, by: Principal, at: datetime) -> None:
    """Write down that the plan was asked to pay, with the kind of need it is for."""
    record_disclosure(
        session,
        person_id=authorization.person_id,
        network_id=authorization.network_id,
        level=authorization.level,
        how=DisclosureWay.AUTHORIZATION,
        what=_what(session, authorization),
        subject=("service_authorization", authorization.id),
        to_organization_id=authorization.plan_id,
        by=by,
        at=at,
    )


def note_opening(session: Session, authorization: ServiceAuthorization, *, by: Principal, at: datetime) -> None:
    """Write down that another organization opened it than the one which asked."""
    record_opening(
        session,
        person_id=authorization.person_id,
        network_id=authorization.network_id,
        level=authorization.level,
        what=_what(session, authorization),
        subject=("service_authorization", authorization.id),
        wrote_it=authorization.requesting_organization_id,
        by=by,
        at=at,
    )


def _what(session: Session, authorization: ServiceAuthorization) -> list[str]:
    referral = session.get(Referral, authorization.referral_id)
    about = [domain_of(referral.category).value] if referral else []
    return [GrantScope.BILLING.value, *about]
