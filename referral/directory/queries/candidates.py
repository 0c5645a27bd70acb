"""The SQL of a search: a first, cheap choice of listings, of which the rules then make a ranking."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Float,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from referral.directory.models import CapacityStatus, Location, OpenInterval, SearchEntry, Service
from referral.directory.rules.asking import Question, tsquery
from referral.directory.rules.criteria import Criteria
from referral.directory.rules.freshness import CapacityState
from referral.directory.rules.ladder import Attempt
from referral.directory.rules.places import EARTH_DIAMETER_MILES, ZipPlace, box_around
from referral.directory.rules.ranking import MatchedIn, match_share
from referral.organizations.models import NetworkMembership, Organization
from referral.people.rules import NeedCategory

MOST_CANDIDATES = 120
STRENGTH = tuple(sorted(MatchedIn, key=match_share, reverse=True))
"""The kinds of match, the strongest first; the SQL speaks of them by their place in this list."""

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One attempt at a search, ready to become SQL."""

    criteria: Criteria
    question: Question
    attempt: Attempt
    place: ZipPlace | None
    at: datetime

    @property
    def uses_words(self) -> bool:
        """Whether this attempt looks for words at all."""
        return self.attempt.uses_words and bool(self.question.terms)


def candidates(session: Session, search: Search) -> list[Any]:
    """Return up to 120 rows of listings, the best matches first and among them the nearest."""
    best = _best(search)
    query = (
        select(
            best,
            SearchEntry.service_id,
            SearchEntry.organization_id,
            SearchEntry.is_virtual,
            SearchEntry.needs,
            SearchEntry.languages,
            SearchEntry.has_hours,
            Service.name.label("service_name"),
            Service.assured_date,
            Organization.name.label("organization_name"),
            _is_member(search.criteria).label("is_claimed"),
            Location.geo_precision,
            Location.time_zone,
            CapacityStatus.status.label("capacity"),
            CapacityStatus.available,
            CapacityStatus.expires_at,
        )
        .join(SearchEntry, SearchEntry.service_at_location_id == best.c.service_at_location_id)
        .join(Service, Service.id == SearchEntry.service_id)
        .join(Organization, Organization.id == SearchEntry.organization_id)
        .join(Location, Location.id == SearchEntry.location_id)
        .outerjoin(CapacityStatus, CapacityStatus.service_at_location_id == SearchEntry.service_at_location_id)
    )
    return list(session.execute(query))


def _best(search: Search) -> Subquery:
    """The ids of the best listings with how well they match and how far they are, from the search's own table alone."""
    matched, miles = _matched(search).label("matched"), _miles(search.place).label("miles")
    return (
        select(SearchEntry.service_at_location_id, matched, miles)
        .where(SearchEntry.is_shown, _about(search), _reachable(search), *_filters(search))
        .order_by(matched, miles.nulls_last(), SearchEntry.service_at_location_id)
        .limit(MOST_CANDIDATES)
        .subquery("best")
    )


def _miles(place: ZipPlace | None) -> ColumnElement[Any]:
    """The great-circle distance of a listing in miles (haversine formula); NULL without a place or a point."""
    if place is None:
        return cast(null(), Float)
    north = func.radians(SearchEntry.latitude - place.latitude) / 2
    east = func.radians(SearchEntry.longitude - place.longitude) / 2
    shrink = func.cos(func.radians(place.latitude)) * func.cos(func.radians(SearchEntry.latitude))
    chord = func.power(func.sin(north), 2) + shrink * func.power(func.sin(east), 2)
    return EARTH_DIAMETER_MILES * func.asin(func.least(1.0, func.sqrt(chord)))


def _words(search: Search, join: str) -> ColumnElement[Any]:
    """The words as PostgreSQL looks for them: stemmed as English, or as they stand for every other language."""
    text = tsquery(search.question.terms, join=join)
    return func.to_tsquery("english", text).op("||")(func.to_tsquery("simple", text))


def _matched(search: Search) -> ColumnElement[Any]:
    """The best place in which everything that was asked was found."""
    if not search.uses_words:
        without = MatchedIn.RELATED if search.question.needs else MatchedIn.NOTHING_ASKED
        return _rank(MatchedIn.NEED if search.criteria.need else without)
    every = _words(search, "&")
    return case(
        (_within("{a,b}", every), _rank(MatchedIn.NAME)),
        (_within("{a,b,c}", every), _rank(MatchedIn.DESCRIPTION)),
        (_speaks_of(search.question.needs), _rank(MatchedIn.RELATED)),
        (SearchEntry.words.op("@@")(every), _rank(MatchedIn.ORGANIZATION)),
        else_=_rank(MatchedIn.PARTLY),
    )


