"""Reasons are closed lists: which code fits which status, when a note is needed, what leaves the rates."""

from collections import Counter

import pytest

from referral.people.rules import SensitivityLevel
from referral.referrals.rules import (
    REASONS,
    Action,
    Channel,
    MoveRefused,
    Party,
    ReasonRefused,
    Refusal,
    Status,
    WhoseAct,
    check_move,
    check_reason,
    check_send,
    is_excluded_from_rates,
    reasons_for,
)


def test_the_lists_have_the_published_length() -> None:
    assert Counter(reason.status.value for reason in REASONS) == {
        "declined": 10,
        "served": 3,
        "not_served": 6,
        "withdrawn": 6,
        "recalled": 5,
        "expired": 1,
        "needs_person": 4,
        "entered_in_error": 2,
    }
    assert len({(reason.status, reason.code) for reason in REASONS}) == len(REASONS)


def test_other_always_needs_a_note() -> None:
    assert all(reason.needs_note for reason in REASONS if reason.code == "other")


def test_an_unverified_reason_carries_its_mark() -> None:
    assert [reason.code for reason in REASONS if not reason.is_verified] == [
        "need_resolved_elsewhere",
        "outcome_withheld",
    ]


def test_each_ending_is_the_act_of_its_own_party() -> None:
    acts = {status: {reason.whose_act for reason in reasons_for(status)} for status in Status}
    assert acts[Status.DECLINED] == {WhoseAct.RECEIVER}
    assert acts[Status.RECALLED] == {WhoseAct.SENDER}
    assert acts[Status.EXPIRED] == {WhoseAct.CLOCK}
    assert acts[Status.WITHDRAWN] == {WhoseAct.PERSON, WhoseAct.EITHER}


def test_a_decline_without_a_reason_is_refused_in_words_and_without_codes() -> None:
    with pytest.raises(ReasonRefused, match=r"^Choose why the referral is declined\.$") as refused:
        check_reason(Status.DECLINED, None)
    assert refused.value.field == "reason_code"


def test_a_reason_of_another_status_is_refused() -> None:
    with pytest.raises(ReasonRefused, match="Choose why"):
        check_reason(Status.DECLINED, "no_show")


def test_a_status_without_a_list_takes_no_reason() -> None:
    assert check_reason(Status.ACCEPTED, None) is None
    with pytest.raises(ReasonRefused, match="takes no reason"):
        check_reason(Status.ACCEPTED, "other")


@pytest.mark.parametrize("note", ["", "  \n"])
def test_a_note_that_is_needed_may_not_be_blank(note: str) -> None:
    with pytest.raises(ReasonRefused, match="needs a note") as refused:
        check_reason(Status.DECLINED, "other", note)
    assert refused.value.field == "note"


def test_a_reason_says_what_comes_next() -> None:
    reason = check_reason(Status.DECLINED, "no_capacity")
    assert reason is not None
    assert reason.next_step.startswith("offer next best")


@pytest.mark.parametrize(
    ("status", "code", "excluded"),
    [
        (Status.ENTERED_IN_ERROR, "wrong_person", True),
        (Status.ENTERED_IN_ERROR, "created_by_mistake", True),
        (Status.RECALLED, "sent_to_wrong_service", True),
        (Status.RECALLED, "duplicate", True),
        (Status.RECALLED, "no_response", False),
        (Status.RECALLED, "rerouted", False),
        (Status.DECLINED, "duplicate", False),
        (Status.EXPIRED, "no_response", False),
        (Status.SENT, None, False),
    ],
)
def test_what_leaves_the_rates(status: Status, code: str | None, excluded: bool) -> None:
    assert is_excluded_from_rates(status, code) is excluded


