"""Facts for reports: copied from the rooms below without names, contact details or anything about violence.

Only the refresh job writes them and only the reporting role reads them; no row says which person it is about.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from referral.billing.rules import LineState
from referral.foundation.database import Base, EnumNumber, Money
from referral.people.rules import AnswerState, DemographicKind, NeedDomain, SensitivityLevel
from referral.referrals.rules import Channel, Connection, Status


class NeedFact(Base):
    """One need episode, or one domain of a screening that found no need, with the stages it reached."""

    __tablename__ = "need_fact"
    __table_args__ = (Index(None, "network_id", "need_on"), CheckConstraint("level < 3", name="no_violence"))
    episode_id: Mapped[str] = mapped_column(primary_key=True)
    network_id: Mapped[UUID]
    plan_id: Mapped[UUID | None]
    domain: Mapped[NeedDomain]
    need_on: Mapped[date]
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    race_ethnicity: Mapped[str | None]
    """In the exclusive tabulation combined_multiracial@1; `declined` where the person declined to say."""
    language: Mapped[str | None]
    is_screened: Mapped[bool]
    is_need_found: Mapped[bool]
    is_consented: Mapped[bool]
    is_referred: Mapped[bool]
    is_accepted: Mapped[bool]
    is_started: Mapped[bool]
    is_received: Mapped[bool]
    is_confirmed: Mapped[bool]
    is_asked: Mapped[bool]
    """Whether the person was asked if help arrived, or said so unasked."""
    is_answered: Mapped[bool]


class ReferralFact(Base):
    """One referral that was sent, with what the rates of the loop count."""

    __tablename__ = "referral_fact"
    __table_args__ = (
        Index(None, "network_id", "sent_on", "referral_id"),
        Index(None, "plan_id", "sent_on", "referral_id"),
        CheckConstraint("level < 3", name="no_violence"),
    )
    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    network_id: Mapped[UUID]
    plan_id: Mapped[UUID | None]
    plan_name: Mapped[str | None]
    network_lead_id: Mapped[UUID | None]
    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    service_name: Mapped[str]
    domain: Mapped[NeedDomain]
    county: Mapped[str | None]
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    channel: Mapped[Channel]
    status: Mapped[Status]
    reason_code: Mapped[str | None]
    connection: Mapped[Connection]
    sent_on: Mapped[date]
    accepted_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    is_counted: Mapped[bool]
    """False for what stands in no rate: entered in error, or recalled as wrongly sent or duplicate."""
    is_closed: Mapped[bool]
    is_connected: Mapped[bool]
    """Connected, or reported by the provider alone."""
    is_confirmed: Mapped[bool]
    """Connected by more than the provider's word."""
    is_withheld: Mapped[bool]


class InvoiceLineFact(Base):
    """One line of an invoice that was submitted, with what was asked and what was paid, in US dollars."""

    __tablename__ = "invoice_line_fact"
    __table_args__ = (Index(None, "network_id", "delivered_on"), Index(None, "plan_id", "delivered_on"))
    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[UUID]
    network_id: Mapped[UUID]
    plan_id: Mapped[UUID]
    plan_name: Mapped[str]
    network_lead_id: Mapped[UUID | None]
    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    service_code: Mapped[str]
    service_name: Mapped[str]
    county: Mapped[str | None]
    delivered_on: Mapped[date]
    status: Mapped[LineState]
    billed: Mapped[Money]
    paid: Mapped[Money]


class CompletenessFact(Base):
    """How many people of a network and plan answered a demographic question, declined, or were not asked."""

    __tablename__ = "completeness_fact"
    __table_args__ = (
        Index("uq_completeness_fact", "network_id", "plan_id", "question", "state", unique=True),
        CheckConstraint("people > 0", name="counts"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    network_id: Mapped[UUID]
    plan_id: Mapped[UUID | None]
    question: Mapped[DemographicKind]
    state: Mapped[AnswerState]
    people: Mapped[int]


class FactRefresh(Base):
    """When the facts were last copied; one row."""

    __tablename__ = "fact_refresh"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    refreshed_at: Mapped[datetime]
