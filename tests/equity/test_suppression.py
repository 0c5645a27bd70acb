"""No published table lets anybody work out a count of 1 to 10."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse

from referral.equity.rules.suppression import Published, Unpublishable, is_small, suppress, suppress_list
from referral.equity.rules.suppression.audit import first_breach
from referral.equity.rules.suppression.published import publish

Table = list[list[int]]
counts = st.one_of(st.integers(0, 12), st.integers(0, 40), st.integers(0, 900))


def tables(columns: st.SearchStrategy[int]) -> st.SearchStrategy[Table]:
    shape = st.tuples(st.integers(1, 5), columns)
    return shape.flatmap(
        lambda s: st.lists(st.lists(counts, min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0])
    )


class Reader:
    """An adversary written apart from the engine: whole numbers, and every figure on the page."""

    def __init__(self, page: Published, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.sums: list[np.ndarray] = []
        self.values: list[int] = []
        everyone = [row for pooled in page.rows for row in pooled]
        for pooled, figures, total in zip(page.rows, page.figures, page.row_totals, strict=True):
            self._read(pooled, range(shape[1]), total)
            self._read_line(page, pooled, figures)
        self._read_line(page, everyone, page.column_totals)

    def _read_line(self, page: Published, rows: object, figures: object) -> None:
        for k, figure in enumerate(figures):  # type: ignore[call-overload]
            if figure is not None:
                stop = len(page.columns) if page.is_nested else k + 1
                self._read(rows, [c for pooled in page.columns[k:stop] for c in pooled], figure)

    def _read(self, rows: object, columns: object, value: int) -> None:
        self.sums.append(self.cells(rows, columns))
        self.values.append(value)

    def cells(self, rows: object, columns: object) -> np.ndarray:
        found = np.zeros(self.shape)
        found[np.ix_(list(rows), list(columns))] = 1  # type: ignore[call-overload]
        return found.ravel()

    def bounds(self, cells: np.ndarray) -> tuple[int, int]:
        known = optimize.LinearConstraint(sparse.csr_array(np.array(self.sums)), self.values, self.values)
        whole = np.ones(len(cells))
        low = optimize.milp(cells, constraints=known, integrality=whole)
        high = optimize.milp(-cells, constraints=known, integrality=whole)
        assert low.success
        assert high.success
        return round(low.fun), round(-high.fun)


def small_quantities(table: Table, reader: Reader, *, is_nested: bool) -> Iterator[np.ndarray]:
    """Yield every count of 1 to 10 a reader could want: cells, group totals, losses between stages."""
    rows, columns = len(table), len(table[0])
    spans = [(a, b) for a in range(columns) for b in range(a + 1, columns + 1)]
    wanted = spans if is_nested else [*((k, k + 1) for k in range(columns)), (0, columns)]
    for who in [*([row] for row in range(rows)), list(range(rows))]:
        for a, b in wanted:
            if is_small(sum(sum(table[row][a:b]) for row in who)):
                yield reader.cells(who, range(a, b))


def assert_nothing_small_is_known(table: Table, *, is_nested: bool) -> None:
    try:
        page = suppress(table, is_nested=is_nested)
    except Unpublishable:
        assert is_small(sum(map(sum, table)))
        return
    reader = Reader(page, (len(table), len(table[0])))
    for cells in small_quantities(table, reader, is_nested=is_nested):
        low, high = reader.bounds(cells)
        assert low < high
        assert low < 1 or high > 10


@settings(max_examples=60, deadline=None)
@given(tables(st.integers(1, 4)))
def test_no_cell_of_a_plain_table_can_be_derived(table: Table) -> None:
    assert_nothing_small_is_known(table, is_nested=False)


@settings(max_examples=60, deadline=None)
@given(tables(st.integers(2, 6)))
def test_no_count_of_a_cascade_can_be_derived(table: Table) -> None:
    assert_nothing_small_is_known(table, is_nested=True)


@given(tables(st.integers(2, 8)), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_shown_is_true_and_never_small(table: Table, is_nested: bool) -> None:
    try:
        page = suppress(table, is_nested=is_nested)
    except Unpublishable:
        return
    for pooled, figures in zip(page.rows, page.figures, strict=True):
        for k, figure in enumerate(figures):
            columns = page.columns[k:] if is_nested else page.columns[k : k + 1]
            truth = sum(table[row][c] for row in pooled for group in columns for c in group)
            assert figure is None or (figure == truth and not is_small(figure))
    assert not any(map(is_small, (*page.row_totals, *page.column_totals)))


def test_the_cheapest_rectangle_hides_four_cells() -> None:
    page = suppress([[120, 45, 7], [200, 60, 31], [90, 22, 40]])
    assert page.figures == ((120, None, None), (200, 60, 31), (90, None, None))
    reader = Reader(page, (3, 3))
    hidden = [reader.bounds(reader.cells([row], [column])) for row in (0, 2) for column in (1, 2)]
    assert hidden == [(5, 52), (0, 47), (15, 62), (0, 47)]


def test_a_hidden_numerator_hides_the_rest_and_a_second_group() -> None:
    page = suppress([[7, 200], [300, 400], [90, 80]])
    assert page.figures == ((None, None), (300, 400), (None, None))


def test_a_table_without_small_cells_is_shown_whole() -> None:
    page = suppress([[20, 0], [30, 40]])
    assert page.figures == ((20, 0), (30, 40))
    assert page.total == 90


def test_a_group_of_few_people_is_put_together_with_the_next_smallest() -> None:
    page = suppress([[40, 50], [1, 2], [300, 400], [20, 25]])
    assert page.rows == ((0,), (1, 3), (2,))
    assert page.figures[1] == (21, 27)


def test_a_stage_that_few_reached_is_shown_for_nobody() -> None:
    page = suppress([[100, 60, 3], [200, 90, 4]], is_nested=True)
    assert page.columns == ((0,), (1, 2))
    assert page.figures == ((163, 63), (294, 94))


def test_hidden_cells_that_add_up_to_a_small_count_are_not_enough() -> None:
    page = suppress([[3, 4, 200], [300, 50, 70], [500, 60, 80]])
    assert page.figures[0] == (None, None, None)


@pytest.mark.parametrize("table", [[[3, 4]], [[1], [2], [7]], [[0, 5], [0, 0]]])
def test_a_table_about_ten_people_is_not_published_at_all(table: Table) -> None:
    with pytest.raises(Unpublishable):
        suppress(table)


def test_a_table_of_zeros_is_shown() -> None:
    assert suppress([[0, 0], [0, 0]]).figures == ((0, 0), (0, 0))


@pytest.mark.parametrize("table", [[], [[1, -1]], [[]]])
def test_a_table_that_is_none_is_refused(table: Table) -> None:
    with pytest.raises(ValueError, match="a table needs"):
        suppress(table)


def test_one_dimension_hides_at_least_two_cells_of_eleven_together() -> None:
    assert suppress_list([400, 30, 4, 0]) == (400, None, None, 0)
    assert suppress_list([400, 6, 7]) == (400, None, None)
    assert suppress_list([400, 30, 40, 0]) == (400, 30, 40, 0)


def test_a_page_of_twelve_groups_takes_less_than_a_second() -> None:
    random = np.random.default_rng(7)
    sizes = [9000, 4000, 2500, 700, 300, 150, 120, 60, 40, 25, 8, 3]
    shares = [0.4, 0.12, 0.08, 0.07, 0.05, 0.06, 0.08, 0.14]
    table = [random.multinomial(size, shares).tolist() for size in sizes]
    started = time.perf_counter()
    suppress(table, is_nested=True)
    assert time.perf_counter() - started < 1


def test_two_rectangles_that_reveal_a_loss_together_are_linked_by_a_third() -> None:
    table = [[3, 4, 3, 4], [20, 20, 5000, 5000], [5000, 5000, 20, 20]]
    page = suppress(table, is_nested=True)
    reader = Reader(page, (3, 4))
    low, high = reader.bounds(reader.cells([0], [0, 1]))
    assert low < 1
    assert high > 10


def test_groups_that_cannot_protect_each_other_are_put_together() -> None:
    page = suppress([[5, 30, 0], [0, 0, 40], [6, 0, 50]])
    assert len(page.rows) < 3
    assert_nothing_small_is_known([[5, 30, 0], [0, 0, 40], [6, 0, 50]], is_nested=False)


def test_the_audit_reports_what_a_careless_table_reveals() -> None:
    counts = np.array([[7, 200], [300, 400]])
    only_the_small_one = np.array([[True, False], [False, False]])
    rows = columns = ((0,), (1,))
    page = publish(counts, rows, columns, only_the_small_one, is_nested=False)
    found = first_breach(counts, page, only_the_small_one)
    assert found is not None
    assert found.value == 7
