"""What tasks try besides where units steer: candidates, pairs and sums of the target's unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.moves.target_transforms import target_transforms
from xnet.engine.problem.constraints import Constraints
from xnet.engine.problem.problem import Problem
from xnet.engine.search.search import advance, start
from xnet.engine.search.state import Budget
from xnet.engine.search.unit_tasks import (
    matches_of_the_unit,
    of_the_unit,
    pairs_of_the_unit,
    powers_of_the_unit,
    terms_of_the_unit,
)

NAMES = ("a", "b", "p", "q", "t")
LENGTH: dict[str, float] = {"m": 1.0}
UNITS = {"inputs": {"a": LENGTH, "b": LENGTH, "p": {}, "q": {}, "t": {"s": 1.0}}, "target": LENGTH, "constants": 1}


def _problem(law: str, units: dict[str, object] | None = UNITS, noise: float = 0.0) -> Problem:
    rng = np.random.default_rng(1)
    X = rng.uniform(0.5, 3.0, (120, 5))
    y = read_formula(law, NAMES).evaluate(X)
    return Problem.from_arrays(X, y + noise * y.std() * rng.standard_normal(120), names=NAMES,
                               constraints=Constraints.of(NAMES, units=units))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Values without a number are left out, as in a step of a search."""
    with np.errstate(all="ignore"):
        yield


@pytest.fixture(scope="module")
def problem() -> Problem:
    """The amplitude of two waves, with noise."""
    return _problem("sqrt(a**2 + b**2 + 2*a*b*cos(p - q))", noise=0.1)


def test_monomials_have_the_unit_of_the_transformed_target(problem: Problem) -> None:
    transforms = {t.description: t for t in target_transforms(problem.search, problem.activations)}
    output = powers_of_the_unit(transforms["the output"], problem, False)
    assert output[:2] == [(1.0, 0.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0, 0.0)]
    squared = powers_of_the_unit(transforms["the output under sqrt"], problem, False)
    assert {(2.0, 0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0, 0.0)} <= set(squared)
    assert all(row[0] + row[1] == 2.0 and row[4] == 0.0 for row in squared)
    assert (2.0, -1.0, 0.0, 0.0, 0.0) in powers_of_the_unit(transforms["the output"], problem, True)
    assert powers_of_the_unit(transforms["the output under exp"], problem, False) == []  # whose unit is not known


def test_sides_of_triangles_are_found_under_their_root_in_noise(problem: Problem) -> None:
    transforms = target_transforms(problem.search, problem.activations)
    exact = problem.search.loss_of(read_formula("sqrt(a**2 + b**2 + 2*a*b*cos(p - q))", NAMES).evaluate(
        problem.search.columns.T))
    for proposals in (matches_of_the_unit(transforms, problem, LibrarySize.SMALL), of_the_unit(problem)):
        losses = [problem.search.loss(network) for p in proposals if (network := problem.network_of(p.expr))]
        assert min(losses) < 1.02 * exact


@pytest.mark.slow
def test_terms_and_factors_of_the_unit_are_found_in_pairs() -> None:
    rule = Constraints.of(NAMES, units=UNITS).units
    assert rule is not None
    for law in ("a*sin(p) + 2*b*exp(-q)", "a*(1 - p**2)/(4 + p*cos(q))"):
        table = _problem(law)
        losses = [table.search.loss(network) for p in pairs_of_the_unit(table)
                  if rule.may_work(p.expr) and (network := table.network_of(p.expr))]
        assert min(losses) < 0.01
    network = read_formula("a*sin(p)", NAMES)
    table = _problem("a*sin(p) + 2*b*exp(-q)")
    texts = [to_text(made, NAMES) for p in terms_of_the_unit(network, table) if (made := table.network_of(p.expr))]
    assert any("exp(-q)" in text and "sin(p)" in text for text in texts)


def test_without_units_nothing_is_added() -> None:
    plain = _problem("a*sin(p)", None)
    transforms = target_transforms(plain.search, plain.activations)
    assert of_the_unit(plain) == pairs_of_the_unit(plain) == []
    assert matches_of_the_unit(transforms, plain, LibrarySize.SMALL) == []
    assert powers_of_the_unit(transforms[0], plain, True) == []
    assert terms_of_the_unit(read_formula("a", NAMES), plain) == []


@pytest.mark.slow
def test_a_law_of_two_waves_is_suggested_in_noise(problem: Problem) -> None:
    state, _ = advance(start(problem), problem, Budget(8))
    assert to_text(state.best.network, NAMES) == "sqrt(a**2 + b**2 + 2*a*b*cos(p - q))"
