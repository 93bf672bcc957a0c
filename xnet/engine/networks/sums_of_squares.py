"""A lower bound of sums that hold two squares and their product: the law of cosines, a^2 + b^2 - 2 a b cos(c).

Interval arithmetic takes each term alone, so it suspects such a sum of being negative. But p f^2 + q g^2 + r f g is at
least (1 - k^2) p f^2 and (1 - k^2) q g^2 where |r| <= 2 k sqrt(p q) and k <= 1, as completing the square shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from .intervals import Interval, mul, whole_power
from .network import Network

#: A neuron by its structure: its activation, its index and the keys of its children.
_Key = tuple[str, int, tuple]


class _Term(NamedTuple):
    """A term of a sum: its coefficient and its factors, which are positions of neurons."""

    coefficient: float
    factors: tuple[int, ...]


def least_value(network: Network, i: int, values: Sequence[Interval]) -> float:
    """A lower bound of the sum that neuron i is, by the intervals of the neurons before it."""
    terms = _terms(network, i, 1.0)
    squares: dict[_Key, _Term] = {}
    others = []
    for term in terms:
        keys = [_key(network, f) for f in term.factors]
        if len(keys) == 2 and keys[0] == keys[1] and term.coefficient > 0.0 and keys[0] not in squares:
            squares[keys[0]] = term
        else:
            others.append(term)
    low = 0.0
    for term in others:
        joined = _joined(network, term, squares, values)
        if joined is None:
            low += _interval(term, values)[0]
        else:
            for key in joined[1]:
                del squares[key]
            low += joined[0]
    return low + sum(_interval(term, values)[0] for term in squares.values())


def _joined(network: Network, term: _Term, squares: dict[_Key, _Term],
            values: Sequence[Interval]) -> tuple[float, tuple[_Key, _Key]] | None:
    """The least value of a product with the squares of two of its factors, and the keys of these; None without them."""
    known = [(f, _key(network, f)) for f in term.factors if _key(network, f) in squares]
    if len(known) < 2 or known[0][1] == known[1][1]:
        return None
    (f, first), (g, second) = known[:2]
    rest = _interval(_Term(term.coefficient, tuple(h for h in term.factors if h not in (f, g))), values)
    p, q = squares[first].coefficient, squares[second].coefficient
    one_sign = min(values[f][0], values[g][0]) >= 0.0
    k = max(-rest[0], 0.0 if one_sign else rest[1]) / (2.0 * math.sqrt(p * q))
    if k > 1.0:
        return None
    least = max(p * (whole_power(values[f], 2) or (0.0, 0.0))[0], q * (whole_power(values[g], 2) or (0.0, 0.0))[0])
    return (1.0 - max(k, 0.0) ** 2) * least, (first, second)


def _terms(network: Network, i: int, coefficient: float) -> list[_Term]:
    """The terms of neuron i."""
    neuron = network.neurons[i]
    if neuron.activation in ("add", "sub"):
        left, right = neuron.children
        sign = 1.0 if neuron.activation == "add" else -1.0
        return _terms(network, left, coefficient) + _terms(network, right, sign * coefficient)
    number, factors = _product(network, i)
    return [_Term(coefficient * number, factors)]


def _product(network: Network, i: int) -> tuple[float, tuple[int, ...]]:
    """The numbers of a product, multiplied, and its other factors; a square has its base twice."""
    neuron = network.neurons[i]
    if neuron.activation == "constant":
        return network.constants[neuron.index], ()
    if neuron.activation == "number":
        return float(neuron.index), ()
    if neuron.activation == "neg":
        number, factors = _product(network, neuron.children[0])
        return -number, factors
    if neuron.activation in ("mul", "square"):
        (a, left), (b, right) = (_product(network, c) for c in (neuron.children[0], neuron.children[-1]))
        return a * b, left + right
    return 1.0, (i,)


def _interval(term: _Term, values: Sequence[Interval]) -> Interval:
    """An interval that contains a term."""
    found = (term.coefficient, term.coefficient)
    for f in dict.fromkeys(term.factors):
        times = term.factors.count(f)
        found = mul(found, values[f] if times == 1 else whole_power(values[f], times) or (-math.inf, math.inf))
    return found


def _key(network: Network, i: int) -> _Key:
    neuron = network.neurons[i]
    return neuron.activation, neuron.index, tuple(_key(network, c) for c in neuron.children)
