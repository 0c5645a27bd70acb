"""The loop in the database: moves with their log, evidence, contradictions, and the clock."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from referral.audit.models import AuditEvent
from referral.foundation import clock
from referral.foundation.jobs import Job
from referral.foundation.principal import Principal, PrincipalKind
from referral.foundation.refusals import NotAllowed, Refused
from referral.referrals import jobs, queries, service
from referral.referrals.models import Referral
from referral.referrals.permissions import actions_for
from referral.referrals.rules import (
    Action,
    Connection,
    ContactResult,
    ContactWay,
    EvidenceKind,
    HeardBy,
    MoveRefused,
    Party,
    PersonAnswer,
    ReasonRefused,
    Refusal,
    Status,
)
from tests.factories.fixtures import NOW
from tests.factories.referrals import Loop, a_listing, an_unclaimed

LATER = NOW + timedelta(days=3)


@pytest.fixture
def sent(loop: Loop) -> Referral:
    loop.allow()
    return loop.send()


def test_the_whole_way_to_served_is_logged_move_by_move(loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.REVIEW, Action.ACCEPT, Action.START)
    loop.do(sent, Action.SERVE, reason_code="service_delivered")
    assert sent.status is Status.SERVED
    assert sent.ended_at == NOW
    assert [change.to_status.value for change in queries.changes_of(loop.session, sent.id)] == [
        "sent",
        "in_review",
        "accepted",
        "in_service",
        "served",
    ]
    assert sent.first_response_at == sent.accepted_at == sent.started_at == NOW


def test_every_move_is_audited_once_with_ids_only(loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    events = loop.session.scalars(
        select(AuditEvent).where(AuditEvent.subject_id == str(sent.id), AuditEvent.action.like("referral:status:%"))
    ).all()
    assert [event.action for event in events] == ["referral:status:sent", "referral:status:accepted"]
    assert all("Maria" not in str(event.details) for event in events)


def test_a_refused_move_changes_nothing(loop: Loop, sent: Referral) -> None:
    before = sent.version
    with pytest.raises(MoveRefused, match="You can"):
        loop.do(sent, Action.START)
    assert (sent.status, sent.version) == (Status.SENT, before)
    assert len(queries.changes_of(loop.session, sent.id)) == 1


def test_an_onlooker_takes_no_part(loop: Loop, sent: Referral) -> None:
    with pytest.raises(NotAllowed):
        service.move(loop.session, sent, Action.ACCEPT, by=loop.stranger, at=NOW)


def test_the_sender_cannot_answer_for_the_receiver(loop: Loop, sent: Referral) -> None:
    with pytest.raises(MoveRefused, match="Only the receiver can accept"):
        service.move(loop.session, sent, Action.ACCEPT, by=loop.navigator, at=NOW)


def test_a_decline_needs_its_reason_and_names_it(loop: Loop, sent: Referral) -> None:
    with pytest.raises(ReasonRefused):
        loop.do(sent, Action.DECLINE)
    loop.do(sent, Action.DECLINE, reason_code="no_capacity")
    assert sent.reason_code == "no_capacity"
    assert sent.connection is Connection.UNKNOWN


def test_a_backdated_move_keeps_both_times(loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    change = service.move(
        loop.session, sent, Action.START, by=loop.intake, at=LATER, occurred_at=NOW + timedelta(days=1)
    )
    assert (change.occurred_at, change.recorded_at) == (NOW + timedelta(days=1), LATER)
    assert sent.started_at == change.occurred_at


@pytest.mark.parametrize("occurred_at", [NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)])
def test_nothing_happens_in_the_future_or_before_the_sending(loop: Loop, sent: Referral, occurred_at: object) -> None:
    with pytest.raises(MoveRefused) as refused:
        service.move(loop.session, sent, Action.ACCEPT, by=loop.intake, at=NOW, occurred_at=occurred_at)
    assert refused.value.why is Refusal.WRONG_TIME


def test_the_waiting_list_keeps_place_and_date(loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.WAITLIST, place_in_line=3, expected_on=LATER.date())
    assert (sent.place_in_line, sent.expected_on) == (3, LATER.date())
    assert sent.taken_at == NOW


def test_could_not_contact_waits_for_two_logged_attempts(loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    for _ in range(2):
        with pytest.raises(MoveRefused, match="logged attempts"):
            loop.do(sent, Action.CLOSE_UNSERVED, reason_code="could_not_contact")
        service.log_contact(
            loop.session, sent, way=ContactWay.PHONE, result=ContactResult.NO_ANSWER, by=loop.intake, at=NOW
        )
    loop.do(sent, Action.CLOSE_UNSERVED, reason_code="could_not_contact")
    assert sent.status is Status.NOT_SERVED
    assert sent.connection is Connection.NOT_CONNECTED


def test_a_contact_attempt_moves_nothing_and_ends_with_the_referral(loop: Loop, sent: Referral) -> None:
    service.log_contact(loop.session, sent, way=ContactWay.TEXT, result=ContactResult.REACHED, by=loop.intake, at=NOW)
    assert sent.status is Status.SENT
    loop.do(sent, Action.DECLINE, reason_code="not_eligible")
    with pytest.raises(Refused, match="nobody needs to be reached"):
        service.log_contact(
            loop.session, sent, way=ContactWay.TEXT, result=ContactResult.REACHED, by=loop.intake, at=NOW
        )


def test_served_on_the_provider_s_word_is_reported_and_not_connected(loop: Loop, sent: Referral) -> None:
    serve(loop, sent)
    assert sent.connection is Connection.REPORTED


def test_a_delivery_record_connects_and_the_same_one_counts_once(loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    for _ in range(2):
        service.record_evidence(
            loop.session, sent, kind=EvidenceKind.DELIVERY_RECORD, source_id=sent.id, by=loop.intake, at=NOW
        )
    assert sent.connection is Connection.CONNECTED
    assert len(queries.evidence_of(loop.session, sent.id)) == 1
    assert sent.status is Status.ACCEPTED


def test_a_discarded_delivery_counts_no_more_and_stays_listed(loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    service.record_evidence(
        loop.session, sent, kind=EvidenceKind.DELIVERY_RECORD, source_id=sent.id, by=loop.intake, at=NOW
    )
    service.retract_evidence(
        loop.session, sent, kind=EvidenceKind.DELIVERY_RECORD, source_id=sent.id, by=loop.intake, at=NOW
    )
    assert sent.connection is Connection.UNKNOWN
    assert len(queries.all_evidence_of(loop.session, sent.id)) == 1


def test_a_contradiction_opens_one_review_and_the_person_decides(loop: Loop, sent: Referral) -> None:
    serve(loop, sent)
    answer(loop, sent, PersonAnswer.NOT_HELPED)
    answer(loop, sent, PersonAnswer.NOT_HELPED)
    ((review, line),) = queries.contradicted(loop.session, sent.network_id)
    assert line.number == sent.number
    assert sent.connection is Connection.NOT_CONNECTED
    assert sent.status is Status.SERVED
    service.resolve_contradiction(
        loop.session, review, answer=PersonAnswer.HELPED, note="came a day later", by=loop.navigator, at=LATER
    )
    assert sent.connection is Connection.CONNECTED
    assert queries.count_contradictions(loop.session, sent.network_id) == 0
    assert len(queries.evidence_of(loop.session, sent.id)) == 4
    with pytest.raises(Refused, match="already settled"):
        service.resolve_contradiction(
            loop.session, review, answer=PersonAnswer.HELPED, note="again", by=loop.navigator, at=LATER
        )


def test_a_new_answer_does_not_connect_while_the_review_is_open(loop: Loop, sent: Referral) -> None:
    serve(loop, sent)
    answer(loop, sent, PersonAnswer.NOT_HELPED)
    service.person_answered(loop.session, sent, PersonAnswer.HELPED, heard_by=HeardBy.SMS, by=loop.navigator, at=LATER)
    assert sent.connection is Connection.NOT_CONNECTED


def test_a_review_settled_as_not_helped_stays_closed(loop: Loop, sent: Referral) -> None:
    serve(loop, sent)
    answer(loop, sent, PersonAnswer.NOT_HELPED)
    review = queries.open_contradiction(loop.session, sent.id)
    assert review is not None
    service.resolve_contradiction(
        loop.session, review, answer=PersonAnswer.NOT_HELPED, note="nobody came", by=loop.navigator, at=LATER
    )
    assert sent.connection is Connection.NOT_CONNECTED
    assert queries.open_contradiction(loop.session, sent.id) is None


def test_a_withheld_outcome_is_a_bucket_of_its_own(loop: Loop, sent: Referral) -> None:
    serve(loop, sent)
    service.withhold_outcome(loop.session, sent, by=loop.navigator, at=NOW)
    answer(loop, sent, PersonAnswer.NOT_HELPED)
    assert sent.connection is Connection.WITHHELD


def test_off_platform_the_sender_closes_and_says_how_it_is_known(loop: Loop) -> None:
    listing = a_listing(loop.session, an_unclaimed(loop.session), "Bread")
    referral = loop.send(listing)
    with pytest.raises(MoveRefused, match="how you know"):
        service.move(loop.session, referral, Action.SERVE, by=loop.navigator, at=NOW, reason_code="service_delivered")
    service.move(
        loop.session,
        referral,
        Action.SERVE,
        by=loop.navigator,
        at=NOW,
        reason_code="service_delivered",
        known_by=EvidenceKind.PERSON_CONFIRMATION,
    )
    assert referral.connection is Connection.CONNECTED


def test_a_navigator_stands_in_for_a_colleague(loop: Loop, sent: Referral) -> None:
    supervisor = loop.principal_of(loop.staff["supervisor"])
    change = service.move(loop.session, sent, Action.RECALL, by=supervisor, at=NOW, reason_code="no_response")
    assert change.party is Party.SENDER


def test_the_clock_expires_only_what_nobody_answered(loop: Loop, sent: Referral) -> None:
    other = loop.send(a_listing(loop.session, loop.world.pantry, "Hot meals"))
    loop.do(other, Action.ACCEPT)
    session = loop.session
    for referral in (sent, other):
        jobs.expire(session, at=NOW, referral_id=str(referral.id))
        assert referral.status is not Status.EXPIRED
    assert sent.due_at is not None
    for referral in (sent, other):
        jobs.expire(session, at=sent.due_at, referral_id=str(referral.id))
    assert (sent.status, other.status) == (Status.EXPIRED, Status.ACCEPTED)
    assert sent.reason_code == "no_response"


def test_an_answer_stops_the_clock(loop: Loop, sent: Referral) -> None:
    job = loop.session.scalars(select(Job).where(Job.key == f"referral-{sent.id}-expire")).one()
    loop.do(sent, Action.REVIEW)
    loop.session.refresh(job)
    assert job.done_at is None
    loop.do(sent, Action.ACCEPT)
    loop.session.refresh(job)
    assert job.done_at == NOW


def test_a_withdrawn_consent_withdraws_what_rests_on_it(loop: Loop, sent: Referral) -> None:
    jobs.withdraw_resting_on(loop.session, at=NOW, consent_id=str(sent.consent_id))
    assert (sent.status, sent.reason_code) == (Status.WITHDRAWN, "consent_withdrawn")
    assert queries.changes_of(loop.session, sent.id)[-1].party is Party.PERSON
    jobs.withdraw_resting_on(loop.session, at=NOW, consent_id=str(sent.consent_id))


def test_the_story_is_told_in_order_with_names(loop: Loop, sent: Referral) -> None:
    serve(loop, sent)
    answer(loop, sent, PersonAnswer.HELPED)
    story = queries.timeline(loop.session, sent, loop.navigator)
    assert [entry.kind.value for entry in story] == ["move", "move", "move", "evidence", "evidence"]
    assert story[0].who == "navigator at Coordination Center"
    assert story[2].reason == "Service delivered"


def test_the_person_withdraws_by_their_own_act(loop: Loop, sent: Referral) -> None:
    maria = Principal(kind=PrincipalKind.LINK, id="link", person_id=loop.person.id, network_id=loop.world.network.id)
    change = service.move(loop.session, sent, Action.WITHDRAW, by=maria, at=NOW, reason_code="no_longer_interested")
    assert change.party is Party.PERSON
    assert sent.status is Status.WITHDRAWN


def test_an_onlooker_is_offered_nothing(loop: Loop, sent: Referral) -> None:
    assert actions_for(sent, loop.stranger) == ()
    assert actions_for(sent, loop.principal_of(loop.staff["lead"])) == ()
    assert Action.ACCEPT in actions_for(sent, loop.intake)
    assert Action.RECALL in actions_for(sent, loop.navigator)


def test_what_never_should_have_been_takes_no_evidence(loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.MARK_ERROR, reason_code="created_by_mistake", note="test")
    with pytest.raises(Refused, match="takes no evidence"):
        answer(loop, sent, PersonAnswer.HELPED)


def test_taking_back_what_was_never_recorded_changes_nothing(loop: Loop, sent: Referral) -> None:
    before = sent.version
    service.retract_evidence(loop.session, sent, kind=EvidenceKind.PAID_LINE, source_id=sent.id, by=loop.intake, at=NOW)
    assert sent.version == before


def test_lists_show_what_each_side_has_to_do(loop: Loop, sent: Referral) -> None:
    center, pantry = sent.sending_organization_id, sent.receiving_organization_id
    assert queries.sent_counts(loop.session, center) == {Status.SENT: 1}
    assert queries.inbox_counts(loop.session, pantry) == {Status.SENT: 1}
    serve(loop, sent)
    assert [line.number for line in queries.to_call(loop.session, center)] == [sent.number]
    answer(loop, sent, PersonAnswer.HELPED)
    assert queries.to_call(loop.session, center) == []
    other = loop.send(a_listing(loop.session, loop.world.pantry, "Hot meals"))
    loop.do(other, Action.DECLINE, reason_code="not_eligible")
    assert [line.number for line in queries.sent_back(loop.session, center)] == [other.number]
    of_person = queries.referrals_of_person(loop.session, loop.person.id)
    assert [referral.number for referral in of_person] == [other.number, sent.number]


def serve(loop: Loop, referral: Referral) -> None:
    loop.do(referral, Action.ACCEPT)
    loop.do(referral, Action.SERVE, reason_code="service_delivered")


def answer(loop: Loop, referral: Referral, said: PersonAnswer) -> None:
    with clock.standing_at(NOW + timedelta(hours=1)):
        service.person_answered(
            loop.session, referral, said, heard_by=HeardBy.PHONE, by=loop.navigator, at=NOW + timedelta(hours=1)
        )
