"""Accepting a referral, each time a fresh one, beside the same rows written by a bare view."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from bench.floors import ACTION, Hand, done
from bench.goals import Result, at_most
from bench.ground import Ground
from bench.measure import Rounds, Statement, recorded, replay, timed
from referral.demo import intake, network
from referral.demo.characters import Character, character
from referral.demo.models import Demonstration
from referral.demo.stage import Stage, set_stage
from referral.foundation import clock
from referral.organizations.rules import Role
from referral.people.rules import NeedCategory
from referral.referrals import service as referrals
from referral.screening import service as screening

RECEIVER = "Harbor Food Pantry"
STRANGERS_FROM = 1_000_000
"""Characters from this index on are nobody's neighbors in the seeded network."""
MOST_BY_HAND = 1.5
WARM_UP = 2


def measured(on: Ground, *, rounds: int) -> Result:
    """Measure the accept button; its floor writes the same rows for another fresh referral."""
    carla = on.signed_in("carla")
    hand: Hand = on.app.extensions["bench"]
    fresh = iter(_fresh(on, 2 * (rounds + WARM_UP)))
    found = Rounds()

    def accept(referral_id: UUID) -> None:
        done(carla.post(f"/referrals/{referral_id}/accept"), 303)

    for _ in range(rounds + WARM_UP):
        found.time_page(lambda: accept(next(fresh)))
        twin = next(fresh)
        with _undone(on) as hand.statements:
            accept(twin)
        found.sql.append(replay(on.database.engine, hand.statements))
        found.hand_cpu.append(timed(lambda: done(carla.post(ACTION)))[1])
    warm = Rounds(*(times[WARM_UP:] for times in (found.page, found.page_cpu, found.sql, found.hand_cpu)))
    figure = warm.figure("accept a referral (POST)", len(hand.statements))
    return Result(figure, at_most(MOST_BY_HAND, figure.hand_ratio, "× by hand"))


@contextmanager
def _undone(on: Ground) -> Iterator[list[Statement]]:
    """Record what is sent meanwhile and take it back, so that the floor can do it again."""
    with on.database.engine.connect() as connection:
        outer = connection.begin()
        on.database.bind = connection
        try:
            with recorded(connection) as statements:
                yield statements
        finally:
            on.database.bind = on.database.engine
            outer.rollback()


def _fresh(on: Ground, count: int) -> list[UUID]:
    """Send that many referrals of new people to the receiver, through the verbs that everybody uses."""
    now = clock.now()
    with on.database.transaction(network.FOUNDER) as session, clock.standing_at(now - timedelta(hours=1)):
        session.info["past_ends_at"] = now
        told, found = session.scalars(select(Demonstration)).one(), network.find(session)
        assert found is not None
        stage = set_stage(session, found, today=told.today, now=now)
        hungry = (one for one in _strangers(told) if NeedCategory.FOOD_INSECURITY in one.needs)
        sent = (_sent(stage, one) for one in hungry)
        return list(itertools.islice((found for found in sent if found), count))


def _strangers(told: Demonstration) -> Iterator[Character]:
    return (character(index, number=told.number, today=told.today) for index in itertools.count(STRANGERS_FROM))


def _sent(stage: Stage, one: Character) -> UUID | None:
    """Take the character in and send the need on; None for the few who decline to answer the question."""
    at, center = clock.now(), stage.organizations[network.CENTER]
    navigator = stage.of(center.id, Role.NAVIGATOR)
    person = intake.take_in(stage, one, by=navigator, at=at)
    needs = intake.screen(stage, person, one, by=navigator, at=at)
    need = next((need for need in needs if need.category is NeedCategory.FOOD_INSECURITY), None)
    if need is None:
        return None
    screening.confirm_need(stage.session, need, by=navigator, at=at)
    receiver = stage.organizations[RECEIVER]
    service = next(
        offer for offers in stage.offers.values() for offer in offers if offer.organization_id == receiver.id
    )
    referrals.allow_sharing(stage.session, need, [receiver.id], witness=intake.WITNESS, by=navigator, at=at)
    (sent,) = referrals.refer(stage.session, need, [service.service_at_location_id], by=navigator, at=at)
    return sent.id
