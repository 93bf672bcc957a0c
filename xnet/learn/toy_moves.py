"""What could stand in a neuron's place: a handful of activations, each fitted to the neuron's target in closed form.

The toy of the Learn page does what the engine does, with a library so small that a person can read all of it. For a
place of the network with target t and weight w (`engine.targets`) every activation is an `Proposal`:

    one input     t by a u(k v) + b      v: the column, or what came into the neuron so far; k from a short list
    sum           t by a v + b w + c     v, w: what came into the neuron, or its output and the column
    product, quotient   t by a (v w) + b, t by a (v / w) + b

each a weighted least-squares problem. An offer says how much the whole network would then leave unexplained.
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

#: Beside the activations stand those of arity 0: the column, passed on as it is, and a fixed number.
PASS, NUMBER = "pass", "number"
UNARY = ("square", "exp", "sin", "cos", "sqrt", "log", "reciprocal", "tanh", "cube")
BINARY = ("add", "mul", "div")
CHOICES = (PASS, *UNARY, *BINARY, NUMBER)
#: What networks are written with; the last few only say with less what the choices above can say.
LIBRARY = (*UNARY, *BINARY, "sub", "neg", "pow")
#: Speeds to begin with inside of activations that a scale outside cannot imitate; the parameter phase goes on.
_SPEEDS = {"exp": (-2.0, -1.0, -0.5, -0.25, 0.25, 0.5, 1.0), "sin": (0.5, 1.0, 1.5, 2.0, 3.0),
           "cos": (0.5, 1.0, 1.5, 2.0, 3.0), "tanh": (0.5, 1.0, 2.0)}
#: Neurons of the toy, numbers and what only scales or shifts not counted.
MOST_NEURONS = 3
#: How much of a relative rise of the error one more neuron or number is worth when offers are ranked.
_SIMPLICITY = 0.03
X = var(0)


@dataclass(frozen=True)
class Proposal:
    """An activation in the place of a neuron.

    Attributes:
        place: position of the neuron in the network that the offer was made for.
        activation: one of `CHOICES`.
        answer: what takes the place: the activation with its scale and bias, fitted to the target.
        network: the whole network with that in its place.
        loss: what that network leaves unexplained, 1 - R².
    """

    place: int
    activation: str
    answer: Expr
    network: Network
    loss: float

    @property
    def score(self) -> float:
        """The loss, a little in favour of short networks; the smaller the better."""
        return max(self.loss, EXACT_LOSS) * (1.0 + _SIMPLICITY * self.network.complexity)


@lru_cache(maxsize=256)
def places(network: Network) -> tuple[int, ...]:
    """Neurons that can take on another activation, from the inputs to the output, as they are drawn.

    Neurons that only scale or shift are passed over: a match comes with its own scale and bias. A column counts
    where two inputs are joined: it is a neuron that passes on what it gets. A network that is a mere number has that.
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


def n_thinking(network: Network) -> int:
    """How many neurons have an activation of their own (columns passed on not counted)."""
    return sum(network.neurons[i].activation not in LEAVES for i in places(network))


def _core(network: Network, i: int) -> int:
    """The neuron below i that is scaled and shifted there, or i itself."""
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
    """Whether no column is read below neuron i."""
    return all(network.neurons[j].activation != "variable" for j in network.subtree(i))


def targets_of(network: Network, rows: Rows) -> dict[int, Target]:
    """The target of every place, by its position."""
    with np.errstate(all="ignore"):
        found = neuron_targets(network, rows.columns, rows.y)
    return {i: found[i] for i in places(network)}


def proposals_at(network: Network, place: int, rows: Rows) -> tuple[Proposal, ...]:
    """One offer for every activation that has a value at all points, the best first; what stands there is among them.

    Args:
        place: one of `places(network)`.
    """
    best: dict[str, Proposal] = {}
    with np.errstate(all="ignore"):
        target = targets_of(network, rows)[place]
        expressions = node_expressions(network)
        for name, other in _candidates(network, place, target, rows, expressions):
            built = to_network(with_replaced(network, expressions, place, other), 1, LIBRARY)
            if built is None or n_thinking(built) > max(MOST_NEURONS, n_thinking(network)):
                continue
            offer = Proposal(place, name, other, built, rows.loss(built))
            if np.isfinite(offer.loss) and (name not in best or offer.score < best[name].score):
                best[name] = offer
    return tuple(sorted(best.values(), key=lambda offer: (offer.score, CHOICES.index(offer.activation))))


def _candidates(network: Network, place: int, target: Target, rows: Rows,
                expressions: list[Expr]) -> Iterator[tuple[str, Expr]]:
    """Activations with what they could stand over, scale and bias fitted to the target."""
    below = [expressions[_core(network, c)] for c in network.neurons[place].children if not _is_number(network, c)]
    memo: dict[Expr, Array] = {}
    for name, terms in _forms(expressions[place], below):
        columns = [evaluate(term, rows.columns, memo) for term in terms]
        reach = target.weight > 0
        if not all(np.isfinite(column[reach]).all() for column in columns):
            continue
        columns = [np.where(reach, column, 0.0) for column in columns]
        fit = weighted_least_squares([*columns, np.ones_like(target.values)], target.values, target.weight)
        if fit is not None:
            # What rounding made of a bias of 0 or a scale of 1 is not worth a neuron.
            sizes = np.abs(fit) * [float(np.max(np.abs(column))) for column in [*columns, np.ones(1)]]
            yield name, add([(float(f"{c:.12g}"), term) for c, term, size in zip(fit, [*terms, ONE], sizes, strict=True)
                             if size > 1e-9 * sizes.max()])


def _forms(own: Expr, below: list[Expr]) -> Iterator[tuple[str, list[Expr]]]:
    """(activation, terms to be fitted) for everything that may stand in the place of `own`."""
    yield PASS, [X]
    yield NUMBER, []
    for v in dict.fromkeys([X, *below]):
        for name in UNARY:
            for speed in _SPEEDS.get(name, (1.0,)):
                yield name, [call(name, add([(speed, v)]))]
    pairs = [(below[0], below[-1])] if len(below) > 1 else []
    pairs += [(own, X)] if own != X else []
    for v, w in pairs:
        yield "add", [v, w]
        yield "mul", [mul([(v, 1.0), (w, 1.0)])]
        yield "div", [mul([(v, 1.0), (w, -1.0)])]


_LEAVES = {PASS: ("x", "x itself"), "variable": ("x", "x itself"), NUMBER: ("number", "a fixed number"),
           "constant": ("number", "a fixed number")}


def symbol(name: str) -> str:
    """How an activation is written on a neuron."""
    return _LEAVES[name][0] if name in _LEAVES else ACTIVATIONS[name].symbol


def words(name: str) -> str:
    """An activation in plain words."""
    return _LEAVES[name][1] if name in _LEAVES else ACTIVATIONS[name].description


def place_names(network: Network) -> dict[int, str]:
    """A name for every place, numbered from the inputs to the output: "2 · sin"."""
    return {place: f"{k} · {symbol(network.neurons[place].activation)}"
            for k, place in enumerate(places(network), start=1)}


def curve_of(offer: Proposal, x: Array) -> Array:
    """What an offer would put out at x (n,); NaN where something below it has no value."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(evaluate(offer.answer, x[None], {}), x.shape)


def outputs(network: Network, columns: Array) -> list[Array]:
    """What every neuron puts out on columns (1, n): one (n,) array a neuron; not finite outside of a domain."""
    with np.errstate(all="ignore"):
        return forward(network, columns)
