"""Networks: immutable neurons in topological order. A network *is* a formula.

Structure, numbers and functions are kept apart: a `Neuron` names its activation and the positions of its children, one
tuple beside the neurons holds the constants, and `ACTIVATIONS` holds the functions. So networks compare, hash, pickle
and turn into JSON without further code. sin(1.5 x0) is

    Network((Neuron("constant", (), 0), Neuron("variable", (), 0), Neuron("mul", (0, 1)), Neuron("sin", (2,))),
    (1.5,), 1)

Four activations have arity 0: an input `variable` (index: its column), a `constant` (index: its position among the
fitted constants; it counts as a parameter), a constant of its `own` in every group of rows (index: its position in
`Network.own`) and an exact `number` (index: the number itself, an integer). An exact number is part of the structure,
as the 4 of a fourth power is, and no parameter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from xnet.errors import FormulaError, NetworkError

from .activations import ACTIVATIONS, ARITIES
from .forward_pass import forward
from .known_values import KnownValue, used_values
from .own_constants import OwnConstants
from .own_functions import is_definition, own_activation

if TYPE_CHECKING:
    import torch

    from .torch_module import TorchNetwork

LEAVES = ("variable", "constant", "number", "own")
#: The most rows that are evaluated at once.
_BLOCK_ROWS = 16_384
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Neuron:
    """One neuron.

    Attributes:
        activation: a name in `ACTIVATIONS`, or one of `LEAVES`.
        children: positions of the neurons whose outputs it reads; they come earlier in the network.
        index: for a leaf its column, the position of its constant, or the number itself.
    """

    activation: str
    children: tuple[int, ...] = ()
    index: int = 0

    def __reduce__(self) -> tuple[type[Neuron], tuple[str, tuple[int, ...], int]]:
        """Islands send neurons by the thousand: a pickle by the fields is read several times sooner."""
        return Neuron, (self.activation, self.children, self.index)


@dataclass(frozen=True)
class Network:
    """Neurons in topological order; the last one is the output. A neuron may have several parents.

    Args:
        neurons: at least one; children come before their parents.
        constants: p values of the constants, in the order of their `index`.
        n_inputs: number of columns of the inputs.
        known: known constants, by whose names constants of their values are printed.
        own: the constants that every group of rows has of its own; None where there are none.

    Raises:
        NetworkError: the neurons do not form a network.
    """

    neurons: tuple[Neuron, ...]
    constants: tuple[float, ...]
    n_inputs: int
    known: tuple[KnownValue, ...] = ()
    own: OwnConstants | None = None

    def __post_init__(self) -> None:
        if not self.neurons:
            raise NetworkError("A network needs at least one neuron; none was given.")
        for i, neuron in enumerate(self.neurons):
            children = neuron.children
            if not (children and len(children) == ARITIES.get(neuron.activation) and min(children) >= 0
                    and max(children) < i):  # one fast check for most neurons: searches build networks by the thousand
                _check_neuron(self, i, neuron)

    @property
    def n_parameters(self) -> int:
        """The number of constants, own ones once a group."""
        return len(self.constants) + (0 if self.own is None else len(self.own.values) * self.own.n_groups)

    def __getstate__(self) -> dict[str, Any]:
        return {"neurons": self.neurons, "constants": self.constants, "n_inputs": self.n_inputs, "known": self.known,
                "own": self.own}

    @cached_property
    def complexity(self) -> int:
        """The sum of the neurons' costs: 1 for a leaf, 2 for an own constant, `Activation.cost` for others."""
        return sum(ACTIVATIONS[n.activation].cost if n.children else 1 + (n.activation == "own")
                   for n in self.neurons)

    @property
    def depth(self) -> int:
        """The number of neurons on the longest path from the output to a leaf."""
        return self.fold(lambda i, neuron, below: 1 + max(below, default=0))

    @property
    def variables(self) -> tuple[int, ...]:
        """The columns that the network reads, ascending."""
        groups = set() if self.own is None else {self.own.column}
        return tuple(sorted({n.index for n in self.neurons if n.activation == "variable"} | groups))

    @cached_property
    def adjustable(self) -> tuple[int, ...]:
        """Positions, ascending, of the neurons whose output depends on a constant."""
        found: dict[int, None] = {}
        for i, neuron in enumerate(self.neurons):
            if neuron.activation == "constant" or any(c in found for c in neuron.children):
                found[i] = None
        return tuple(found)

    def fold(self, combine: Callable[[int, Neuron, list[T]], T]) -> T:
        """Combine every neuron with its children's results, each neuron once, children first.

        Args:
            combine: (position, neuron, children's results) -> result.

        Returns:
            The result of the output neuron.
        """
        results: list[T] = []
        for i, neuron in enumerate(self.neurons):
            results.append(combine(i, neuron, [results[c] for c in neuron.children]))
        return results[-1]

    def structure(self) -> tuple[Neuron, ...]:
        """The network without the values of its constants; equal for equal structures."""
        return self.neurons

    def with_constants(self, constants: Iterable[float]) -> Network:
        """The same structure with other constants.

        Args:
            constants: p values.

        Raises:
            NetworkError: there are fewer values than the network has constants.
        """
        values = tuple(float(c) for c in constants)
        if len(values) != len(self.constants):
            return Network(self.neurons, values, self.n_inputs, self.known, self.own)
        # The structure was checked when this network was built, and its cached properties hold for the new one as well.
        other = object.__new__(Network)
        other.__dict__.update(self.__dict__, constants=values)
        return other

    def with_known(self, known: tuple[KnownValue, ...]) -> Network:
        """The same network with the names of those known constants that its constants are."""
        used = used_values(self.constants, known) if known else ()
        return self if used == self.known else replace(self, known=used)

    def subtree(self, i: int) -> tuple[int, ...]:
        """Positions of neuron i and of all neurons below it, ascending."""
        seen = {i}
        for j in range(i, -1, -1):
            if j in seen:
                seen.update(self.neurons[j].children)
        return tuple(sorted(seen))

    def evaluate(self, X: np.ndarray) -> np.ndarray:
        """Values of the network: X (n, d) -> (n,) float64; NaN on rows where a neuron leaves its domain.

        Raises:
            NetworkError: X has too few columns or is not two-dimensional.
        """
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] < self.n_inputs:
            raise NetworkError(f"X has shape {X.shape} but the network reads {self.n_inputs} columns; pass X of shape "
                               f"(n, {self.n_inputs}).")
        values = np.empty(len(X))
        with np.errstate(all="ignore"):
            for start in range(0, len(X), _BLOCK_ROWS):  # all rows at once might not fit in memory
                block = slice(start, start + _BLOCK_ROWS)
                values[block] = forward(self, X[block].T)[-1]
        return values

    def to_torch(self, dtype: torch.dtype | None = None,
                 device: torch.device | str | int | None = None) -> TorchNetwork[Network]:
        """A `torch.nn.Module` of X (n, d) -> (n,) with the constants as its parameters, to train it further.

        Args:
            dtype: type of the constants and of the arithmetic, e.g. `torch.float32`; float64 by default.
            device: device of the module, e.g. `"cuda"`; the CPU by default.

        Raises:
            NetworkError: dtype is not a floating-point type.
        """
        from .torch_module import TorchNetwork  # here, because importing PyTorch takes seconds

        return TorchNetwork(self, dtype, device)

    def to_json(self) -> dict[str, Any]:
        """A JSON tree from which `from_json` builds an equal network."""
        tree = {"neurons": [_neuron_to_json(n) for n in self.neurons], "constants": list(self.constants),
                "n_inputs": self.n_inputs}
        tree |= {"known": dict(self.known)} if self.known else {}
        return tree if self.own is None else tree | {"own": self.own.to_json()}

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> Network:
        """The network of a JSON tree.

        Raises:
            NetworkError: the tree does not describe a network.
        """
        try:
            neurons = tuple(_neuron_from_json(n) for n in tree["neurons"])
            known = tuple(KnownValue(str(name), float(value)) for name, value in tree.get("known", {}).items())
            own = OwnConstants.from_json(tree["own"]) if tree.get("own") else None
            if len(tree["constants"]) > len(neurons):  # fits would take minutes, and nothing reads them
                raise NetworkError(f"The JSON describes a network of {len(neurons)} neurons with "
                                   f"{len(tree['constants'])} constants; expected at most one for each neuron.")
            return cls(neurons, tuple(float(c) for c in tree["constants"]), int(tree["n_inputs"]), known, own)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            if isinstance(error, NetworkError):
                raise
            raise NetworkError(f"The JSON does not describe a network ({type(error).__name__}: {error}); expected "
                               "the keys neurons, constants and n_inputs as written by Network.to_json.") from error


