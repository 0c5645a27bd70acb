"""What an import did: each run, what it could not use, and the fingerprints that make a second run change nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from referral.directory.rules.vocabulary import Entity, ProblemKind, QuarantineReason
from referral.foundation.database import Base, Id


class ImportRun(Base):
    """One import of one file."""

    __tablename__ = "import_run"
    id: Mapped[Id]
    source: Mapped[str] = mapped_column(index=True)
    file_name: Mapped[str]
    licence: Mapped[str | None]
    started_at: Mapped[datetime]
    lines: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    kept: Mapped[int]
    """Rows that differ from the file but belong to an organization that works here: people win over files."""
    gone: Mapped[int]
    """Listings of the source that were not in the file any more."""
    counts: Mapped[dict[str, Any]]


class ImportProblem(Base):
    """A value that a run did not use as it stood."""

    __tablename__ = "import_problem"
    __table_args__ = (Index(None, "run_id", "line"),)
    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"))
    line: Mapped[int]
    entity: Mapped[Entity]
    external_id: Mapped[str]
    field: Mapped[str]
    kind: Mapped[ProblemKind]
    value: Mapped[str]


class ImportQuarantine(Base):
    """A record that a run set aside, with its raw text."""

    __tablename__ = "import_quarantine"
    __table_args__ = (Index(None, "run_id", "line"),)
    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"))
    line: Mapped[int]
    reason: Mapped[QuarantineReason]
    raw: Mapped[str]
    sha256: Mapped[str]


class SourceRecord(Base):
    """What a source last said about an entity, as a fingerprint."""

    __tablename__ = "source_record"
    __table_args__ = (Index(None, "source"),)
    entity_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    entity: Mapped[Entity]
    external_id: Mapped[str]
    sha256: Mapped[str]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"))
