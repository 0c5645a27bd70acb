"""One line of a work list."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from referral.people.rules import NeedCategory, SensitivityLevel
from referral.referrals.rules import Channel, Connection, Sight, Status, Urgency, reason_label, receiver_sight


@dataclass(frozen=True, slots=True)
class ListedReferral:
    """One line of a work list; the person is named only where the reader may see the name."""

    id: UUID
    number: str
    status: Status
    reason_code: str | None
    category: NeedCategory
    urgency: Urgency
    channel: Channel
    connection: Connection
    service: str
    sender: str
    receiver: str
    person_id: UUID
    need_id: UUID
    given_name: str | None
    family_name: str | None
    language: str | None
    household_size: int | None
    area: str | None
    sent_at: datetime | None
    due_at: datetime | None
    expected_on: date | None
    ended_at: datetime | None
    version: int
    level: SensitivityLevel
    network_id: UUID
    answer_due_at: datetime | None = None
    """Until when the receiver should answer, while it has not."""

    def opens_at(self, at: datetime) -> bool:
        """Whether its receiver may still open it: not once it ended more than 90 days ago."""
        sight = receiver_sight(self.status, channel=self.channel, was_taken=False, ended_at=self.ended_at, at=at)
        return sight is not Sight.NOTHING

    @property
    def reason(self) -> str | None:
        """Return the reason in words."""
        return reason_label(self.status, self.reason_code)
