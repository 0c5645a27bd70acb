"""What the person sees through a link: read and sign, see what they allow, and take it back.

The page is neutral until the birth date is given, names no need, and can be left at once.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, current_app, redirect, session
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import NotFound, Refused
from referral.organizations.models import Network, Organization
from referral.people import emergencies, queries, service
from referral.people.models import Person, SignedLink
from referral.people.rules import ConsentScope, LinkKind, NeedDomain
from referral.people.schemas import BirthDateForm, OwnConsentForm, SignatureForm
from referral.people.scripts import Scripts, scripts_for
from referral.people.service.links import PERSONAL, is_shown, may_reader_see
from referral.people.views.blueprint import pages
from referral.web.forms import FormState
from referral.web.guard import public
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import act_as, database, db, me

LEAVE = "leave"
KNOWN_LINK = "known_link"
"""Key of the browser's signed cookie: the link whose birth date was given, and when the page was last used."""
IDLE = timedelta(minutes=15)
"""How long a page may lie open before it asks for the birth date again."""


def link_page(token: str, form: FormState | None = None) -> Response:
    """Show the question for the birth date, or, once answered, the page itself."""
    try:
        link = _opened(token)
    except NotFound:
        return show("people/link_ended.html", words=scripts_for("en").page, status=404)
    scripts = scripts_for(link.language)
    organization = db().get_one(Organization, link.organization_id)
    shown: dict[str, Any] = {
        "form": form,
        "token": token,
        "scripts": scripts,
        "words": scripts.page,
        "organization": organization,
    }
    if not _is_known(link):
        return show("people/link_check.html", **shown)
    return show("people/link.html", **shown, **_content(link, scripts, organization))


@pages.get("/s/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """Show what the link is for; the address `/s/leave` is the way out of every page that a person opens."""
    return _leave() if token == LEAVE else link_page(token)


def again(token: str, deed: str, form: FormState | None = None) -> Response:  # noqa: ARG001 -- as the door is called
    """Show the page again whose form was refused."""
    return link_page(token, form)


@pages.post("/s/<token>/<deed>")
@public
@redisplay(again)
def act(token: str, deed: str) -> ResponseReturnValue:
    """Do what the person asks through the link: say who they are, sign, take back."""
    if deed not in DEEDS:
        raise NotFound
    return DEEDS[deed](token)


def _check(token: str) -> ResponseReturnValue:
    """Open the page for whoever knows the birth date; five wrong ones end the link."""
    _know(ask_birth_date(token, read(BirthDateForm)["birth_on"]))
    return go("people.link", token=token)


def _sign(token: str) -> ResponseReturnValue:
    """Sign what the link asks for."""
    found = come_in(token)
    service.sign(db(), found, signature=read(SignatureForm)["signature"], by=me(), at=clock.now())
    return go("people.link", scripts_for(found.language).page["signed"], token=token)


def _withdraw(token: str) -> ResponseReturnValue:
    """Take back one's own consent: at once, and without asking anybody."""
    found = come_in(token)
    person = db().get_one(Person, found.person_id)
    consent = service.consent_of(db(), person, read(OwnConsentForm)["consent_id"])
    if not is_shown(found, consent):
        raise NotFound
    service.withdraw_consent(db(), consent, by=me(), at=clock.now())
    return go("people.link", scripts_for(found.language).page["withdrawn"], token=token)


DEEDS: Mapping[str, Callable[[str], ResponseReturnValue]] = {"check": _check, "sign": _sign, "withdraw": _withdraw}


def _leave() -> ResponseReturnValue:
    """Leave at once for a neutral site: the browser forgets what it kept, and the link asks who is there again."""
    session.clear()
    gone = redirect(current_app.config["QUICK_EXIT_URL"], 303)
    gone.headers["Clear-Site-Data"] = '"cookies", "storage"'  # no page is in the cache: each says no-store
    return gone


def _opened(token: str) -> SignedLink:
    """Look the link up before anybody is known."""
    act_as(service.LINK_READER)
    return service.find_link(db(), token, at=clock.now())


def _know(link: SignedLink) -> None:
    session[KNOWN_LINK] = [str(link.id), int(clock.now().timestamp())]


def _is_known(link: SignedLink) -> bool:
    """Whether the birth date was given in this browser, which has not rested since for longer than a phone may lie."""
    known = session.get(KNOWN_LINK)
    if not isinstance(known, list) or known[0] != str(link.id):
        return False
    is_fresh: bool = clock.now().timestamp() - known[1] <= IDLE.total_seconds()
    if is_fresh:
        _know(link)
    return is_fresh


def ask_birth_date(token: str, birth_on: date) -> SignedLink:
    """Return the link to whoever knows the birth date; raises Refused and counts the try for anybody else."""
    found = _opened(token)
    if not service.is_birth_date(db(), found, birth_on):
        service.count_failed_try(database(), found.id, at=clock.now())
        act_as(service.LINK_READER)
        raise Refused(scripts_for(found.language).page["wrong"])
    return found


def come_in(token: str, kinds: Collection[LinkKind] = PERSONAL) -> SignedLink:
    """Act as the person from here on; only after the birth date was given in this browser, else NotFound."""
    found = _opened(token)
    if found.kind not in kinds or not _is_known(found):
        raise NotFound
    act_as(service.principal_of_link(found))
    return found


def _content(link: SignedLink, scripts: Scripts, organization: Organization) -> dict[str, Any]:
    """Return what the person sees about themselves, read as the person."""
    act_as(service.principal_of_link(link))
    at = clock.now()
    person = service.open_person(db(), link.person_id, by=me(), at=at, why="own page")
    is_to_sign = link.kind is LinkKind.SIGNATURE and link.used_at is None
    consents, opened = queries.consents_in_force(db(), person.id, at=at), queries.grants(db(), person.id, at=at)
    is_own_page = link.kind is LinkKind.OWN_PAGE
    return {
        "person": person,
        "is_own_page": is_own_page,
        "to_sign": _script(link, scripts, organization) if is_to_sign else None,
        "in_force": [one for one in consents if is_shown(link, one)],
        "grants": [row for row in opened if is_own_page and may_reader_see(link, topic=None, level=row[0].level)],
        "names": _names(person.id),
        "emergencies": emergencies.of_person(db(), person.id) if is_own_page else (),
    }


def _script(link: SignedLink, scripts: Scripts, organization: Organization) -> dict[str, str]:
    asked = link.arguments
    scope = ConsentScope(asked["scope"])
    recipient = asked["recipient_organization_id"]
    named = db().get(Organization, UUID(recipient)) if recipient else None
    return {
        "title": scripts.title(scope),
        "text": scripts.text(
            scope,
            organization=organization.name,
            network=db().get_one(Network, link.network_id).name,
            recipient=named.name if named else "",
            about=[NeedDomain(domain) for domain in asked["domains"]],
        ),
    }


def _names(person_id: UUID) -> dict[UUID, str]:
    ids = {consent.recipient_organization_id for consent in queries.consents(db(), person_id)}
    found = (db().get(Organization, organization_id) for organization_id in ids if organization_id)
    return {organization.id: organization.name for organization in found if organization}
