"""The toy's points: hidden laws, and what people type into a small table."""

from __future__ import annotations

import re

import numpy as np
import pytest

from xnet.errors import DataError
from xnet.learn.toy_points import CHANCE, FEWEST, LAWS, MOST, N_POINTS, law_points, typed_points

GOOD = [(str(i), str(i * i)) for i in range(6)]


@pytest.mark.parametrize("law", LAWS)
def test_a_law_has_a_dozen_points_that_repeat_with_their_seed(law: str) -> None:
    points = law_points(law, 20, seed=1)
    assert len(points.x) == len(points.y) == N_POINTS
    assert points == law_points(law, 20, seed=1)
    assert points != law_points(law, 20, seed=2)
    assert np.isfinite(points.y).all()
    assert np.ptp(points.y) > 0


def test_noise_is_a_share_of_the_laws_own_spread() -> None:
    exact = np.array(law_points("Parabola").y)
    np.testing.assert_allclose(exact, np.array(law_points("Parabola").x) ** 2 + 1)
    errors = np.concatenate([np.array(law_points("Parabola", 20, seed=s).y) - exact for s in range(200)])
    assert errors.std() == pytest.approx(0.2 * exact.std(), rel=0.05)
    assert law_points(CHANCE, 0) == law_points(CHANCE, 40), "chance is all noise"


@pytest.mark.parametrize(("cell", "value"), [("2.5", 2.5), ("2,5", 2.5), (" −3 ", -3.0), ("1e3", 1000.0), (4, 4.0)])
def test_numbers_may_be_written_as_people_write_them(cell: object, value: float) -> None:
    points = typed_points([*GOOD, (cell, "7")])
    assert points.x[-1] == value


def test_empty_rows_are_passed_over() -> None:
    assert len(typed_points([*GOOD, (None, None), ("", " "), (float("nan"), None)]).x) == len(GOOD)


@pytest.mark.parametrize(("cells", "says"), [
    ([("abc", "1"), *GOOD], "Row 1, column x holds “abc”, which is not a number"),
    ([*GOOD, ("7", "__import__('os')")], "Row 7, column y holds “__import__('os')”"),
    ([*GOOD, ("7", "x" * 90)], "…”, which is not a number"),
    ([*GOOD, ("7", None)], "Row 7, column y is empty"),
    ([*GOOD, ("inf", "1")], "not a number"),
    ([*GOOD, ("1e9", "1")], "up to 1,000,000"),
    (GOOD[:4], f"holds 4 points; the demonstration needs between {FEWEST} and {MOST}"),
    (GOOD[:1], "holds 1 point;"), ([], "holds 0 points"),
    ([(str(i), str(i)) for i in range(MOST + 1)], f"at most {MOST}"),
    ([("3", str(i)) for i in range(8)], "Column x has the same number"),
    ([(str(i), "3") for i in range(8)], "Column y has the same number"),
])
def test_unusable_points_are_refused_with_their_cell(cells: list[tuple[object, object]], says: str) -> None:
    with pytest.raises(DataError, match=re.escape(says)) as caught:
        typed_points(cells)
    assert "\n" not in str(caught.value)
