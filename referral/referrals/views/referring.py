"""Pages: send a need to one or several services."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.people import queries as addresses
from referral.people import service as people
from referral.people.rules import TERMS, ConsentScope, SensitivityLevel, domain_of
from referral.people.scripts import Scripts, scripts_for
from referral.referrals import queries, service
from referral.referrals.models import Referral
from referral.referrals.permissions import ReferralPermission
from referral.referrals.queries import Choice
from referral.referrals.rules import Channel, Status, Urgency
from referral.referrals.schemas import ReferPageForm
from referral.referrals.views.blueprint import pages
from referral.screening import service as screening
from referral.screening.models import Need
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me

WITHOUT_HELP = frozenset({Status.DECLINED, Status.EXPIRED, Status.RECALLED, Status.NOT_SERVED})


def new_page(need_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show what will be sent to whom, and on which consent."""
    form = form or FormState()
    need = screening.open_need(db(), need_id, by=me(), at=clock.now())
    person = people.open_person(db(), need.person_id, by=me(), at=clock.now())
    choices = queries.choices(db(), need, _offered(form), at=clock.now())
    to_ask = _one_each(choice for choice in choices if _may_be_said(choice))
    to_sign = [(choice, scope) for choice in _one_each(choices) for scope in _to_sign(choice)]
    earlier = queries.referrals_of_need(db(), need.id)
    unfinished = _without_help(earlier)
    scripts = scripts_for(person.language)
    return show(
        "referrals/new.html",
        need=need,
        person=person,
        choices=choices,
        to_ask=to_ask,
        options=[_option(choice) for choice in choices],
        offered=[choice.service_at_location_id for choice in choices],
        sendable=[choice.service_at_location_id for choice in choices if choice.is_sendable],
        level=max((choice.level for choice in choices), default=need.level),
        to_sign=[_signed_elsewhere(need, choice, scope) for choice, scope in to_sign],
        allowed_options=[(choice.organization_id, choice.organization) for choice in to_ask],
        scripts=scripts,
        spoken=[_spoken(scripts, need, choice) for choice in to_ask],
        earlier=earlier,
        unfinished=[(one.id, f"{one.number}, {one.receiver.name}, {one.status.label}") for one in unfinished],
        urgencies=[(Urgency.ROUTINE, "Routine"), (Urgency.URGENT, "Urgent: within a day or two")],
        form=form,
    )


@pages.get("/needs/<uuid:need_id>/refer")
@allow(ReferralPermission.CREATE)
def new(need_id: UUID) -> ResponseReturnValue:
    """Show the form to refer a need to the chosen services; without any, go and choose in the directory."""
    if not request.args.getlist("service"):
        need = screening.open_need(db(), need_id, by=me(), at=clock.now())
        lives_at = addresses.address(db(), need.person_id)
        zip_code = lives_at.postal_code if lives_at else None
        return go("directory.search", need_id=need.id, person_id=need.person_id, need=need.category, zip_code=zip_code)
    return new_page(need_id)


@pages.post("/needs/<uuid:need_id>/refer")
@allow(ReferralPermission.CREATE)
@redisplay(new_page)
def send(need_id: UUID) -> ResponseReturnValue:
    """Record what the person just allowed, then send to each service."""
    form = read(ReferPageForm)
    at = clock.now()
    need = screening.open_need(db(), need_id, by=me(), at=at)
    earlier = form["successor_of_id"]
    service.allow_sharing(db(), need, form["allowed_organization_id"], witness=form["witness"] or "", by=me(), at=at)
    sent = service.refer(
        db(),
        need,
        form["service_at_location_id"],
        note=form["note"],
        urgency=form["urgency"],
        successor_of=service.find_referral(db(), earlier, by=me(), at=at) if earlier else None,
        is_in_danger=form["is_in_danger"],
        by=me(),
        at=at,
    )
    numbers = ", ".join(referral.number for referral in sent)
    if len(sent) == 1:
        return go("referrals.show", f"{numbers} is sent.", referral_id=sent[0].id)
    return go("desk.person", f"{len(sent)} referrals are sent: {numbers}.", person_id=need.person_id)


def _without_help(earlier: Sequence[Referral]) -> list[Referral]:
    """Return ended referrals of the need that brought no help and were not sent on, the latest first."""
    sent_on = {one.successor_of_id for one in earlier}
    return [one for one in reversed(earlier) if one.status in WITHOUT_HELP and one.id not in sent_on]


def _option(choice: Choice) -> tuple[UUID, str, str]:
    """Return a service as a choice that says by which way it is told and what stands in the way."""
    where = f"{choice.service}, {choice.organization}"
    if choice.open_one is not None:
        return choice.service_at_location_id, where, f"{choice.open_one.number} is already open there."
    if choice.channel is Channel.OFF_PLATFORM:
        way = "Not in the network: you tell the person, we keep the record."
        return choice.service_at_location_id, where, way if choice.consent else f"{way} Needs consent to keep it."
    if not choice.is_sendable:
        return choice.service_at_location_id, where, "Not sent electronically: call together."
    if choice.level is SensitivityLevel.L1:
        return choice.service_at_location_id, where, "" if choice.consent else "Needs the person's permission."
    lacks = " and ".join(f"“{TERMS[scope].title}”" for scope in choice.lacks)
    return choice.service_at_location_id, where, f"Needs a signature: {lacks}." if lacks else "Signed."


def _one_each(choices: Iterable[Choice]) -> list[Choice]:
    """Return one choice of each organization: the person is asked once for all of its services."""
    return list({choice.organization_id: choice for choice in choices}.values())


def _may_be_said(choice: Choice) -> bool:
    """Whether the missing permission may be given by voice, on this page."""
    return choice.channel is Channel.NETWORK and choice.consent is None and choice.level is SensitivityLevel.L1


def _to_sign(choice: Choice) -> Sequence[ConsentScope]:
    return choice.lacks if choice.level is not SensitivityLevel.L1 and choice.is_sendable else ()


def _signed_elsewhere(need: Need, choice: Choice, scope: ConsentScope) -> tuple[str, str, str]:
    """Return what is to be signed, for whom, and the page that takes the signature and comes back here."""
    asked: dict[str, Any] = {
        "scope": scope.value,
        "recipient_organization_id": choice.organization_id,
        "level": int(choice.level),
        "next": url_for("referrals.new", need_id=need.id, service=choice.service_at_location_id),
    }
    if TERMS[scope].has_domains:
        asked["domains[]"] = domain_of(need.category).value
    address = url_for("people.consents", person_id=need.person_id, _anchor="ask", **asked)
    return TERMS[scope].title, choice.organization, address


def _spoken(scripts: Scripts, need: Need, choice: Choice) -> str:
    """Return what is read aloud to ask whether this need may be told to this organization."""
    return scripts.text(
        ConsentScope.REFERRAL_SHARE,
        network=me().organization_name,
        organization=me().organization_name,
        recipient=choice.organization,
        about=[domain_of(need.category)],
    )


def _offered(form: FormState) -> set[UUID]:
    """Return the services in the address, chosen in the directory; a form without them names its own."""
    named = request.args.getlist("service") or form.chosen("service_at_location_id")
    try:
        return {UUID(id_) for id_ in named}
    except ValueError as error:
        raise NotFound from error
