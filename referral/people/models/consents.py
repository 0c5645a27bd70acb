"""What a person allows, with the proof of it, and links that let them sign and look for themselves."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, EnumNumber, Id
from referral.people.rules.consent_checks import GivenConsent
from referral.people.rules.consents import ConsentMethod, ConsentScope, GivenBy
from referral.people.rules.links import LinkKind
from referral.people.rules.minors import MinorTopic
from referral.people.rules.needs import NeedDomain
from referral.people.rules.part2 import NoticeKind
from referral.people.rules.sensitivity import SensitivityLevel


class Consent(Base):
    """One thing a person allowed, to whom, how it was said and when it ends; withdrawn, never deleted."""

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_person_id_scope", "person_id", "scope", postgresql_where=text("revoked_at IS NULL")),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_at_and_by"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        CheckConstraint("given_by = 'self' OR proxy_name IS NOT NULL", name="proxy_is_named"),
        CheckConstraint("method <> 'electronic' OR signature IS NOT NULL", name="electronic_is_signed"),
        CheckConstraint("method <> 'written' OR paper_reference IS NOT NULL", name="paper_is_kept"),
        CheckConstraint("method <> 'verbal' OR witness IS NOT NULL", name="voice_is_witnessed"),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    scope: Mapped[ConsentScope]
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    recipient_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    domains: Mapped[list[str]] = mapped_column(default=list)
    shares_content: Mapped[bool] = mapped_column(default=False)
    """For a plan: the content too, not only the status."""
    method: Mapped[ConsentMethod]
    given_by: Mapped[GivenBy]
    proxy_name: Mapped[str | None]
    minor_topic: Mapped[MinorTopic | None]
    """Why somebody under age could agree alone; hides it from who speaks for them."""
    language: Mapped[str]
    """The language in which the script was read or shown."""
    script_version: Mapped[str]
    witness: Mapped[str | None]
    """Who listened in, or the reference of the recording."""
    paper_reference: Mapped[str | None]
    signature: Mapped[str | None]
    """The name as typed by the person who signed."""
    signed_link_id: Mapped[UUID | None] = mapped_column(ForeignKey("signed_link.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Last day in force."""
    recorded_at: Mapped[datetime]
    recorded_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    """Who read the script."""
    recorded_by_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    """Kind and id of whoever withdrew it: user, link, client or system."""

    def as_given(self) -> GivenConsent:
        """The consent as the rules read it."""
        recipient = self.recipient_organization_id
        return GivenConsent(
            scope=self.scope,
            level=self.level,
            network_id=self.network_id,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            revoked_at=self.revoked_at,
            recipient_ids=frozenset({recipient} if recipient else ()),
            domains=frozenset(NeedDomain(domain) for domain in self.domains),
        )


class Notice(Base):
    """One version of a text that travels with what is disclosed; a later row replaces it from its instant on."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("kind", "version"),)
    id: Mapped[Id]
    kind: Mapped[NoticeKind]
    version: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    is_checked: Mapped[bool]
    """Whether somebody compared it with the law as it stands."""
    starts_at: Mapped[datetime]
    written_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))


class SignedLink(Base):
    """A link that opens one page for one person; only the hash of its secret is kept."""

    __tablename__ = "signed_link"
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    kind: Mapped[LinkKind]
    reader: Mapped[GivenBy] = mapped_column(default=GivenBy.SELF)
    """Who holds it: the person, or who speaks for them and does not see everything."""
    language: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    """What is to be signed: scope, recipient, level, domains. Ids and codes only."""
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    """Whose staff made the link."""
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    failed_tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
