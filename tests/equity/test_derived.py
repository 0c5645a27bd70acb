"""What a reader works out from two figures of the same page is no small count either."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from referral.equity.rules.answering import HIDDEN, Answering, answering
from referral.equity.rules.breakdowns import Exact, statuses_without_small_cells
from referral.equity.rules.suppression import is_small
from referral.referrals.rules import CLOSED, Status

numbers = st.one_of(st.integers(0, 12), st.integers(0, 400))


def standing(**statuses: int) -> dict[str, Exact]:
    """Return the counts of statuses, of which nobody was connected."""
    return {name: (n, 0, 0, 0) for name, n in statuses.items()}


def shown(**statuses: int) -> dict[str, int | None]:
    return {name: counts.sent for name, counts in statuses_without_small_cells(standing(**statuses)).groups.items()}


def test_statuses_that_add_up_to_a_hidden_number_of_closed_ones_are_hidden() -> None:
    assert shown(served=100, declined=35, sent=5) == {"served": None, "declined": None, "sent": None}


def test_statuses_are_shown_where_closed_and_open_ones_are_many() -> None:
    assert shown(served=100, declined=35, sent=25) == {"served": 100, "declined": 35, "sent": 25}


def test_statuses_are_shown_where_nothing_is_open() -> None:
    assert shown(served=100, declined=35) == {"served": 100, "declined": 35}


@given(st.dictionaries(st.sampled_from([status.value for status in Status]), numbers, min_size=1))
def test_no_status_tells_a_small_total_of_its_kind(statuses: dict[str, int]) -> None:
    found = shown(**statuses)
    for is_closed in (True, False):
        kind = [name for name in statuses if (Status(name) in CLOSED) is is_closed]
        if kind and None not in [found[name] for name in kind]:
            others = sum(n for name, n in statuses.items() if name not in kind)
            assert not is_small(sum(statuses[name] for name in kind))
            assert not is_small(others)


def test_the_few_who_said_that_no_help_came_are_not_worked_out_from_the_cascade() -> None:
    found = answering({"white": (300, 200, 143, 140), "black": (300, 220, 100, 60), "asian": (300, 220, 100, 60)})
    assert found["white"].answered is None


def test_who_was_asked_and_who_answered_is_shown_where_all_of_it_is_large() -> None:
    found = answering({"white": (300, 200, 160, 140), "black": (300, 220, 100, 60)})
    assert found == {"white": Answering(200, 160), "black": Answering(220, 100)}


def test_the_few_who_were_not_asked_are_not_worked_out_either() -> None:
    found = answering({"white": (300, 296, 200, 140), "black": (300, 220, 100, 60)})
    assert found["white"].asked is None


@given(st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=4))
def test_nobody_learns_a_small_difference_between_nested_figures(groups: list[tuple[int, int, int, int]]) -> None:
    counts = {}
    for place, (a, b, c, d) in enumerate(groups):
        counts[str(place)] = (a + b + c + d, b + c + d, c + d, d)
    for name, told in answering(counts).items():
        found, _, _, confirmed = counts[name]
        chain = [one for one in (found, told.asked, told.answered, confirmed) if one is not None]
        if told != HIDDEN:
            assert not any(is_small(here - later) for here, later in pairwise(chain))
