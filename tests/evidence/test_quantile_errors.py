"""Standard errors of the constants of a quantile, against the theory for known noise and against simulated tables."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as t_distribution

from xnet import XNetRegressor
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants
from xnet.evidence.constants import ConstantEstimate, constant_estimates
from xnet.evidence.quantile_errors import bandwidth, one_density

LINE = read_formula("1.2*a + 0.7", ("a",))
Noise = Callable[[np.random.Generator, np.ndarray], np.ndarray]


def normal(rng: np.random.Generator, f: np.ndarray) -> np.ndarray:
    return 0.5 * rng.standard_normal(len(f))


def growing(rng: np.random.Generator, f: np.ndarray) -> np.ndarray:
    return 0.15 * f * rng.standard_normal(len(f))


def estimates(share: float, n: int, noise: Noise, seed: int, weight: np.ndarray | None = None
              ) -> tuple[np.ndarray, list[ConstantEstimate]]:
    """Rows x of a line with noise, and the estimates of its slope and offset."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(1.0, 6.0, n)
    f = 1.2 * x + 0.7
    return x, constant_estimates(LINE, Rows(x[None].copy(), f + noise(rng, f), 1.0, weight, Quantile(share)))


def theory(x: np.ndarray, share: float, scale: np.ndarray) -> np.ndarray:
    """Standard errors of slope and offset for normal noise of these standard deviations (Koenker 2005)."""
    J = np.column_stack([x, np.ones_like(x)])
    inverse = np.linalg.inv((J * (norm.pdf(norm.ppf(share)) / scale)[:, None]).T @ J)
    return np.sqrt(share * (1 - share) * np.diag(inverse @ (J.T @ J) @ inverse))


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("noise", [normal, growing])
def test_errors_are_those_of_the_theory_for_known_noise(share: float, noise: Noise) -> None:
    ratios = []
    for seed in range(6):
        x, found = estimates(share, 800, noise, seed)
        scale = np.full_like(x, 0.5) if noise is normal else 0.15 * (1.2 * x + 0.7)
        ratios.append([e.error for e in found] / theory(x, share, scale))
        assert {e.method for e in found} == {"sandwich"}
    assert np.mean(ratios, axis=0) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize(("share", "degrees"), [(0.5, 16.8), (0.9, 3.4)])
def test_intervals_of_few_rows_count_the_rows_around_the_quantile(share: float, degrees: float) -> None:
    """Student's t of all rows held the constants of the 0.9-quantile of 30 rows in 78 to 88 % of tables."""
    for e in estimates(share, 30, normal, 1)[1]:
        assert e.high is not None
        assert (e.high - e.fitted) / (e.error or 0.0) == pytest.approx(t_distribution.ppf(0.975, degrees), rel=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 0.75, 0.9])
@pytest.mark.parametrize("n", [30, 80, 200])
def test_intervals_contain_the_true_constants_as_often_as_they_say(share: float, n: int) -> None:
    truth = (1.2, 0.7 + 0.5 * float(norm.ppf(share)))
    inside = [(e.low or 0.0) <= t <= (e.high or 0.0) for seed in range(150)
              for e, t in zip(estimates(share, n, normal, seed)[1], truth, strict=True)]

    assert 0.92 <= np.mean(inside) <= 0.985


def test_equal_weights_of_any_size_leave_errors_as_they_are() -> None:
    _, plain = estimates(0.5, 100, normal, 2)
    _, heavy = estimates(0.5, 100, normal, 2, np.full(100, 7.0))

    assert [e.error for e in heavy] == pytest.approx([e.error for e in plain], rel=1e-3)


def test_an_exact_line_with_wild_rows_has_no_visible_error() -> None:
    x = np.linspace(1.0, 6.0, 60)
    y = 1.2 * x + 0.7
    y[::6] += 5.0
    found = constant_estimates(LINE, Rows(x[None].copy(), y, 1.0, None, Quantile()))

    assert [e.error for e in found] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_constants_of_groups_have_the_errors_of_the_theory() -> None:
    rng = np.random.default_rng(3)
    group, x = np.repeat(np.arange(2.0), 400), rng.uniform(1.0, 6.0, 800)
    y = 1.2 * x + group + 0.5 * rng.standard_normal(800)
    network = Network((Neuron("constant", (), 0), Neuron("variable", (), 0), Neuron("mul", (0, 1)),
                       Neuron("own", (), 0), Neuron("add", (2, 3))), (1.2,), 2,
                      own=OwnConstants(1, ((0.0, 1.0),), ("A", "B")))
    found, = constant_estimates(network, Rows(np.array([x, group]), y, 1.0, None, Quantile()))
    centred = x - np.array([x[group == g].mean() for g in (0, 1)])[group.astype(int)]

    assert found.method == "sandwich"
    assert found.error == pytest.approx(math.sqrt(0.5 * math.pi) * 0.5 / math.sqrt(float(centred @ centred)), rel=0.2)


def test_a_bandwidth_stays_between_the_ends_and_spans_more_rows_than_constants() -> None:
    assert bandwidth(0.9, 20, 2) == pytest.approx(0.09)
    assert bandwidth(0.5, 20, 7) == pytest.approx(0.4)
    assert one_density(np.random.default_rng(0).uniform(0.0, 4.0, 10_000), 0.5, 0.1) == pytest.approx(0.25, rel=0.05)
    assert one_density(np.zeros(10), 0.5, 0.1) == math.inf


def test_constants_of_a_fitted_model_name_the_method() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(1.0, 6.0, (80, 1))
    model = XNetRegressor(budget_steps=1, random_state=0, loss="absolute").fit(x, 2.37 * x[:, 0] + normal(rng, x[:, 0]))

    assert set(model.constants_["method"]) == {"sandwich"}