@pytest.mark.parametrize(("attempts", "ok"), [(0, False), (1, False), (2, True), (5, True)])
def test_could_not_contact_needs_two_logged_attempts(attempts: int, ok: bool) -> None:
    def close() -> object:
        return check_move(
            Status.ACCEPTED,
            Action.CLOSE_UNSERVED,
            party=Party.RECEIVER,
            channel=Channel.NETWORK,
            reason_code="could_not_contact",
            attempts=attempts,
        )

    if ok:
        assert close()
    else:
        with pytest.raises(MoveRefused, match="Log each attempt first") as refused:
            close()
        assert refused.value.why is Refusal.TOO_FEW_ATTEMPTS


def test_another_reason_needs_no_attempts() -> None:
    status, reason = check_move(
        Status.ACCEPTED,
        Action.CLOSE_UNSERVED,
        party=Party.RECEIVER,
        channel=Channel.NETWORK,
        reason_code="no_show",
    )
    assert status is Status.NOT_SERVED
    assert reason is not None
    assert reason.code == "no_show"


def test_serving_needs_evidence() -> None:
    with pytest.raises(MoveRefused) as refused:
        check_move(
            Status.IN_SERVICE,
            Action.SERVE,
            party=Party.RECEIVER,
            channel=Channel.NETWORK,
            reason_code="service_delivered",
        )
    assert refused.value.why is Refusal.NO_EVIDENCE


def test_an_impossible_move_is_refused_before_its_form_is_read() -> None:
    with pytest.raises(MoveRefused):
        check_move(Status.DECLINED, Action.DECLINE, party=Party.RECEIVER, channel=Channel.NETWORK)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize(
    ("level", "has_consent", "is_in_danger", "why"),
    [
        (SensitivityLevel.L1, True, False, None),
        (SensitivityLevel.L1, False, False, Refusal.NO_CONSENT),
        (SensitivityLevel.L3, True, False, Refusal.TOO_SENSITIVE),
        (SensitivityLevel.L1, True, True, Refusal.IMMEDIATE_DANGER),
        (SensitivityLevel.L3, False, True, Refusal.IMMEDIATE_DANGER),
    ],
)
def test_what_must_not_be_sent_is_stopped_with_another_way_to_help(
    channel: Channel, level: SensitivityLevel, has_consent: bool, is_in_danger: bool, why: Refusal | None
) -> None:
    def send() -> None:
        check_send(channel=channel, level=level, has_consent=has_consent, is_in_danger=is_in_danger)

    if why is None:
        send()
    else:
        with pytest.raises(MoveRefused, match=r"together|print a list") as refused:
            send()
        assert refused.value.why is why


@pytest.mark.parametrize(
    ("channel", "level", "has_release", "is_victim_service", "why"),
    [
        (Channel.NETWORK, SensitivityLevel.L2, True, False, None),
        (Channel.NETWORK, SensitivityLevel.L2, False, False, Refusal.NO_RELEASE),
        (Channel.OFF_PLATFORM, SensitivityLevel.L2, True, False, Refusal.TOO_SENSITIVE),
        (Channel.NETWORK, SensitivityLevel.L3, True, True, None),
        (Channel.NETWORK, SensitivityLevel.L3, False, True, Refusal.NO_RELEASE),
        (Channel.NETWORK, SensitivityLevel.L3, True, False, Refusal.TOO_SENSITIVE),
        (Channel.OFF_PLATFORM, SensitivityLevel.L3, True, True, Refusal.TOO_SENSITIVE),
    ],
)
def test_what_is_sensitive_is_sent_only_by_a_release_that_names_the_receiver(
    channel: Channel, level: SensitivityLevel, has_release: bool, is_victim_service: bool, why: Refusal | None
) -> None:
    def send() -> None:
        facts = {"has_release": has_release, "is_victim_service": is_victim_service}
        check_send(channel=channel, level=level, has_consent=True, is_in_danger=False, **facts)

    if why is None:
        send()
    else:
        with pytest.raises(MoveRefused, match="together") as refused:
            send()
        assert refused.value.why is why
