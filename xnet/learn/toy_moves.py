"""Proposals for a neuron of the demonstration: a few activations, each fitted to the neuron's target in closed form.

The demonstration works like the engine, but with a library that a reader can survey. For a neuron with target t and
weights (see `xnet.engine.neuron_targets`), every activation is a `Proposal`:

    one input          t ≈ a u(k v) + b      v: the column, or an input of the neuron; k from a short list
    sum                t ≈ a v + b w + c     v, w: the inputs of the neuron, or its output and the column
    product, quotient  t ≈ a (v w) + b, t ≈ a (v / w) + b

Each is a weighted least-squares problem. The proposal also has the loss of the whole network with that activation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from xnet.arrays import Array
from xnet.engine import Target, neuron_targets
from xnet.engine.algebra.conversion import node_expressions, to_network, with_replaced
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, add, call, mul, var
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.losses import EXACT_LOSS
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import LEAVES, Network

#: The activations of arity 0: the column, passed on unchanged, and a fixed number.
PASS, NUMBER = "pass", "number"
UNARY = ("square", "exp", "sin", "cos", "sqrt", "log", "reciprocal", "tanh", "cube")
BINARY = ("add", "mul", "div")
CHOICES = (PASS, *UNARY, *BINARY, NUMBER)
#: Activations of the networks; the last three are shorter forms of combinations of the others.
LIBRARY = (*UNARY, *BINARY, "sub", "neg", "pow")
#: Initial factors of the input where a scale of the output cannot replace them; the parameter phase refines them.
_INPUT_SCALES = {"exp": (-2.0, -1.0, -0.5, -0.25, 0.25, 0.5, 1.0), "sin": (0.5, 1.0, 1.5, 2.0, 3.0),
           "cos": (0.5, 1.0, 1.5, 2.0, 3.0), "tanh": (0.5, 1.0, 2.0)}
#: Most neurons of a network, without numbers and neurons that only scale or shift.
MOST_NEURONS = 3
#: Relative increase of the loss that one neuron or number less may cost when proposals are ranked.
_COMPLEXITY_PENALTY = 0.03
X = var(0)


@dataclass(frozen=True)
class Proposal:
    """An activation in place of a neuron.

    Attributes:
        place: index of the neuron in the original network.
        activation: one of `CHOICES`.
        expression: the replacement: the activation with its scale and bias, fitted to the target.
        network: the whole network with the replacement.
        loss: the loss of that network, 1 - R².
    """

    place: int
    activation: str
    expression: Expr
    network: Network
    loss: float

    @property
    def score(self) -> float:
        """The loss with a small penalty for complexity; smaller is better."""
        return max(self.loss, EXACT_LOSS) * (1.0 + _COMPLEXITY_PENALTY * self.network.complexity)


@lru_cache(maxsize=256)
def places(network: Network) -> tuple[int, ...]:
    """The indices of neurons whose activation can change, from the inputs to the output, in the order of the drawing.

    Neurons that only scale or shift are left out, because every proposal has its own scale and bias. A column counts as
    a neuron if it is one of two inputs of a neuron. In a network that is only a number, that number is the place.
    """
    last = len(network.neurons) - 1
    return tuple(dict.fromkeys(_places_below(network, last))) or (last,)


def _places_below(network: Network, i: int) -> Iterator[int]:
    i = _core(network, i)
    inputs = [c for c in network.neurons[i].children if not _is_number(network, c)]
    for c in inputs:
        if len(inputs) > 1 or network.neurons[_core(network, c)].activation != "variable":
            yield from _places_below(network, c)
    if not _is_number(network, i):
        yield i


def n_neurons(network: Network) -> int:
    """The number of neurons with an activation, without columns."""
    return sum(network.neurons[i].activation not in LEAVES for i in places(network))


def _core(network: Network, i: int) -> int:
    """The neuron that neuron i scales or shifts, or i itself if it does neither."""
    neuron = network.neurons[i]
    if neuron.activation == "neg":
        return _core(network, neuron.children[0])
    if neuron.activation in ("add", "sub", "mul") or (neuron.activation == "div" and
                                                       _is_number(network, neuron.children[1])):
        rest = [c for c in neuron.children if not _is_number(network, c)]
        if len(rest) == 1:
            return _core(network, rest[0])
    return i


def _is_number(network: Network, i: int) -> bool:
    """Whether the value of neuron i depends on no column."""
    return all(network.neurons[j].activation != "variable" for j in network.subtree(i))


def targets_of(network: Network, rows: Rows) -> dict[int, Target]:
    """Place -> target."""
    with np.errstate(all="ignore"):
        found = neuron_targets(network, rows.columns, rows.y)
    return {i: found[i] for i in places(network)}


def proposals_at(network: Network, place: int, rows: Rows) -> tuple[Proposal, ...]:
    """One proposal for each activation that has a value at all points, best first, including the present activation.

    Args:
        place: one of `places(network)`.
    """
    best: dict[str, Proposal] = {}
    with np.errstate(all="ignore"):
        target = targets_of(network, rows)[place]
        expressions = node_expressions(network)
        for name, other in _candidates(network, place, target, rows, expressions):
            built = to_network(with_replaced(network, expressions, place, other), 1, LIBRARY)
            if built is None or n_neurons(built) > max(MOST_NEURONS, n_neurons(network)):
                continue
            proposal = Proposal(place, name, other, built, rows.loss(built))
            if np.isfinite(proposal.loss) and (name not in best or proposal.score < best[name].score):
                best[name] = proposal
    return tuple(sorted(best.values(), key=lambda proposal: (proposal.score, CHOICES.index(proposal.activation))))


def _candidates(network: Network, place: int, target: Target, rows: Rows,
                expressions: list[Expr]) -> Iterator[tuple[str, Expr]]:
    """Activations and their expressions, with scale and bias fitted to the target."""
    below = [expressions[_core(network, c)] for c in network.neurons[place].children if not _is_number(network, c)]
    memo: dict[Expr, Array] = {}
    for name, terms in _forms(expressions[place], below):
        columns = [evaluate(term, rows.columns, memo) for term in terms]
        weighted = target.weight > 0
        if not all(np.isfinite(column[weighted]).all() for column in columns):
            continue
        columns = [np.where(weighted, column, 0.0) for column in columns]
        fit = weighted_least_squares([*columns, np.ones_like(target.values)], target.values, target.weight)
        if fit is not None:
            # A term that differs from 0 only by rounding errors would cost a neuron.
            sizes = np.abs(fit) * [float(np.max(np.abs(column))) for column in [*columns, np.ones(1)]]
            yield name, add([(float(f"{c:.12g}"), term) for c, term, size in zip(fit, [*terms, ONE], sizes, strict=True)
                             if size > 1e-9 * sizes.max()])


def _forms(own: Expr, below: list[Expr]) -> Iterator[tuple[str, list[Expr]]]:
    """(activation, terms to fit) for everything that may take the place of `own`."""
    yield PASS, [X]
    yield NUMBER, []
    for v in dict.fromkeys([X, *below]):
        for name in UNARY:
            for scale in _INPUT_SCALES.get(name, (1.0,)):
                yield name, [call(name, add([(scale, v)]))]
    pairs = [(below[0], below[-1])] if len(below) > 1 else []
    pairs += [(own, X)] if own != X else []
    for v, w in pairs:
        yield "add", [v, w]
        yield "mul", [mul([(v, 1.0), (w, 1.0)])]
        yield "div", [mul([(v, 1.0), (w, -1.0)])]


_LEAVES = {PASS: ("x", "x itself"), "variable": ("x", "x itself"), NUMBER: ("number", "a fixed number"),
           "constant": ("number", "a fixed number")}


def symbol(name: str) -> str:
    """The label of an activation on a neuron."""
    return _LEAVES[name][0] if name in _LEAVES else ACTIVATIONS[name].symbol


def activation_name(name: str) -> str:
    """The name of an activation in words."""
    return _LEAVES[name][1] if name in _LEAVES else ACTIVATIONS[name].description


def place_names(network: Network) -> dict[int, str]:
    """A name for every place, numbered from the inputs to the output: "2 · sin"."""
    return {place: f"{k} · {symbol(network.neurons[place].activation)}"
            for k, place in enumerate(places(network), start=1)}


def curve_of(proposal: Proposal, x: Array) -> Array:
    """The output of a proposal at x (n,); NaN where it has no value."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(evaluate(proposal.expression, x[None], {}), x.shape)


def outputs(network: Network, columns: Array) -> list[Array]:
    """The outputs of all neurons on columns (1, n): one (n,) array for each; not finite outside a domain."""
    with np.errstate(all="ignore"):
        return forward(network, columns)
