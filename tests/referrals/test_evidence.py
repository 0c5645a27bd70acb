"""Closed is not connected: what the best evidence says, and that money never outvotes the person."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.referrals.rules import (
    Connection,
    Evidence,
    EvidenceKind,
    PersonAnswer,
    connection_of,
    delivery_grade,
    is_contradicted,
    opens_review,
    person_answer,
)

DAY_1 = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = {
    "report": (EvidenceKind.PROVIDER_REPORT, PersonAnswer.HELPED),
    "report-partly": (EvidenceKind.PROVIDER_REPORT, PersonAnswer.PARTLY),
    "report-not": (EvidenceKind.PROVIDER_REPORT, PersonAnswer.NOT_HELPED),
    "delivery": (EvidenceKind.DELIVERY_RECORD, PersonAnswer.HELPED),
    "paid": (EvidenceKind.PAID_LINE, PersonAnswer.HELPED),
    "yes": (EvidenceKind.PERSON_CONFIRMATION, PersonAnswer.HELPED),
    "partly": (EvidenceKind.PERSON_CONFIRMATION, PersonAnswer.PARTLY),
    "no": (EvidenceKind.PERSON_CONFIRMATION, PersonAnswer.NOT_HELPED),
}


def said(words: str) -> list[Evidence]:
    """Return evidence in the order of the words, one a day."""
    return [
        Evidence(*WORDS[word], DAY_1 + timedelta(days=day), DAY_1 + timedelta(days=day))
        for day, word in enumerate(words.split())
    ]


@pytest.mark.parametrize(
    ("words", "connection", "contradicted"),
    [
        ("", Connection.UNKNOWN, False),
        ("report", Connection.REPORTED, False),
        ("report-partly", Connection.REPORTED, False),
        ("report-not", Connection.NOT_CONNECTED, False),
        ("delivery", Connection.CONNECTED, False),
        ("paid", Connection.CONNECTED, False),
        ("report delivery paid", Connection.CONNECTED, False),
        ("yes", Connection.CONNECTED, False),
        ("partly", Connection.CONNECTED, False),
        ("no", Connection.NOT_CONNECTED, False),
        ("report yes", Connection.CONNECTED, False),
        ("report no", Connection.NOT_CONNECTED, True),
        ("report-partly no", Connection.NOT_CONNECTED, True),
        ("report delivery paid no", Connection.NOT_CONNECTED, True),
        ("no paid", Connection.NOT_CONNECTED, True),
        ("report-not yes", Connection.CONNECTED, False),
        ("report-not no", Connection.NOT_CONNECTED, False),
        ("no report yes", Connection.CONNECTED, False),
        ("yes report no", Connection.NOT_CONNECTED, True),
    ],
)
def test_the_best_evidence_decides(words: str, connection: Connection, contradicted: bool) -> None:
    assert connection_of(said(words)) is connection
    assert is_contradicted(said(words)) is contradicted


def test_an_open_review_is_not_connected_even_after_a_new_answer() -> None:
    assert connection_of(said("report no yes"), is_review_open=True) is Connection.NOT_CONNECTED
    assert connection_of(said("report no yes")) is Connection.CONNECTED


def test_a_settled_contradiction_returns_only_with_new_evidence() -> None:
    known = said("report no")
    assert opens_review(known)
    assert not opens_review(known, settled_at=known[-1].recorded_at)
    assert opens_review(said("report no no"), settled_at=known[-1].recorded_at)
    assert not opens_review(said("report no yes"), settled_at=known[-1].recorded_at)


def test_a_withheld_outcome_tells_nothing() -> None:
    for words in ("", "paid", "no", "report no"):
        assert connection_of(said(words), is_withheld=True, is_review_open=True) is Connection.WITHHELD


def test_the_person_s_last_answer_counts_whatever_order_it_was_recorded_in() -> None:
    answers = said("no yes")
    assert person_answer(reversed(answers)) is PersonAnswer.HELPED
    assert person_answer([]) is None


def test_a_late_record_of_an_early_answer_does_not_outvote_the_later_one() -> None:
    early_recorded_late = Evidence(
        EvidenceKind.PERSON_CONFIRMATION, PersonAnswer.NOT_HELPED, DAY_1, DAY_1 + timedelta(days=9)
    )
    later = Evidence(
        EvidenceKind.PERSON_CONFIRMATION,
        PersonAnswer.HELPED,
        DAY_1 + timedelta(days=3),
        DAY_1 + timedelta(days=3),
    )
    assert person_answer([early_recorded_late, later]) is PersonAnswer.HELPED


def test_delivery_is_graded() -> None:
    assert delivery_grade(said("report paid delivery")) is EvidenceKind.PAID_LINE
    assert delivery_grade(said("report delivery")) is EvidenceKind.DELIVERY_RECORD
    assert delivery_grade(said("report yes")) is EvidenceKind.PROVIDER_REPORT
    assert delivery_grade(said("yes")) is None
    assert delivery_grade(said("report report-not")) is None


PILES = st.lists(st.sampled_from(sorted(WORDS)), max_size=8).map(" ".join).map(said)


@given(PILES, st.randoms())
def test_the_order_of_typing_never_matters(pile: list[Evidence], chance: object) -> None:
    shuffled = list(pile)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert connection_of(shuffled) is connection_of(pile)
    assert is_contradicted(shuffled) is is_contradicted(pile)


@given(PILES)
def test_money_never_outvotes_the_person(pile: list[Evidence]) -> None:
    spoken = [item for item in pile if item.kind is EvidenceKind.PERSON_CONFIRMATION]
    if spoken:
        assert connection_of(pile) is connection_of(spoken)


@given(PILES)
def test_a_contradiction_is_never_connected(pile: list[Evidence]) -> None:
    if is_contradicted(pile):
        assert connection_of(pile) is Connection.NOT_CONNECTED


@given(PILES)
def test_a_provider_s_word_alone_never_reaches_connected(pile: list[Evidence]) -> None:
    words = [item for item in pile if item.kind is EvidenceKind.PROVIDER_REPORT]
    assert connection_of(words) is not Connection.CONNECTED
