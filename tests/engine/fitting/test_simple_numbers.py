"""Odds of simple numbers, and the constants that rows determine."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.engine.helpers import net, rows_of
from xnet.engine.fitting.determined_constants import n_determined
from xnet.engine.fitting.levenberg_marquardt import standard_errors
from xnet.engine.fitting.simple_numbers import log_odds, simple_numbers_near
from xnet.engine.formulas.parser import read_formula

X0, X1 = ("x", 0), ("x", 1)


def spacing(c: float, value: float) -> float:
    return max(near.spacing for near in simple_numbers_near(c) if near.value == pytest.approx(value))


def test_classes_of_simple_numbers_have_their_spacing() -> None:
    assert spacing(2.98, 3.0) == 1.0
    assert spacing(0.49, 0.5) == 0.5
    assert spacing(0.66, 2 / 3) == pytest.approx(1 / 3)
    assert spacing(3.27, 3.3) == pytest.approx(0.1)
    assert spacing(-0.0471, -0.047) == pytest.approx(0.001)
    assert spacing(3.15, math.pi) == 0.0
    assert spacing(3.34, 10 / 3) == pytest.approx(1 / 3)
    assert spacing(21.31, 64 / 3) == 0.0


@pytest.mark.parametrize(("distance", "error", "spaced", "simple"), [
    (0.0, 0.01, 1.0, True), (0.02, 0.01, 1.0, True), (0.0, 0.3, 1.0, False), (0.0, 0.1, 0.25, False),
    (0.04, 0.01, 1.0, False), (0.0, 0.01, 0.0, False), (0.0, math.inf, 1.0, False)])
def test_a_number_is_simple_where_it_is_near_and_such_numbers_are_rare(distance: float, error: float, spaced: float,
                                                                       simple: bool) -> None:
    assert (log_odds(distance, error, spaced, 100) > 0.0) is simple


def test_the_odds_are_those_of_the_normal_distribution_on_many_rows() -> None:
    expected = math.log(0.5) + math.log(1.0 / (0.02 * math.sqrt(2 * math.pi))) - 1.5**2 / 2

    assert log_odds(0.03, 0.02, 1.0, 1e6) == pytest.approx(expected, abs=1e-4)


def test_one_of_three_constants_with_a_free_direction_is_held() -> None:
    """a / (c + b x): doubling all three changes nothing; the 1 is held, and the others have finite errors."""
    network = net(2, ("c", 0), ("c", 1), ("c", 2), X0, ("mul", 2, 3), ("add", 1, 4), ("div", 0, 5),
                  constants=(6.28, 1.0, 0.4717))
    X = np.random.default_rng(1).uniform(0.5, 3.0, (60, 2))
    rows = rows_of(X, network.evaluate(X) + 0.1 * np.random.default_rng(2).normal(size=60))
    errors = standard_errors(network, rows, rows.loss(network))

    assert n_determined(network, rows) == 2
    assert np.isinf(errors).tolist() == [False, True, False]


def test_all_constants_of_a_plain_formula_are_determined() -> None:
    X = np.random.default_rng(1).uniform(0.5, 3.0, (60, 2))
    for text, count in (("2.3*x0 + 1.7*x1 - 0.4", 3), ("x0**1.7", 1), ("x0*x1", 0), ("1e9*x0 + 1e-9*x1", 2)):
        network = read_formula(text, ["x0", "x1"])

        assert n_determined(network, rows_of(X, network.evaluate(X))) == count


@pytest.mark.parametrize(("first", "step"), [(1.7e9, 1.0), (1.7e9, 60.0), (2.46e6, 1e-3), (0.0, 60.0)])
def test_a_line_over_seconds_since_1970_has_two_parameters(first: float, step: float) -> None:
    """The columns of slope and intercept are nearly parallel, but the rows determine both."""
    t = first + step * np.arange(200.0)
    y = 5.0 + 0.05 * np.arange(200.0) + 0.3 * np.random.default_rng(0).normal(size=200)
    slope, intercept = np.polynomial.Polynomial.fit(t - first, y, 1).convert().coef[::-1].tolist()
    network = read_formula(f"{slope!r}*t + {intercept - slope * first!r}", ["t"])

    assert n_determined(network, rows_of(t[:, None], y)) == 2
