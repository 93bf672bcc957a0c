"""The sentence that the errors of successive rows are alike."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.comparison import compare
from xnet.evidence.dependent_rows import dependent_rows_sentence
from xnet.evidence.verdict import verdict
from xnet.evidence.weighted_rows import WeightedRows

LINE = read_formula("0.2*x0", ("x0",))
X = np.arange(100.0)


def autocorrelated(rng: np.random.Generator, share: float) -> Array:
    errors = rng.normal(size=len(X))
    for i in range(1, len(X)):
        errors[i] += share * errors[i - 1]
    return errors


def sentence(y: Array, holdout: Array | None = None) -> str:
    return dependent_rows_sentence(LINE, Problem.from_arrays(X[:, None], y, names=("x0",), holdout=holdout))


def test_errors_of_a_time_series_are_said_to_be_alike() -> None:
    found = [sentence(0.2 * X + autocorrelated(np.random.default_rng(seed), 0.8)) for seed in range(10)]
    assert all(said.startswith("Errors of successive rows are alike") for said in found)
    assert all("hold out the last rows" in said for said in found)


def test_the_factor_is_that_of_an_autoregressive_process() -> None:
    """The standard error of the slope is 3 times too small for a share of 0.8: sqrt(1.8/0.2)."""
    said = [sentence(0.2 * X + autocorrelated(np.random.default_rng(seed), 0.8)) for seed in range(60)]
    assert 2.85 < np.mean([float(text.split("by about ")[1].split(" times")[0]) for text in said]) < 3.4


def test_the_factor_follows_from_the_rank_correlation_of_normal_errors() -> None:
    """A rank correlation s of normal variables is a correlation 2 sin(pi s/6); a fit of n rows takes (1 + 4 r)/n."""
    shares = []
    for seed in range(60):
        said = sentence(0.2 * X + autocorrelated(np.random.default_rng(seed), 0.8))
        alike = float(said.split("rank correlation ")[1].split(")")[0])
        r = 2.0 * np.sin(np.pi * alike / 6.0)
        r += (1.0 + 4.0 * r) / len(X)
        shares.append(float(said.split("by about ")[1].split(" times")[0]) / np.sqrt((1.0 + r) / (1.0 - r)))

    assert abs(np.mean(shares) - 1.0) < 0.01


def test_no_advice_where_the_last_rows_are_held_out() -> None:
    said = sentence(0.2 * X + autocorrelated(np.random.default_rng(0), 0.8), X >= 80)
    assert "alike" in said
    assert "hold out" not in said


def test_independent_errors_sorted_targets_and_exact_laws_say_nothing() -> None:
    rng = np.random.default_rng(1)
    assert sum(bool(sentence(0.2 * X + rng.normal(size=100))) for _ in range(200)) <= 1
    assert not sentence(np.sort(rng.normal(size=100)))
    assert not sentence(0.2 * X + 1e-12 * np.sin(0.1 * X))


def test_a_target_that_is_rounded_more_coarsely_than_its_noise_says_nothing() -> None:
    noise = np.random.default_rng(3).normal(size=100)
    assert not sentence(2.0 * np.round(0.1 * X + 0.1 * noise))
    assert sentence(2.0 * np.round(0.1 * X + np.sin(0.2 * X) + 0.1 * noise)).startswith("Errors of successive rows")


def test_a_formula_with_dependent_rows_is_no_strong_evidence() -> None:
    y = 0.2 * X + np.random.default_rng(2).normal(size=100)
    parts = (WeightedRows(X[::2, None], y[::2]), WeightedRows(X[1::2, None], y[1::2]))
    assert verdict(compare(LINE, *parts, 1)).level == "strong"
    assert verdict(compare(LINE, *parts, 1), ["Errors are alike."]).level == "plausible"
