"""The points of the live plot of the fit."""

from __future__ import annotations

import numpy as np

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.class_probability import probability_of
from xnet.evidence.fit_points import CURVE_POINTS, HELD_OUT_ROWS, TRAINING_ROWS, FitPlot

RNG = np.random.default_rng(0)
X = RNG.uniform(1950.0, 2000.0, (900, 2))
Y = X[:, 0] * X[:, 1]
HELD_OUT = np.arange(900) % 3 == 0


def problem(X: np.ndarray, y: np.ndarray, **options: object) -> Problem:
    return Problem.from_arrays(X, y, **options)  # type: ignore[arg-type]


def test_of_one_input_the_formula_is_a_curve_over_the_rows() -> None:
    x = np.linspace(1950.01, 2001.99, 30)
    plot = FitPlot(problem(x[:, None], np.log(x - 1945), holdout_fraction=0.0), ["year"])
    fit = plot.points(read_formula("log(year - 1960)", ["year"]))
    assert (fit["input"], fit["log"], fit["holdout"]) == ("year", [False, False], [])
    np.testing.assert_allclose(sorted(fit["train"]), np.column_stack([x, np.log(x - 1945)]), rtol=1e-6)
    assert len(fit["line"]) == CURVE_POINTS
    assert [fit["line"][0][0], fit["line"][-1][0]] == [1950.01, 2001.99]
    assert {year > 1960 for year, value in fit["line"] if year is not None and value is not None} == {True}
    assert {year <= 1960 for year, value in fit["line"] if year is not None and value is None} == {True}, "a gap"


def test_of_several_inputs_the_target_is_drawn_against_the_formula() -> None:
    plot, train = FitPlot(problem(X, Y, holdout=HELD_OUT), ["a", "b"]), ~HELD_OUT
    fit = plot.points(read_formula("2*a*b", ["a", "b"]))
    assert fit["input"] is None
    assert (len(fit["train"]), len(fit["holdout"])) == (TRAINING_ROWS, HELD_OUT_ROWS)
    np.testing.assert_allclose([value for _, value in fit["train"]], [2 * y for y, _ in fit["train"]], rtol=1e-6)
    ends = [y for y, _ in fit["train"]]
    assert min(ends) == np.float64(f"{Y[train].min():.7g}"), "the smallest and the largest target are drawn"
    assert max(ends) == np.float64(f"{Y[train].max():.7g}")
    assert [x == y for x, y in fit["line"]] == [True, True]
    assert fit["low"] < Y.min() < Y.max() < fit["high"]


def test_decades_have_logarithmic_axes_under_a_loss_of_ratios() -> None:
    x = np.geomspace(0.01, 100, 40)
    power_law = read_formula("3*x**2", ["x"])
    fit = FitPlot(problem(x[:, None], 3 * x**2, loss="log"), ["x"]).points(power_law)
    assert fit["log"] == [True, True]
    steps = np.diff(np.log([x for x, _ in fit["line"] if x is not None]))
    np.testing.assert_allclose(steps, steps[0], rtol=1e-4)
    assert 0 < fit["low"] < 3e-4
    assert FitPlot(problem(x[:, None], 3 * x**2), ["x"]).points(power_law)["log"] == [False, False]


def test_of_a_class_the_line_is_where_a_row_is_assigned_to_it() -> None:
    X = RNG.normal(size=(80, 2))
    plot = FitPlot(problem(X, (X[:, 0] + RNG.normal(size=80) > 0).astype(float), loss="logistic"), ["a", "b"])
    fit = plot.points(probability_of(read_formula("2*a", ["a", "b"])))
    assert fit["is_class"]
    assert [p for _, p in fit["line"]] == [0.5, 0.5]
    assert {y for y, _ in fit["train"]} == {0.0, 1.0}
    assert all(p is not None and 0 <= p <= 1 for _, p in fit["train"])


def test_a_target_that_does_not_vary_has_a_range() -> None:
    x = np.linspace(1.0, 2.0, 9)[:, None]
    fit = FitPlot(problem(x, np.zeros(9)), ["x"]).points(read_formula("0", ["x"]))
    assert fit["low"] < 0 < fit["high"]
