"""Leave-one-out losses: equal to refits without each row, and honest about rows that a network follows."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.fitting.leave_one_out import leave_one_out, with_expected_losses
from xnet.engine.fitting.profiles import optimum
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula

RNG = np.random.default_rng(0)
X = RNG.uniform(0.5, 10.0, 40)
WILD = 7


def rows(y: np.ndarray) -> Rows:
    return Rows(X[None], y, float(np.var(y)))


def line() -> np.ndarray:
    return np.asarray(3.0 * X + 2.0 + 0.1 * np.random.default_rng(1).normal(size=40))


def test_losses_of_a_line_are_those_of_refits_without_each_row() -> None:
    y = line()
    found = leave_one_out(read_formula("2*x + 1", ["x"]), rows(y))
    assert found is not None
    for i in range(0, 40, 13):
        rest = np.arange(40) != i
        slope, intercept = np.polyfit(X[rest], y[rest], 1)
        assert found.losses[i] == pytest.approx((slope * X[i] + intercept - y[i]) ** 2 / np.var(y), rel=1e-6)
    assert not found.follows_a_row


def test_a_pole_through_one_row_predicts_nothing_about_that_row() -> None:
    y = line()
    y[WILD] = 300.0
    pole = read_formula(f"3*x + 2 + 0.0002/(x - {float(X[WILD]) - 1e-6!r})", ["x"])
    found = leave_one_out(pole, rows(y))
    assert found is not None
    assert found.loss < 1e-4, "the pole passes through the wild row"
    assert found.follows_a_row
    assert found.losses[WILD] > 100 * found.loss
    assert found.losses[WILD] > 0.9 * (300.0 - y.min()) ** 2 / np.var(y), "no better than the other end of its values"


def test_a_row_that_determines_a_slope_alone_costs_at_most_the_height_of_the_step() -> None:
    x = np.arange(40.0)
    y = np.where(x < 20.0, 0.0, 15.0) + 0.1 * np.random.default_rng(1).normal(size=40)
    y[20] -= 1.0  # the only row on the slope
    table = Rows(x[None], y, float(np.var(y)))
    step = leave_one_out(read_formula("7.5*tanh(2.7*x - 52.5) + 7.5", ["x"]), table)
    line = leave_one_out(read_formula("0.5*x - 2", ["x"]), table)
    assert step is not None
    assert line is not None
    assert step.follows_a_row
    assert step.losses[20] <= 1.1 * 15.0**2 / np.var(y)
    assert step.losses.mean() < 0.5 * line.losses.mean()


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("formula", ["1.2*x + 0.7", "2*exp(0.3*x) + 0.7", "0.1*x**3 - 0.9*x**2 + 1.3*x + 0.7"])
def test_losses_of_a_quantile_are_those_of_refits_without_each_row(formula: str, share: float) -> None:
    """A quantile runs through as many rows as it has constants: their nearly infinite weights gave twice the cost.

    Three rows lie beyond the 0.9-quantile; without their number in the pull the cubic would cost 0.75 times the refits.
    """
    network, ratios = read_formula(formula, ["x"]), []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        x = rng.uniform(1.0, 6.0, 30)
        y = network.evaluate(x[:, None]) + 0.5 * rng.standard_normal(30)
        table = Rows(x[None].copy(), y, 1.0, None, Quantile(share))
        found = leave_one_out(network, table)
        assert found is not None
        costs = []
        for i in range(30):
            rest = table.sample(np.delete(np.arange(30), i))
            theta, _ = optimum(network, rest, np.array(found.constants), list(range(len(found.constants))))
            r = y[i] - network.with_constants(theta).evaluate(x[i:i + 1, None])[0]
            costs.append((share if r > 0 else share - 1) * r)
        ratios.append(np.sqrt(found.losses.mean()) / np.mean(costs))
    assert 0.85 < np.exp(np.mean(np.log(ratios))) < 1.18


def test_a_row_of_high_leverage_has_at_least_the_loss_that_its_variance_predicts() -> None:
    losses = with_expected_losses(np.array([0.0, 30.0, 0.0]), np.array([0.95, 0.95, 0.2]), 0.5, 1)

    # The variance is 0.5 * 3 / (3 - 1) = 0.75, and 0.75 / (1 - 0.95) = 15.
    np.testing.assert_allclose(losses, [15.0, 30.0, 0.0])
