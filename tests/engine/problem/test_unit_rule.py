"""Units that steer a search: how many numbers of a formula need a unit, and what is not tried."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.problem.constraints import Constraints
from xnet.engine.problem.problem import Problem
from xnet.engine.problem.unit_rule import UnitRule
from xnet.engine.search.search import advance, start
from xnet.engine.search.state import Budget
from xnet.errors import ConstraintError, DataError

NAMES = ("m", "v", "h", "t", "q", "u")
#: kg, m/s, m, s, a pure number; u has no unit, so it may have any. The target is an energy.
UNITS = {"inputs": {"m": {"mass": 1}, "v": {"length": 1, "time": -1}, "h": {"length": 1}, "t": {"time": 1}, "q": {}},
         "target": {"mass": 1, "length": 2, "time": -2}, "constants": 2}


@pytest.mark.parametrize(("formula", "needed"), [
    ("m*v**2/2", 0),
    ("m*v**2/2 + 9.81*m*h", 1),
    ("m*v*h/t", 0),
    ("3*m", 1),
    ("7", 1),
    ("3*m + 7", 2),
    ("3*m + 5*h + 7", 3),
    ("m*v**2*sqrt(h/v/t)", 0),
    ("m*v**2*exp(-t/3)", 1),
    ("m*v**2*exp(q)", 0),
    ("2.5*exp(-t/3) + 7", 3),
    ("m*(v + 2*h)**2", 1),
    ("m*v**2/(1 + v/3)", 1),
    ("u*exp(-q)", 0),
    ("m*v**2*(1 + u)", 0),
    ("2.5*h**0.75*m", 1),
    ("m*v**2*step(h - 2)", 1),
    ("step(h - 2)", None),
    ("max(m*v**2, 9.81*m*h)", 1),
    # No numbers make these consistent.
    ("m*v**2 + m", None),
    ("m*v**2*exp(t)", None),
    ("m*v**2*sin(h)", None),
    ("m*v**2*log(3*t)", None),
    ("m*v**2 + 2.5*h**1.709*exp(h)", None),
    ("m*v**q", None),
    ("2.5*h**1.709", None),
])
def test_the_fewest_numbers_with_a_unit(formula: str, needed: int | None) -> None:
    rule = UnitRule.of(NAMES, UNITS)
    network = read_formula(formula, NAMES, tuple(ACTIVATIONS))
    assert rule.needed(to_expression(network)) == needed
    words = rule.broken(network)
    assert words == "" if needed is not None and needed <= 2 else words


def test_one_rule_tells_powers_and_signs_apart_that_differ_in_their_numbers_only() -> None:
    rule = UnitRule.of(NAMES, UNITS)
    formulas = ("m*v**2 - m*v*h/t", "m*v**2 - 3*m*v", "2.5*h**0.75*m", "2.5*h**1.709", "m*v**2 - 1.5*m*v*h/t")
    found = [rule.needed(to_expression(read_formula(text, NAMES, tuple(ACTIVATIONS)))) for text in formulas]
    assert found == [0, 1, 1, None, 0]


def test_a_fitted_power_may_still_become_a_simple_one_and_a_signed_term_needs_no_number() -> None:
    rule = UnitRule.of(NAMES, UNITS)
    assert rule.may_work(to_expression(read_formula("m*v**2.03", NAMES, tuple(ACTIVATIONS))))
    assert rule.needed(to_expression(read_formula("m*v**2 - m*h**2/t**2", NAMES, tuple(ACTIVATIONS)))) == 0
    assert rule.broken(read_formula("3*m + 5*h + 7", NAMES, tuple(ACTIVATIONS))) == \
        "3 of its numbers need a unit, at most 2 may have one"
    assert rule.broken(read_formula("m + h", NAMES, tuple(ACTIVATIONS))) == "its units are not consistent"


@pytest.mark.parametrize(("change", "message"), [
    ({"inputs": {"z": {}}}, "units has 'z', which is no input"),
    ({"constants": -1}, "expected a whole number from 0"),
    ({"constants": 1.5}, "expected a whole number from 0"),
])
def test_what_cannot_be_a_rule_is_one_sentence(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConstraintError, match=message):
        Constraints.of(NAMES, units={**UNITS, **change})


def _problem(units: dict[str, object] | None, noise: float = 0.0) -> Problem:
    rng = np.random.default_rng(3)
    X = rng.uniform(1, 3, (120, 3))
    y = 0.5 * X[:, 0] * X[:, 1] ** 2 + 9.81 * X[:, 0] * X[:, 2]
    y = y + noise * y.std() * rng.standard_normal(120)
    return Problem.from_arrays(X, y, names=NAMES[:3], constraints=Constraints.of(NAMES[:3], units=units))


OF_THREE = {**UNITS, "inputs": {name: UNITS["inputs"][name] for name in NAMES[:3]}}  # type: ignore[index]


def test_no_candidate_has_units_that_cannot_work() -> None:
    rule = replace(UnitRule.of(NAMES[:3], OF_THREE), target=None)
    library, plain = (_problem(units).library(LibrarySize.SMALL) for units in (OF_THREE, None))
    assert all(rule.may_work(library.expression(i)) for i in range(len(library)))
    assert sum(rule.may_work(plain.expression(i)) for i in range(len(plain))) < len(plain) * 0.7


def test_templates_are_completed_to_the_unit_of_the_target() -> None:
    """The law of a driven oscillator, q E/(m (w^2 - v^2)), is a candidate though it has 17 neurons."""
    names = ("q", "E", "m", "w", "v")
    X = np.random.default_rng(0).uniform(1, 3, (60, 5))
    y = X[:, 0] * X[:, 1] / (X[:, 2] * (X[:, 3] ** 2 - X[:, 4] ** 2))
    units = {"inputs": {"q": {"C": 1}, "E": {"V": 1, "m": -1}, "m": {"kg": 1}, "w": {"s": -1}, "v": {"s": -1}},
             "target": {"C": 1, "V": 1, "m": -1, "kg": -1, "s": 2}, "constants": 2}
    problem = Problem.from_arrays(X, y, names=names, constraints=Constraints.of(names, units=units))
    library = problem.library(LibrarySize.UNITS)
    assert len(library.index) > 200
    rule = UnitRule.of(names, units)
    assert {rule.needed(library.expression(int(i))) for i in library.index[::20]} == {0}
    rows = problem.search.columns[:, problem.match].T
    truth = rows[:, 0] * rows[:, 1] / (rows[:, 2] * (rows[:, 3] ** 2 - rows[:, 4] ** 2))
    assert any(np.allclose(np.abs(values), np.abs(truth)) for values in library.values(library.index))


def test_a_number_with_a_unit_raises_the_price_of_a_structure() -> None:
    rule = UnitRule.of(NAMES, UNITS)
    pure, carrying = (read_formula(text, NAMES, tuple(ACTIVATIONS)) for text in ("m*v**2/2", "9.81*m*h"))
    assert (rule.price(pure), rule.price(carrying)) == (0.0, 4.0)


def test_every_formula_of_the_front_keeps_to_the_rule() -> None:
    problem = _problem(OF_THREE, noise=0.1)
    state, _ = advance(start(problem), problem, Budget(3))
    rule = problem.constraints.units
    assert rule is not None
    assert len(state.front) > 2
    assert all(rule.broken(entry.network) == "" for entry in state.front)
    assert not problem.admits(read_formula("m + v", NAMES[:3], problem.activations))


def test_units_do_not_steer_a_search_with_groups() -> None:
    from xnet.engine import Groups

    X = np.random.default_rng(0).uniform(1, 2, (60, 2))
    X[:, 1] = np.repeat([0.0, 1.0], 30)
    with pytest.raises(DataError, match="Units cannot steer a search with groups"):
        Problem.from_arrays(X, X[:, 0], names=("m", "g"), groups=Groups(1, ("a", "b"), "auto"),
                            constraints=Constraints.of(("m", "g"), units={"inputs": {"m": {"mass": 1}}}))
