"""A person who writes e among the letters of a formula learns that it is Euler's number."""

from __future__ import annotations

import numpy as np
import pytest

from xnet import XNetRegressor
from xnet.engine.formulas.eulers_number import eulers_number_sentence

X = np.random.default_rng(2).uniform(1.0, 3.0, (40, 2))
SAID = "e is Euler's number 2.71828 and is not fitted"


@pytest.mark.parametrize(("text", "names", "said"), [
    ("d*x + e", ("x",), True), ("a*x**e", ("x",), True), ("a*g(x) + e", ("x",), True), ("a*e**x + e", ("x",), True),
    ("d*x + e", ("x", "e"), False), ("d*`e` + x", ("x", "e"), False), ("a*e**(b*x)", ("x",), False),
    ("x + e", ("x",), False), ("a*x + 1e3 + e1", ("x",), False), ("a*exp(x)", ("x",), False),
    ("e*pi*x", ("x",), False)])
def test_it_is_said_only_beside_letters(text: str, names: tuple[str, ...], said: bool) -> None:
    assert (SAID in eulers_number_sentence(text, names)) == said


@pytest.mark.parametrize("given", [{"initial_formula": "d*x0 + e*x1"}, {"template": "d*x0 + e*f(x1)"}])
def test_fit_warns(given: dict[str, str]) -> None:
    with pytest.warns(UserWarning, match=SAID):
        XNetRegressor(budget_steps=1, random_state=0, **given).fit(X, 2 * X[:, 0] + np.e * X[:, 1])
