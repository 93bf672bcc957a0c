"""Rank-score tests of the inputs of a linear quantile."""

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.chosen_inputs import chosen_inputs_sentence
from xnet.evidence.rank_scores import _rank_scores, rank_score_p_values


@pytest.mark.parametrize(("share", "skewed"), [(0.9, False), (0.9, True), (0.5, False)])
def test_the_level_of_the_test_is_near_its_nominal_one(share: float, skewed: bool) -> None:
    found = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(80, 2))
        noise = rng.exponential(size=80) if skewed else rng.normal(size=80)
        p_values = rank_score_p_values(X, 2.0 * X[:, 0] + noise, share)
        assert p_values is not None
        found.append(p_values)
    rejected = (np.array(found) < 0.05).mean(axis=0)

    assert rejected[0] > 0.98
    assert 0.0 < rejected[1] < 0.1


def test_the_scores_of_a_constant_are_those_of_the_ranks() -> None:
    """Rows above the quantile have the score `share`, those below it `share` - 1; all add up to 0."""
    y = np.random.default_rng(1).normal(size=41)
    scores = _rank_scores(np.ones((41, 1)), y, 0.5)

    assert scores is not None
    np.testing.assert_allclose(scores[np.argsort(y)], np.repeat([-0.5, 0.0, 0.5], [20, 1, 20]), atol=1e-9)


@pytest.mark.parametrize("loss", ["quantile:0.9", "absolute"])
def test_an_input_without_an_effect_on_a_quantile_is_named(loss: str) -> None:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(100, 2))
    problem = Problem.from_arrays(X, 2.0 * X[:, 0] + rng.exponential(size=100), names=("dose", "age"), loss=loss)
    said = chosen_inputs_sentence(read_formula("2*dose + 0.1*age + 1", ("dose", "age")), problem)

    assert said.startswith("Beside the other inputs of the formula, the rows do not show an effect of 'age' (p-value ")
    assert said.endswith(", by rank-score tests of the quantile.")


def test_a_large_table_is_not_tested() -> None:
    assert rank_score_p_values(np.ones((7000, 2)), np.ones(7000), 0.5) is None
