"""Polynomials in the inputs and one function of them, found by linear algebra."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, resolve_activations, start
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.polynomials_in_functions import polynomials_in_functions
from xnet.engine.moves.target_transforms import TransformedTarget
from xnet.engine.moves.targets import root_target

RNG = np.random.default_rng(0)
X = RNG.uniform(1.0, 3.0, (160, 4))
DEFAULT = resolve_activations("default")


def _wave(a: Array, b: Array, c: Array, d: Array) -> Array:
    return a * (np.cos(b * c) + d * np.cos(b * c) ** 2)


def _growth(a: Array, b: Array, c: Array, d: Array) -> Array:
    return a * np.exp(b / c) - d * b * np.exp(2.0 * b / c) + 3.0


def _fits(rows: Rows, activations: tuple[str, ...] = DEFAULT) -> list[Expr]:
    target = TransformedTarget(root_target(rows), lambda v: v, "the output", 0)
    with np.errstate(all="ignore"):
        return list(polynomials_in_functions(target, rows, activations))


@pytest.mark.parametrize("law", [_wave, _growth])
def test_the_shortest_exact_sum_has_the_terms_of_the_law(law) -> None:  # type: ignore[no-untyped-def]
    rows = rows_of(X, law(*X.T))
    found = _fits(rows)
    exact = [e for e in found if rows.loss_of(evaluate(e, rows.columns, {})) < 1e-20]

    assert exact
    assert min(len(e.args) for e in exact) == 2


@pytest.mark.parametrize("law", [_wave, _growth])
def test_a_search_finds_it_within_eight_steps(law) -> None:  # type: ignore[no-untyped-def]
    problem = Problem.from_arrays(X, law(*X.T), seed=0)
    state, _ = advance(start(problem), problem, Budget(steps=8))
    other = RNG.uniform(1.0, 3.0, (50, 4))
    np.testing.assert_allclose(state.best.network.evaluate(other), law(*other.T), rtol=1e-6, atol=1e-6)


def test_noise_few_rows_and_libraries_without_products_have_none() -> None:
    y = _wave(*X.T)
    for rows, activations in ((rows_of(X, y + RNG.normal(0.0, 0.01, 160)), DEFAULT), (rows_of(X[:25], y[:25]), DEFAULT),
                              (rows_of(X, y), ("add", "cos"))):
        assert not _fits(rows, activations)


def test_a_function_without_a_value_on_some_rows_is_left_out() -> None:
    inputs = X - 2.0
    rows = rows_of(inputs, _wave(*inputs.T))
    found = _fits(rows)
    assert any(rows.loss_of(evaluate(e, rows.columns, {})) < 1e-20 for e in found)
