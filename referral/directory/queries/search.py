"""Searching the directory: understand, try wider and wider, rank, and say why."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from referral.directory.models import OpenInterval, ZipPlace
from referral.directory.queries.candidates import STRENGTH, Search, candidates
from referral.directory.queries.cards import Card, cards
from referral.directory.queries.ids import is_one_of
from referral.directory.queries.words import question
from referral.directory.rules import places
from referral.directory.rules.asking import Question
from referral.directory.rules.criteria import MOST_RESULTS, Criteria, Found, Hit, PlaceProblem
from referral.directory.rules.freshness import CapacityState, capacity_now, say_freshness
from referral.directory.rules.hours import Interval
from referral.directory.rules.ladder import Step, attempts
from referral.directory.rules.languages import language_name
from referral.directory.rules.opening import Opening, OpeningKind, opening, say_opening
from referral.directory.rules.ranking import Facts, Score, score
from referral.directory.rules.text import fold, listing_title
from referral.people.rules import NeedCategory


def search(session: Session, criteria: Criteria, *, at: datetime, most: int = MOST_RESULTS) -> Found:
    """Return the best listings for what was asked, from the first step of the ladder that finds any."""
    asked = question(session, criteria.words, is_exact=criteria.is_exact)
    place, problem = _place(session, criteria.zip_code)
    ladder = attempts(
        miles=criteria.miles,
        has_words=bool(asked.terms),
        has_needs=bool(asked.needs or criteria.need),
        has_place=place is not None,
    )
    rows: list[Any] = []
    step = Step.NOTHING
    for attempt in ladder:
        rows = candidates(session, Search(criteria=criteria, question=asked, attempt=attempt, place=place, at=at))
        if rows:
            step = attempt.step
            break
    return Found(
        hits=_hits(session, rows, criteria, at, most),
        step=step,
        place=place,
        place_problem=problem,
        corrections=asked.corrections,
        understood=asked.as_understood,
        needs=_needs(asked, criteria),
    )


def _needs(asked: Question, criteria: Criteria) -> frozenset[NeedCategory]:
    return frozenset({criteria.need}) if criteria.need else asked.needs


def _place(session: Session, typed: str) -> tuple[places.ZipPlace | None, PlaceProblem | None]:
    if not typed.strip():
        return None, None
    zip5 = places.read_zip5(typed)
    if zip5 is None:
        return None, PlaceProblem.NOT_A_ZIP
    row = session.get(ZipPlace, zip5)
    if row is None:
        return None, PlaceProblem.UNKNOWN_ZIP
    return (
        places.ZipPlace(row.zip5, row.city, row.state, row.county, row.latitude, row.longitude, row.timezone, row.kind),
        None,
    )


def _hits(session: Session, rows: list[Any], criteria: Criteria, at: datetime, most: int) -> tuple[Hit, ...]:
    """Score every candidate, fold the sites of one service into its best, and look up what the best results show."""
    hours = _hours(session, [row.service_at_location_id for row in rows], at)
    scored = [
        (row, known, score(_facts(row, known, criteria, at)))
        for row in rows
        for known in [opening(hours.get(row.service_at_location_id, ()), at, has_rules=row.has_hours)]
    ]
    scored.sort(key=lambda item: (-item[2].points, _far(item[0]), item[0].service_at_location_id))
    best: dict[tuple[UUID, str], tuple[Any, Opening, Score]] = {}
    sites: dict[tuple[UUID, str], int] = {}
    for item in scored:
        folded = (item[0].organization_id, fold(item[0].service_name))
        best.setdefault(folded, item)
        sites[folded] = sites.get(folded, 0) + 1
    shown = list(best.items())[:most]
    details = cards(session, [item[0].service_at_location_id for _, item in shown])
    return tuple(
        _hit(item, details[item[0].service_at_location_id], at, other_sites=sites[folded] - 1) for folded, item in shown
    )


def _far(row: Any) -> float:
    return float("inf") if row.miles is None else float(row.miles)


def _hours(session: Session, ids: Iterable[UUID], at: datetime) -> dict[UUID, list[Interval]]:
    """The interval that runs now or comes next, for each listing that has one; stored intervals never overlap."""
    query = (
        select(OpenInterval.service_at_location_id, OpenInterval.opens_at, OpenInterval.closes_at)
        .where(is_one_of(OpenInterval.service_at_location_id, ids), OpenInterval.closes_at > at)
        .order_by(OpenInterval.service_at_location_id, OpenInterval.opens_at)
        .ext(distinct_on(OpenInterval.service_at_location_id))
    )
    return {row.service_at_location_id: [Interval(row.opens_at, row.closes_at)] for row in session.execute(query)}


def _facts(row: Any, known: Opening, criteria: Criteria, at: datetime) -> Facts:
    zone = ZoneInfo(row.time_zone)
    return Facts(
        matched_in=STRENGTH[row.matched],
        band=places.distance_band(row.miles, is_virtual=row.is_virtual),
        distance_text=_distance(row),
        capacity=_capacity(row, at),
        is_claimed=row.is_claimed,
        asked_language=language_name(criteria.language) if criteria.language else None,
        speaks_language=criteria.language in row.languages,
        opening=known.kind,
        opening_text=say_opening(known, at, zone),
        is_open_today=_is_today(known, at, zone),
        assured_on=row.assured_date,
        today=at.astimezone(zone).date(),
    )


def _is_today(known: Opening, at: datetime, zone: ZoneInfo) -> bool:
    if known.kind is not OpeningKind.OPENS_LATER or known.changes_at is None:
        return False
    return (
        known.changes_at - at < timedelta(days=1)
        and known.changes_at.astimezone(zone).date() == at.astimezone(zone).date()
    )


def _capacity(row: Any, at: datetime) -> CapacityState:
    return CapacityState.UNKNOWN if row.capacity is None else capacity_now(row.capacity, row.expires_at, at)


def _distance(row: Any) -> str:
    if row.is_virtual:
        return "By phone or online"
    return "" if row.miles is None else places.say_distance(row.miles, row.geo_precision)


def _hit(item: tuple[Any, Opening, Score], card: Card, at: datetime, *, other_sites: int) -> Hit:
    row, known, result = item
    zone = ZoneInfo(row.time_zone)
    return Hit(
        service_at_location_id=row.service_at_location_id,
        service_id=row.service_id,
        organization_id=row.organization_id,
        title=listing_title(row.service_name, row.organization_name, card.city),
        organization_name=row.organization_name,
        place=card.place,
        miles=row.miles,
        distance=_distance(row),
        opening=say_opening(known, at, zone),
        capacity=_capacity(row, at),
        available=row.available if _capacity(row, at) is not CapacityState.UNKNOWN else None,
        cost=card.cost,
        eligibility=card.eligibility,
        phones=card.phones,
        languages=tuple(language_name(code) for code in row.languages),
        needs=tuple(NeedCategory(need) for need in row.needs),
        assured_on=row.assured_date,
        freshness=say_freshness(row.assured_date, at.astimezone(zone).date()),
        is_claimed=row.is_claimed,
        score=result.points,
        reasons=result.reasons,
        other_sites=other_sites,
    )
