"""Designed experiments get response surfaces."""

from __future__ import annotations

from itertools import combinations, product
from math import log

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.entry import make_entry
from xnet.engine.front.plain_models import PlainKind, plain_models
from xnet.engine.front.response_surfaces import is_designed, surfaces
from xnet.engine.front.selection import pick
from xnet.engine.front.structure_price import structure_price
from xnet.engine.front.support import with_support
from xnet.engine.search.plain_entries import plain_entries

#: Time, temperature and yield of a process (Myers & Montgomery, Response Surface Methodology, 1995, chapter 2).
PROCESS = np.array([[80, 170, 76.5], [80, 180, 77.0], [90, 170, 78.0], [90, 180, 79.5], [85, 175, 79.9],
                    [85, 175, 80.3], [85, 175, 80.0], [85, 175, 79.7], [85, 175, 79.8], [92.07, 175, 78.4],
                    [77.93, 175, 75.6], [85, 182.07, 78.5], [85, 167.93, 77.0]])
#: The runs of a design of Box and Behnken in three factors.
BOX_BEHNKEN = np.array([[s if k == i else t if k == j else 0 for k in range(3)] for i, j in combinations(range(3), 2)
                        for s, t in product((-1, 1), repeat=2)] + [[0, 0, 0]] * 3, dtype=float)


def test_a_process_gets_its_response_surface() -> None:
    X, y = PROCESS[:, :2], PROCESS[:, 2]
    problem = Problem.from_arrays(X, y, holdout_fraction=0.0)
    found = pick(plain_entries(problem))
    assert found.plain is PlainKind.SURFACE
    a, b = (X - [85, 175]).T / 5
    A = np.column_stack([np.ones(13), a, b, a * a, b * b, a * b])
    expected = A @ np.linalg.lstsq(A, y, rcond=None)[0]
    np.testing.assert_allclose(found.network.evaluate(X), expected, atol=0.15)  # rounded; the errors are 0.3
    noise = Problem.from_arrays(X, y[np.random.default_rng(1).permutation(13)], holdout_fraction=0.0)
    assert not pick(plain_entries(noise)).network.variables


def test_a_surface_keeps_its_factors_and_loses_the_terms_that_do_not_matter() -> None:
    a, _, c = BOX_BEHNKEN.T
    y = 60 - 3 * a * a + 2 * a * c + 0.01 * np.random.default_rng(0).normal(size=15)
    pairs = [(i, j) for i in range(3) for j in range(i, 3)]
    columns = np.column_stack([BOX_BEHNKEN, *(BOX_BEHNKEN[:, i] * BOX_BEHNKEN[:, j] for i, j in pairs)])
    found = [chosen for chosen, _ in surfaces(columns, 3, y, None)]
    assert [len(chosen) for chosen in found] == [9, 8, 7, 6, 5, 4]
    assert all(chosen[:3] == [0, 1, 2] for chosen in found)
    assert [[pairs[j - 3] for j in chosen[3:]] for chosen in found[-2:]] == [[(0, 0), (0, 2)], [(0, 0)]]


@pytest.mark.parametrize(("X", "designed"), [
    (PROCESS[:, :2], True), (BOX_BEHNKEN, True), (np.array(list(product((-1.0, 1.0), repeat=4))), True),
    (np.repeat([1.0, 2.0, 5.0], 4)[:, None], False),  # doses
    (np.random.default_rng(0).normal(size=(13, 2)), False),  # observed, not set
    (np.column_stack([PROCESS[:, 0], PROCESS[:, 0] + 1]), False), (np.tile(BOX_BEHNKEN, (11, 1)), False)])
def test_a_designed_experiment_has_few_levels_and_uncorrelated_factors(X: np.ndarray, designed: bool) -> None:
    assert is_designed(X) is designed
    rng = np.random.default_rng(2)
    problem = Problem.from_arrays(X, rng.normal(size=len(X)), holdout_fraction=0.0)
    kinds = [kind for kind, _ in plain_models(problem.all_rows, problem.activations)]
    assert (PlainKind.SURFACE in kinds) is designed


def test_too_few_runs_have_no_surface() -> None:
    columns = np.random.default_rng(3).normal(size=(5, 5))
    assert not list(surfaces(columns[:, :5], 2, np.arange(5.0), None))


def test_a_polynomial_of_degree_two_with_all_terms_is_cheap() -> None:
    whole = read_formula("1 + 2*a + 3*b + 4*a**2 + 5*a*b + 6*b**2", ["a", "b"])
    assert structure_price(whole, 2, 20) == pytest.approx(log(42) + 7 * log(2))  # no choice: five of five terms
    part = read_formula("1 + 2*a + 4*a**2 + 5*a*b + 6*b**2", ["a", "b"])
    assert structure_price(part, 2, 20) == pytest.approx(log(42) + 6 * log(2) + log(5))
    squares = read_formula("6*(b - 2)**2 + 4*(a + 0.5*b + 1)*(a - 3) + 7", ["a", "b"])
    assert structure_price(squares, 2, 20) == structure_price(whole, 2, 20), "the same polynomial"
    cubic = read_formula("1 + 2*a + 3*b + 4*a**3 + 5*a*b", ["a", "b"])
    assert structure_price(cubic, 2, 20) > log(42) + 6 * log(2) + log(5)


def test_a_law_without_constants_wins_over_a_surface_of_many() -> None:
    """The temperature of a mixture: 36 runs that a surface describes well."""
    X = np.array(list(product([50.0, 100, 150], [60.0, 75, 90], [50.0, 100], [10.0, 20])))
    names = ["m", "T", "n", "S"]
    law = read_formula("(m*T + n*S)/(m + n)", names)
    y = np.round(law.evaluate(X) + np.random.default_rng(1029).normal(0.0, 0.2, 36), 2)
    problem = Problem.from_arrays(X, y, names=names, max_complexity=140)
    entry = with_support(make_entry(law, problem), problem)
    plain = plain_entries(problem)

    surface = next(e for e in plain if e.plain is PlainKind.SURFACE)
    assert surface.n_parameters >= 9
    assert surface.support is not None
    assert surface.support.loss < 0.01
    assert pick([*plain, entry]) is entry
