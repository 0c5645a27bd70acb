"""What an import could not use, row by row."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.directory.models import ImportProblem, ImportQuarantine
from referral.directory.rules.report import Finding


def findings_of(session: Session, run_id: UUID) -> Iterator[Finding]:
    """Yield every value that a run did not use and every record that it set aside, by line."""
    values = select(ImportProblem).where(ImportProblem.run_id == run_id)
    for one in session.scalars(values.order_by(ImportProblem.line, ImportProblem.id)):
        yield Finding(one.line, one.entity.value, one.external_id, one.field, one.kind.value, one.value)
    records = select(ImportQuarantine).where(ImportQuarantine.run_id == run_id)
    for left in session.scalars(records.order_by(ImportQuarantine.line, ImportQuarantine.id)):
        yield Finding(left.line, "", "", "", left.reason.value, left.raw)
