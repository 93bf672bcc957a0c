"""Optimum and ends of intervals of constants that are far from linear, against SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq, least_squares, minimize_scalar

from tests.engine.helpers import rows_of
from xnet.engine.fitting.profiles import optimum
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.constants import constant_estimates


def test_the_end_of_a_steep_constant_is_not_that_of_the_formula_with_reversed_signs() -> None:
    """The first guess is a slope of -600; there -tanh(-x) fits as well. Slopes between 37 and infinity fit the rows."""
    rng = np.random.default_rng(0)
    x = np.round(rng.uniform(0, 6, 120), 2)
    y = np.where(x > 3, 4.1, 1.3) + 0.5 * x + rng.normal(0, 0.1, 120)
    network, rows = read_formula("0.5*a + 1.4*tanh(80.8*a - 244) + 2.7", ["a"]), rows_of(x[:, None], y)
    found = constant_estimates(network, rows)
    slope, place = (next(e for e in found if e.value == value) for value in (80.8, 244.0))
    assert slope.low is not None
    assert place.low is not None

    def residuals(theta: np.ndarray) -> np.ndarray:
        return theta[0] * x + theta[1] * np.tanh(slope.low * x - theta[2]) + theta[3] - y

    best = network.with_constants([e.fitted for e in found]).evaluate(rows.columns.T) - y
    at_end = least_squares(residuals, [0.5, 1.4, 3.02 * slope.low, 2.7])
    assert slope.low > 0
    assert place.low == pytest.approx(3.02 * slope.low, rel=0.02)
    assert 2 * at_end.cost / np.sum(best**2) == pytest.approx(1 + stats.t.ppf(0.975, 115) ** 2 / 115, rel=0.005)


def test_an_end_near_zero_has_its_own_digits() -> None:
    """The low end of c in c*x**p is a thousandth of c; as a part of c its digits are lost."""
    rng = np.random.default_rng(1)
    t = rng.uniform(280.0, 350.0, 100)
    y = 4e-15 * (t**6.5 + 315.0**6.5 * rng.uniform(-0.6, 0.6, 100))
    found = constant_estimates(read_formula("4e-15*a**6.5", ["a"]), rows_of(t[:, None], y))[0]

    def rss(log_c: float) -> float:
        return float(minimize_scalar(lambda p: np.sum((np.exp(log_c + p * np.log(t)) - y) ** 2), bounds=(3.0, 10.0),
                                     method="bounded", options={"xatol": 1e-11}).fun)

    best = minimize_scalar(rss, bounds=(-45.0, -20.0), method="bounded", options={"xatol": 1e-9})
    limit = best.fun * (1 + stats.t.ppf(0.975, 98) ** 2 / 98)
    assert found.low is not None
    assert math.log(found.low) == pytest.approx(brentq(lambda c: rss(c) - limit, best.x - 12.0, best.x), abs=0.02)


def test_the_optimum_along_the_valley_of_a_steep_power_is_reached() -> None:
    """Sums of steps end half a standard error before it, factors reach it (SciPy: the logarithm of c and the power)."""
    rng = np.random.default_rng(7)
    x = rng.normal(20.0, 5.0, 60)
    y = 0.02 * np.exp(0.07 * x) * np.exp(0.05 * rng.normal(size=60))
    t = x + 273.15
    exact = least_squares(lambda c: np.exp(c[0] + c[1] * np.log(t / 293.0)) - y, [-2.6, 20.0], xtol=1e-14, ftol=1e-14)
    network = read_formula("8.57e-53*a**20.663", ["a"])
    theta, _ = optimum(network, rows_of(t[:, None], y), np.array(network.constants), [0, 1])
    assert theta[1] == pytest.approx(exact.x[1], rel=1e-6)
    assert math.log(theta[0]) == pytest.approx(exact.x[0] - exact.x[1] * math.log(293.0), rel=1e-6)
