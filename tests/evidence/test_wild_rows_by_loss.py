"""Wild rows are measured by the errors of the loss: given errors, weights, counts, relative errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.engine.wild_table import NOISY, WILD, X
from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.formula_verdict import formula_verdict
from xnet.evidence.wild_rows import left_out_sentence, wild_rows, wild_rows_sentence
from xnet.evidence.without_wild_rows import held_out_is_better_sentence, scores_without_wild_rows

RNG = np.random.default_rng(12)
SLOPE = read_formula("3*x0", ("x0",))
ONE = RNG.uniform(1.0, 9.0, (120, 1))
Z = RNG.normal(size=120)
UNEQUAL = np.where(np.arange(120) % 6 == 0, 9.0, 0.3)
LAW = read_formula("3.25*x0*exp(-0.5*x1)", ("x0", "x1"))
HELD_OUT = np.arange(60) % 5 == 4


def sentence(y: np.ndarray, **options: Any) -> str:
    return wild_rows_sentence(wild_rows(SLOPE, Problem.from_arrays(ONE, y, seed=0, **options)))


def test_rows_with_large_given_errors_are_not_wild() -> None:
    y = 3 * ONE[:, 0] + UNEQUAL * Z
    assert "rows" in sentence(y), "by plain errors they are"
    assert sentence(y, sample_error=UNEQUAL) == ""
    assert sentence(y, sample_weight=UNEQUAL**-2.0) == ""
    y[7] += 12.0  # 40 times its error
    named = sentence(y, sample_error=UNEQUAL)
    assert named.startswith("Row 8 is wild: it lies ")
    assert "in given standard errors, but at least 1: here 1" in named
    weights = UNEQUAL**-2.0
    spread = 1.4826 * np.median(np.sqrt(weights / weights.mean()) * np.abs(3 * ONE[:, 0] - y))
    for scale in (1.0, 7.0):
        assert f"times the root of weight/mean weight, here {spread:.3g}" in sentence(y, sample_weight=scale * weights)


def test_a_loss_is_advised_that_the_target_can_have() -> None:
    x = RNG.uniform(0.0, 8.0, (150, 1))
    rate = read_formula("exp(0.8*x0 - 2)", ("x0",))
    counts = RNG.poisson(rate.evaluate(x)).astype(float)
    found = wild_rows(rate, Problem.from_arrays(x, counts, seed=0))
    assert found.are_called_large
    assert wild_rows_sentence(found).count("--loss poisson) suit such a table") == 1
    rain = np.where(counts > 0, counts + 0.4, 0.0)
    of_rain = wild_rows(rate, Problem.from_arrays(x, rain, seed=0))
    assert "large rather than wild. A robust" in wild_rows_sentence(of_rain)


def test_given_errors_that_are_too_large_make_no_row_wild() -> None:
    y = 3 * ONE[:, 0] + 0.01 * UNEQUAL * Z
    y[7] += 0.9 * UNEQUAL[7]
    assert sentence(y, sample_error=UNEQUAL) == ""


def test_large_counts_are_not_wild() -> None:
    wide = read_formula("exp(0.8*x0)", ("x0",))
    x = np.concatenate([RNG.uniform(0.0, 2.0, 112), np.full(8, 9.0)])[:, None]
    y = RNG.poisson(wide.evaluate(x)).astype(float)
    plain = wild_rows(wide, Problem.from_arrays(x, y, seed=0))
    assert len(plain.names) > 0
    assert y.min() == 0
    assert plain.advised == "poisson", "an error has no size relative to a count of 0"
    assert wild_rows(wide, Problem.from_arrays(x, y + 0.25 * (y > 0), seed=0)).advised == ""
    assert wild_rows(wide, Problem.from_arrays(x, y + 1.0, seed=0)).advised in ("relative", "log")
    assert not len(wild_rows(wide, Problem.from_arrays(x, y, loss="poisson", seed=0)).names)
    y[3] += 60.0
    assert wild_rows_sentence(wild_rows(wide, Problem.from_arrays(x, y, loss="poisson", seed=0))).startswith("Row 4 is")


@pytest.mark.parametrize(("loss", "words"), [
    ("relative", "the median relative error"), ("log", "the median absolute error of the logarithm")])
def test_relative_errors_are_measured_relatively(loss: str, words: str) -> None:
    y = 3 * 10.0 ** np.linspace(0, 4, 120) * np.exp(0.05 * Z)
    steep = Problem.from_arrays(10.0 ** np.linspace(0, 4, 120)[:, None], y, loss=loss, seed=0)
    assert wild_rows_sentence(wild_rows(SLOPE, steep)) == ""
    y[2] *= 3.0
    found = wild_rows(SLOPE, Problem.from_arrays(10.0 ** np.linspace(0, 4, 120)[:, None], y, loss=loss, seed=0))
    assert found.names.numbers.tolist() == [3]
    assert words in wild_rows_sentence(found)


def test_only_rows_that_are_called_wild_are_left_out_of_the_comparison() -> None:
    many = NOISY.copy()
    many[::8] += 9
    problem = Problem.from_arrays(X, many, holdout=HELD_OUT)
    found = wild_rows(LAW, problem)
    assert "All other rows lie within " in wild_rows_sentence(found), "a gap is no tail"
    assert left_out_sentence(found) == ""
    assert scores_without_wild_rows(LAW, problem, found) == {}
    record = {"network": LAW.to_json(), "n_parameters": 2, "loss": 0.5, "text": "y", "r2_train": 0.5, "r2_holdout": 0.5}
    snapshot = {"best": record, "front": [record], "second_look": record}
    assert "leaves out" not in formula_verdict(record, snapshot, problem).sentence


def test_one_more_wild_row_is_one_row() -> None:
    y = np.tile(NOISY, 3)
    y[[0, 10, 20, 30, 40, 50]] += 30.0
    found = wild_rows(LAW, Problem.from_arrays(np.tile(X, (3, 1)), y, seed=0))
    assert left_out_sentence(found).endswith(" and 1 other wild row.")


def test_the_verdict_names_rows_as_the_table_of_residuals_does() -> None:
    problem = Problem.from_arrays(X, WILD, holdout=HELD_OUT)
    record = {"network": LAW.to_json(), "n_parameters": 2, "loss": 0.5, "text": "y", "r2_train": 0.5, "r2_holdout": 0.9}
    snapshot = {"best": record, "front": [record], "second_look": record}
    found = formula_verdict(record, snapshot, problem, labels=[f"P{i}" for i in range(60)])
    assert "row 6 (P5) (" in " ".join(found.cautions)
    assert "leaves out row 6 (P5), row 31 (P30)" in found.sentence


def test_a_quantile_is_a_limit_that_rows_lie_far_from() -> None:
    y = 3 * ONE[:, 0] + Z
    y[4] -= 30.0
    assert sentence(y, loss="absolute").startswith("Row 5 is wild")
    assert sentence(y, loss="quantile:0.9") == ""


def test_tails_of_errors_have_no_gap_between_the_rows() -> None:
    y = 3 * ONE[:, 0] + np.sign(Z) * 0.02 * np.exp(3.0 * np.abs(Z))
    assert "the errors may have heavy tails" in sentence(y)


def test_under_hubers_loss_no_plain_r2_explains_a_robust_one() -> None:
    y = 3 * ONE[:, 0] + 0.3 * Z
    held_out = np.arange(120) % 5 == 4
    y[[0, 5]] += 4000.0
    for loss, said in (("squared_error", "R² is higher on the held-out rows"), ("huber", "")):
        problem = Problem.from_arrays(ONE, y, loss=loss, holdout=held_out)
        found = wild_rows(SLOPE, problem)
        scores = scores_without_wild_rows(SLOPE, problem, found)
        assert held_out_is_better_sentence(problem, found, scores, -0.005, 0.99).startswith(said)
        assert bool(held_out_is_better_sentence(problem, found, scores, -0.005, 0.99)) == bool(said)
    assert scores["training rows"].sentence.startswith("Plain R² on the training rows is ")


@pytest.mark.parametrize(("noise", "loss", "advised"), [
    (0.03, "squared_error", "so these rows are large rather than wild: relative errors (in the app"),
    (0.35, "squared_error", "in the terminal --loss log) suit such a table"),
    (0.35, "log", "")])
def test_errors_that_grow_with_the_value_get_the_loss_that_suits_their_size(noise: float, loss: str,
                                                                            advised: str) -> None:
    x = np.geomspace(1.0, 40.0, 120)[:, None]
    logarithms = np.linspace(0.05, 2.0, 120) ** 2 if loss == "log" else 1.0  # which scatter more at large values
    y = 3 * x[:, 0] * np.exp(noise * logarithms * Z)
    sentence = wild_rows_sentence(wild_rows(SLOPE, Problem.from_arrays(x, y, loss=loss, seed=0)))
    assert sentence
    assert ("suit such a table" in sentence) == bool(advised)
    assert advised in sentence
