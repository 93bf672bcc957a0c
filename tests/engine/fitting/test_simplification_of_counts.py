"""Constants of counts are simplified by the scatter of the counts, which may be larger than Poisson's."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.activations import ACTIVATIONS

NAMES = ("x", "z")
TABLES = 40


def n_with_z(dispersion: float, effect: float) -> int:
    """In how many tables the term of z stays; the variance of a count is `dispersion` times its mean."""
    stays = 0
    for seed in range(TABLES):
        rng = np.random.default_rng(seed)
        X = rng.uniform(0.2, 3.0, (100, 2))
        mean = np.exp(2.0 + 0.5 * X[:, 0] + effect * X[:, 1])
        y = rng.poisson(mean) if dispersion == 1.0 else rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion)
        problem = Problem.from_arrays(X, y.astype(float), names=NAMES, loss="poisson", holdout_fraction=0.0)
        start = read_formula("exp(2.03 + 0.51*x + 0.01*z)", NAMES)
        stays += 1 in simplify_constants(start, problem.train, tuple(ACTIVATIONS)).network.variables
    return stays


@pytest.mark.parametrize("dispersion", [1.0, 4.0])
def test_a_useless_term_is_dropped_from_a_formula_of_counts(dispersion: float) -> None:
    assert n_with_z(dispersion, 0.0) <= 0.1 * TABLES


@pytest.mark.parametrize("dispersion", [1.0, 4.0])
def test_a_true_term_stays_in_a_formula_of_counts(dispersion: float) -> None:
    assert n_with_z(dispersion, 0.3) >= 0.95 * TABLES
