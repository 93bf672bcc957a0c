"""The loss that rounding leaves: it tells an exact formula from one that only comes close."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.fitting.losses import EXACT_LOSS
from xnet.engine.fitting.rounding import rounding_loss
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula

X = np.random.default_rng(0).uniform(0.5, 2.0, (2, 200))


def rows(y: np.ndarray) -> Rows:
    return Rows(X, y, float(np.var(y)))


@pytest.mark.parametrize(("formula", "y"), [
    ("x0*x1", X[0] * X[1]), ("exp(x0)/(1 + x1**2)", np.exp(X[0]) / (1 + X[1] ** 2)),
    ("(x0 + 1)**3 - x1", X[0] ** 3 + 3 * X[0] ** 2 + 3 * X[0] + 1 - X[1]),
    ("x0*(exp(x1) - 1)", X[0] * np.expm1(X[1])), ("sin(9*x0)", np.sin(9 * X[0]))])
def test_another_way_to_write_a_law_is_within_rounding(formula: str, y: np.ndarray) -> None:
    network = read_formula(formula, ("x0", "x1"))
    assert rows(y).loss(network) <= rounding_loss(network, rows(y)) < 1e-2 * EXACT_LOSS


def test_a_formula_that_only_comes_close_is_not() -> None:
    network = read_formula("x0*x1", ("x0", "x1"))
    near = rows(X[0] * X[1] * (1 + 3e-11 * np.sin(X[0])))
    assert rounding_loss(network, near) < near.loss(network) <= EXACT_LOSS


@pytest.mark.parametrize("decimals", [2, 6, 11])
def test_a_target_with_few_decimals_is_rounded_there(decimals: int) -> None:
    network = read_formula("x0*x1", ("x0", "x1"))
    y = np.round(X[0] * X[1], decimals)
    assert rows(y).loss(network) <= rounding_loss(network, rows(y))


def test_without_an_output_no_loss_is_too_large() -> None:
    assert rounding_loss(read_formula("log(x0 - 9)", ("x0", "x1")), rows(X[0])) == np.inf
