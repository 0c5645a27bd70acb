"""Links by which a person signs, looks, and takes back: made by staff, opened with the birth date."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.database import Database
from referral.foundation.principal import Principal, PrincipalKind, system
from referral.foundation.refusals import NotFound, Refused
from referral.messaging import service as messaging
from referral.messaging.templates import Template
from referral.people import queries
from referral.people.models import Consent, Person, SignedLink
from referral.people.rules import ConsentMethod, ConsentScope, GivenBy, NeedDomain, SensitivityLevel
from referral.people.rules.links import LINK_LIFE, LinkKind, is_link_open
from referral.people.rules.minors import MinorTopic, may_guardian_see
from referral.people.scripts import scripts_for
from referral.people.service.consent_rights import check_giver, check_named, check_recipient, check_way
from referral.people.service.consents import record_consent

LINK_READER = system("signed-link")
"""Who looks a link up, before anybody has said who they are."""


PERSONAL = frozenset({LinkKind.SIGNATURE, LinkKind.OWN_PAGE})
"""Links that ask for the birth date."""
PATHS = {LinkKind.LIST: "l"}
TEMPLATES = {
    LinkKind.LIST: Template.LIST_LINK,
    LinkKind.SIGNATURE: Template.CONSENT_LINK,
    LinkKind.OWN_PAGE: Template.PAGE_LINK,
}


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link: its row, the secret of its address, and whether it went to the person's phone."""

    link: SignedLink
    secret: str
    is_texted: bool


def request_signature(
    session: Session,
    person: Person,
    *,
    scope: ConsentScope,
    base_url: str,
    by: Principal,
    at: datetime,
    recipient_organization_id: UUID | None = None,
    domains: Collection[NeedDomain] = (),
    level: SensitivityLevel = SensitivityLevel.L1,
    shares_content: bool = False,
    given_by: GivenBy = GivenBy.SELF,
    minor_topic: MinorTopic | None = None,
) -> MadeLink:
    """Make a link by which the person, or who speaks for them, signs; it is texted if the person agreed to texts."""
    check_way(scope, ConsentMethod.ELECTRONIC, level)
    check_recipient(scope, recipient_organization_id, domains)
    check_named(session, scope, recipient_organization_id)
    arguments: dict[str, Any] = {
        "scope": scope.value,
        "recipient_organization_id": str(recipient_organization_id) if recipient_organization_id else None,
        "domains": sorted(domain.value for domain in domains),
        "level": int(level),
        "shares_content": shares_content,
        "minor_topic": minor_topic.value if minor_topic else None,
    }
    check_giver(session, person, given_by, scope=scope, domains=domains, topic=minor_topic, at=at)
    return _make(session, person, LinkKind.SIGNATURE, arguments, reader=given_by, base_url=base_url, by=by, at=at)


def share_own_page(
    session: Session, person: Person, *, base_url: str, by: Principal, at: datetime, reader: GivenBy = GivenBy.SELF
) -> MadeLink:
    """Make a link to the page on which the person sees what they allow and who sees them, and takes it back.

    It is texted to a number that the person confirmed, and to no other; else they open it where it was made.
    Who speaks for a minor (`reader`) holds a link of their own, which leaves out what the minor agreed to alone.
    """
    return _make(session, person, LinkKind.OWN_PAGE, {}, reader=reader, base_url=base_url, by=by, at=at)


def text_list(
    session: Session, person: Person, listing_ids: Collection[UUID], *, base_url: str, by: Principal, at: datetime
) -> SignedLink:
    """Text somebody a neutral link to a list of places; only to who agreed to texts, else Refused."""
    if not listing_ids:
        raise Refused("Choose at least one place for the list.")
    arguments = {"listing_ids": [str(listing_id) for listing_id in listing_ids]}
    made = _make(session, person, LinkKind.LIST, arguments, base_url=base_url, by=by, at=at)
    if not made.is_texted:
        raise Refused("There is no permission to text this person. Print the list, or read it out.")
    return made.link


def open_list(session: Session, secret: str, *, at: datetime) -> list[UUID]:
    """Return the places of a texted list, in their order; raises NotFound when the link never was, or has ended."""
    link = find_link(session, secret, at=at, kinds={LinkKind.LIST})
    _record(session, "link:list-opened", link, by=principal_of_link(link), at=at)
    return [UUID(listing_id) for listing_id in link.arguments["listing_ids"]]


def find_link(session: Session, secret: str, *, at: datetime, kinds: Collection[LinkKind] = PERSONAL) -> SignedLink:
    """Return the link of an address, or raise NotFound when it never was, or has ended."""
    link = queries.link_by_hash(session, _hash(secret))
    if (
        link is None
        or link.kind not in kinds
        or not is_link_open(at=at, expires_at=link.expires_at, failed_tries=link.failed_tries)
    ):
        raise NotFound
    return link


def principal_of_link(link: SignedLink) -> Principal:
    """Return who acts when somebody came through the link and knew the birth date: the person."""
    return Principal(
        kind=PrincipalKind.LINK, id=str(link.id), name="link", network_id=link.network_id, person_id=link.person_id
    )


