"""Copy the facts that reports read, whole, in one transaction: readers see the old ones until it commits."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_update
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.equity.models import CompletenessFact, FactRefresh, InvoiceLineFact, NeedFact, ReferralFact
from referral.equity.queries import need_episodes
from referral.equity.queries.answers_given import answers_given
from referral.equity.queries.billed_lines import billed
from referral.equity.queries.sent_referrals import sent
from referral.foundation.database import Base
from referral.screening.models import InstrumentVersion

PATIENCE = "10min"
"""How long one copy may take; pages have far less."""


def refresh_facts(session: Session, *, at: datetime) -> None:
    """Copy every fact anew; only a named system job may (row-level security shows nobody else everything)."""
    session.execute(select(func.set_config("statement_timeout", PATIENCE, True)))
    questions = need_episodes.asked_about(session.scalars(select(InstrumentVersion)).all())
    _replace(session, NeedFact, need_episodes.found(), *([need_episodes.screened_only(questions)] if questions else []))
    _replace(session, ReferralFact, sent())
    _replace(session, InvoiceLineFact, billed())
    _replace(session, CompletenessFact, answers_given(at.date()))
    session.execute(
        insert_or_update(FactRefresh)
        .values(id=1, refreshed_at=at)
        .on_conflict_do_update(index_elements=[FactRefresh.id], set_={"refreshed_at": at})
    )
    audit.record(session, "facts:refreshed", at=at)


def _replace(session: Session, fact: type[Base], *sources: Select[*tuple[Any, ...]]) -> None:
    session.execute(delete(fact))
    columns = fact.__table__.columns.keys()
    for source in sources:
        session.execute(insert(fact).inline().from_select(columns, source, include_defaults=False))
