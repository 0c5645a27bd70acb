"""What a service is about: taxonomies, needs, and the words people ask with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.directory.rules.vocabulary import NeedSource
from referral.foundation.database import Base, Id
from referral.people.rules import NeedCategory


class Taxonomy(Base):
    """A system of terms in one version, with its licence."""

    __tablename__ = "taxonomy"
    id: Mapped[Id]
    name: Mapped[str]
    description: Mapped[str | None]
    uri: Mapped[str | None]
    version: Mapped[str | None]


class TaxonomyTerm(Base):
    """A term; `need` is what our draft map says it speaks of, unverified until somebody reviewed it."""

    __tablename__ = "taxonomy_term"
    id: Mapped[Id]
    taxonomy_id: Mapped[UUID | None] = mapped_column(ForeignKey("taxonomy.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("taxonomy_term.id"), index=True)
    code: Mapped[str | None]
    name: Mapped[str]
    description: Mapped[str | None]
    term_uri: Mapped[str | None]
    language: Mapped[str | None]
    path: Mapped[str | None]
    need: Mapped[NeedCategory | None]
    is_need_reviewed: Mapped[bool] = mapped_column(default=False)


class Attribute(Base):
    """A term put on any record of the directory."""

    __tablename__ = "attribute"
    __table_args__ = (Index(None, "link_id"),)
    id: Mapped[Id]
    link_id: Mapped[UUID]
    link_entity: Mapped[str]
    link_type: Mapped[str | None]
    taxonomy_term_id: Mapped[UUID] = mapped_column(ForeignKey("taxonomy_term.id"), index=True)
    value: Mapped[str | None]
    label: Mapped[str | None]


class Unit(Base):
    """What a capacity is counted in: beds, boxes, visits."""

    __tablename__ = "unit"
    id: Mapped[Id]
    name: Mapped[str]
    scheme: Mapped[str | None]
    identifier: Mapped[str | None]
    uri: Mapped[str | None]


class ServiceCapacity(Base):
    """How many units a feed said were available, and when it said so."""

    __tablename__ = "service_capacity"
    id: Mapped[Id]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    available: Mapped[float]
    maximum: Mapped[float | None]
    description: Mapped[str | None]
    updated: Mapped[datetime | None]


class ServiceNeed(Base):
    """A need that a service helps with, and who says so."""

    __tablename__ = "service_need"
    __table_args__ = (UniqueConstraint("service_id", "need"),)
    id: Mapped[Id]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    need: Mapped[NeedCategory]
    source: Mapped[NeedSource]


class SynonymPhrase(Base):
    """A phrase people say and the one it stands for; `phrase` is folded, words joined by single spaces."""

    __tablename__ = "synonym"
    __table_args__ = (UniqueConstraint("phrase", "language"), Index(None, "target"))
    id: Mapped[Id]
    phrase: Mapped[str]
    target: Mapped[str]
    language: Mapped[str]
    need: Mapped[NeedCategory | None]


class VocabularyWord(Base):
    """A folded word of the directory and in how many listings it stands; rebuilt after each import."""

    __tablename__ = "vocabulary"
    word: Mapped[str] = mapped_column(primary_key=True)
    documents: Mapped[int]
