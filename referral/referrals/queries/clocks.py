"""Until when a receiver should answer: on its own calendar, with the holidays that the network keeps."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.organizations.models import Network, Organization
from referral.organizations.rules import BusinessCalendar, due_at, us_holidays
from referral.referrals.models import Referral
from referral.referrals.rules import AWAITING_ANSWER, Channel


def calendar_of(session: Session, organization_id: UUID, network_id: UUID) -> BusinessCalendar:
    """Return the working days of an organization in a network."""
    organization = session.get_one(Organization, organization_id)
    return BusinessCalendar(
        zone=organization.time_zone,
        closes_at=organization.closes_at,
        network_holidays=us_holidays(session.get_one(Network, network_id).state),
    )


def answer_due_at(session: Session, referral: Referral) -> datetime | None:
    """Return until when the receiver should answer a referral; None when it did, or need not."""
    if referral.sent_at is None or referral.status not in AWAITING_ANSWER or referral.channel is Channel.OFF_PLATFORM:
        return None
    return answer_clock(session, referral.receiving_organization_id, referral.network_id)(referral.sent_at)


def answer_clock(session: Session, organization_id: UUID, network_id: UUID) -> Callable[[datetime], datetime]:
    """Return what says until when the organization should answer what was sent to it at an instant."""
    calendar = calendar_of(session, organization_id, network_id)
    days = session.get_one(Network, network_id).first_response_days
    return lambda sent_at: due_at(calendar, sent_at, days)
