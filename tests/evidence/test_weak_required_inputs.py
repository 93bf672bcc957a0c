"""Required inputs without an effect that the rows show: the p-value is that of the F-test, recomputed with SciPy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import curve_fit
from scipy.stats import f as f_distribution

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.engine.problem.constraints import Constraints
from xnet.evidence.constants import constant_estimates
from xnet.evidence.weak_required_inputs import weak_required_sentence
from xnet.exports.export import Export
from xnet.runs import create_run, execute

NAMES = ("x", "y", "z")
RNG = np.random.default_rng(1)
X = RNG.uniform(1.0, 5.0, (80, 3))
NOISE = RNG.normal(size=80)
LAW = 2 * X[:, 0] ** 2 / X[:, 1]


def said(formula: str, target: np.ndarray, required: tuple[str, ...] = ("z",), loss: str = "squared_error") -> str:
    problem = Problem.from_arrays(X, target, names=NAMES, loss=loss,
                                  constraints=Constraints.of(NAMES, required_inputs=required))
    return weak_required_sentence(read_formula(formula, NAMES), problem)


def test_the_p_value_is_that_of_the_f_test() -> None:
    y = LAW + 0.3 * NOISE

    def squares(law: Callable[..., np.ndarray], start: list[float]) -> float:
        theta, _ = curve_fit(law, X.T, y, start)
        return float(np.sum((law(X.T, *theta) - y) ** 2))

    left = squares(lambda x, a, b, c: a * x[0] ** b / x[1] + c * x[2], [2.0, 2.0, 0.0])
    whole = squares(lambda x, a, b: a * x[0] ** b / x[1], [2.0, 2.0])
    p = f_distribution.sf((whole - left) / (left / 77), 1, 77)
    assert p > 0.05
    assert said("2.03*x**1.98/y + 0.004768*z", y) == (
        f"The formula reads 'z' (p-value {p:.2g}) because it is required: the rows do not show an effect of this "
        "input, by the F-test against the formula without it.")


def test_an_effect_that_the_rows_show_is_not_doubted() -> None:
    assert not said("2.03*x**1.98/y + 0.2*z", LAW + 0.2 * X[:, 2] + 0.3 * NOISE)
    assert not said("2.03*x**1.98/y + 0.2*z", LAW + 0.2 * X[:, 2])


def test_an_input_that_is_not_required_is_not_tested() -> None:
    assert not said("2.03*x**1.98/y + 0.004768*z", LAW + 0.3 * NOISE, required=("x",))


def test_two_constants_may_remove_an_input() -> None:
    assert "'z' (p-value" in said("2.05*log(z)**0.0179*x**2/(y*z**0.0252)", LAW + 0.3 * NOISE)


@pytest.mark.parametrize("formula", ["2234000*(x/(1059.4 - z))**2/y", "2030*x**2/(y*(1018.5 - z))", "0.7*z*x**2/y"])
def test_an_input_that_no_constants_remove_alone_is_held_constant(formula: str) -> None:
    """A factor that is 0 removes every input: the formula 0 is no formula without z."""
    sentence = said(formula, LAW + 0.3 * NOISE)
    assert "'z' (p-value" in sentence
    assert sentence.endswith("by the F-test against the formula without it.")


def test_an_input_in_a_denominator_with_an_effect_is_not_doubted() -> None:
    assert not said("20*x**2/(y*(10 - z))", 20 * X[:, 0] ** 2 / X[:, 1] / (10 - X[:, 2]) + 0.3 * NOISE)
    assert not said("0.7*z*x**2/y", 0.7 * X[:, 2] * LAW + 0.3 * NOISE)


def test_counts_are_tested_by_their_deviances() -> None:
    assert "'z' (p-value" in said("20*x**2.01/y + 0.001*z", RNG.poisson(10 * LAW).astype(float), loss="poisson")
    counts = RNG.poisson(10 * LAW + 3 * X[:, 2]).astype(float)
    assert not said("20*x**2.01/y + 3*z", counts, loss="poisson")
    assert not said("20*x**2.01/y + 0.001*z", counts, loss="absolute"), "no sum of squares"


@pytest.mark.parametrize("loss", ["relative", "log"])
def test_relative_errors_are_tested_as_squares_are(loss: str) -> None:
    assert "'z' (p-value" in said("2*x**2.01/y + 0.001*z", LAW * np.exp(0.1 * NOISE), loss=loss)
    assert not said("2*x**2.01/y + z", (LAW + X[:, 2]) * np.exp(0.1 * NOISE), loss=loss)


def test_few_tables_of_a_true_effect_of_zero_get_no_sentence() -> None:
    silent = sum(not said("2.03*x**1.98/y + 0.004768*z", LAW + RNG.normal(size=80)) for _ in range(100))
    assert 1 <= silent <= 10, "5 % of the tables at the level of the test"


def test_the_verdict_and_the_report_say_it(tmp_path: Path) -> None:
    table = pd.DataFrame(X, columns=list(NAMES)).assign(v=LAW + 0.3 * NOISE)
    run = create_run(table, target="v", inputs=list(NAMES), source="made", steps=8, prior={"required_inputs": ["z"]},
                     root=tmp_path)
    execute(run, commands=lambda: None)
    export = Export.from_run(run)
    said = [caution for caution in export.verdict.cautions if "do not show an effect of this input" in caution]
    assert len(said) == 1
    assert "do not show an effect of this input" in export.texts()["report.html"]()


def test_with_weights_the_test_of_an_input_agrees_with_the_interval_of_its_constant() -> None:
    """The F-test, which takes weights for 1/variance, disagreed in a fourth of tables with survey weights."""
    network, found = read_formula("2*a + 0.5*b + 1", ["a", "b"]), []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        inputs, weight = rng.uniform(0, 3, (60, 2)), rng.lognormal(0, 1, 60)
        y = 2 * inputs[:, 0] + 0.15 * inputs[:, 1] + 1 + 0.5 * rng.normal(size=60)
        problem = Problem.from_arrays(inputs, y, names=("a", "b"), holdout_fraction=0, sample_weight=weight,
                                      constraints=Constraints.of(("a", "b"), required_inputs=("b",)))
        sentence = weak_required_sentence(network, problem)
        assert not sentence or sentence.endswith("by the t-test of its constant with White's standard error.")
        e = next(e for e in constant_estimates(network, problem.all_rows) if e.value == 0.5)
        assert e.low is not None
        assert e.high is not None
        assert bool(sentence) == (e.low <= 0.0 <= e.high)
        found.append(bool(sentence))
    assert 0 < sum(found) < 30
