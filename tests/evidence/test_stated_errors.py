"""Rows that scatter more or less than their stated standard errors say are a caution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.stated_errors import stated_errors_sentence

LINE = read_formula("3*x0", ("x0",))
SLOPE = 3.0


def sentence(scatter: float, seed: int = 0, stated: float | None = 0.5, change: float = 0.0) -> str:
    """Of 60 rows that scatter by `scatter` times the stated error; `change` is added to one row."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 9, (60, 1))
    y = SLOPE * x[:, 0] + scatter * 0.5 * rng.normal(size=60)
    y[4] += change
    error = None if stated is None else np.full(60, stated)
    return stated_errors_sentence(LINE, Problem.from_arrays(x, y, sample_error=error, seed=0), 1)


def test_right_errors_are_not_mentioned() -> None:
    assert [s for seed in range(60) if (s := sentence(1.0, seed))] == []
    assert sentence(5.0, stated=None) == ""
    assert sentence(0.0) == "", "an exact formula"


@pytest.mark.parametrize(("scatter", "words"), [
    (1.7, "So the formula misses something, or the stated standard errors are too small."),
    (0.5, "So the stated standard errors are larger than the scatter of the rows.")])
def test_the_sentence_says_by_how_much_intervals_are_wrong(scatter: float, words: str) -> None:
    found = sentence(scatter)
    rng = np.random.default_rng(0)
    rng.uniform(1, 9, 60)
    total = float(np.sum((scatter * rng.normal(size=60)) ** 2))
    assert min(chi2.sf(total, 59), chi2.cdf(total, 59)) < 0.001
    assert words in found
    assert found.startswith(f"χ² per row is {total / 60:.3g} in all rows; ")
    assert "give about 0.98" in found
    assert f"by about {max(total / 59, 59 / total) ** 0.5:.2g} times" in found


def test_a_wild_row_does_not_count() -> None:
    assert sentence(1.0, change=20.0) == ""
    assert "in all rows but the wild ones" in sentence(1.7, change=40.0)
