"""Fits of groups within bounds: the best values that the bounds allow, whether own or shared."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.fitting.bounds import Bounds
from xnet.engine.fitting.group_fitting import GroupRows, Scope, fit_own, fit_shared
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.letter import Letter
from xnet.engine.networks.network import Network, Neuron

X = np.tile(np.linspace(0.5, 2.0, 10), 3)
CODES = np.repeat([0.0, 1.0, 2.0], 10)
SLOPES = np.array([0.5, 1.7, -0.4])
#: y = a x + b
LINE = Network((Neuron("constant", (), 0), Neuron("variable", (), 0), Neuron("mul", (0, 1)), Neuron("constant", (), 1),
                Neuron("add", (2, 3))), (0.2, 0.1), 2)


@pytest.fixture
def rows() -> GroupRows:
    """y = a x + 1 with the slopes of three groups."""
    return GroupRows.of(Rows(np.stack([X, CODES]), SLOPES[CODES.astype(int)] * X + 1.0, 1.0), 1, 3)


def _bounds() -> Bounds:
    found = Bounds.of([Letter(0.0, 1.0), Letter()], 3)
    assert found is not None
    return found


def test_own_constants_stay_within_their_bounds_and_the_others_are_the_best_beside_them(rows: GroupRows) -> None:
    fit = fit_own(LINE, np.full((2, 3), 0.3), rows, 60, _bounds())
    np.testing.assert_allclose(fit.theta[0], [0.5, 1.0, 0.0], atol=1e-6)
    beside = [np.mean(slope * X[:10] + 1.0 - held * X[:10]) for slope, held in zip(SLOPES, (0.5, 1, 0), strict=True)]
    np.testing.assert_allclose(fit.theta[1], beside, atol=1e-6)


def test_a_shared_constant_stays_within_its_bounds(rows: GroupRows) -> None:
    bounds = Bounds.of([Letter(high=0.25), Letter()], 3)
    fit = fit_shared(LINE, np.full((2, 3), 0.1), [Scope.SHARED, Scope.OWN], rows, 60, bounds)
    np.testing.assert_allclose(fit.theta[0], 0.25)
    free = fit_shared(LINE, np.full((2, 3), 0.1), [Scope.SHARED, Scope.OWN], rows, 60)
    np.testing.assert_allclose(free.theta[0], SLOPES.mean())


def test_held_constants_do_not_move_and_free_letters_have_no_bounds(rows: GroupRows) -> None:
    theta = np.array([[0.0, 1.0, 1.0], [0.1, 0.1, 0.1]])
    held = _bounds().holding(0, theta[0])
    fit = fit_shared(LINE, theta, [Scope.OWN, Scope.OWN], rows, 60, held)
    np.testing.assert_array_equal(fit.theta[0], theta[0])
    assert not held.allow(0, 1.0)
    assert _bounds().allow(0, 1.0)
    assert Bounds.of([Letter(), Letter()], 3) is None
