"""Hill curves of doses and responses, with and without rows at zero."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, resolve_activations, start
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.moves.hill_fits import hill_fits

DEFAULT = resolve_activations("default")
DOSES = np.repeat([0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0], 4)


def _hill(x: Array, low: float, high: float, half: float, h: float) -> Array:
    return low + (high - low) * x**h / (half**h + x**h)


@pytest.mark.parametrize(("low", "high"), [(0.4, 7.4), (0.0, 7.0), (7.0, 0.0)])
def test_the_losses_are_those_of_the_expressions_and_near_that_of_the_law(low: float, high: float) -> None:
    rows = rows_of(DOSES[:, None], _hill(DOSES, low, high, 2.5, 2.8))
    fits = list(hill_fits(rows, DEFAULT))

    for expr, loss, _ in fits:
        values = evaluate(expr, rows.columns, {})
        assert float(np.sum((rows.y - values) ** 2)) == pytest.approx(loss, rel=1e-6, abs=1e-9)
    assert min(loss for _, loss, _ in fits) < 0.02 * len(DOSES) * np.var(rows.y)


def test_inputs_with_negative_or_few_values_and_libraries_without_powers_have_none() -> None:
    y = np.arange(12.0)
    assert not list(hill_fits(rows_of(np.linspace(-1, 1, 12)[:, None], y), DEFAULT))
    assert not list(hill_fits(rows_of(np.tile([0.0, 1.0, 2.0], 4)[:, None], y), DEFAULT))
    assert not list(hill_fits(rows_of(y[:, None], y), ("add", "mul", "div", "exp")))


@pytest.mark.parametrize("h", [1.5, 2.8])
@pytest.mark.parametrize("first", [0.0, 0.05])
def test_a_search_finds_a_hill_curve(first: float, h: float) -> None:
    x = np.where(DOSES == 0.0, first, DOSES)
    problem = Problem.from_arrays(x[:, None], _hill(x, 0.4, 7.4, 2.5, h), seed=0)
    state, _ = advance(start(problem), problem, Budget(steps=4))
    other = np.array([0.02, 0.7, 2.0, 5.5, 60.0, 400.0])

    assert state.best.network.evaluate(other[:, None]) == pytest.approx(_hill(other, 0.4, 7.4, 2.5, h), rel=1e-6)
