"""Sending a need to a service: what is checked, what is written, who may see what."""

import pytest
from sqlalchemy import select

from referral.foundation.jobs import Job
from referral.foundation.refusals import NotAllowed, NotFound, Refused
from referral.people.models import AccessGrant
from referral.people.rules import AnswerSource, GrantScope, NeedCategory
from referral.people.service import add_coverage, move_to
from referral.referrals import queries, service
from referral.referrals.rules import Action, Channel, Connection, MoveRefused, Party, Refusal, Status, Urgency
from referral.screening.service import add_need
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.referrals import Loop, a_listing, an_unclaimed


def test_a_referral_is_sent_with_everything_that_row_level_security_and_measures_read(loop: Loop, world: World) -> None:
    loop.allow()
    referral = loop.send(note="Ask for Maria", urgency=Urgency.URGENT)
    assert referral.status is Status.SENT
    assert referral.channel is Channel.NETWORK
    assert referral.number.startswith("R-")
    assert referral.sent_at == NOW
    assert referral.connection is Connection.UNKNOWN
    assert referral.urgency is Urgency.URGENT
    assert referral.sending_organization_id == world.center.id
    assert referral.receiving_organization_id == world.pantry.id
    assert referral.network_lead_id == world.lead.id
    assert referral.consent_id is not None


def test_the_move_is_logged_with_who_and_when(loop: Loop) -> None:
    loop.allow()
    referral = loop.send()
    (change,) = queries.changes_of(loop.session, referral.id)
    assert (change.action, change.from_status, change.to_status) == (Action.SEND, Status.DRAFT, Status.SENT)
    assert change.party is Party.SENDER
    assert change.by_user_id == loop.navigator.user_id
    assert change.version == referral.version


def test_without_consent_nothing_is_sent(loop: Loop) -> None:
    with pytest.raises(MoveRefused) as refused:
        loop.send()
    assert refused.value.why is Refusal.NO_CONSENT


def test_consent_for_one_organization_is_none_for_another(loop: Loop, world: World) -> None:
    loop.allow(world.shelter)
    with pytest.raises(MoveRefused):
        loop.send()


def test_several_services_are_all_told_or_none(loop: Loop, world: World) -> None:
    other = a_listing(loop.session, world.shelter, "Meals")
    loop.allow()
    with pytest.raises(MoveRefused):
        service.refer(loop.session, loop.need, [loop.food_box.id, other.id], by=loop.navigator, at=NOW)
    assert queries.referrals_of_need(loop.session, loop.need.id) == []
    loop.allow(world.shelter)
    sent = service.refer(loop.session, loop.need, [loop.food_box.id, other.id], by=loop.navigator, at=NOW)
    assert len(sent) == 2


def test_a_second_open_referral_to_the_same_service_is_refused_by_its_number(loop: Loop) -> None:
    loop.allow()
    first = loop.send()
    with pytest.raises(Refused, match=first.number):
        loop.send()
    service.move(loop.session, first, Action.RECALL, by=loop.navigator, at=NOW, reason_code="rerouted")
    assert loop.send(successor_of=first).successor_of_id == first.id


def test_only_a_confirmed_need_is_sent(loop: Loop) -> None:
    loop.allow()
    loop.need.state = type(loop.need.state)("dismissed")
    with pytest.raises(Refused, match="Confirm it with the person first"):
        loop.send()


def test_a_sensitive_need_is_not_sent_without_a_signed_release(loop: Loop) -> None:
    loop.allow()
    need = add_need(loop.session, loop.person, NeedCategory.STRESS, by=loop.navigator, at=NOW)
    with pytest.raises(MoveRefused) as refused:
        service.refer(loop.session, need, [loop.food_box.id], by=loop.navigator, at=NOW)
    assert refused.value.why is Refusal.NO_RELEASE


