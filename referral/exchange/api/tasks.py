"""FHIR: referrals as Tasks, read, searched and moved."""

from collections.abc import Iterator, Sequence
from typing import NoReturn
from uuid import UUID

from flask import Response, abort, request

from referral.audit import service as audit
from referral.exchange.api.blueprint import answered, api, base_url
from referral.exchange.fhir import bundles, searching
from referral.exchange.fhir.asking import wish
from referral.exchange.fhir.notices import labelled
from referral.exchange.fhir.parts import Resource
from referral.exchange.fhir.searching import Search
from referral.exchange.fhir.service_requests import service_request
from referral.exchange.fhir.statuses import REQUESTERS_ONLY
from referral.exchange.fhir.tasks import task
from referral.foundation import clock
from referral.foundation.refusals import NotAllowed, Unfit, check_version
from referral.people.rules import SensitivityLevel
from referral.referrals import api as referrals
from referral.referrals import queries, service
from referral.referrals.models import Referral
from referral.referrals.permissions import ReferralPermission, parties_of
from referral.referrals.queries import Among, ListedReferral, SeenPerson
from referral.referrals.rules import Action, MoveRefused, Party, ReasonRefused, Refusal, Sight
from referral.referrals.rules.boxes import Folder
from referral.referrals.schemas import MoveForm, ReferralFacts, ReferralOut, SeenPersonOut
from referral.web import versions
from referral.web.guard import allow, report_denied
from referral.web.transaction import db, me


@api.get("/Task/<uuid:referral_id>")
@allow(ReferralPermission.READ)
def read_task(referral_id: UUID) -> Response:
    """Read a referral as far as the asker may see it; reading moves nothing."""
    return _answered(service.open_referral(db(), referral_id, by=me(), at=clock.now()))


@api.get("/Task")
@allow(ReferralPermission.READ)
def search_tasks() -> Response:
    """Find what came in (owner) or what was sent (requester), as the lists of the API show it."""
    search = searching.searched(request.args.items(multi=True), base=base_url())
    if searching.refused_by(search.unknown, request.headers.get("Prefer", "")):
        abort(400, f"These parameters are not known here: {', '.join(search.unknown)}.")
    rows, folder = _found(search)
    audit.record_list(db(), "referral:listed", at=clock.now(), kind="referral", ids=[row.id for row in rows])
    following = str(rows[-1].id) if len(rows) == search.limit else None
    entries = _entries(rows, folder, is_included=search.is_included)
    return answered(bundles.searchset(base_url(), "Task", search.used, entries, after=following))


@api.put("/Task/<uuid:referral_id>")
@allow(ReferralPermission.MOVE)
def update_task(referral_id: UUID) -> Response:
    """Do the one action of the loop that the Task asks for; If-Match names the version that was read."""
    referral = service.find_referral(db(), referral_id, by=me(), at=clock.now())
    service.lock(db(), referral)
    check_version(versions.asked(), referral.version)
    _move(referral, request.get_json())
    return _answered(referral)


def _answered(referral: Referral) -> Response:
    return answered(_task(referral), version=referral.version)


def _task(referral: Referral) -> Resource:
    return task(ReferralOut().dump(referrals.shown(referral)), at=clock.now())


def _move(referral: Referral, sent: Resource) -> None:
    asked = wish(sent, _task(referral))
    try:
        _check_party(referral, asked.action)
        service.move(db(), referral, asked.action, by=me(), at=clock.now(), **MoveForm().load(asked.said))
    except ReasonRefused as refused:
        field = "Task.output" if asked.action is Action.SERVE else "Task.statusReason"
        raise Unfit(field, str(refused)) from refused
    except MoveRefused as refused:
        if refused.why is not Refusal.WRONG_PARTY:
            raise
        _refuse_party(str(refused))


def _check_party(referral: Referral, action: Action) -> None:
    if action in REQUESTERS_ONLY and Party.SENDER not in parties_of(referral, me()):
        _refuse_party("Only the requester of a Task says that it was entered in error.")


def _refuse_party(why: str) -> NoReturn:
    """Answer 403, which the guide asks for, and write it down as every refused entry."""
    db().rollback()  # lets go of the referral: the refusal is kept in a transaction of its own
    report_denied(me(), ReferralPermission.MOVE)
    raise NotAllowed(why)


def _found(search: Search) -> tuple[Sequence[ListedReferral], Folder]:
    """Return a page of the list that the asker's own organization is looked for in."""
    folder, organization_id = _folder(search), me().organization_id
    if organization_id is None:
        raise NotAllowed("Your role does not open this folder.")
    read = queries.inbox if folder is Folder.INBOX else queries.sent
    persons = search.patients
    if folder is Folder.INBOX and persons is not None:
        persons = frozenset()  # a receiver is never told whose record a referral belongs to
    among = Among(ids=search.ids, senders=search.requesters, receivers=search.owners, persons=persons)
    after, limit = search.after, search.limit
    return read(db(), organization_id, statuses=search.statuses, among=among, after=after, limit=limit), folder


def _folder(search: Search) -> Folder:
    """Return the side on which the asker's organization stands: the one that was named, else the one its role opens."""
    sides = {Folder.INBOX: search.owners, Folder.SENT: search.requesters}
    named = [folder for folder, ids in sides.items() if me().organization_id in (ids or ())]
    opened = [folder for folder in named or sides if me().can(referrals.OPENS[folder])]
    if not opened:
        raise NotAllowed("Your role does not open this folder.")
    if len(opened) > 1:
        raise Unfit("owner", "Name your own organization as owner or as requester.")
    return opened[0]


def _entries(rows: Sequence[ListedReferral], folder: Folder, *, is_included: bool) -> Iterator[Resource]:
    whole = queries.of_list(db(), [row.id for row in rows])
    makers = [(task, "match"), *([(service_request, "include")] if is_included else [])]
    for make, mode in makers:
        for row in rows:
            resource = make(_listed(whole[row.id], row, folder), at=clock.now(), is_subset=True)
            is_restricted = row.level is SensitivityLevel.L2
            yield bundles.entry(base_url(), labelled(resource) if is_restricted else resource, mode)


def _listed(referral: Referral, row: ListedReferral, folder: Folder) -> Resource:
    """Return a line of a list in the shape of a whole referral: no more of the person than the list shows."""
    if folder is Folder.SENT:
        seen = SeenPerson(Sight.MINIMUM, person_id=row.person_id)
    else:
        names = ("given_name", "family_name", "language", "household_size", "area")
        seen = SeenPerson(Sight.MINIMUM, **{name: getattr(row, name) for name in names})
    return {"referral": ReferralFacts().dump(referral), "person": SeenPersonOut().dump(seen)}
