"""Copies of rows are no observations; repeated measurements are."""

import numpy as np
import pytest

from xnet.engine.problem import repeated_rows
from xnet.engine.problem.repeated_rows import is_counted

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(12, 2)), RNG.normal(size=12)


def test_copies_of_rows_do_not_count():
    counted = is_counted(np.tile(X, (8, 1)), np.tile(Y, 8))
    np.testing.assert_array_equal(counted, np.arange(96) < 12)


@pytest.mark.parametrize(("inputs", "target"), [
    (X, Y),
    (np.tile(X, (8, 1)), RNG.normal(size=96)),  # measured eight times
    (np.vstack([X] * 5 + [X[:3]])[-15:], np.concatenate([Y, RNG.normal(size=3)])),
    (RNG.integers(0, 2, (200, 3)), RNG.integers(0, 2, 200)),  # a table of answers
    (RNG.integers(1, 6, (200, 2)), RNG.integers(1, 6, 200)),
    (np.vstack([X, X[:1]]), np.append(Y, Y[0])),  # one row twice
    (np.tile(X, (2, 1)), np.concatenate([Y, Y[:8], RNG.normal(size=4)])),  # two of three repetitions agree
])
def test_repeated_measurements_count(inputs, target):
    assert is_counted(inputs.astype(float), target.astype(float)) is None


def test_a_law_of_few_values_on_a_grid_counts_every_row():
    grid = np.array([(a, b) for a in range(2) for b in range(2)], dtype=float)
    assert is_counted(np.tile(grid, (20, 1)), np.tile(grid[:, 0] * grid[:, 1], 20)) is None


def test_rows_whose_targets_differ_are_not_hashed(monkeypatch):
    """A table of a million rows would take a second whenever its problem is made."""
    monkeypatch.setattr(repeated_rows, "_keys", None)
    assert is_counted(np.tile(X, (8, 1)), RNG.normal(size=96)) is None


@pytest.mark.parametrize("seed", range(5))
def test_the_rows_that_count_are_those_of_a_set_of_rows(seed):
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, 30, 60)
    inputs, target = rng.normal(size=(30, 2))[drawn], drawn * 0.1
    inputs[:, 0], inputs[::2, 0] = 0.0, -0.0  # equal numbers
    earlier: set[tuple[float, ...]] = set()
    expected = [(row := (*x, t)) not in earlier and not earlier.add(row) for x, t in zip(inputs, target, strict=True)]
    np.testing.assert_array_equal(is_counted(inputs, target), expected)
