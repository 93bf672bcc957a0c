"""Numbers made of 1 and 2, and fitted networks with_constructed_constants with them."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Budget, Problem, advance, start
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.exact_numbers import exact_numbers
from xnet.engine.algebra.expressions import add, call, mul, var
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.parameter_free_constants import with_constructed_constants
from xnet.engine.networks.activations import ACTIVATIONS, PRESETS, resolve_activations

LIBRARIES = [resolve_activations("default"), resolve_activations("rational"), ("add", "mul"), ("div",),
             tuple(ACTIVATIONS)]


@pytest.mark.slow
@pytest.mark.parametrize("library", LIBRARIES, ids=len)
def test_every_number_is_what_its_making_says(library: tuple[str, ...]) -> None:
    known = exact_numbers(library)
    assert np.all(np.diff(known.value) >= 0)
    assert set(np.unique(known.name[known.name != ""])) <= set(library)
    for at in np.random.default_rng(0).permutation(len(known.value))[:300]:
        if not known.name[at]:
            assert known.value[at] in (1.0, 2.0)
            continue
        below = [int(c) for c in (known.left[at], known.right[at]) if c >= 0]
        value = ACTIVATIONS[known.name[at]].value(*(known.value[c] for c in below))
        np.testing.assert_allclose(value, known.value[at], rtol=1e-12)
        assert known.cost[at] == ACTIVATIONS[known.name[at]].cost + sum(known.cost[c] for c in below)


@pytest.mark.parametrize(("value", "neurons"), [(1.0, 1), (3.0, 3), (0.5, 3), (4.0, 2), (np.e, 2), (np.pi, 4)])
def test_common_numbers_take_few_neurons(value: float, neurons: int) -> None:
    known = exact_numbers(PRESETS["default"])
    at = known.find(value)
    assert at is not None
    assert known.cost[at] == neurons


def test_a_number_that_nothing_makes_is_not_found() -> None:
    assert exact_numbers(("add", "mul")).find(0.3) is None
    assert exact_numbers(PRESETS["default"]).find(0.7390851332151607) is None


def _rows(y: np.ndarray, columns: np.ndarray) -> Rows:
    return Rows(columns, y, float(np.var(y)))


def test_exact_constants_are_realised_exactly_and_close_ones_within_the_allowed_loss() -> None:
    columns = np.random.default_rng(0).uniform(-1, 1, (1, 100))
    library = PRESETS["default"]
    wave = add([(0.3, mul([(var(0), 1.0), (call("sin", add([(2 * np.pi, var(0))])), 1.0)]))])
    network = to_network(wave, 1, library)
    assert network is not None
    rows = _rows(network.evaluate(columns.T), columns)
    made = list(with_constructed_constants(network, rows, library))
    assert all(n.n_parameters == 0 for n in made)
    assert rows.loss(made[-1]) < 1e-25

    odd = to_network(add([(0.7390851332151607, var(0))], 12.3456789), 1, library)
    assert odd is not None
    rows = _rows(odd.evaluate(columns.T), columns)
    losses = [rows.loss(n) for n in with_constructed_constants(odd, rows, library)]
    assert len(losses) >= 3
    assert losses[0] < 0.04
    assert losses[-1] < 1e-6


def test_a_larger_allowed_loss_gives_a_shorter_network() -> None:
    columns = np.random.default_rng(1).uniform(1, 3, (2, 80))
    network = to_network(add([(1.2345, var(0)), (-0.0421, mul([(var(1), 2.0)]))], 7.77), 2, PRESETS["default"])
    assert network is not None
    made = list(with_constructed_constants(network, _rows(network.evaluate(columns.T), columns), PRESETS["default"]))
    assert made[0].complexity < made[-1].complexity


def test_a_library_that_cannot_make_the_numbers_gives_nothing() -> None:
    columns = np.random.default_rng(1).uniform(1, 3, (1, 80))
    network = to_network(add([(0.1234567, var(0))]), 1, ("add", "mul"))
    assert network is not None
    assert list(with_constructed_constants(network, _rows(network.evaluate(columns.T), columns), ("add", "mul"))) == []


@pytest.mark.slow
def test_activations_only_finds_a_law_with_numbers_of_its_own() -> None:
    X = np.random.default_rng(2).uniform(-2, 2, (120, 1))
    problem = Problem.from_arrays(X, 0.3 * X[:, 0] * np.sin(2 * np.pi * X[:, 0]), parameters=False)
    state, _ = advance(start(problem), problem, Budget(steps=24))
    fresh = np.random.default_rng(3).uniform(-2, 2, (50, 1))
    assert state.best.n_parameters == 0
    assert {n.index for n in state.best.network.neurons if n.activation == "number"} <= {1, 2}
    np.testing.assert_allclose(state.best.network.evaluate(fresh), 0.3 * fresh[:, 0] * np.sin(2 * np.pi * fresh[:, 0]),
                               atol=1e-9)


def test_a_constant_that_does_not_matter_vanishes() -> None:
    columns = np.random.default_rng(4).uniform(1, 3, (1, 60))
    network = to_network(add([(2.0, var(0))], 1e-9), 1, PRESETS["default"])
    assert network is not None
    made = list(with_constructed_constants(network, _rows(2.0 * columns[0], columns), PRESETS["default"]))
    assert made[-1].evaluate(columns.T) == pytest.approx(2.0 * columns[0])
