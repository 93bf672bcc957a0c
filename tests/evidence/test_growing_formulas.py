"""Why a formula with smaller errors is not suggested."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.growing_formulas import growing_formulas_sentence

RNG = np.random.default_rng(0)
X = RNG.exponential(1.0, (60, 1))
PROBLEM = Problem.from_arrays(X, X[:, 0] + RNG.normal(size=60), names=("a",))


def record(text: str, loss: float, plain: str | None = None) -> dict[str, Any]:
    return {"network": read_formula(text, ("a",)).to_json(), "loss": loss, "plain": plain}


@pytest.mark.parametrize(("plain", "left", "text", "loss", "is_said"), [
    ("linear", 0.5, "0.4*exp(a)", 0.4, True),
    ("linear", 0.5, "1 + sin(a)", 0.4, False),  # its values stay where the target's are
    ("linear", 0.5, "0.4*exp(a)", 0.49, False),  # its errors are hardly smaller
    ("linear", 0.05, "0.4*exp(a)", 0.04, False),  # this may be a law
    ("quadratic", 0.5, "0.4*exp(a)", 0.4, False)])
def test_a_formula_that_grows_outside_the_rows_is_said_not_to_be_suggested(
        plain: str, left: float, text: str, loss: float, is_said: bool) -> None:
    best = record("a", left, plain)
    said = growing_formulas_sentence(plain, {"best": best, "front": [best, record(text, loss)]}, PROBLEM)

    assert said.startswith("A formula of the front has smaller errors") is is_said
    assert bool(said) is is_said
