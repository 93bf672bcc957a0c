"""An exact fit is evidence only where the rows that carry information are more than the constants."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.fitting.information import informative_rows, rows_decide

RARE = np.array([0.0] * 57 + [5.0, 7.0, 9.0])
STEP = np.repeat([0.0, 1.0], (40, 20))


def test_all_rows_of_the_most_frequent_value_count_as_one() -> None:
    assert informative_rows(RARE) == 4
    assert informative_rows(STEP) == 21
    assert informative_rows(np.arange(8.0)) == 8


def test_further_rows_of_the_most_frequent_value_take_no_evidence_away() -> None:
    """From 11 zeros beside 9 other values on, twice as many rows were needed: 4 constants were too many for 20 rows."""
    other = np.arange(1.0, 10.0)
    decided = [rows_decide(4, np.append(other, np.zeros(zeros)), None) for zeros in (1, 8, 9, 10, 11, 40)]
    assert decided == [True] * 6


@pytest.mark.parametrize(("constants", "y", "held_out", "decide"), [
    (7, RARE, np.zeros(12), False), (3, RARE, np.array([0.0, 5.0]), False), (0, RARE, None, True),
    (3, STEP, np.array([0.0, 1.0]), True), (3, STEP, None, True), (3, STEP, np.zeros(12), False),
    (2, np.arange(4.0), None, True), (2, np.arange(3.0), None, False), (3, np.arange(6.0), np.array([7.0]), True),
    (0, np.array([4.0, 1.0, 0.0, 1.0, 4.0]), None, True)])
def test_exactness_needs_rows_that_carry_information(constants: int, y: np.ndarray, held_out: np.ndarray | None,
                                                     decide: bool) -> None:
    assert rows_decide(constants, y, held_out) is decide
