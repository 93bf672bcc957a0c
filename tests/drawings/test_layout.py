"""The drawing's geometry, and the ids that let neurons keep their place while others come and go."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnet.drawings.layout import MAX_LABEL, NodeIds, labels, layout, match_neurons
from xnet.engine import ACTIVATIONS, Network, Neuron

A, B = Neuron("variable", (), 0), Neuron("variable", (), 1)


def net(*neurons: Neuron, constants: tuple[float, ...] = ()) -> Network:
    return Network(neurons, constants, 2)


SIN = net(A, Neuron("sin", (0,)))
EXP = net(A, Neuron("exp", (0,)))
SIN_PLUS_B = net(A, Neuron("sin", (0,)), B, Neuron("add", (1, 2)))
B_PLUS_SIN = net(B, A, Neuron("sin", (1,)), Neuron("add", (0, 2)))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Networks of up to about a dozen neurons over two columns, with shared neurons."""
    neurons = [A, B, Neuron("constant", (), 0)]
    for _ in range(draw(st.integers(0, 9))):
        name = draw(st.sampled_from(sorted(ACTIVATIONS)))
        arity = ACTIVATIONS[name].arity
        neurons.append(Neuron(name, tuple(draw(st.integers(0, len(neurons) - 1)) for _ in range(arity))))
    everything = Network(tuple(neurons), (1.5,), 2)
    kept = everything.subtree(len(neurons) - 1)
    place = {old: new for new, old in enumerate(kept)}
    constants = (1.5,) if any(neurons[i].activation == "constant" for i in kept) else ()
    return Network(tuple(Neuron(neurons[i].activation, tuple(place[c] for c in neurons[i].children), neurons[i].index)
                         for i in kept), constants, 2)


@settings(max_examples=200, deadline=None)
@given(networks())
def test_every_neuron_has_a_place_of_its_own_left_of_its_parents(network: Network) -> None:
    places = layout(network)

    assert len({tuple(p) for p in places}) == len(network.neurons)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in places)
    assert places[-1][0] == 1.0
    for neuron, (x, _) in zip(network.neurons, places, strict=True):
        assert all(places[child][0] < x for child in neuron.children)


@settings(max_examples=200, deadline=None)
@given(st.lists(networks(), min_size=2, max_size=6))
def test_ids_are_unique_and_unchanged_networks_keep_all_of_theirs(sequence: list[Network]) -> None:
    drawing = NodeIds()
    for network in sequence:
        ids, changed = drawing.update(network)
        assert len(set(ids)) == len(network.neurons)
        assert set(changed) <= set(range(len(network.neurons)))
        assert drawing.update(network) == (ids, changed)


@settings(max_examples=200, deadline=None)
@given(networks(), networks())
def test_matching_is_one_to_one_and_keeps_every_equal_network_whole(old: Network, new: Network) -> None:
    pairs = match_neurons(old, new)

    assert len(set(pairs.values())) == len(pairs)
    assert match_neurons(new, new) == {i: i for i in range(len(new.neurons))}


def test_children_stand_in_order_from_the_top() -> None:
    places = layout(net(A, Neuron("exp", (0,)), B, Neuron("sub", (1, 2))))

    assert places == [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [1.0, 0.5]]


def test_a_single_neuron_stands_at_the_output() -> None:
    assert layout(net(A)) == [[1.0, 0.5]]


def test_labels_are_symbols_names_and_numbers() -> None:
    network = net(A, B, Neuron("constant", (), 0), Neuron("number", (), 4), Neuron("mul", (0, 2)),
                  Neuron("pow", (1, 3)), Neuron("add", (4, 5)), constants=(1234.56789,))

    assert labels(network, ["x" * 40, "b"]) == ["x" * (MAX_LABEL - 1) + "…", "b", "1235", "4", "×", "xʸ", "+"]


def test_a_column_without_a_name_is_numbered() -> None:
    assert labels(net(B), ["a"]) == ["x1"]


@pytest.mark.parametrize(("before", "after", "same", "changed"), [
    pytest.param(SIN, SIN_PLUS_B, {0: 0, 1: 1}, [2, 3], id="a sum grows above"),
    pytest.param(SIN_PLUS_B, SIN, {0: 0, 1: 1}, [], id="the sum goes again"),
    pytest.param(SIN, EXP, {0: 0, 1: 1}, [1], id="another activation in the same place"),
    pytest.param(SIN_PLUS_B, B_PLUS_SIN, {0: 2, 1: 0, 2: 1, 3: 3}, [], id="operands trade places"),
    pytest.param(SIN_PLUS_B, net(A, Neuron("exp", (0,)), B, Neuron("add", (2, 1))), {0: 0, 1: 1, 2: 2, 3: 3}, [1],
                 id="one operand changes and they trade places"),
    pytest.param(SIN_PLUS_B, net(A, Neuron("sin", (0,)), Neuron("number", (), 2), Neuron("add", (1, 2)),
                                 Neuron("exp", (3,))), {0: 0, 1: 1, 2: 2, 3: 3}, [2, 4],
                 id="an operand changes and something grows above"),
    pytest.param(SIN, net(B, Neuron("sin", (0,))), {0: 0, 1: 1}, [0], id="another column"),
    pytest.param(SIN, net(A, B, Neuron("mul", (0, 1)), Neuron("sin", (2,))), {2: 0, 3: 1}, [0, 1, 2],
                 id="the inside of a sine becomes a product"),
])
def test_unchanged_nodes_keep_their_ids(before: Network, after: Network, same: dict[int, int],
                                        changed: list[int]) -> None:
    drawing = NodeIds()
    old, nothing = drawing.update(before)
    new, found = drawing.update(after)

    assert nothing == []
    assert {i: old.index(name) for i, name in enumerate(new) if name in old} == same
    assert found == changed


def test_fitting_constants_changes_no_neuron() -> None:
    network = net(A, Neuron("constant", (), 0), Neuron("mul", (0, 1)), constants=(1.0,))
    drawing = NodeIds()
    ids, _ = drawing.update(network)

    assert drawing.update(network.with_constants([2.0])) == (ids, [])


def test_a_neuron_that_left_does_not_lend_its_id() -> None:
    drawing = NodeIds()
    seen = [set(drawing.update(network)[0]) for network in (SIN, SIN_PLUS_B, SIN, SIN_PLUS_B)]

    new = [after - before for before, after in pairwise(seen)]
    assert new[1] == set()
    assert not new[0] & new[2]
