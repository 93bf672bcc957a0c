"""The limit of parameters counts what is fitted: no constants that a person fixed or that are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from xnet import XNetRegressor
from xnet.engine import Constraints
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.known_values import KnownValue
from xnet.errors import FormulaError


def test_constants_that_a_person_fixed_are_no_parameters() -> None:
    """D-177: g is known; without it each of these formulas has one fitted constant or none."""
    rng = np.random.default_rng(0)
    h, m = rng.uniform(1, 9, 80), rng.uniform(1, 5, 80)
    y = 9.81 * m * h + 2.37 * m**2 + 0.01 * rng.normal(size=80)
    table = pd.DataFrame({"h": h, "m": m})

    def fitted(**prior: Any) -> XNetRegressor:
        return XNetRegressor(budget_steps=12, random_state=0, constants={"g": 9.81}, max_parameters=1,
                             **prior).fit(table, y)

    template = fitted(template="g*m*h + f(m)")
    assert template.constraints_met_
    assert template.n_parameters_ == 1
    given = fitted(initial_formula="g*m*h + a*m**2")
    assert given.initial_formula_.constraints_met
    assert given.n_parameters_ <= 1
    with pytest.raises(FormulaError, match="it has 2 parameters, at most 1 are allowed"):
        fitted(initial_formula="g*m*h + a*m**2 + b")


def test_known_constants_are_not_counted_by_the_limit_of_parameters() -> None:
    constraints = Constraints.of(("x0", "x1", "x2"), max_parameters=1)
    network = read_formula("4.905*x0**2 + 2.37*x1", ("x0", "x1", "x2"))

    assert constraints.broken(network) == "it has 2 parameters, at most 1 are allowed"
    assert not constraints.broken(network.with_known((KnownValue("g", 9.81),)))
    assert not constraints.broken(network, fixed=[0])