def _check_neuron(network: Network, i: int, neuron: Neuron) -> None:
    where = f"Neuron {i} ({neuron.activation})"
    if neuron.activation in LEAVES:
        limit = {"variable": network.n_inputs, "constant": len(network.constants),
                 "own": 0 if network.own is None else len(network.own.values)}.get(neuron.activation)
        if neuron.children or (limit is not None and not 0 <= neuron.index < limit):
            raise NetworkError(f"{where} has index {neuron.index} and children {neuron.children}; expected no children "
                               f"and an index below {limit}.")
        return
    if is_definition(neuron.activation):
        try:
            own_activation(neuron.activation)
        except FormulaError as error:
            raise NetworkError(f"Neuron {i} has an own function that cannot be used: {error}") from None
    if neuron.activation not in ACTIVATIONS:
        raise NetworkError(f"{where} has an activation that is not known; known: {', '.join(ACTIVATIONS)}.")
    if len(neuron.children) != ACTIVATIONS[neuron.activation].arity:
        raise NetworkError(f"{where} has {len(neuron.children)} children; its arity is "
                           f"{ACTIVATIONS[neuron.activation].arity}.")
    if any(not 0 <= c < i for c in neuron.children):
        raise NetworkError(f"{where} has children {neuron.children}; children must come before their parent.")


def _neuron_to_json(neuron: Neuron) -> dict[str, Any]:
    if neuron.activation == "number":
        return {"activation": "number", "value": neuron.index}
    if neuron.activation in LEAVES:
        return {"activation": neuron.activation, "index": neuron.index}
    return {"activation": neuron.activation, "children": list(neuron.children)}


def _neuron_from_json(tree: dict[str, Any]) -> Neuron:
    activation = str(tree["activation"])
    if activation == "number":
        value = float(tree["value"])
        if not math.isfinite(value) or value != int(value):
            raise NetworkError(f"A number neuron has the value {tree['value']!r}; expected an integer.")
        return Neuron(activation, (), int(value))
    if activation in LEAVES:
        return Neuron(activation, (), int(tree["index"]))
    return Neuron(activation, tuple(int(c) for c in tree["children"]))