def test_danger_stops_the_sending(loop: Loop) -> None:
    loop.allow()
    with pytest.raises(MoveRefused) as refused:
        loop.send(is_in_danger=True)
    assert refused.value.why is Refusal.IMMEDIATE_DANGER


def test_an_unclaimed_listing_is_referred_to_off_platform_under_the_consent_to_keep_a_record(loop: Loop) -> None:
    listing = a_listing(loop.session, an_unclaimed(loop.session), "Bread")
    referral = loop.send(listing)
    assert referral.channel is Channel.OFF_PLATFORM
    assert referral.due_at is None
    assert _grants(loop, referral.id) == []


def test_before_acceptance_the_receiver_is_opened_the_minimum_and_after_it_the_contact(loop: Loop) -> None:
    loop.allow()
    referral = loop.send()
    assert _grants(loop, referral.id) == [(GrantScope.MINIMUM, None)]
    loop.do(referral, Action.ACCEPT)
    assert _grants(loop, referral.id) == [(GrantScope.CONTACT, None)]
    loop.do(referral, Action.SERVE, reason_code="service_delivered")
    ((scope, until),) = _grants(loop, referral.id)
    assert scope is GrantScope.CONTACT
    assert (until - NOW).days == 90


def test_a_referral_filed_in_error_closes_the_person_at_once(loop: Loop) -> None:
    loop.allow()
    referral = loop.do(loop.send(), Action.ACCEPT)
    loop.do(referral, Action.MARK_ERROR, reason_code="wrong_person", note="another Maria")
    assert _grants(loop, referral.id) == []


def test_the_hard_stop_is_closing_time_of_the_fourteenth_business_day(loop: Loop) -> None:
    loop.allow()
    referral = loop.send()
    # Sent Monday 16 November; Thanksgiving and the day after are no business days in North Carolina.
    assert referral.due_at is not None
    assert referral.due_at.isoformat() == "2026-12-08T22:00:00+00:00"
    job = loop.session.scalars(select(Job).where(Job.task == "referral.expire")).one()
    assert job.run_at == referral.due_at


def _grants(loop: Loop, referral_id: object) -> list[tuple[GrantScope, object]]:
    rows = loop.session.scalars(select(AccessGrant).where(AccessGrant.basis_id == referral_id))
    return [(row.scope, row.until) for row in rows]


def test_a_successor_waits_until_the_first_has_ended(loop: Loop) -> None:
    loop.allow()
    first = loop.send()
    other = a_listing(loop.session, loop.world.pantry, "Hot meals")
    with pytest.raises(Refused, match=f"{first.number} is still open"):
        loop.send(other, successor_of=first)


def test_an_unknown_service_is_not_found_and_nothing_is_sent(loop: Loop) -> None:
    loop.allow()
    with pytest.raises(NotFound):
        service.refer(loop.session, loop.need, [loop.food_box.id, loop.need.id], by=loop.navigator, at=NOW)
    assert queries.referrals_of_need(loop.session, loop.need.id) == []


def test_only_somebody_of_an_organization_sends(loop: Loop) -> None:
    loop.allow()
    with pytest.raises(NotAllowed, match="works for an organization"):
        service.refer(loop.session, loop.need, [loop.food_box.id], by=SEED, at=NOW)


def test_the_area_is_the_first_three_digits_of_the_zip_code(loop: Loop) -> None:
    move_to(loop.session, loop.person, by=loop.navigator, at=NOW, postal_code="27601", city="Raleigh", state="NC")
    loop.allow()
    assert loop.send().area == "276"


def test_the_plan_that_covers_the_person_that_day_is_written_down(loop: Loop, world: World) -> None:
    add_coverage(
        loop.session,
        loop.person,
        plan_id=world.plan.id,
        member_id="M1",
        starts_on=NOW.date(),
        source=AnswerSource.SELF_REPORTED,
        by=loop.navigator,
        at=NOW,
    )
    loop.allow()
    assert loop.send().plan_id == world.plan.id
