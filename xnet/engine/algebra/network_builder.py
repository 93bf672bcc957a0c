"""Neurons in topological order, appended one by one, of the activations of a library.

Two builders differ in how they write a constant: `NetworkBuilder` as a fitted parameter, `ParameterFreeBuilder` with
activations of the exact numbers 1 and 2.
"""

from __future__ import annotations

from xnet.engine.networks.network import Neuron
from xnet.engine.networks.own_functions import is_definition

from .exact_numbers import ExactNumbers, exact_numbers


class NotExpressible(Exception):
    """The activation library has no way to write this."""


class NetworkBuilder:
    """Appends neurons; every method returns the position of the neuron that has the result.

    Attributes:
        library: names of the activations that may be used.
        grouped: whether terms of a sum with coefficients of the same size share one constant.
        neurons: the neurons so far, in topological order.
        constants: the values of the constants so far.
    """

    def __init__(self, library: frozenset[str], grouped: bool) -> None:
        self.library, self.grouped = library, grouped
        self.neurons: list[Neuron] = []
        self.constants: list[float] = []

    def neuron(self, name: str, *children: int) -> int:
        """A neuron over the neurons at the positions `children`.

        Raises:
            NotExpressible: the activation is not in the library.
        """
        if name not in self.library and not is_definition(name):  # an own function is there because it was chosen
            raise NotExpressible(name)
        self.neurons.append(Neuron(name, children))
        return len(self.neurons) - 1

    def leaf(self, kind: str, index: int) -> int:
        """A neuron without children: `variable`, `constant` or `number`."""
        self.neurons.append(Neuron(kind, (), index))
        return len(self.neurons) - 1

    def constant(self, value: float) -> int:
        """A constant."""
        self.constants.append(value)
        return self.leaf("constant", len(self.constants) - 1)

    def minus_one(self) -> int:
        """The number -1."""
        return self.constant(-1.0)

    @property
    def writes_logistic(self) -> bool:
        """Whether the denominator of a logistic curve is written 1 + exp(-k (x - x0)), with fitted k and x0."""
        return {"add", "exp", "mul"} <= self.library

    def prefers_division(self, coefficient: float) -> bool:
        """Whether to divide by 1 / coefficient instead of multiplying by the coefficient."""
        return False

    def avoids_pow(self, exponent: float) -> bool:
        """Whether a whole power is written by squares, cubes and products instead of `pow`."""
        return "pow" not in self.library or exponent in (4.0, 6.0, 9.0)

    def negative(self, i: int) -> int:
        """-neuron i."""
        return self.neuron("neg", i) if "neg" in self.library else self.neuron("mul", self.minus_one(), i)

    def inverse(self, i: int) -> int:
        """1 / neuron i."""
        if "reciprocal" in self.library:
            return self.neuron("reciprocal", i)
        return self.neuron("div", self.leaf("number", 1), i)

    def quotient(self, a: int, b: int) -> int:
        """Neuron a / neuron b."""
        if "div" in self.library:
            return self.neuron("div", a, b)
        return self.neuron("mul", a, self.inverse(b))


class ParameterFreeBuilder(NetworkBuilder):
    """Writes constants with activations of the exact numbers 1 and 2, and so without parameters."""

    def __init__(self, library: frozenset[str]) -> None:
        super().__init__(library, grouped=True)

    def constant(self, value: float) -> int:
        """A constant made of 1 and 2.

        Raises:
            NotExpressible: the library makes no such number.
        """
        if value < 0:
            return self.negative(self.constant(-value))
        known = exact_numbers(self.library)
        at = known.find(value)
        if at is None:
            raise NotExpressible("constant")
        return self._exact_number(known, at)

    def _exact_number(self, known: ExactNumbers, at: int) -> int:
        if not known.name[at]:
            return self.leaf("number", int(known.value[at]))
        children = [self._exact_number(known, int(c)) for c in (known.left[at], known.right[at]) if c >= 0]
        return self.neuron(known.name[at], *children)

    @property
    def writes_logistic(self) -> bool:
        """False: its numbers are made of 1 and 2."""
        return False

    def minus_one(self) -> int:
        """1 - 2."""
        return self.neuron("sub", self.leaf("number", 1), self.leaf("number", 2))

    def prefers_division(self, coefficient: float) -> bool:
        """Whether 1 / coefficient is made of fewer neurons than the coefficient."""
        known = exact_numbers(self.library)
        factor, divisor = (known.find(abs(c)) for c in (coefficient, 1.0 / coefficient))
        return divisor is not None and (factor is None or known.cost[divisor] < known.cost[factor])

    def avoids_pow(self, exponent: float) -> bool:
        """True: the exponent of `pow` would be a constant of its own."""
        return True
