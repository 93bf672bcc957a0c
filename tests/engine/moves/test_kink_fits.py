"""Corners, steps and remainders, found by a scan of all places."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, resolve_activations, start
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr, add, call, var
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.text import to_text
from xnet.engine.moves.kink_fits import kink_fits

LIBRARY = resolve_activations(["default", "kinks"])


def rows(law, seed: int = 0, noise: float = 0.0, n: int = 200, whole: bool = False) -> Rows:
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.uniform(0, 10, n), rng.uniform(-3, 3, n)])
    X = np.round(X) if whole else X
    y = law(*X.T)
    return rows_of(X, y + noise * y.std() * rng.normal(size=n))


def left(data: Rows, terms: tuple[Expr, ...] = ()) -> float:
    """The share of the variance that the best proposal leaves."""
    found = [evaluate(e, data.columns, {}) for e, _ in kink_fits(data, LIBRARY, terms)]
    return min((float(np.mean((data.y - f) ** 2)) / float(np.var(data.y)) for f in found), default=1.0)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("law", [
    lambda x, z: 2 * np.maximum(0, x - 3.7),
    lambda x, z: 4 - np.maximum(0, 5.1 - x),
    lambda x, z: np.abs(x - 6.2),
    lambda x, z: x - 1.8 * np.maximum(0, x - 2.5) + 2.5 * np.maximum(0, x - 7.1),
    lambda x, z: 0.7 * x + 3 * np.maximum(0, z - 0.8),
    lambda x, z: 2 * z + 5 * (x >= 4.5),
], ids=["hinge", "hinge turned round", "size", "three segments", "which input", "step"])
def test_corners_are_found_exactly_without_noise(law, seed: int) -> None:
    assert left(rows(law, seed)) < 1e-18


def test_a_corner_on_a_whole_number_is_found_between_whole_numbers() -> None:
    assert left(rows(lambda x, z: 3 * np.maximum(0, x - 4), whole=True)) < 1e-18


@pytest.mark.parametrize("law", [lambda x, z: z + 3 * np.mod(x, 2.0), lambda x, z: 2 * np.floor(x) + z],
                         ids=["remainder", "whole part"])
def test_remainders_and_whole_parts_are_found(law) -> None:
    assert left(rows(law)) < 1e-18


def test_a_corner_is_found_beside_given_terms() -> None:
    data = rows(lambda x, z: np.sin(3 * x) + np.maximum(0, z))

    assert left(data, (call("sin", add([(3.0, var(0))])),)) < 1e-18


def test_weights_decide_where_the_corner_lies() -> None:
    data = rows(lambda x, z: np.where(z > 0, np.maximum(0, x - 3), np.maximum(0, x - 7)))
    weighted = Rows(data.columns, data.y, data.scale, np.where(data.columns[1] > 0, 1.0, 0.0))
    fits = [evaluate(e, data.columns, {}) for e, _ in kink_fits(weighted, LIBRARY)]

    heavy = data.columns[1] > 0
    assert min(float(np.abs(data.y - f)[heavy].max()) for f in fits) < 1e-9


def test_noise_around_straight_lines_hardly_ever_gets_a_corner() -> None:
    assert sum(any(True for _ in kink_fits(rows(lambda x, z: 1.5 * x, seed, noise), LIBRARY))
               for seed in range(20) for noise in (0.05, 1.0)) <= 2


@pytest.mark.parametrize("column", [np.array([1.0, 2.0, 3.0]), np.ones(30), np.repeat([0.0, 1.0], 15)],
                         ids=["three rows", "constant", "two values"])
def test_columns_without_places_give_no_fit(column: Array) -> None:
    data = rows_of(column[:, None], np.arange(len(column), dtype=float) ** 2)

    assert all(np.isfinite(evaluate(e, data.columns, {})).all() for e, _ in kink_fits(data, LIBRARY))


@pytest.mark.slow
def test_a_search_with_kinks_prints_the_corner_and_one_without_does_not_look_for_it() -> None:
    data = rows(lambda x, z: 2 * np.maximum(0, x - 3.7))
    problem = Problem.from_arrays(data.columns.T, data.y, activations=["default", "kinks"], holdout_fraction=0.0)
    plain = Problem.from_arrays(data.columns.T, data.y, holdout_fraction=0.0)
    state, _ = advance(start(problem), problem, Budget(steps=4))
    other, _ = advance(start(plain), plain, Budget(steps=4))

    assert to_text(min(state.front, key=lambda e: e.loss).network, ("x", "z")) == "2*max(0, x - 3.7)"
    assert all("max" not in to_text(e.network, ("x", "z")) for e in other.front)
