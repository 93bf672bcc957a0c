"""A formula for a quantile is checked by the share of the held-out rows below it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.quantile_share import quantile_share_sentence

RNG = np.random.default_rng(5)
X = RNG.uniform(0, 9, (160, 1))
Y = 2 * X[:, 0] + RNG.normal(size=160)


def sentence(text: str, loss: str = "quantile:0.9", y: np.ndarray = Y) -> str:
    """On 40 held-out rows."""
    held = np.arange(160) % 4 == 3
    return quantile_share_sentence(read_formula(text, ("x0",)), Problem.from_arrays(X, y, loss=loss, holdout=held))


@pytest.mark.parametrize(("text", "words"), [("2*x0 + 0.3", "too low"), ("2*x0 + 1.2815", ""), ("2*x0 + 9", "")])
def test_a_limit_that_too_few_rows_lie_below_is_too_low(text: str, words: str) -> None:
    found = sentence(text)
    assert bool(found) is bool(words)
    if words:
        below = int((Y[3::4] < 2 * X[3::4, 0] + 0.3).sum())
        p = binomtest(below, 40, 0.9, alternative="less").pvalue
        assert found.startswith(f"{below} of the 40 held-out rows ")
        assert f"(p-value {2 * p:.1g}, by a binomial test): for new rows the limit is {words}." in found


def test_a_median_above_all_rows_is_too_high_and_rows_on_a_formula_count_for_both() -> None:
    assert sentence("2*x0 + 9", "absolute").endswith("the limit is too high.")
    assert sentence("2*x0", "absolute", 2 * X[:, 0] + 0.0) == ""
    assert sentence("2*x0 + 9", "squared_error") == ""
