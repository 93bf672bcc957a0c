"""Standard errors of constants under Huber's scale and of counts: the spread of the constants over many tables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from xnet.arrays import Array
from xnet.engine.fitting.error_losses import KnownError, Poisson
from xnet.engine.fitting.losses import SQUARED_ERROR, Huber, Loss
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.own_inputs import from_inputs
from xnet.evidence.constants import constant_estimates
from xnet.evidence.error_variance import error_variance, variance_of_rows
from xnet.evidence.group_constants import group_constants

LINE = read_formula("12.3 + 4.7*a", ("a",))
_TABLES = 150


def tables(draw: Callable[[np.random.Generator, Array], Array], n: int, loss: Loss) -> list[Rows]:
    found = []
    for seed in range(_TABLES):
        rng = np.random.default_rng(seed)
        a = rng.uniform(0.0, 3.0, n)
        y = draw(rng, 12.3 + 4.7 * a)
        found.append(Rows(a[None, :], y, float(y.var()), None, loss))
    return found


def normal(rng: np.random.Generator, mean: Array) -> Array:
    return mean + rng.standard_normal(len(mean))


def scattered_counts(rng: np.random.Generator, mean: Array) -> Array:
    """Counts with a variance of five times their mean (negative binomial)."""
    found: Array = rng.poisson(rng.gamma(mean / 4.0, 4.0)).astype(float)
    return found


@pytest.mark.parametrize(("draw", "loss"), [(normal, Huber()), (scattered_counts, Poisson())])
def test_standard_errors_are_the_spread_of_the_constants(draw: Callable[[np.random.Generator, Array], Array],
                                                        loss: Loss) -> None:
    estimates = [constant_estimates(LINE, rows) for rows in tables(draw, 80, loss)]

    for i, truth in enumerate(LINE.constants):
        fitted, errors = (np.array([getattr(e[i], part) for e in estimates]) for part in ("fitted", "error"))
        assert 0.88 < np.median(errors) / fitted.std() < 1.15
        covered = np.mean([e[i].low <= truth <= e[i].high for e in estimates])  # type: ignore[operator]
        assert 0.92 < covered < 0.985


@pytest.mark.parametrize(("draw", "loss"), [(normal, Huber()), (scattered_counts, Poisson())])
def test_errors_of_groups_are_the_spread_of_their_constants(draw: Callable[[np.random.Generator, Array], Array],
                                                           loss: Loss) -> None:
    network = from_inputs(read_formula("4.7*a + b", ("a", "g", "b")), OwnConstants(1, ((12.3, 12.3),), ("k", "l")))
    found = []
    for rows in tables(draw, 120, loss):
        columns = np.vstack([rows.columns, np.arange(120) % 2])
        found.append(group_constants(network, Rows(columns, rows.y, rows.scale, None, loss)))

    for i in range(len(found[0])):
        fitted, errors = (np.array([records[i][part] for records in found]) for part in ("fitted", "error"))
        assert 0.88 < np.median(errors) / fitted.std() < 1.15


def test_other_losses_keep_the_variance_of_their_loss() -> None:
    rows = tables(normal, 80, SQUARED_ERROR)[0]
    theta = np.array(LINE.constants)
    loss = rows.loss(LINE, theta)
    known = Rows(rows.columns, rows.y, rows.scale, None, KnownError(4.0))

    assert error_variance(LINE, rows, theta, loss, 2) == pytest.approx(loss * rows.scale * 80 / 78)
    assert error_variance(LINE, known, theta, known.loss(LINE, theta), 2) == 1.0  # stated errors are taken as known


def test_counts_scatter_at_least_as_poissons_distribution_says() -> None:
    def variance(low: float, high: float) -> float:
        y = np.where(np.arange(50) % 2, low, high)
        return variance_of_rows(np.full(50, 9.0), Rows(np.zeros((1, 50)), y, 1.0, None, Poisson()), 2)

    assert variance(8.0, 10.0) == 1.0
    assert variance(3.0, 15.0) == pytest.approx(50 * 36 / 9 / 48)


def test_an_exact_fit_of_most_rows_has_no_error() -> None:
    rows = tables(lambda rng, mean: np.where(np.arange(len(mean)) < 4, mean + 30.0, mean), 80, Huber())[0]

    assert all(e.error == pytest.approx(0.0, abs=1e-9) for e in constant_estimates(LINE, rows))
