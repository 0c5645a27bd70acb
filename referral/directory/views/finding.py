"""Pages: find help, one listing, what is wrong with it, and lists to hand out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from referral.directory import queries, service
from referral.directory.permissions import DirectoryPermission
from referral.directory.queries import Listing
from referral.directory.rules.criteria import DISTANCES, Criteria, Found
from referral.directory.rules.freshness import CapacityState
from referral.directory.rules.languages import NAMES
from referral.directory.rules.ranking import CAPACITY_TEXT, Reason, ReasonKind
from referral.directory.rules.reports import STATE_WORDS, WRONG_PART_WORDS, may_become
from referral.directory.rules.vocabulary import NeedSource
from referral.directory.schemas import ListForm, PageQuery, ReportForm, ReportSettled
from referral.directory.views.blueprint import pages
from referral.foundation import clock
from referral.foundation.refusals import NotFound, Refused
from referral.people import queries as people_queries
from referral.people import service as people
from referral.people.models import Person
from referral.people.permissions import PersonPermission
from referral.people.rules import NeedCategory
from referral.people.rules import needs as need_rules
from referral.people.scripts import scripts_for
from referral.web.forms import FormState
from referral.web.forms import typed as typed_into
from referral.web.guard import allow, public
from referral.web.pages import go, messages_of, query, read, redisplay, show
from referral.web.transaction import act_as, db, me

NEEDS = [(need.value, need_rules.label(need)) for need in NeedCategory if need is not NeedCategory.PROTECTIVE_FACTOR]
MOST_ON_A_LIST = 20
ROOM_WORDS = {
    CapacityState.OPEN.value: "Has room",
    CapacityState.LIMITED.value: "Little room left",
    CapacityState.WAITLIST.value: "Waiting list",
    CapacityState.CLOSED.value: "No room now",
    CapacityState.UNKNOWN.value: "Room not known",
}
ROOM_TONES = {"open": "good", "limited": "attention", "waitlist": "attention", "closed": "no", "unknown": "quiet"}
REASON_TONES = {"match": "good", "distance": "moving", "trust": "good", "hours": "good"}


@pages.get("/directory")
@allow(DirectoryPermission.SEARCH)
def search() -> Response:
    """Find who can help."""
    form = FormState({"miles": Criteria().miles, **typed_into(request.args)})
    try:
        asked = query(PageQuery)
    except ValidationError as error:
        return _search_page(FormState(form.values, messages_of(error)), None, status=422)
    criteria = replace(asked["criteria"], network_id=me().network_id)
    found = queries.search(db(), criteria, at=clock.now()) if _asks_for_something(criteria) else None
    for_whom = {"need_id": asked["need_id"], "person_id": asked["person_id"]}
    return _search_page(form, found, criteria=criteria, searched=urlencode(_search_in(request.args)), **for_whom)


def _search_in(told: Mapping[str, str]) -> dict[str, str]:
    """Return the parts of a search, with the need and the person that it is for."""
    return {name: told[name] for name in PageQuery().fields if told.get(name)}


def search_before() -> dict[str, str]:
    """Return the search that led to this page, so that the way back and the list know it."""
    told = dict(parse_qsl(request.args.get("search", "")))
    return _search_in({**told, **({"need_id": need_id} if (need_id := request.args.get("need_id")) else {})})


def _asks_for_something(criteria: Criteria) -> bool:
    return criteria != Criteria(miles=criteria.miles, is_exact=criteria.is_exact, network_id=criteria.network_id)


def _search_page(form: FormState, found: Found | None, *, status: int = 200, **context: Any) -> Response:
    choices = {
        "needs": NEEDS,
        "distances": [(miles, f"{miles} miles") for miles in DISTANCES],
        "languages": NAMES.items(),
        "reason_tone": _tone,
    }
    return show("directory/search.html", block="results", status=status, form=form, found=found, **choices, **context)


def _tone(reason: Reason) -> str:
    """Return the tone of a reason: of room as everywhere, of what gives no points quiet."""
    if reason.kind is ReasonKind.CAPACITY:
        return next((ROOM_TONES[state.value] for state, text in CAPACITY_TEXT.items() if text == reason.text), "quiet")
    return REASON_TONES.get(reason.kind.value, "quiet") if reason.points else "quiet"


def listing_page(service_at_location_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show a listing; the form says what is wrong with it."""
    found = queries.listing(db(), service_at_location_id, at=clock.now()) or abort(404)
    return show(
        "directory/listing.html",
        listing=found,
        needs=[need_rules.label(need) for need, _ in found.needs],
        has_unverified_needs=any(source is not NeedSource.STATED for _, source in found.needs),
        room_words=ROOM_WORDS,
        room_tones=ROOM_TONES,
        need_id=request.args.get("need_id", type=UUID),
        before=(before := search_before()),
        searched=urlencode(before),
        form=form,
        wrong_parts=list(WRONG_PART_WORDS.items()),
        may_edit=me().can(DirectoryPermission.EDIT) and queries.may_edit(db(), found.organization, me()),
        may_report=me().can(DirectoryPermission.REPORT) and service.may_report(found.organization, me()),
    )


