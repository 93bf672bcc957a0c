"""How often a linear formula is said to predict noise better than a constant."""

from __future__ import annotations

import numpy as np

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.better_line import better_line_sentence


def test_noise_whose_weights_are_no_variances_has_no_better_line() -> None:
    rng = np.random.default_rng(5)
    said = []
    for _ in range(120):
        X, y, weight = rng.random((100, 4)), rng.normal(size=100), rng.lognormal(0, 1, 100)
        problem = Problem.from_arrays(X, y, sample_weight=weight)
        said.append(bool(better_line_sentence(read_formula("0.0", problem.names), problem)))

    assert np.mean(said) <= 0.1, "one in five with the F-test of all rows; each of two tests has a level of 0.05"
