"""Networks are values: they compare, hash, pickle, turn into JSON, and cannot be malformed."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.engine.helpers import assert_equal_values, net, oracle
from tests.engine.strategies import inputs, networks
from xnet.engine import Network, NetworkError, Neuron

#: sin(1.5 x0) + x1: one of everything.
SINE = net(2, ("c", 0), ("x", 0), ("mul", 0, 1), ("sin", 2), ("x", 1), ("add", 3, 4), constants=(1.5,))
#: (x0 + x1) * (x0 + x1), the sum used twice.
SHARED = net(2, ("x", 0), ("x", 1), ("add", 0, 1), ("mul", 2, 2))


@given(networks())
def test_json_round_trip_gives_an_equal_network(network: Network) -> None:
    again = Network.from_json(json.loads(json.dumps(network.to_json())))

    assert again == network
    assert hash(again) == hash(network)


@given(networks())
def test_pickle_and_copy_give_an_equal_network(network: Network) -> None:
    assert pickle.loads(pickle.dumps(network)) == network  # noqa: S301 - our own bytes
    assert copy.deepcopy(network) == network


@given(networks())
def test_values_are_those_of_the_oracle(network: Network) -> None:
    X = inputs()

    assert_equal_values(network.evaluate(X), network, X)


@given(networks())
def test_a_batch_is_a_loop_of_single_rows(network: Network) -> None:
    X = inputs()

    np.testing.assert_allclose(network.evaluate(X), [network.evaluate(X[i:i + 1])[0] for i in range(len(X))],
                               rtol=1e-12)


@given(networks())
def test_neurons_that_the_output_needs_are_the_whole_subtree(network: Network) -> None:
    assert network.subtree(len(network.neurons) - 1) == tuple(range(len(network.neurons)))


def test_networks_differ_in_structure_constants_and_inputs() -> None:
    assert SINE.with_constants([1.25]) != SINE
    assert SINE.with_constants([1.25]).structure() == SINE.structure()
    assert Network(SINE.neurons, SINE.constants, 3) != SINE
    assert Network((*SINE.neurons[:3], Neuron("cos", (2,)), *SINE.neurons[4:]), SINE.constants, 2) != SINE
    assert len({SINE, SINE.with_constants([1.5]), SINE.with_constants([2])}) == 2


def test_a_network_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SINE.constants = (2.0,)  # type: ignore[misc]
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
        SINE.neurons[0].index = 1  # type: ignore[misc]


def test_sizes() -> None:
    assert (SINE.complexity, SINE.n_parameters, SINE.depth, SINE.variables) == (6, 1, 4, (0, 1))


def test_a_shared_neuron_counts_once() -> None:
    tree = net(2, ("x", 0), ("x", 1), ("add", 0, 1), ("x", 0), ("x", 1), ("add", 3, 4), ("mul", 2, 5))

    assert SHARED.complexity == 4
    assert tree.complexity == 7
    np.testing.assert_array_equal(SHARED.evaluate(inputs(2)), tree.evaluate(inputs(2)))


def test_an_exact_number_is_no_parameter() -> None:
    network = net(1, ("x", 0), ("n", 4), ("pow", 0, 1))

    assert network.n_parameters == 0
    np.testing.assert_allclose(network.evaluate(np.array([[2.0], [-3.0]])), [16, 81])


def test_fold_visits_every_neuron_once_children_first() -> None:
    visited: list[int] = []

    def combine(i: int, neuron: Neuron, below: list[int]) -> int:
        visited.append(i)
        return 1 + sum(below)

    assert SHARED.fold(combine) == 7  # the tree's size: the shared sum is handed to both places
    assert visited == [0, 1, 2, 3]


def test_subtree_is_what_a_neuron_needs() -> None:
    assert SINE.subtree(3) == (0, 1, 2, 3)
    assert SINE.subtree(4) == (4,)


V, C = Neuron("variable", (), 0), Neuron("constant", (), 0)
#: (neurons, constants, n_inputs): a network, the nearest one that is none, and what the message says.
MALFORMED: list[tuple[tuple, tuple, str]] = [
    (((V,), (), 1), ((), (), 1), "at least one neuron"),
    (((V,), (), 1), ((V,), (), 0), r"Neuron 0 \(variable\) has index 0"),
    (((Neuron("variable", (), 1),), (), 2), ((Neuron("variable", (), 2),), (), 2), "index below 2"),
    (((V,), (), 1), ((Neuron("variable", (), -1),), (), 1), "index -1"),
    (((C,), (2.0,), 1), ((C,), (), 1), r"Neuron 0 \(constant\)"),
    (((V, Neuron("sin", (0,))), (), 1), ((V, Neuron("sinus", (0,))), (), 1), "sinus.*not known.*arctan"),
    (((V, Neuron("sin", (0,))), (), 1), ((V, Neuron("sin", (0, 0))), (), 1), "has 2 children; its arity is 1"),
    (((V, Neuron("add", (0, 0))), (), 1), ((V, Neuron("add", (0,))), (), 1), "has 1 children; its arity is 2"),
    (((V, Neuron("sin", (0,))), (), 1), ((V, Neuron("sin", (1,))), (), 1), "before their parent"),
    (((V, Neuron("sin", (0,))), (), 1), ((V, Neuron("sin", (-1,))), (), 1), "before their parent"),
    (((V, V), (), 1), ((V, Neuron("variable", (0,), 0)), (), 1), "no children"),
    (((V, Neuron("number", (), 2)), (), 1), ((V, Neuron("number", (0,), 2)), (), 1), "no children"),
]


@pytest.mark.parametrize(("valid", "broken", "message"), MALFORMED)
def test_construction_refuses_what_is_no_network(valid: tuple, broken: tuple, message: str) -> None:
    Network(*valid)
    with pytest.raises(NetworkError, match=message):
        Network(*broken)


def _changed(path: tuple, value: Any) -> Any:
    tree: Any = json.loads(json.dumps(SINE.to_json()))
    at = tree
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return tree


@pytest.mark.parametrize("tree", [
    None, [], "network", 3, {}, {"neurons": [], "constants": [], "n_inputs": 1},
    _changed(("neurons",), "sin"), _changed(("neurons", 0), {}), _changed(("neurons", 0), None),
    _changed(("neurons", 0, "index"), "first"), _changed(("neurons", 0, "index"), float("inf")),
    _changed(("neurons", 0), {"activation": "number", "value": 0.5}),
    _changed(("neurons", 0), {"activation": "number", "value": float("nan")}),
    _changed(("neurons", 0), {"activation": "number", "value": 10**400}),
    _changed(("neurons", 3, "children"), [9]), _changed(("neurons", 3, "children"), 2),
    _changed(("neurons", 3, "activation"), "__import__"), _changed(("constants",), ["one"]),
    _changed(("constants",), [None]), _changed(("constants",), [2.0] * 5000),
    _changed(("n_inputs",), "two"), _changed(("n_inputs",), None),
])
def test_json_that_is_no_network_is_refused_in_one_sentence(tree: Any) -> None:
    assert Network.from_json(_changed(("constants",), [2])) == SINE.with_constants([2])
    with pytest.raises(NetworkError) as caught:
        Network.from_json(tree)

    assert "\n" not in str(caught.value)


def test_numbers_come_back_from_json() -> None:
    network = net(1, ("x", 0), ("n", -3), ("mul", 0, 1))

    assert network.to_json()["neurons"][1] == {"activation": "number", "value": -3}
    assert Network.from_json(network.to_json()) == network


def test_evaluate_refuses_a_table_with_too_few_columns() -> None:
    assert SINE.evaluate(np.ones((4, 2))).shape == (4,)
    assert SINE.evaluate(np.ones((4, 3))).shape == (4,)  # further columns are not read
    for X in (np.ones((4, 1)), np.ones(2), np.ones((4, 2, 1)), 3.0):
        with pytest.raises(NetworkError, match="2 columns"):
            SINE.evaluate(X)  # type: ignore[arg-type]


def test_evaluate_takes_lists_integers_and_no_rows() -> None:
    assert SINE.evaluate([[1, 2]]) == pytest.approx(np.sin(1.5) + 2)  # type: ignore[arg-type]
    assert SINE.evaluate(np.ones((1, 2), dtype=np.int64)).dtype == np.float64
    assert SINE.evaluate(np.empty((0, 2))).shape == (0,)


def test_rows_outside_a_domain_are_not_finite_and_warn_nobody() -> None:
    values = net(1, ("x", 0), ("log", 0)).evaluate(np.array([[1.0], [0.0], [-1.0]]))

    assert values[0] == 0
    assert not np.isfinite(values[1:]).any()


def test_evaluate_leaves_its_input_alone() -> None:
    X = inputs(2)
    before = X.copy()
    value = net(2, ("x", 0)).evaluate(X)
    value[:] = 0  # also where the network is a single variable

    np.testing.assert_array_equal(X, before)


def test_the_oracle_distinguishes_networks() -> None:
    X = inputs(2, positive=True)

    assert not np.allclose(oracle(SINE, X), oracle(SHARED, X))


def test_cached_counts_of_a_network_are_neither_reused_for_another_structure_nor_pickled() -> None:
    network = Network((Neuron("constant", (), 0), Neuron("variable", (), 0), Neuron("pow", (1, 0))), (2.0,), 1)
    fresh = pickle.dumps(network)

    assert network.complexity == 4
    assert network.with_constants([3.0]) == Network(network.neurons, (3.0,), 1)
    assert network.with_constants([3.0]).complexity == 4
    assert pickle.dumps(network) == fresh
    with pytest.raises(NetworkError, match="index"):
        network.with_constants([])