def _rank(matched_in: MatchedIn) -> ColumnElement[Any]:
    return literal_column(str(STRENGTH.index(matched_in)))


def _within(weights: str, words: ColumnElement[Any]) -> Condition:
    filtered: ColumnElement[Any] = func.ts_filter(SearchEntry.words, literal_column(f"'{weights}'"))
    return filtered.op("@@")(words)


def _speaks_of(needs: Iterable[NeedCategory]) -> Condition:
    wanted = sorted(need.value for need in needs)
    return SearchEntry.needs.op("&&")(_texts(wanted)) if wanted else literal(value=False)


def _texts(values: list[str]) -> ColumnElement[Any]:
    return literal(values, ARRAY(Text))


def _about(search: Search) -> Condition:
    """Whether a listing is about what was asked: the chosen need, and the words or the need they speak of."""
    parts: list[Condition] = []
    if search.criteria.need:
        parts.append(_speaks_of([search.criteria.need]))
    if search.uses_words:
        join = "&" if search.attempt.needs_every_word else "|"
        found: Condition = SearchEntry.words.op("@@")(_words(search, join))
        parts.append(found if search.criteria.need else or_(found, _speaks_of(search.question.needs)))
    elif search.question.needs and not search.criteria.need:
        parts.append(_speaks_of(search.question.needs))
    return and_(true(), *parts)


def _reachable(search: Search) -> Condition:
    """Whether a listing serves the place: it is near, or it covers the county or state, or it needs no place."""
    place, attempt = search.place, search.attempt
    if place is None:
        return true()
    county = f"{place.state} {place.county}"
    # Virtual listings have no point, so the index of points finds them too: one arm without an index reads every row.
    is_anywhere = and_(SearchEntry.latitude.is_(None), SearchEntry.is_virtual)
    reach = [is_anywhere, SearchEntry.counties.op("&&")(_texts([county, place.state]))]
    if attempt.miles is not None:
        box = box_around(place.latitude, place.longitude, attempt.miles)
        in_box = and_(
            SearchEntry.latitude.between(box.south, box.north), SearchEntry.longitude.between(box.west, box.east)
        )
        reach.append(and_(in_box, _miles(place) <= attempt.miles))
    if attempt.is_countywide:
        reach.append(and_(SearchEntry.state == place.state, SearchEntry.county == place.county))
    if attempt.is_statewide:
        reach.append(SearchEntry.state == place.state)
    return or_(*reach)


def _filters(search: Search) -> list[Condition]:
    """What the navigator insists on; who said a moment ago that there is no room is left out of every search."""
    wanted = search.criteria
    conditions = [not_(_says(search, CapacityState.CLOSED))]
    if wanted.has_room:
        conditions.append(_says(search, CapacityState.OPEN, CapacityState.LIMITED))
    if wanted.is_in_network:
        conditions.append(_is_member(wanted))
    if wanted.language:
        conditions.append(SearchEntry.languages.op("@>")(_texts([wanted.language])))
    if wanted.is_open_now:
        is_open = exists().where(
            OpenInterval.service_at_location_id == SearchEntry.service_at_location_id,
            OpenInterval.opens_at <= search.at,
            OpenInterval.closes_at > search.at,
        )
        conditions.append(is_open)
    return conditions


def _is_member(wanted: Criteria) -> Condition:
    """Whether the organization takes part in the asker's network."""
    if wanted.network_id is None:
        member = aliased(Organization)
        return SearchEntry.organization_id.in_(select(member.id).where(member.kind.is_not(None)))
    members = select(NetworkMembership.organization_id).where(
        NetworkMembership.network_id == wanted.network_id, NetworkMembership.ends_on.is_(None)
    )
    return SearchEntry.organization_id.in_(members)


def _says(search: Search, *states: CapacityState) -> Condition:
    return exists().where(
        CapacityStatus.service_at_location_id == SearchEntry.service_at_location_id,
        CapacityStatus.status.in_(states),
        CapacityStatus.expires_at > search.at,
    )
