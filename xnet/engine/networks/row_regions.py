"""Whether a network is defined everywhere between the rows: in the convex hull of every two of its inputs.

The box of the rows is too large where two inputs depend on each other. A pressure before an orifice is larger than the
one behind it in every row, and an object is farther from a lens than its focal length, but in the box of the rows there
are points where sqrt(p - q) and 1 / (1/f - 1/u) have no value. A neuron that reads two inputs is therefore bounded on
smaller boxes, those that meet the hull of the rows (branch and bound: Moore, Interval Analysis, 1966).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np

from xnet.arrays import Array

from .domain import bounds
from .intervals import Interval
from .network import Network, Neuron

#: The half planes (k, 3) of a hull: a x + b y <= c for all its points.
HalfPlanes = Array
#: Boxes of a neuron that are bounded at most, and how often the box of the rows is halved at most.
_BOXES, _HALVINGS = 600, 20
#: A box is apart from the hull where it misses it by more than this share of the box of the rows.
_ROUNDING = 1e-9


def is_defined_between(network: Network, box: Sequence[Interval], hull: Callable[[int, int], HalfPlanes]) -> bool:
    """Whether every neuron has a finite value for all inputs between the rows.

    Args:
        network: its neurons of two inputs are bounded on the hull of these, the others on the box.
        box: the interval of every input.
        hull: the half planes of the hull of the rows in two inputs.
    """
    values: list[Interval] = []
    for i, neuron in enumerate(network.neurons):
        value = _finite_bounds(neuron, network, values, box)
        inputs = sorted({network.neurons[j].index for j in network.subtree(i)
                         if network.neurons[j].activation == "variable"})
        if len(inputs) == 2 and (value is None or value[0] <= 0.0 <= value[1]):
            value = _bounded_on_hull(network, i, box, (inputs[0], inputs[1]), hull(*inputs), value is not None) or value
        if value is None:
            return False
        values.append(value)
    return True


def hull_of(x: Array, y: Array) -> HalfPlanes:
    """The half planes (k, 3) of the convex hull of points (n,), (n,) (Andrew's monotone chain)."""
    points = [(float(a), float(b)) for a, b in np.unique(np.column_stack([x, y]), axis=0)]
    chains = []
    for ordered in (points, points[::-1]):
        chain: list[tuple[float, float]] = []
        for point in ordered:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0.0:
                chain.pop()
            chain.append(point)
        chains.append(chain)
    edges = [edge for chain in chains for edge in itertools.pairwise(chain)]
    return np.array([(dy, -dx, dy * p[0] - dx * p[1]) for p, q in edges
                     for dx, dy in [(q[0] - p[0], q[1] - p[1])]]).reshape(-1, 3)


def _turn(p: tuple[float, float], q: tuple[float, float], r: tuple[float, float]) -> float:
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


def _bounded_on_hull(network: Network, i: int, box: Sequence[Interval], inputs: tuple[int, int],
                     hull: HalfPlanes, without_0: bool) -> Interval | None:
    """An interval that contains all values of a neuron of two inputs on the hull; None if none is found.

    Args:
        without_0: whether no value may be 0, which would be a pole of a quotient.
    """
    members = sorted({*network.subtree(i), i})
    open_boxes = [(tuple(box[j] for j in inputs), 0)]
    found: list[Interval] = []
    for _ in range(_BOXES):
        if not open_boxes:
            break
        (small, halvings) = open_boxes.pop()
        if _is_apart(small, hull):
            continue
        value = _value_on(network, members, box, dict(zip(inputs, small, strict=True)))
        if value is not None and not (without_0 and value[0] <= 0.0 <= value[1]):
            found.append(value)
            continue
        if halvings == _HALVINGS:
            return None
        open_boxes += [(half, halvings + 1) for half in _halves(small, [box[j] for j in inputs])]
    return None if open_boxes or not found else (min(v[0] for v in found), max(v[1] for v in found))


def _value_on(network: Network, members: Sequence[int], box: Sequence[Interval],
              small: dict[int, Interval]) -> Interval | None:
    """The interval of the last of some neurons, in ascending order, where two inputs lie in a smaller box."""
    around = [small.get(j, whole) for j, whole in enumerate(box)]
    values: list[Interval] = [(math.nan, math.nan)] * (members[-1] + 1)
    for j in members:
        value = _finite_bounds(network.neurons[j], network, values, around)
        if value is None:
            return None
        values[j] = value
    return values[members[-1]]


def _finite_bounds(neuron: Neuron, network: Network, values: Sequence[Interval],
                   box: Sequence[Interval]) -> Interval | None:
    """The interval of a neuron's values; None where it may have no finite value."""
    try:
        value = bounds(neuron, network, values, box)
    except (OverflowError, ZeroDivisionError, ValueError):
        return None
    return value if value is not None and math.isfinite(value[0]) and math.isfinite(value[1]) else None


def _is_apart(small: tuple[Interval, ...], hull: HalfPlanes) -> bool:
    """Whether one half plane excludes the whole box."""
    (x0, x1), (y0, y1) = small
    nearest = np.minimum(hull[:, 0] * x0, hull[:, 0] * x1) + np.minimum(hull[:, 1] * y0, hull[:, 1] * y1)
    size = np.abs(hull[:, 0]) * max(abs(x0), abs(x1)) + np.abs(hull[:, 1]) * max(abs(y0), abs(y1))
    return bool((nearest > hull[:, 2] + _ROUNDING * size).any())


def _halves(small: tuple[Interval, ...], whole: Sequence[Interval]) -> list[tuple[Interval, ...]]:
    """The two halves of a box, across the input of which it spans the larger share of its interval in the rows."""
    shares = [(high - low) / (b - a) if b > a else 0.0 for (low, high), (a, b) in zip(small, whole, strict=True)]
    at = int(np.argmax(shares))
    low, high = small[at]
    middle = 0.5 * (low + high)
    return [tuple(half if k == at else other for k, other in enumerate(small))
            for half in ((low, middle), (middle, high))]
