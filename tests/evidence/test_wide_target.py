"""A target over powers of ten, fitted by squared errors, comes with the advice to count relative errors."""

from __future__ import annotations

import re

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.wide_target import wide_target_sentence

X = np.geomspace(0.1, 50, 60)[:, None]
Y = 3.6e4 / X[:, 0] ** 2 * np.exp(-0.08 * X[:, 0])
SQUARE_LAW = read_formula("36000/x**2", ["x"])


def test_a_wide_target_is_said_with_the_median_relative_error() -> None:
    sentence = wide_target_sentence(SQUARE_LAW, Problem.from_arrays(X, Y))
    error = 100 * np.median(np.abs(SQUARE_LAW.evaluate(X) - Y) / Y)
    shown = re.search(r"a relative error above ([\d.]+) %", sentence)
    assert shown is not None
    assert float(shown[1]) == pytest.approx(error, rel=0.01)
    assert "--loss log or --loss relative" in sentence  # as the sentence on large rows does
    assert "--loss relative)" in wide_target_sentence(read_formula("-36000/x**2", ["x"]), Problem.from_arrays(X, -Y))


@pytest.mark.parametrize(("text", "y", "loss"), [
    ("36000/x**2*exp(-0.08*x)", Y, "squared_error"),  # also the small rows are right
    ("36000/x**2", Y, "relative"), ("36000/x**2", np.sqrt(np.sqrt(Y)), "squared_error"),  # one power of ten and a half
    ("36000/x**2", Y - Y.mean(), "squared_error"), ("2", Y, "squared_error")])
def test_other_targets_formulas_and_losses_are_left_alone(text: str, y: np.ndarray, loss: str) -> None:
    assert wide_target_sentence(read_formula(text, ["x"]), Problem.from_arrays(X, y, loss=loss)) == ""
