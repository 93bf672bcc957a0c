"""Noise: what counts as such, and waves that the rows cannot resolve."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.fitting.residual_noise import looks_like_noise, nearest_rows, neighbour_similarity
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.entry import FrontEntry
from xnet.engine.front.front import insert
from xnet.engine.networks.network import Network
from xnet.engine.networks.poles import waves_are_resolved

RNG = np.random.default_rng(0)
X = RNG.uniform(1, 3, (300, 2))
LAW = X[:, 0] ** 2 / X[:, 1]


def rows(y: np.ndarray) -> Rows:
    return Rows(np.ascontiguousarray(X.T), y, float(np.var(y)))


def test_noise_has_a_similarity_of_about_one_standard_error() -> None:
    nearest = nearest_rows(X.T)
    found = np.array([neighbour_similarity(np.random.default_rng(k).normal(size=300), nearest) for k in range(200)])
    assert abs(found.mean()) < 0.3
    assert 0.5 < found.std() < 1.3
    assert neighbour_similarity(LAW, nearest) > 10
    assert neighbour_similarity(np.zeros(300), nearest) == 0.0


def test_neighbours_are_the_nearest_rows_in_ranks() -> None:
    columns = np.array([[0.0, 1.0, 2.0, 3.0, 1e9], [5.0, 4.0, 3.0, 2.0, 1.0]])
    assert [set(row) for row in nearest_rows(columns)][2] >= {1, 3}
    assert all(i not in row for i, row in enumerate(nearest_rows(columns)))


@pytest.mark.parametrize(("formula", "noise"), [("x0^2/x1", True), ("x0^2/x1 + 0.05*x0", False), ("x0 - x1", False)])
def test_only_the_law_leaves_noise(formula: str, noise: bool) -> None:
    y = LAW + 0.02 * RNG.normal(size=300)
    network = read_formula(formula, ("x0", "x1"))
    assert looks_like_noise(network, rows(y), nearest_rows(X.T)) is noise


def test_a_misfit_that_swings_faster_than_the_rows_lie_is_no_noise() -> None:
    y = LAW + 0.05 * np.sin(300 * X[:, 0] * X[:, 1]) * (X[:, 0] > 2.2)
    network, nearest = read_formula("x0^2/x1", ("x0", "x1")), nearest_rows(X.T)
    assert neighbour_similarity(y - LAW, nearest) < 2.0
    assert not looks_like_noise(network, rows(y), nearest)


def test_noise_is_not_estimated_from_uninformative_neighbours() -> None:
    few = np.random.default_rng(1).uniform(1, 3, (9, 60))
    y = np.random.default_rng(2).normal(size=60)
    table = Rows(few, y, 1.0)
    assert not looks_like_noise(read_formula("1", ("x0",)), table, nearest_rows(few))


def test_only_the_first_rows_are_compared_where_that_is_asked() -> None:
    nearest = nearest_rows(X.T)
    values = np.where(np.arange(300) < 60, np.random.default_rng(3).normal(size=300), LAW - LAW.mean())
    assert abs(neighbour_similarity(values, nearest, 60)) < 3 < neighbour_similarity(values, nearest)


@pytest.mark.parametrize(("formula", "fine"), [
    ("sin(40*x0)", True), ("sin(40000*x0)", False), ("cos(x0*9e5)+x1", False), ("x0*1e6", True), ("sin(x0)*x1", True)])
def test_waves_that_run_faster_than_the_rows_are_not_resolved(formula: str, fine: bool) -> None:
    assert waves_are_resolved(read_formula(formula, ("x0", "x1")), X.T.copy()) is fine


@pytest.mark.parametrize(("frequency", "fine"), [(49, True), (51, False)])
def test_rows_resolve_one_radian_a_row(frequency: int, fine: bool) -> None:
    assert waves_are_resolved(read_formula(f"sin({frequency}*x0)", ("x0",)), np.linspace(0.0, 1.0, 50)[None]) is fine


def entry(complexity: int, loss: float, holdout: float) -> FrontEntry:
    network = Network(read_formula("x0", ("x0",)).neurons, (), 1)
    return FrontEntry(network, complexity, 0, loss, holdout, 0.01)


def test_a_longer_network_that_is_no_better_on_held_out_rows_has_to_gain_much() -> None:
    front = insert((), entry(5, 0.10, 0.11))
    assert len(insert(front, entry(9, 0.09, 0.12))) == 1
    assert len(insert(front, entry(9, 0.05, 0.12))) == 2
    assert len(insert(front, entry(9, 0.09, 0.10))) == 2
