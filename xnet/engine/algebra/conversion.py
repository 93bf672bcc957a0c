"""Expressions to networks and back.

`to_network` uses as few neurons as it can (see `emission`), and only activations of the given library. An expression
that the library cannot express gives None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network

from .emission import emit
from .expressions import Expr, add, call_of, mul, num, var
from .network_builder import NetworkBuilder, NotExpressible, ParameterFreeBuilder
from .powers import raise_to


def to_network(expr: Expr, n_inputs: int, library: Iterable[str] = ACTIVATIONS,
               parameters: bool = True, grouped: bool = False) -> Network | None:
    """The network of an expression, or None if the activation library cannot express it.

    Args:
        expr: the expression.
        n_inputs: number of columns of the data.
        library: names of the allowed activations.
        parameters: whether the network may have constants; if not, they are made of the exact numbers 1 and 2.
        grouped: whether terms of a sum with coefficients of the same size share one constant. That is shorter, but a
            fit can then no longer make the coefficients different.
    """
    names = frozenset(library)
    builder = NetworkBuilder(names, grouped) if parameters else ParameterFreeBuilder(names)
    try:
        emit(builder, expr)
    except NotExpressible:
        return None
    return Network(tuple(builder.neurons), tuple(builder.constants), n_inputs)


def to_expression(network: Network, inputs: Sequence[Expr] | None = None) -> Expr:
    """The canonical expression of a network.

    Args:
        inputs: what stands in place of every input; None for the inputs themselves.
    """
    return node_expressions(network, inputs)[-1]


def node_expressions(network: Network, inputs: Sequence[Expr] | None = None) -> list[Expr]:
    """The canonical expression of every neuron, in order; `inputs` as in `to_expression`."""
    found: list[Expr] = []
    for neuron in network.neurons:
        if neuron.activation == "variable":
            found.append(var(neuron.index) if inputs is None else inputs[neuron.index])
        elif neuron.activation == "own":  # a variable that has one value a group
            found.append(var(network.n_inputs + neuron.index))
        elif neuron.activation == "constant":
            found.append(num(network.constants[neuron.index]))
        elif neuron.activation == "number":
            found.append(num(neuron.index))
        else:
            found.append(apply_activation(neuron.activation, [found[c] for c in neuron.children]))
    return found


def with_replaced(network: Network, expressions: Sequence[Expr], i: int, other: Expr) -> Expr:
    """The network's expression after the expression of neuron i has been replaced by another one.

    Args:
        expressions: the network's `node_expressions`.
        i: position of the neuron.
        other: the expression to put in its place.
    """
    found, changed = list(expressions), {i}
    found[i] = other
    for j, neuron in enumerate(network.neurons[i + 1:], i + 1):
        if not changed.isdisjoint(neuron.children):
            found[j] = apply_activation(neuron.activation, [found[c] for c in neuron.children])
            changed.add(j)
    return found[-1]


def apply_activation(name: str, args: list[Expr]) -> Expr:
    """The canonical expression of an activation over its arguments."""
    if len(args) == 1 or name not in ("add", "sub", "mul", "div", "pow"):
        return call_of(name, args)
    a, b = args
    if name == "add":
        return add([(1.0, a), (1.0, b)])
    if name == "sub":
        return add([(1.0, a), (-1.0, b)])
    if name == "mul":
        return mul([(a, 1.0), (b, 1.0)])
    if name == "div":
        return mul([(a, 1.0), (b, -1.0)])
    return raise_to(a, b)

