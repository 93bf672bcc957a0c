"""Constants as printed and as fitted: errors and intervals at the optimum on all rows, held constants, profiles."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq, curve_fit, least_squares, minimize_scalar

from tests.engine.helpers import rows_of
from xnet.engine import Problem
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network, Neuron
from xnet.evidence.constants import ConstantEstimate, constant_estimates, constants_table
from xnet.wording.constant_text import constant_line, constants_caption, fitted_text, interval_text

LINE = read_formula("2*a + 1.5", ["a"])


def rows_for(formula: str, noise: float, n: int = 100, seed: int = 0, low: float = 0.5) -> Rows:
    rng = np.random.default_rng(seed)
    X = rng.uniform(low, 3.0, (n, 2))
    y = read_formula(formula, ["a", "b"]).evaluate(X)
    return rows_of(X, y + noise * y.std() * rng.standard_normal(n))


def test_the_fit_is_that_of_linear_regression_on_training_and_held_out_rows() -> None:
    rng = np.random.default_rng(3)
    X = rng.uniform(0.0, 1.0, (60, 1))
    y = 1.93 * X[:, 0] + 1.52 + rng.normal(0, 0.2, 60)
    problem = Problem.from_arrays(X, y, holdout_fraction=0.3)
    slope, offset = constant_estimates(LINE, problem.all_rows)

    best, covariance = np.polyfit(X[:, 0], y, 1, cov=True)
    by_value = {2.0: best[0], 1.5: best[1]}
    errors = {2.0: math.sqrt(covariance[0, 0]), 1.5: math.sqrt(covariance[1, 1])}
    for found in (slope, offset):
        assert found.fitted == pytest.approx(by_value[found.value], rel=1e-6)
        assert found.error == pytest.approx(errors[found.value], rel=1e-4)
        assert found.low is not None
        assert found.high is not None
        assert 0.5 * (found.low + found.high) == pytest.approx(found.fitted)
        assert found.method == "quadratic"


def test_rows_of_weight_zero_are_not_there() -> None:
    rng = np.random.default_rng(3)
    X = rng.uniform(0.0, 1.0, (60, 1))
    y = X[:, 0] + 1.0 + rng.normal(0, 0.2, 60)
    weight = np.where(np.arange(60) < 40, 1.0, 0.0)
    with_zeros = Problem.from_arrays(X, y, holdout_fraction=0, sample_weight=weight)
    without = Problem.from_arrays(X[:40], y[:40], holdout_fraction=0)

    for one, other in zip(constant_estimates(LINE, with_zeros.all_rows), constant_estimates(LINE, without.all_rows),
                          strict=True):
        assert one.low == pytest.approx(other.low, rel=1e-6)
        assert one.error == pytest.approx(other.error, rel=1e-6)


def test_exact_constants_have_no_visible_error() -> None:
    rows = rows_for("2*a + 1.5", 0.0)
    found = constant_estimates(read_formula("2*a + 1.5", ["a", "b"]), rows)

    assert [(e.low, e.high) for e in found] == [(pytest.approx(e.value), pytest.approx(e.value)) for e in found]
    assert {fitted_text(e.to_json()) for e in found} == {"no visible error"}


def test_a_constant_too_many_is_held_and_the_others_have_the_errors_of_the_shorter_form() -> None:
    """a / (1 + b x) with the 1 as a third constant, against the same curve with two constants by SciPy."""
    rows = rows_for("6.28/(1 + 0.4717*a*b)", 0.1)
    network = read_formula("6.28/(1 + 0.4717*a*b)", ["a", "b"])
    found = {e.value: e for e in constant_estimates(network, rows)}
    best, covariance = curve_fit(lambda x, p, q: p / (1 + q * x), rows.columns[0] * rows.columns[1], rows.y,
                                 p0=(6.28, 0.4717))

    assert found[1.0].method == "held"
    assert found[1.0].error is None
    assert found[6.28].fitted == pytest.approx(best[0], rel=1e-4)
    assert found[6.28].error == pytest.approx(math.sqrt(covariance[0, 0]), rel=1e-3)
    assert found[0.4717].error == pytest.approx(math.sqrt(covariance[1, 1]), rel=1e-3)


def test_profile_likelihood_gives_the_interval_where_the_loss_is_not_quadratic() -> None:
    """A decay seen over a short range. With a constant fixed at an end, SciPy finds the rise that Student's t asks."""
    rows = rows_for("3*exp(-0.5*a) + 1.2", 0.2, n=60, seed=1)
    network = read_formula("3*exp(-0.5*a) + 1.2", ["a", "b"])
    found = constant_estimates(network, rows)
    best = np.array([e.fitted for e in found])
    profiles = [(i, e) for i, e in enumerate(found) if e.method == "profile"]

    def residuals(theta: np.ndarray) -> np.ndarray:
        return network.with_constants(theta).evaluate(rows.columns.T) - rows.y

    assert profiles
    expected = float(np.sum(residuals(best) ** 2)) * (1 + stats.t.ppf(0.975, 57) ** 2 / 57)
    for i, estimate in profiles:
        for end in (estimate.low, estimate.high):
            assert end is not None
            assert math.isfinite(end)
            fixed = least_squares(lambda others, i=i, end=end: residuals(np.insert(others, i, end)), np.delete(best, i))
            assert 2 * fixed.cost == pytest.approx(expected, rel=0.005)