@pages.get("/directory/<uuid:service_at_location_id>")
@allow(DirectoryPermission.SEARCH)
def listing(service_at_location_id: UUID) -> ResponseReturnValue:
    """Show a listing with everything that is known about it."""
    return listing_page(service_at_location_id)


@pages.post("/directory/<uuid:service_at_location_id>/reports")
@allow(DirectoryPermission.REPORT)
@redisplay(listing_page)
def report(service_at_location_id: UUID) -> ResponseReturnValue:
    """Say that a listing is wrong."""
    said = read(ReportForm)
    service.report_listing(db(), service_at_location_id, by=me(), at=clock.now(), **said)
    told = "Thank you. Whoever looks after this listing sees it now."
    return go("directory.listing", told, service_at_location_id=service_at_location_id)


def reports_page(form: FormState | None = None, report_id: UUID | None = None) -> ResponseReturnValue:
    """Show what is said to be wrong with the listings that the asker looks after."""
    return show(
        "directory/reports.html",
        reports=queries.reports_for(db(), me()),
        form=form,
        settled=report_id,
        may_become=may_become,
        wrong_parts=WRONG_PART_WORDS,
        states=STATE_WORDS,
    )


@pages.get("/listing-reports")
@allow(DirectoryPermission.SETTLE)
def reports() -> ResponseReturnValue:
    """Show what is said to be wrong with the listings that the asker looks after."""
    return reports_page()


@pages.post("/listing-reports/<uuid:report_id>/settle")
@allow(DirectoryPermission.SETTLE)
@redisplay(reports_page)
def settle(report_id: UUID) -> ResponseReturnValue:
    """Say what became of a report."""
    service.settle_report(db(), report_id, by=me(), at=clock.now(), **read(ReportSettled))
    return go("directory.reports", "Thank you. The report is settled.")


def list_page(form: FormState | None = None) -> Response:
    """Show the chosen places as a list to print, read out or text."""
    return show(
        "directory/list.html",
        listings=_listings(request.args.getlist("service", type=UUID)),
        form=form,
        before=search_before(),
        person=_person_of_the_search(),
        may_text=me().can(PersonPermission.TEXT_LIST),
    )


@pages.get("/directory/list")
@allow(DirectoryPermission.SEARCH)
def hand_out() -> ResponseReturnValue:
    """Show the chosen places as a list; nothing is kept about whom it is for."""
    return list_page()


@pages.post("/directory/list")
@allow(PersonPermission.TEXT_LIST)
@redisplay(list_page)
def text_list() -> ResponseReturnValue:
    """Text a neutral link to the list to somebody who agreed to texts."""
    person = _person_of_the_search()
    if person is None:
        person = people_queries.by_number(db(), read(ListForm)["number"])
    if person is None:
        raise Refused("There is nobody with this number whom you may see.")
    chosen = [listing.id for listing in _listings(request.args.getlist("service", type=UUID))]
    base_url = str(current_app.config["PUBLIC_BASE_URL"])
    people.text_list(db(), person, chosen, base_url=base_url, by=me(), at=clock.now())
    told = "The link to the list is on its way to their phone."
    return go("directory.hand_out", told, service=chosen, search=urlencode(search_before()))


def _person_of_the_search() -> Person | None:
    """Return whom the search was for, where it began at somebody's need; that is a read of their record."""
    if not me().can(PersonPermission.TEXT_LIST):
        return None
    try:
        person_id = UUID(search_before().get("person_id", ""))
        return people.open_person(db(), person_id, by=me(), at=clock.now(), why="list")
    except (ValueError, NotFound):
        return None


@pages.get("/l/<token>")
@public
def texted_list(token: str) -> ResponseReturnValue:
    """Show the list behind a texted link, to whoever holds the phone: places only, nothing about the person."""
    act_as(people.LINK_READER)
    try:
        chosen = people.open_list(db(), token, at=clock.now())
    except NotFound:
        return show("people/link_ended.html", words=scripts_for("en").page, status=404)
    return show("directory/texted_list.html", listings=_listings(chosen))


def _listings(ids: Sequence[UUID]) -> list[Listing]:
    return queries.listings(db(), ids[:MOST_ON_A_LIST], at=clock.now())
