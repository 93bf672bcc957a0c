"""Training and held-out rows are joined in the order of the file."""

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.file_order import in_file_order, outputs, positions, targets, weights

RNG = np.random.default_rng(5)
X, Y, WEIGHT = RNG.normal(size=(40, 2)), RNG.normal(size=40), RNG.uniform(1.0, 2.0, 40)


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_rows_are_in_the_order_of_the_file(share: float) -> None:
    problem = Problem.from_arrays(X, Y, names=("a", "b"), holdout_fraction=share, sample_weight=WEIGHT)
    found = weights(problem)

    assert positions(problem).tolist() == list(range(40))
    np.testing.assert_array_equal(targets(problem), Y)
    np.testing.assert_array_equal(in_file_order(problem, lambda rows: rows.columns.T), X)
    np.testing.assert_allclose(outputs(read_formula("2*a - b", ["a", "b"]), problem), 2 * X[:, 0] - X[:, 1])
    assert found is not None
    np.testing.assert_allclose(found / found[0], WEIGHT / WEIGHT[0])


def test_rows_without_weights_have_none() -> None:
    assert weights(Problem.from_arrays(X, Y, names=("a", "b"))) is None