def assert_rises_to_the_ends(found: ConstantEstimate, deviance: Callable[[float], float], rise: float) -> None:
    """Both ends are where the deviance, the other constants refitted, has risen by `rise` above its minimum."""
    assert found.method == "profile"
    least = minimize_scalar(deviance, bracket=(0.95 * found.fitted, 1.05 * found.fitted))
    for end, far in ((found.low, -3.0), (found.high, 6.0)):
        exact = brentq(lambda c: deviance(c) - least.fun - rise, least.x, least.x + far * (found.error or math.nan))
        assert end == pytest.approx(exact, abs=0.01 * (found.error or math.nan))


def test_both_ends_of_a_profile_under_known_errors_are_those_of_chi_square() -> None:
    rng = np.random.default_rng(4)
    t = np.linspace(0.0, 20.0, 60)
    decay = 95.0 * np.exp(-t / 4.5) + 6.0
    error = np.sqrt(decay)
    y = decay + error * rng.standard_normal(60)
    problem = Problem.from_arrays(t[:, None], y, holdout_fraction=0, sample_error=error)
    found = {e.value: e for e in constant_estimates(read_formula("180000/(a + 12)**3", ["a"]), problem.all_rows)}

    def chi_square(c: float) -> float:
        return float(minimize_scalar(lambda b: np.sum(((c / (t + b) ** 3 - y) / error) ** 2), bounds=(5.0, 40.0),
                                     method="bounded", options={"xatol": 1e-9}).fun)

    assert_rises_to_the_ends(found[180_000.0], chi_square, stats.chi2.ppf(0.95, 1))


def test_both_ends_of_a_profile_of_counts_are_those_of_the_likelihood() -> None:
    rng = np.random.default_rng(2)
    x = rng.uniform(0.0, 3.0, 40)
    y = rng.poisson(1.2 * np.exp(0.6 * x)).astype(float)
    problem = Problem.from_arrays(x[:, None], y, holdout_fraction=0, loss="poisson")
    found = {e.value: e for e in constant_estimates(read_formula("1.2*exp(0.6*a)", ["a"]), problem.all_rows)}

    def deviance(c: float) -> float:
        return float(minimize_scalar(lambda b: 2 * np.sum(c * np.exp(b * x) - y * (math.log(c) + b * x)),
                                     bounds=(-1.0, 2.0), method="bounded", options={"xatol": 1e-9}).fun)

    mean = found[1.2].fitted * np.exp(found[0.6].fitted * x)
    scatter = max(1.0, float(np.sum((y - mean) ** 2 / mean)) / 38)  # more than that of Poisson's distribution
    assert_rises_to_the_ends(found[1.2], deviance, stats.t.ppf(0.975, 38) ** 2 * scatter)


def test_an_end_that_the_rows_do_not_set_is_infinite() -> None:
    """A step between two neighbouring rows: any steeper one fits as well, a flatter one does not."""
    rng = np.random.default_rng(0)
    x = np.concatenate([np.linspace(-2.0, -0.1, 20), np.linspace(0.1, 2.0, 20)])
    rows = rows_of(x[:, None], np.tanh(20.0 * x) + 0.1 * rng.standard_normal(40))
    found, = constant_estimates(read_formula("tanh(15.5*a)", ["a"]), rows)

    def deviance(c: float) -> float:
        return float(np.sum((np.tanh(c * x) - rows.y) ** 2))

    assert found.method == "profile"
    expected = deviance(found.fitted) * (1 + stats.t.ppf(0.975, 39) ** 2 / 39)
    assert deviance(found.low or 0.0) == pytest.approx(expected, rel=1e-3)
    assert found.high == math.inf


def test_a_constant_without_influence_is_held() -> None:
    idle = Network((Neuron("variable", (), 0), Neuron("constant", (), 0), Neuron("sub", (1, 1)),
                    Neuron("add", (0, 2))), (3.0,), 1)
    found, = constant_estimates(idle, rows_of(np.arange(1.0, 9.0)[:, None], np.arange(8.0) ** 2))

    assert found.method == "held"
    assert interval_text(found.to_json()) == "–"


def test_a_formula_without_constants_has_no_rows() -> None:
    rows = rows_for("a**2", 0.1)

    assert constant_estimates(read_formula("a**2", ["a", "b"]), rows) == []
    assert list(constants_table([])) == ["name", "value", "fitted", "error", "low", "high", "method"]


