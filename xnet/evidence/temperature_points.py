"""Which numbers of a formula are temperatures in degC or degF, and which are differences of temperatures in K.

In a*(x - 23) with x in degC the 23 is a temperature: 23 degC. In x + 2 it is a difference, 2 K, if the target is in
degC. What decides is how many temperatures a sum adds up to: a point of a scale counts 1 and a difference 0, so a
number that makes the count right is a point (affine arithmetic, used here for the words alone).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xnet.engine.networks.network import Network

from .unit_text import Unit

_SUMS, _CHOICES = frozenset(["add", "sub"]), frozenset(["min", "max"])
#: Factors of temperatures that differ from 1 by less than this, all together, make a mean of them.
_SAME = 1e-6


class _Term(NamedTuple):
    """A term of a sum: its neuron, 1 or -1, and the number that the neuron is multiplied by."""

    neuron: int
    sign: int
    factor: float = 1.0


def temperature_points(network: Network, names: Sequence[str], known: Mapping[str, Unit], target: str,
                       numbers: Mapping[int, int]) -> dict[int, str]:
    """The unknowns that are temperatures of a scale with another zero than kelvin, with its text.

    Args:
        network: the formula.
        names, target: names of the columns.
        known: column -> unit.
        numbers: neuron of a number -> its unknown.
    """
    units = {i: known.get(names[neuron.index]) for i, neuron in enumerate(network.neurons)
             if neuron.activation == "variable"}
    readers: dict[int, set[str]] = {i: set() for i in range(len(network.neurons))}
    for neuron in network.neurons:
        for child in neuron.children:
            readers[child].add(neuron.activation)
    found: dict[int, set[str]] = {}
    root, scale = len(network.neurons) - 1, known.get(target)
    if root in numbers and root not in units and scale is not None and scale.has_offset:
        return {numbers[root]: scale.text}  # a constant formula is a value of the target
    for i, neuron in enumerate(network.neurons):
        is_root = i == len(network.neurons) - 1
        if neuron.activation in _SUMS and (is_root or readers[i] - _SUMS):
            point = _number_of_a_sum(_terms(network, i), units, numbers, known.get(target), is_root)
        elif neuron.activation in _CHOICES:
            point = _number_of_a_choice(neuron.children, units, numbers)
        else:
            continue
        if point is not None:
            found.setdefault(numbers[point[0]], set()).add(point[1])
    return {p: texts.pop() for p, texts in found.items() if len(texts) == 1}


def _terms(network: Network, i: int, sign: int = 1) -> list[_Term]:
    neuron = network.neurons[i]
    if neuron.activation in _SUMS:
        first, second = neuron.children
        return _terms(network, first, sign) + _terms(network, second, sign if neuron.activation == "add" else -sign)
    if neuron.activation == "mul":
        for c, other in (neuron.children, neuron.children[::-1]):
            if network.neurons[c].activation == "constant":
                return [_Term(other, sign, network.constants[network.neurons[c].index])]
    return [_Term(i, sign)]


def _number_of_a_sum(terms: Sequence[_Term], units: Mapping[int, Unit | None], numbers: Mapping[int, int],
                     target: Unit | None, is_root: bool) -> tuple[int, str] | None:
    """The number of a sum that is a point, with the text of its scale; None if no single number is."""
    if is_root and (target is None or (target.zero is not None and not target.has_offset)):
        return None
    free = [t.neuron for t in terms if t.neuron in numbers and t.neuron not in units]
    columns = [(units[t.neuron], t) for t in terms if t.neuron in units]
    if len(free) != 1 or any(_may_be_of_kelvin(unit, t) for unit, t in columns):
        return None  # a temperature in K beside one in degC: the number makes up for their zeros
    points = [(unit, t) for unit, t in columns if unit is not None and unit.has_offset]
    wanted, scale = (1, [target]) if is_root and target is not None and target.has_offset else (0, [])
    whole = [(unit, t) for unit, t in points if t.factor == 1.0]
    scales = {unit.zero: unit.text for unit in (*scale, *(unit for unit, _ in whole))}
    if len(scales) != 1 or abs(wanted - sum(t.sign for _, t in whole)) != 1:
        return None
    if abs(wanted - sum(t.sign * t.factor for _, t in points)) < _SAME:
        return None  # a mean of temperatures is one: the number is a difference
    return free[0], next(iter(scales.values()))


def _may_be_of_kelvin(unit: Unit | None, term: _Term) -> bool:
    """Whether a column of a sum is a temperature in kelvin, or has no unit beside temperatures."""
    return term.factor == 1.0 if unit is None else unit.zero is not None and not unit.has_offset


def _number_of_a_choice(children: Sequence[int], units: Mapping[int, Unit | None],
                        numbers: Mapping[int, int]) -> tuple[int, str] | None:
    """The number that a temperature is compared with by min or max, with the text of its scale."""
    free = [c for c in children if c in numbers and c not in units]
    points = [unit.text for c in children if (unit := units.get(c)) is not None and unit.has_offset]
    return (free[0], points[0]) if len(free) == 1 and len(points) == 1 else None
