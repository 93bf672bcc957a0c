"""The linear formula beside a formula: what it is, how it is named, and when it says nothing new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import linregress

from xnet.arrays import Array
from xnet.engine import Problem
from xnet.engine.fitting.error_losses import Logarithmic, Poisson
from xnet.engine.fitting.losses import SQUARED_ERROR, Huber, Loss
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network
from xnet.evidence.comparison import compare
from xnet.evidence.formula_verdict import formula_verdict
from xnet.evidence.simple_models import line_of, simple_model
from xnet.evidence.verdict import Verdict, clearly_less, verdict
from xnet.evidence.weighted_rows import WeightedRows

RNG = np.random.default_rng(6)
X = RNG.uniform(0.0, 4.0, (200, 3))
RATE = np.exp(1.2 * X[:, 0] - 0.8 * X[:, 1])
COUNTS = RNG.poisson(RATE).astype(float)
NAMES = ("x0", "x1", "x2")


def rows(y: np.ndarray, start: int, stop: int) -> WeightedRows:
    return WeightedRows(X[start:stop], y[start:stop])


def judged(text: str, y: np.ndarray, counted: int, loss: Loss = SQUARED_ERROR) -> Verdict:
    network = read_formula(text, NAMES)
    return verdict(compare(network, rows(y, 0, 150), rows(y, 150, 200), counted, loss))


def test_counts_are_compared_with_a_log_linear_formula_where_a_linear_one_is_negative() -> None:
    train, held_out = rows(COUNTS, 0, 150), rows(COUNTS, 150, 200)
    assert line_of(train)(held_out.X).min() < 0
    assert line_of(train, Poisson())(train.X).min() > 0, "the linear formula of least deviance gives rates"
    model = simple_model(train, held_out, Poisson())
    assert model.name == "a log-linear formula of all 3 inputs"
    best = Poisson().mean(model.values(train.X), train.y, None)
    for factor in (0.99, 1.01):
        assert Poisson().mean(factor * model.values(train.X), train.y, None) > best
    found = judged("(x0 + 0.1)**3/(1 + x1)", COUNTS, 2, Poisson())
    assert found.level == "line"
    assert found.sentence.startswith("A log-linear formula of all 3 inputs is as good or better")


def test_a_linear_formula_of_counts_that_is_positive_competes() -> None:
    y = RNG.poisson(5.0 + 10.0 * X[:, 0]).astype(float)
    model = simple_model(rows(y, 0, 150), rows(y, 150, 200), Poisson())
    assert (model.name, model.is_log_linear) == ("a linear formula of all 3 inputs", False)


def test_logarithms_are_compared_with_a_log_linear_formula() -> None:
    y = RATE * np.exp(RNG.normal(0, 0.1, 200))
    model = simple_model(rows(y, 0, 150), rows(y, 150, 200), Logarithmic())
    assert model.is_log_linear
    np.testing.assert_allclose(model.values(X), RATE, rtol=0.2)


def test_a_model_without_a_likelihood_in_some_row_gives_no_warning() -> None:
    assert clearly_less(np.ones(5), np.array([1.0, np.inf, 1.0, 1.0, 1.0]))
    assert not clearly_less(np.array([1.0, np.inf]), np.array([1.0, np.inf]))


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_cost_of_a_quantile_is_a_mean_and_no_square(share: float) -> None:
    y = X[:, 0] ** 2 + RNG.normal(0, 1, 200)
    loss = Quantile(share)
    formula = read_formula("x0**2" if share == 0.5 else "x0**2 + 1.28", NAMES)
    train, held_out = rows(y, 0, 150), rows(y, 150, 200)
    line = simple_model(train, held_out, loss)

    def cost(f: np.ndarray) -> float:
        errors = held_out.y - f
        return float(np.mean(np.where(errors > 0, share, share - 1) * errors))

    ratio = cost(formula.evaluate(held_out.X)) / cost(line.values(held_out.X))
    found = verdict(compare(formula, train, held_out, 1, loss))
    assert f"({100 * ratio:.1f} % of it)" in found.sentence


def test_under_a_quantile_a_formula_is_compared_with_the_best_constant_and_not_with_the_average() -> None:
    y, share = np.random.default_rng(8).normal(0, 1, 200), 0.9
    train, held_out = rows(y, 0, 150), rows(y, 150, 200)
    formula = read_formula("2.9 + 0.001*x0", NAMES)

    def cost(f: np.ndarray | float) -> float:
        errors = held_out.y - f
        return float(np.mean(np.where(errors > 0, share, share - 1) * errors))

    ratio = cost(formula.evaluate(held_out.X)) / cost(float(np.quantile(train.y, share)))
    found = verdict(compare(formula, train, held_out, 1, Quantile(share)))
    assert found.level == "mean"
    assert found.sentence == (
        "On the held-out rows it is no better than the best constant of the training rows, by the loss that was chosen "
        f"(its cost is {100 * ratio:.1f} % of that of the constant).")


def test_beside_few_held_out_rows_the_verdict_says_what_the_training_rows_say() -> None:
    t = np.arange(0.0, 120.0, 4.0)
    y = np.random.default_rng(21).poisson(900 * np.exp(-t / 21) + 25).astype(float)
    out = np.isin(np.arange(30), [2, 10, 11, 21, 26])
    train, held_out = (WeightedRows(t[part, None], y[part], None) for part in (~out, out))
    formula = read_formula("900*exp(-x0/21) + 25", ("x0",))
    found = verdict(compare(formula, train, held_out, 3, Poisson()))
    line = simple_model(train, held_out, Poisson())
    costs = [Poisson().mean(f, train.y, None) for f in (line.values(train.X), formula.evaluate(train.X))]

    assert found.level == "line"
    assert found.sentence == (
        "A log-linear formula is not clearly worse on the held-out rows. On the 25 training rows, to which both are "
        f"fitted, its cost is {costs[0] / costs[1]:.3g} times that of this formula.")


@pytest.mark.parametrize("noise", [0.2, 1.0])
def test_a_linear_formula_is_not_compared_with_itself(noise: float) -> None:
    y = X @ [1.0, 0.7, 0.0] + RNG.normal(0, noise, 200)
    found = judged("x0 + 0.7*x1", y, 2)
    assert found.level == ("strong" if noise < 0.5 else "plausible")
    assert "more than" not in found.sentence
    assert "as good or better" not in found.sentence
    assert "; a linear formula of all 3 inputs explains " in found.sentence


def test_a_linear_formula_that_lacks_an_input_is_clearly_worse_than_that_of_all() -> None:
    y = X @ [1.0, 0.7, 0.0] + RNG.normal(0, 0.1, 200)
    found = judged("x0 + 1.4", y, 2)
    assert found.level == "line"
    assert found.sentence.startswith("A linear formula of all 3 inputs is clearly better on the held-out rows (R² 0.9")


def times_clearly_worse(formula: str, tables: Iterable[tuple[Array, Array]], n_train: int) -> int:
    """In how many tables another formula is called clearly better; rows from `n_train` on are held out."""
    named = 0
    for X, y in tables:
        parts = [WeightedRows(X[part], y[part]) for part in (slice(n_train), slice(n_train, None))]
        network = read_formula(formula, NAMES[:X.shape[1]])
        found = verdict(compare(network, parts[0], parts[1] if len(y) > n_train else None, 2))
        named += "is clearly better" in found.sentence
    return named


def lines(n_tables: int, n: int, d: int) -> Iterator[tuple[Array, Array]]:
    """Tables of n rows and d inputs, whose target is 2*x0 + 5 and noise."""
    for seed in range(n_tables):
        rng = np.random.default_rng(seed)
        X = rng.uniform(0, 4, (n, d))
        yield X, 2 * X[:, 0] + 5 + rng.normal(0, 0.6, n)


def test_a_linear_formula_of_more_inputs_is_not_called_better_by_chance() -> None:
    assert times_clearly_worse("2*x0 + 5", lines(40, 40, 3), 32) <= 2


def test_a_true_line_is_not_called_worse_than_its_fit_to_few_rows() -> None:
    """Least squares lower the errors of the true line in the rows that they are fitted to, by chance alone."""
    tables = list(lines(60, 14, 1))
    assert times_clearly_worse("2*x0 + 5", tables, 14) <= 6
    x, y = tables[-1]
    off = verdict(compare(read_formula("2*x0 + 6", ("x0",)), WeightedRows(x, y), None, 2))
    assert "A straight line fitted by least squares is clearly better on the training rows" in off.sentence


def test_a_curve_is_still_compared_with_the_line() -> None:
    y = X[:, 0] ** 2 + RNG.normal(0, 0.1, 200)
    assert ", clearly more than a linear formula of all 3 inputs (" in judged("x0**2", y, 0).sentence


def suggestion(network: Network, y: np.ndarray, X: np.ndarray, **more: Any) -> Verdict:
    problem = Problem.from_arrays(X, y, names=("dose", "b", "c"), holdout=np.arange(len(y)) % 5 == 4)
    record = {"network": network.to_json(), "n_parameters": 1, "loss": 1.0, "r2_train": 0.0, "r2_holdout": 0.0, **more}
    return formula_verdict(record, {"best": record, "front": [record]}, problem)


def test_a_better_linear_formula_is_named_beside_a_constant() -> None:
    rng = np.random.default_rng(1)
    few = rng.uniform(0.0, 8.0, (30, 3))
    y = 2.0 + 0.4 * few[:, 0] + rng.normal(0, 1.5, 30)
    found = suggestion(read_formula(f"{y.mean()}", NAMES), y, few)
    assert found.level == "mean"
    assert found.sentence.startswith("No law found: the best formula is a constant.")
    left_out = [np.polyfit(np.delete(few[:, 0], i), np.delete(y, i), 1) @ [few[i, 0], 1.0] - y[i] for i in range(30)]
    score = 1.0 - np.mean(np.square(left_out)) / y.var()
    assert f"A linear formula of 'dose' predicts better: its leave-one-out R² is {score:.2f}"[:-1] in found.sentence
    p_value = 3.0 * float(linregress(few[:, 0], y).pvalue)
    assert f"the p-value of its F-test against a constant is {p_value:.1g} (multiplied by 3" in found.sentence
    noise = suggestion(read_formula("0.0", NAMES), rng.normal(0, 1, 30), few)
    assert "predicts better" not in noise.sentence


def test_a_linear_formula_that_few_held_out_rows_do_not_show_has_the_p_value_of_all_rows() -> None:
    """Of this table, 30 rows that show nothing had been called "No law found", above an interval that excludes 0."""
    rng = np.random.default_rng(14)
    table = rng.normal(size=(150, 3))
    y = (table[:, 0] + rng.normal(0, 0.5, 150) > 0).astype(float)
    y[4::5] = rng.permutation(y[4::5])
    found = suggestion(read_formula("0.2*x0 + 0.5", NAMES), y, table, plain="linear", loss=0.8)
    p_value = 3.0 * float(linregress(table[:, 0], y).pvalue)

    assert found.level == "mean"
    assert p_value < 1e-6
    assert found.sentence.startswith("The search found no formula that the rows support clearly better than this "
                                     "linear one. On the held-out rows it is")
    assert "In all rows together it predicts better than the average: its leave-one-out R² is 0." in found.sentence
    assert f"F-test of a linear formula of 'dose' against a constant is {p_value:.1g} (multiplied" in found.sentence


def test_a_constant_that_the_search_found_is_no_law() -> None:
    y = RNG.normal(5.0, 1.0, 200)
    for plain in ({}, {"plain": "linear"}, {"plain": None}):
        found = suggestion(read_formula("5.1", NAMES), y, X, **plain)
        assert found.sentence.startswith("No law found: the best formula is a constant. On the held-out rows it is")


def test_a_constant_that_is_nearer_to_the_held_out_rows_than_the_average_is_still_a_constant() -> None:
    y = np.concatenate([RNG.normal(5.0, 1.0, 150), np.full(50, 4.0)])
    found = judged("4.0", y, 1)
    assert (found.level, found.sentence) == ("mean", "A constant explains no variation.")


def test_a_fair_linear_suggestion_is_a_description_and_no_failure() -> None:
    y = X @ [1.0, 0.7, 0.0] + RNG.normal(0, 0.8, 200)
    found = suggestion(read_formula("x0 + 0.7*x1", NAMES), y, X, plain="linear", loss=0.3, n_parameters=2)
    assert found.sentence.startswith(
        "The best description found is a linear formula of 2 of 3 inputs (2 numbers). It explains ")


@pytest.mark.parametrize("loss", [Quantile(), Quantile(0.9), Logarithmic(), Poisson(), Huber()])
def test_the_linear_formula_minimises_the_loss(loss: Loss) -> None:
    x = np.linspace(0.1, 10.0, 90)
    law, noise = 3.0 + 2.0 * x, np.random.default_rng(8)
    y = noise.poisson(law).astype(float) if isinstance(loss, Poisson) else law * np.exp(noise.normal(0, 0.4, 90))
    y[7] *= 1.0 if isinstance(loss, Poisson) else 9.0
    line = line_of(WeightedRows(x[:, None], y), loss)
    start = np.polyfit(x, y, 1)[::-1]
    best = min(minimize(lambda p: loss.mean(p[0] + p[1] * x, y, None), first, method="Nelder-Mead",
                        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000}).fun for first in (start, (3.0, 2.0)))
    assert loss.mean(line(x[:, None]), y, None) == pytest.approx(best, rel=1e-6)


def test_a_line_that_is_too_large_for_a_linear_program_says_how_it_was_fitted() -> None:
    x = RNG.uniform(0.0, 4.0, (3500, 1))
    y = x[:, 0] + RNG.normal(0, 0.1, 3500)
    found = simple_model(WeightedRows(x, y), WeightedRows(x, y), Quantile(0.9))
    assert found.name == "a straight line of least squares, shifted to the quantile,"
    assert np.mean(y < found.values(x)) == pytest.approx(0.9, abs=0.001)


def test_a_formula_that_is_a_line_is_compared_with_another_fit_of_the_line() -> None:
    y = 2.0 * X[:, 0] + RNG.normal(0, 0.01, 200)
    train, held_out = WeightedRows(X[:150, :1], y[:150]), WeightedRows(X[150:, :1], y[150:])
    found = verdict(compare(read_formula("2.3*x0", ("x0",)), train, held_out, 1))
    assert found.sentence.startswith("A straight line fitted by least squares is clearly better")
    found = verdict(compare(read_formula("2.3*x0", ("x0",)), train, held_out, 1, Huber()))
    assert found.sentence.startswith("A straight line fitted by the same loss is clearly better")


def test_scores_of_weighted_rows_are_called_weighted() -> None:
    y = 2.0 * X[:, 0] + RNG.normal(0, 0.3, 200)
    ones = np.linspace(0.5, 1.5, 200)
    train, held_out = (WeightedRows(X[part, :1], y[part], ones[part]) for part in (slice(150), slice(150, 200)))
    assert "(weighted R² " in verdict(compare(read_formula("2.3*x0", ("x0",)), train, held_out, 1)).sentence
    assert "of the weighted variation" in verdict(compare(read_formula("2*x0", ("x0",)), train, held_out, 1)).sentence


def test_inputs_that_do_not_vary_are_not_counted() -> None:
    """An input that no formula may use is 0 in all rows of a problem."""
    def zeroed(part: WeightedRows) -> WeightedRows:
        return part._replace(X=part.X * [1.0, 0.0, 1.0])

    y = X[:, 0] + X[:, 2]
    model = simple_model(zeroed(rows(y, 0, 150)), zeroed(rows(y, 150, 200)))
    assert (model.name, model.n_parameters) == ("a linear formula of both inputs", 3)


def test_a_better_linear_formula_of_all_inputs_that_vary_is_named_so() -> None:
    rng = np.random.default_rng(1)
    few = rng.uniform(0.0, 8.0, (30, 3))
    few[:, 2] = 0.0
    y = 2.0 + 0.3 * few[:, 0] + 0.3 * few[:, 1] + rng.normal(0, 0.9, 30)
    found = suggestion(read_formula(f"{y.mean()}", NAMES), y, few)
    assert "A linear formula of both inputs predicts better" in found.sentence