def test_a_printed_number_stands_beside_the_fitted_one() -> None:
    estimate = {"value": 0.5, "fitted": 0.47618, "error": 0.00231, "low": 0.4717, "high": 0.4807, "method": "quadratic"}

    assert constant_line(estimate) == "0.5; fitted 0.4762 ± 0.0023"
    assert constant_line({**estimate, "error": None, "low": None, "high": None}) == "0.5; not determined by the rows"
    assert fitted_text({**estimate, "fitted": 123.4, "error": 17.0, "low": 80.0, "high": 160.0}) == "123 ± 17"
    assert interval_text({**estimate, "low": None}) == "below 0.4807"
    assert interval_text({**estimate, "high": math.inf}) == "above 0.4717"


@pytest.mark.parametrize(("fitted", "error", "low", "high", "text"), [
    (999.1276, 0.0018, 999.1240, 999.1312, "999.1240 to 999.1312"),
    (101324.9992, 0.0033, 101324.99266, 101325.00574, "101324.9927 to 101325.0057"),
    (179486.0, 19355.0, 144600.4, 223300.3, "144600 to 223300"),
    (3.1234567e8, 210.0, 3.12345250e8, 3.12346090e8, "3.1234525e+08 to 3.1234609e+08"),
    (2.5e-6, 3e-8, 2.44e-6, 2.56e-6, "2.440e-06 to 2.560e-06"),
    (1.0, 0.3, 0.4, 2e8, "0.40 to 2.00e+08"),
    (0.1, 0.2, -0.3, -1e-5, "-0.30 to 0.00")])
def test_the_ends_of_an_interval_have_the_digits_of_the_error(fitted: float, error: float, low: float, high: float,
                                                              text: str) -> None:
    assert interval_text({"fitted": fitted, "error": error, "low": low, "high": high}) == text


@pytest.mark.parametrize(("config", "assumed"), [
    ({}, "the errors are independent and of equal size"),
    ({"loss": "squared_error", "weight": {"column": "w", "kind": "weight"}}, "their variance falls as the weights"),
    ({"loss": "known_error", "weight": {"column": "s", "kind": "error"}}, "as large as the stated standard errors"),
    ({"loss": "quantile:0.9"}, "the rows are independent. Those of a quantile come from the density"),
    ({"loss": "relative"}, "about the same small share of the target"),
    ({"loss": "poisson"}, "their variance is in proportion to their mean"),
    ({"loss": "logistic"}, "the rows are independent.")])
def test_the_caption_says_what_the_loss_assumes(config: dict[str, Any], assumed: str) -> None:
    assert assumed in constants_caption(config)
    assert ("of equal size" in constants_caption(config)) == (not config)
    assert "apart from wild rows" in constants_caption(config, of_second_look=True)


def test_the_logistic_loss_has_intervals_too() -> None:
    rng = np.random.default_rng(5)
    X = rng.uniform(-2.0, 2.0, (400, 1))
    y = (rng.uniform(size=400) < 1 / (1 + np.exp(-(1.5 * X[:, 0] - 0.5)))).astype(float)
    problem = Problem.from_arrays(X, y, holdout_fraction=0, loss="logistic")
    found = constant_estimates(read_formula("1.5*a - 0.5", ["a"]), problem.all_rows)

    assert all((e.low or 0) < e.value < (e.high or 0) or abs(e.value - e.fitted) < 3 * (e.error or 0) for e in found)
    assert {e.method for e in found} <= {"quadratic", "profile"}


def test_the_factor_of_a_steep_power_has_an_interval_of_its_own_sign() -> None:
    """c*T**p over a short range: the logarithm of c is nearly normal, and no negative c fits at all."""
    rng = np.random.default_rng(7)
    x = rng.normal(20.0, 5.0, 60)
    y = 0.02 * np.exp(0.07 * x) * np.exp(0.05 * rng.normal(size=60))
    rows = Problem.from_arrays(x[:, None] + 273.15, y, names=("a",), holdout_fraction=0).all_rows
    found, power = constant_estimates(read_formula("8.57e-53*a**20.663", ["a"]), rows)
    assert found.low is not None
    assert found.low > 0
    assert power.high is not None
    assert math.log(found.fitted / found.low) == pytest.approx((power.high - power.fitted) * math.log(293.0), rel=0.05)


@pytest.mark.parametrize(("first", "step"), [(1.7e9, 60.0), (2.46e6, 0.01), (0.0, 60.0)])
def test_the_slope_of_a_line_far_from_zero_has_the_error_of_least_squares(first: float, step: float) -> None:
    """Seconds since 1970 over an hour: with the intercept held, the error would be a million times too small."""
    rng = np.random.default_rng(10)
    t = first + step * (np.arange(80) + rng.uniform(0, 0.1, 80))
    y = 7.0 + 3e-4 * (t - first) / step + 0.01 * rng.normal(size=80)
    line = stats.linregress(t - first, y)
    rows = Problem.from_arrays(t[:, None], y, names=("a",), holdout_fraction=0).all_rows
    a = float(line.intercept - line.slope * first)
    slope, intercept = constant_estimates(read_formula(f"{float(line.slope)!r}*a + {a!r}", ["a"]), rows)
    assert slope.error == pytest.approx(line.stderr, rel=1e-6)
    assert intercept.error == pytest.approx(math.hypot(first * line.stderr, line.intercept_stderr), rel=1e-2)
