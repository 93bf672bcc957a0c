"""White's standard errors where errors grow with the values, and where rows have weights."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from xnet.arrays import Array
from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.chosen_inputs import chosen_inputs_sentence, t_tests
from xnet.evidence.constants import ConstantEstimate, constant_estimates

LINE = read_formula("2*a + 3*b + 1", ["a", "b"])


def _estimates(X: Array, y: Array, weight: Array | None = None) -> list[ConstantEstimate]:
    return constant_estimates(LINE, Problem.from_arrays(X, y, names=("a", "b"), holdout_fraction=0,
                                                        sample_weight=weight).all_rows)


def _white(A: Array, r: Array, *, slow: bool = False) -> Array:
    """Errors in the form HC4, or HC4m, where the largest power is 1 + 1.5."""
    inverse = np.linalg.inv(A.T @ A)
    leverage = np.einsum("ij,jk,ik->i", A, inverse, A)
    ratio = leverage / leverage.mean()
    power = np.minimum(1.0, ratio) + np.minimum(1.5, ratio) if slow else np.minimum(4.0, ratio)
    squares = r**2 / (1.0 - leverage) ** power
    return np.sqrt(np.diag(inverse @ (A.T * squares) @ A @ inverse))


@pytest.mark.parametrize("weighted", [False, True])
def test_errors_are_those_of_white_in_the_form_hc4(weighted: bool) -> None:
    rng = np.random.default_rng(1)
    X = rng.uniform(0.0, 3.0, (60, 2))
    f = 2 * X[:, 0] + 3 * X[:, 1] + 1
    weight = rng.lognormal(0.0, 1.0, 60) if weighted else None
    y = f + (0.3 if weighted else 0.05 * f**2) * rng.standard_normal(60)
    root = np.ones(60) if weight is None else np.sqrt(weight / weight.mean())
    A = np.column_stack([X, np.ones(60)]) * root[:, None]
    best = np.linalg.lstsq(A, y * root, rcond=None)[0]
    errors = _white(A, y * root - A @ best)
    found = _estimates(X, y, weight)
    assert {e.method for e in found} == {"robust"}
    assert [e.fitted for e in found] == pytest.approx(best.tolist())
    assert [e.error for e in found] == pytest.approx(errors.tolist())
    reach = errors * student.ppf(0.975, 57)
    assert [e.high for e in found] == pytest.approx((best + reach).tolist(), rel=1e-4)
    tests = t_tests(X, y, weight)
    assert tests is not None
    assert tests.p_values == pytest.approx(2 * student.sf(best[:2] / errors[:2], 57))


def test_weights_under_logarithmic_errors_give_the_errors_of_white_of_the_regression_of_logarithms() -> None:
    rng = np.random.default_rng(2)
    x, weight = rng.uniform(1.0, 6.0, 60), rng.lognormal(0.0, 1.0, 60)
    y = 3.0 * x**0.7 * np.exp(0.2 * rng.standard_normal(60))
    problem = Problem.from_arrays(x[:, None], y, names=("x",), loss="log", sample_weight=weight, holdout_fraction=0)
    found = {round(e.value, 1): e for e in constant_estimates(read_formula("3*x**0.7", ["x"]), problem.all_rows)}
    root = np.sqrt(weight / weight.mean())
    A = np.column_stack([np.log(x), np.ones(60)]) * root[:, None]
    best = np.linalg.lstsq(A, np.log(y) * root, rcond=None)[0]

    assert {e.method for e in found.values()} == {"robust"}
    assert found[0.7].fitted == pytest.approx(best[0], rel=1e-6)
    assert found[0.7].error == pytest.approx(_white(A, np.log(y) * root - A @ best)[0], rel=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_counts_that_scatter_more_the_larger_they_are_have_the_errors_of_white(seed: int) -> None:
    """Negative binomial counts, whose variance is m + m²/3; those of a variance in proportion have the usual errors."""
    rng = np.random.default_rng(seed)
    x = np.tile(np.geomspace(0.5, 64.0, 20), 5)
    m = 5.0 * np.exp(0.04 * x)
    rows = [Problem.from_arrays(x[:, None], y.astype(float), names=("x",), loss="poisson", holdout_fraction=0).all_rows
            for y in (rng.negative_binomial(3, 3.0 / (3.0 + m)), 3 * rng.poisson(m / 3.0))]
    law = read_formula("5*exp(0.04*x)", ["x"])
    found, usual = (constant_estimates(law, of) for of in rows)
    size, slope = sorted(found, key=lambda e: -e.fitted)
    rate = size.fitted * np.exp(slope.fitted * x)
    A = np.column_stack([np.full(100, 1.0 / size.fitted), x]) * np.sqrt(rate)[:, None]
    assert {e.method for e in found} == {"robust"}
    assert [size.error, slope.error] == pytest.approx(_white(A, (rows[0].y - rate) / np.sqrt(rate)).tolist(), rel=1e-3)
    assert "robust" not in {e.method for e in usual}


@pytest.mark.parametrize("loss", ["relative", "poisson", "huber"])
def test_intervals_with_survey_weights_cover_under_other_losses(loss: str) -> None:
    law, held = read_formula("exp(0.5 + 0.3*x)" if loss == "poisson" else "3*x + 1.5", ["x"]), 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        x, weight = rng.uniform(1.0, 6.0, 60), rng.lognormal(0.0, 1.0, 60)
        f = law.evaluate(x[:, None])
        size = 0.1 * f if loss == "relative" else 1.0
        y = rng.poisson(f) * 1.0 if loss == "poisson" else f + rng.standard_normal(60) * size
        rows = Problem.from_arrays(x[:, None], y, loss=loss, sample_weight=weight, holdout_fraction=0).all_rows
        slope = next(e for e in constant_estimates(law, rows) if e.value in (0.3, 3.0))
        assert slope.low is not None
        assert slope.high is not None
        held += slope.low <= slope.value <= slope.high
    assert held >= 0.9 * 150  # 113 relative, 125 huber without White's errors


def test_one_row_far_from_the_others_does_not_make_the_errors_of_hc4_useless() -> None:
    rng = np.random.default_rng(6)
    X = np.column_stack([np.append(rng.uniform(0.0, 1.0, 29), 9.0), rng.uniform(0.0, 1.0, 30)])
    f = 2 * X[:, 0] + 3 * X[:, 1] + 1
    y, weight = f + 0.02 * f**2 * rng.standard_normal(30), rng.uniform(0.9, 1.1, 30)
    root = np.sqrt(weight / weight.mean())
    A = np.column_stack([X, np.ones(30)]) * root[:, None]
    left = y * root - A @ np.linalg.lstsq(A, y * root, rcond=None)[0]
    hc4, hc4m = _white(A, left), _white(A, left, slow=True)
    found = _estimates(X, y, weight)

    assert {e.method for e in found} == {"robust"}
    assert hc4[0] > 8 * hc4m[0], "a leverage of 0.97"
    assert hc4m[0] < found[0].error < 4 * hc4m[0]


def test_errors_of_equal_size_and_equal_weights_leave_the_usual_errors() -> None:
    rng = np.random.default_rng(2)
    X = rng.uniform(0.0, 3.0, (60, 2))
    y = 2 * X[:, 0] + 3 * X[:, 1] + 1 + 0.3 * rng.standard_normal(60)
    A = np.column_stack([X, np.ones(60)])
    rest = np.linalg.lstsq(A, y, rcond=None)[1]
    errors = np.sqrt(np.diag(np.linalg.inv(A.T @ A)) * float(rest[0]) / 57)
    for weight in (None, np.full(60, 2.0)):
        found = _estimates(X, y, weight)
        assert {e.method for e in found} == {"quadratic"}
        assert [e.error for e in found] == pytest.approx(errors.tolist())


@pytest.mark.parametrize(("law", "n"), [("2.3*exp(0.6*a)", 30), ("3.1*a**2 + 1.4", 60)])
def test_intervals_cover_where_errors_grow_with_the_values(law: str, n: int) -> None:
    rng, network, held = np.random.default_rng(3), read_formula(law, ["a"]), []
    for _ in range(150):
        x = 0.2 + 4.8 * rng.beta(0.7, 2.5, n)
        f = network.evaluate(x[:, None])
        y = f * (1.0 + 0.15 * rng.standard_normal(n))
        problem = Problem.from_arrays(x[:, None], y, names=("a",), holdout_fraction=0)
        held += [e.low is not None and e.high is not None and e.low <= e.value <= e.high
                 for e in constant_estimates(network, problem.all_rows)]
    assert 0.92 <= np.mean(held) <= 0.98  # by the errors of equal size 0.73 to 0.79


def test_t_tests_with_survey_weights_find_an_effect_in_noise_as_seldom_as_their_level_says() -> None:
    rng = np.random.default_rng(4)
    found = []
    for _ in range(500):
        X, y, weight = rng.standard_normal((100, 2)), rng.standard_normal(100), rng.lognormal(0.0, 1.0, 100)
        tests = t_tests(X, y, weight)
        assert tests is not None
        found.append(tests.p_values <= 0.05)
    assert np.mean(found) <= 0.06  # 0.18 with errors in proportion to 1/weight


def test_the_sentence_says_what_tests_with_weights_assume_and_agrees_with_the_interval() -> None:
    rng = np.random.default_rng(5)
    X, weight = rng.uniform(0.0, 3.0, (60, 2)), rng.lognormal(0.0, 1.0, 60)
    y = 2 * X[:, 0] + 1 + rng.standard_normal(60)
    problem = Problem.from_arrays(X, y, names=("a", "b"), holdout_fraction=0, sample_weight=weight)
    said = chosen_inputs_sentence(LINE, problem)
    assert "do not show an effect of 'b'" in said
    assert "White's standard errors (form HC4), because rows have weights" in said
    interval = _estimates(X, y, weight)[1]
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low < 0.0 < interval.high
