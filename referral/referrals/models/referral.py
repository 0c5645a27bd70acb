"""The referral: one need of one person, addressed to one service at one location."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.foundation.database import Base, Id
from referral.organizations.models import Organization
from referral.people.rules import NeedCategory
from referral.referrals.models.parties import Parties
from referral.referrals.rules import ENDED, OPEN, Channel, Connection, Status, Urgency

_OPEN = ", ".join(f"'{status}'" for status in sorted(OPEN))
_IS_ENDED = text("ended_at IS NOT NULL")
_ENDED = ", ".join(f"'{status}'" for status in sorted(ENDED))


class Referral(Parties, Base):
    """A request for help; only `service.moves` changes its status, and every change is logged."""

    __tablename__ = "referral"
    __table_args__ = (
        Index(
            "uq_referral_open_once",
            "person_id",
            "need_id",
            "service_at_location_id",
            unique=True,
            postgresql_where=text(f"status IN ({_OPEN})"),
        ),
        Index("ix_referral_inbox", "receiving_organization_id", "status", "id"),
        Index("ix_referral_outbox", "sending_organization_id", "status", "id"),
        Index("ix_referral_inbox_ended", "receiving_organization_id", "ended_at", "id", postgresql_where=_IS_ENDED),
        Index("ix_referral_outbox_ended", "sending_organization_id", "ended_at", "id", postgresql_where=_IS_ENDED),
        Index("ix_referral_network", "network_id", "status", "id"),
        Index("ix_referral_plan", "plan_id", "sent_at"),
        Index("ix_referral_lead", "network_lead_id", "sent_at"),
        CheckConstraint(f"(ended_at IS NOT NULL) = (status IN ({_ENDED}))", name="ended_when_over"),
    )
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    """Read out on the phone, such as R-7F3K2Q."""
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    category: Mapped[NeedCategory]
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"), index=True)
    """The consent it rests on; withdrawn with it."""
    release_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"), index=True)
    """The named consent that lets the receiver have what is sensitive (42 CFR 2.31; 34 USC 12291(b)(2))."""
    successor_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"), index=True)
    channel: Mapped[Channel]
    status: Mapped[Status] = mapped_column(default=Status.DRAFT)
    reason_code: Mapped[str | None]
    urgency: Mapped[Urgency] = mapped_column(default=Urgency.ROUTINE)
    note: Mapped[str | None]
    """For the receiver, who reads it once it has taken the referral."""
    area: Mapped[str | None]
    """First three digits of the person's ZIP code when it was sent: all of the address that is shown before."""
    place_in_line: Mapped[int | None]
    expected_on: Mapped[date | None]
    """When the waiting list expects to serve."""
    connection: Mapped[Connection] = mapped_column(default=Connection.UNKNOWN)
    """Computed from all evidence whenever some arrives; never typed."""
    is_outcome_withheld: Mapped[bool] = mapped_column(default=False)
    created_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """The hard stop: unanswered by then, it expires."""
    first_response_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    """Since when the receiver sees the person: accepted, waitlisted or asking the person."""
    accepted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    sender: Mapped[Organization] = relationship(foreign_keys="Referral.sending_organization_id", lazy="raise_on_sql")
    receiver: Mapped[Organization] = relationship(
        foreign_keys="Referral.receiving_organization_id", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads it once, when the class is made
