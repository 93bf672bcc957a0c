"""Curves of one input whose height and level depend on other inputs."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, resolve_activations, start
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.moves.curve_products import curve_products

DEFAULT = resolve_activations("default")
STARTS, TIMES = np.meshgrid([62.4, 71.0, 78.5, 85.2, 91.7], np.arange(0.0, 61.0, 4.0))
TABLE = np.stack([STARTS.ravel(), TIMES.ravel()], axis=1)


def cooling(X: Array) -> Array:
    return 21.3 + (X[:, 0] - 21.3) * np.exp(-0.031 * X[:, 1])


def least_loss(X: Array, y: Array) -> float:
    rows = rows_of(X, y)
    return min(float(np.mean((y - evaluate(expr, rows.columns, {})) ** 2)) for expr, _ in curve_products(rows, DEFAULT))


@pytest.mark.parametrize("law", [
    cooling,
    lambda X: 3.0 - 0.2 * X[:, 0] + (1.0 + 0.5 * X[:, 0]) * np.tanh(0.11 * X[:, 1] - 3.0),
    lambda X: 40.0 + 0.3 * X[:, 0] * np.exp(-((X[:, 1] - 33.0) / 9.0) ** 2)])
def test_the_best_sum_is_near_the_law(law: object) -> None:
    y = law(TABLE)  # type: ignore[operator]
    assert least_loss(TABLE, y) < 1e-3 * float(np.var(y))


def test_every_sum_has_a_height_that_depends_on_another_input() -> None:
    rng = np.random.default_rng(3)
    rows = rows_of(np.column_stack([TABLE, rng.normal(size=(len(TABLE), 3))]), cooling(TABLE))
    networks = [to_network(expr, 5, DEFAULT) for expr, _ in curve_products(rows, DEFAULT)]

    assert networks
    assert all(network is not None and len(network.variables) > 1 for network in networks)


def test_tables_of_one_input_or_few_values_and_libraries_without_products_have_none() -> None:
    y = cooling(TABLE)
    assert not list(curve_products(rows_of(TABLE[:, 1:], y), DEFAULT))
    assert not list(curve_products(rows_of(np.round(TABLE / 40.0), y), DEFAULT))
    assert not list(curve_products(rows_of(TABLE, y), ("add", "exp")))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 8, 9])
def test_the_law_of_cooling_bodies_is_suggested_under_noise(seed: int) -> None:
    y = np.round(cooling(TABLE) + np.random.default_rng(seed).normal(0.0, 0.15, len(TABLE)), 2)
    problem = Problem.from_arrays(TABLE, y)
    state, _ = advance(start(problem), problem, Budget(steps=14))

    inside = TABLE + [1.5, 1.7]
    assert np.abs(state.best.network.evaluate(inside) - cooling(inside)).max() < 0.15
    assert state.best.network.complexity <= 12
