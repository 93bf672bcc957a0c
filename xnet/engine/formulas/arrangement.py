"""A network in the order in which people write formulas: 2*x, not x*2; a + b + c, not a + (b + c); a - 2*x, not
a + (-2*x); x, not x + 0 or 1*x; and 5.5 + x, not 4.5 + x + 1.

Networks that are made of expressions are in this order already. A form whose unknown parts were filled is not: the
parts stand in it as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.network import Network, Neuron


@dataclass(eq=False)
class _Node:
    """A neuron with its children; a node may have several parents."""

    activation: str
    children: tuple[_Node, ...]
    index: int


def arranged(network: Network) -> Network:
    """The network with its sums and products in the usual order; its values differ by rounding at most."""
    nodes: list[_Node] = []
    for neuron in network.neurons:
        node = _Node(neuron.activation, tuple(nodes[c] for c in neuron.children), neuron.index)
        node = _ordered(_without_one(_without_zero(node, network), network))
        if node.activation in ("add", "sub") and network.own is None:  # own constants are found again by their values
            node, network = _with_one_constant(node, network)
        nodes.append(node)
    root = nodes[-1]
    negative = _removable_signs(root, network)
    for node in _all(root):
        lead = _leading(node.children[1]) if node.activation in ("add", "sub") else None
        if lead in negative:
            node.activation = "sub" if node.activation == "add" else "add"
    kept = sorted({node.index for node in _all(root) if node.activation == "constant"})
    for node in _all(root):
        node.index = kept.index(node.index) if node.activation == "constant" else node.index
    constants = tuple(-network.constants[i] if i in negative else network.constants[i] for i in kept)
    return Network(_neurons(root), constants, network.n_inputs, network.known, network.own)


def _with_one_constant(node: _Node, network: Network) -> tuple[_Node, Network]:
    """A sum of terms with its constants and numbers added up, and the network with the constant for them.

    Known constants keep their names, and a constant that stands elsewhere too keeps its place.
    """
    read = [network.neurons[child] for neuron in network.neurons for child in neuron.children]
    uses = Counter(neuron.index for neuron in read if neuron.activation == "constant")

    def value(term: _Node) -> float | None:
        if term.activation == "number":
            return float(term.index)
        known = term.activation != "constant" or form_of(network.constants[term.index], network.known) is not None
        return None if known or uses[term.index] > 1 else network.constants[term.index]

    terms = _terms(node)
    numbers = {i: sign * number for i, (sign, term) in enumerate(terms) if (number := value(term)) is not None}
    if len(numbers) < 2 or all(terms[i][1].activation == "number" for i in numbers):
        return node, network
    network = network.with_constants([*network.constants, float(f"{sum(numbers.values()):.15g}")])  # 0.1 + 0.2 is 0.3
    first = min(numbers)
    terms[first] = (1, _Node("constant", (), len(network.constants) - 1))
    (_, found), *others = [term for i, term in enumerate(terms) if i == first or i not in numbers]
    for sign, term in others:
        found = _Node("add" if sign > 0 else "sub", (found, term), 0)
    return found, network


def _terms(node: _Node) -> list[tuple[int, _Node]]:
    """The terms of a sum that is grouped from the left, each with its sign; the first one has the sign 1."""
    terms: list[tuple[int, _Node]] = []
    while node.activation in ("add", "sub"):
        terms.append((1 if node.activation == "add" else -1, node.children[1]))
        node = node.children[0]
    return [(1, node), *reversed(terms)]


def _without_zero(node: _Node, network: Network) -> _Node:
    """The other child of a sum with the constant 0, such as an unknown part that another constant stands for."""
    def is_zero(child: _Node) -> bool:
        return child.activation == "constant" and network.constants[child.index] == 0.0

    if node.activation in ("add", "sub") and is_zero(node.children[1]):
        return node.children[0]
    return node.children[1] if node.activation == "add" and is_zero(node.children[0]) else node


def _without_one(node: _Node, network: Network) -> _Node:
    """The other factor of a product with 1, such as an unknown part that a letter stands for.

    This is the exact number 1, or a constant of this value beside another constant, which says the same: a[g]*1*x.
    """
    if node.activation != "mul":
        return node
    ones = [(child.activation, child.index) == ("number", 1) for child in node.children]
    if not any(ones) and all(_begins_with_constant(child) for child in node.children):
        ones = [child.activation == "constant" and network.constants[child.index] == 1.0 for child in node.children]
    others = [child for child, is_one in zip(node.children, ones, strict=True) if not is_one]
    return others[0] if len(others) == 1 else node


def _begins_with_constant(node: _Node) -> bool:
    while node.activation in ("mul", "div"):
        node = node.children[0]
    return node.activation in ("constant", "own")


def _ordered(node: _Node) -> _Node:
    """The node with a constant factor first, and with sums and products grouped from the left."""
    if node.activation == "mul":
        a, b = node.children
        if b.activation in ("constant", "own") and a.activation not in ("constant", "own"):
            return _Node("mul", (b, a), 0)
        if b.activation == "mul":
            return _Node("mul", (_ordered(_Node("mul", (a, b.children[0]), 0)), b.children[1]), 0)
    if node.activation == "add" and node.children[1].activation == "neg":
        return _Node("sub", (node.children[0], node.children[1].children[0]), 0)
    if node.activation == "add" and node.children[1].activation in ("add", "sub"):
        a, b = node.children
        return _Node(b.activation, (_ordered(_Node("add", (a, b.children[0]), 0)), b.children[1]), 0)
    return node


def _all(root: _Node) -> Iterator[_Node]:
    """Every node once."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            stack += node.children


def _leading(node: _Node) -> int | None:
    """The constant that a term begins with; None where it begins with something else."""
    while node.activation in ("mul", "div"):
        node = node.children[0]
    return node.index if node.activation == "constant" else None


def _removable_signs(root: _Node, network: Network) -> set[int]:
    """The negative constants that only ever begin a term behind + or -."""
    uses = Counter(node.index for node in _all(root) if node.activation == "constant")
    begins = Counter(lead for node in _all(root) if node.activation in ("add", "sub")
                     and (lead := _leading(node.children[1])) is not None)
    return {i for i, n in begins.items() if network.constants[i] < 0 and n == uses[i]}


def _neurons(root: _Node) -> tuple[Neuron, ...]:
    neurons: list[Neuron] = []
    place: dict[int, int] = {}

    def write(node: _Node) -> int:
        if id(node) not in place:
            children = tuple(write(child) for child in node.children)
            neurons.append(Neuron(node.activation, children, node.index))
            place[id(node)] = len(neurons) - 1
        return place[id(node)]

    write(root)
    return tuple(neurons)