def is_birth_date(session: Session, link: SignedLink, birth_on: date) -> bool:
    """Whether this is the birth date of the person the link belongs to."""
    return session.get_one(Person, link.person_id).birth_on == birth_on


def count_failed_try(database: Database, link_id: UUID, *, at: datetime) -> None:
    """Count a wrong birth date in a transaction of its own, so that it stays when the page is refused."""
    with database.transaction(LINK_READER) as session:
        session.execute(
            update(SignedLink).where(SignedLink.id == link_id).values(failed_tries=SignedLink.failed_tries + 1)
        )
        audit.record(session, "link:failed", at=at, subject=("signed_link", link_id))


def sign(session: Session, link: SignedLink, *, signature: str, by: Principal, at: datetime) -> Consent:
    """Sign what the link asks for; signing twice is refused."""
    if link.kind is not LinkKind.SIGNATURE or link.used_at is not None:
        raise Refused("There is nothing to sign here any more.")
    asked = link.arguments
    recipient = asked["recipient_organization_id"]
    link.used_at = at
    topic = asked.get("minor_topic")
    return record_consent(
        session,
        session.get_one(Person, link.person_id),
        scope=ConsentScope(asked["scope"]),
        method=ConsentMethod.ELECTRONIC,
        language=link.language,
        script_version=scripts_for(link.language).version,
        recipient_organization_id=UUID(recipient) if recipient else None,
        domains=[NeedDomain(domain) for domain in asked["domains"]],
        level=SensitivityLevel(asked["level"]),
        shares_content=asked["shares_content"],
        signature=signature,
        given_by=link.reader,
        proxy_name=None if link.reader is GivenBy.SELF else signature,
        minor_topic=MinorTopic(topic) if topic else None,
        signed_link_id=link.id,
        by=by,
        at=at,
    )


def _make(
    session: Session,
    person: Person,
    kind: LinkKind,
    arguments: dict[str, Any],
    *,
    base_url: str,
    by: Principal,
    at: datetime,
    reader: GivenBy = GivenBy.SELF,
) -> MadeLink:
    if person.birth_on is None and kind in PERSONAL:
        raise Refused("Note the birth date first: the page behind the link asks for it.")
    if by.organization_id is None:
        raise Refused("Only somebody who works for an organization can make a link.")
    secret = secrets.token_urlsafe(32)
    link = SignedLink(
        person_id=person.id,
        network_id=person.network_id,
        token_hash=_hash(secret),
        kind=kind,
        reader=reader,
        language=scripts_for(person.written_language or person.language).language,
        arguments=arguments,
        organization_id=by.organization_id,
        user_id=by.user_id,
        created_at=at,
        expires_at=at + LINK_LIFE,
    )
    session.add(link)
    session.flush()
    _record(session, "link:made", link, by=by, at=at, kind=kind)
    address = f"{base_url}/{PATHS.get(kind, 's')}/{secret}"
    return MadeLink(link, secret, _text(session, person, link, address, by=by, at=at))


def may_reader_see(link: SignedLink, *, topic: MinorTopic | None, level: SensitivityLevel) -> bool:
    """Whether a row (a consent, or what it opened) is shown behind this link: all to the person themselves.

    Who speaks for a minor sees neither what the minor agreed to alone nor anything sensitive that rests on it.
    """
    is_own = link.reader is GivenBy.SELF
    return is_own or (may_guardian_see(topic, reader=link.reader) and level is SensitivityLevel.L1)


def is_shown(link: SignedLink, consent: Consent) -> bool:
    """Whether a consent is shown, and may be taken back, behind this link.

    A link to sign may have gone to a number that nobody confirmed: behind it stands only what was signed there.
    """
    is_signed_here = consent.signed_link_id == link.id
    is_reach = link.kind is LinkKind.OWN_PAGE or is_signed_here
    return is_reach and may_reader_see(link, topic=consent.minor_topic, level=consent.level)


def _text(session: Session, person: Person, link: SignedLink, address: str, *, by: Principal, at: datetime) -> bool:
    phone = queries.primary_phone(session, person.id)
    if link.reader is not GivenBy.SELF or phone is None or not queries.may_text(session, person.id, phone.number, at):
        return False
    if link.kind is LinkKind.OWN_PAGE and phone.confirmed_at is None:
        return False
    messaging.send(
        session,
        person_id=person.id,
        network_id=person.network_id,
        organization_id=link.organization_id,
        to=phone.number,
        template=TEMPLATES[link.kind],
        language=link.language,
        values={"link": address},
        key=f"signed-link-{link.id}",
        time_zone=person.time_zone,
        by=by,
        at=at,
    )
    return True


def _record(session: Session, action: str, link: SignedLink, *, by: Principal, at: datetime, **details: Any) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=link.person_id,
        network_id=link.network_id,
        subject=("signed_link", link.id),
        **details,
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
