"""A need is met when help arrived: the person's word decides, records count in full only, a report never does."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.foundation.ids import uuid7
from referral.referrals import jobs, queries, service
from referral.referrals.models import Referral
from referral.referrals.rules import (
    Action,
    Connection,
    EvidenceKind,
    HeardBy,
    NeedOutcome,
    PersonAnswer,
    Status,
    need_action,
)
from referral.screening.rules import NEED_MOVES, NeedAction, NeedState
from referral.screening.service import move_need
from tests.factories.fixtures import NOW
from tests.factories.referrals import Loop

HELPED, PARTLY, NOT_HELPED = PersonAnswer
CONFIRMED, MET, UNMET = NeedState.CONFIRMED, NeedState.MET, NeedState.UNMET
MEET, REOPEN = NeedAction.MEET, NeedAction.LEAVE_UNMET
BEFORE, LATER = NOW - timedelta(days=1), NOW + timedelta(days=1)


def an_outcome(
    connection: Connection,
    answer: PersonAnswer | None = None,
    *,
    status: Status = Status.SERVED,
    reason_code: str | None = "service_delivered",
    known_at: datetime | None = LATER,
) -> NeedOutcome:
    return NeedOutcome(status=status, reason_code=reason_code, connection=connection, answer=answer, known_at=known_at)


YES = an_outcome(Connection.CONNECTED, HELPED)
PART = an_outcome(Connection.CONNECTED, PARTLY)
NO = an_outcome(Connection.NOT_CONNECTED, NOT_HELPED)
RECORD = an_outcome(Connection.CONNECTED)
PART_RECORD = an_outcome(Connection.CONNECTED, reason_code="partially_delivered")
RUNNING = an_outcome(Connection.CONNECTED, status=Status.IN_SERVICE, reason_code=None, known_at=None)
REPORT = an_outcome(Connection.REPORTED)
SILENCE = an_outcome(Connection.UNKNOWN, status=Status.DECLINED, reason_code="no_capacity")
WITHHELD = an_outcome(Connection.WITHHELD, HELPED)
WITHHELD_NO = an_outcome(Connection.WITHHELD, NOT_HELPED)
MISTAKE = an_outcome(Connection.CONNECTED, HELPED, status=Status.ENTERED_IN_ERROR)
LATE_YES = an_outcome(Connection.CONNECTED, HELPED, status=Status.NOT_SERVED, reason_code="no_show")
OLD_YES = an_outcome(Connection.CONNECTED, HELPED, known_at=BEFORE)
OLD_NO = an_outcome(Connection.NOT_CONNECTED, NOT_HELPED, known_at=BEFORE)


@pytest.mark.parametrize(
    ("outcomes", "confirmed", "met", "unmet"),
    [
        ([], None, None, None),
        ([YES], MEET, None, MEET),
        ([PART], None, None, None),
        ([NO], None, REOPEN, None),
        ([RECORD], MEET, None, None),  # money and records never outvote a decision that it stays unmet
        ([PART_RECORD], None, None, None),
        ([RUNNING], None, None, None),
        ([REPORT], None, None, None),
        ([SILENCE], None, None, None),
        ([WITHHELD], None, None, None),
        ([WITHHELD_NO], None, None, None),
        ([MISTAKE], None, None, None),
        ([LATE_YES], MEET, None, MEET),
        ([OLD_YES], None, None, None),
        ([OLD_NO], None, None, None),
        ([NO, RECORD], MEET, None, None),  # another service helped
        ([NO, OLD_YES], None, None, None),
        ([SILENCE, YES], MEET, None, MEET),
    ],
)
def test_what_referrals_do_to_a_need(
    outcomes: list[NeedOutcome], confirmed: NeedAction | None, met: NeedAction | None, unmet: NeedAction | None
) -> None:
    found = [need_action(state, outcomes, moved_at=NOW) for state in (CONFIRMED, MET, UNMET)]
    assert found == [confirmed, met, unmet]


OUTCOMES = st.builds(
    NeedOutcome,
    status=st.sampled_from(Status),
    reason_code=st.sampled_from(["service_delivered", "partially_delivered", None]),
    connection=st.sampled_from(Connection),
    answer=st.none() | st.sampled_from(PersonAnswer),
    known_at=st.none() | st.sampled_from([BEFORE, NOW, LATER]),
)


@given(st.sampled_from(NeedState), st.lists(OUTCOMES, max_size=4))
def test_only_moves_of_the_table_and_never_on_a_report_alone(state: NeedState, outcomes: list[NeedOutcome]) -> None:
    action = need_action(state, outcomes, moved_at=NOW)
    assert action is None or (state, action) in NEED_MOVES
    if action is MEET:
        assert any(outcome.connection is Connection.CONNECTED for outcome in outcomes)
    if action is REOPEN:
        assert any(outcome.answer is NOT_HELPED for outcome in outcomes)


@pytest.fixture
def sent(loop: Loop) -> Referral:
    loop.allow()
    return loop.do(loop.send(), Action.ACCEPT, Action.START)


def serve(loop: Loop, referral: Referral, kind: EvidenceKind, reason_code: str = "service_delivered") -> NeedState:
    note = "Half of it" if reason_code == "partially_delivered" else None
    loop.do(referral, Action.SERVE, known_by=kind, reason_code=reason_code, note=note)
    return follow(loop, referral, NOW)


def say(loop: Loop, referral: Referral, answer: PersonAnswer, at: datetime) -> NeedState:
    service.person_answered(loop.session, referral, answer, heard_by=HeardBy.PHONE, by=loop.navigator, at=at)
    return follow(loop, referral, at)


def follow(loop: Loop, referral: Referral, at: datetime) -> NeedState:
    for _ in range(2):  # a job may run twice
        jobs.follow_need(loop.session, at=at, referral_id=str(referral.id))
    return loop.need.state


def test_the_providers_word_leaves_the_need_open_until_the_person_confirms(loop: Loop, sent: Referral) -> None:
    assert serve(loop, sent, EvidenceKind.PROVIDER_REPORT) is CONFIRMED
    assert say(loop, sent, HELPED, LATER) is MET
    assert loop.need.ended_at == LATER


def test_a_delivery_on_record_meets_the_need_and_a_part_of_it_does_not(loop: Loop, sent: Referral) -> None:
    assert serve(loop, sent, EvidenceKind.DELIVERY_RECORD, "partially_delivered") is CONFIRMED
    second = loop.do(loop.send(), Action.ACCEPT, Action.START)
    assert serve(loop, second, EvidenceKind.DELIVERY_RECORD) is MET


def test_a_no_after_the_need_was_met_opens_it_again(loop: Loop, sent: Referral) -> None:
    serve(loop, sent, EvidenceKind.DELIVERY_RECORD)
    assert say(loop, sent, NOT_HELPED, LATER) is UNMET
    review, at = queries.open_contradiction(loop.session, sent.id), LATER + timedelta(hours=1)
    assert review is not None
    service.resolve_contradiction(loop.session, review, answer=HELPED, note="It came late.", by=loop.navigator, at=at)
    assert follow(loop, sent, at) is MET


def test_a_payment_does_not_meet_what_the_person_left_unmet(loop: Loop, sent: Referral) -> None:
    serve(loop, sent, EvidenceKind.DELIVERY_RECORD)
    move_need(loop.session, loop.need, NeedAction.LEAVE_UNMET, by=loop.navigator, at=LATER)
    service.record_evidence(
        loop.session, sent, kind=EvidenceKind.PAID_LINE, source_id=uuid7(), by=loop.intake, at=LATER + timedelta(days=1)
    )
    assert follow(loop, sent, LATER + timedelta(days=1)) is UNMET
