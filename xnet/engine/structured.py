"""Structured candidates: the shapes that laws of many variables are made of.

Enumeration by size reaches m*g*x/(k*T) inside an exponential only after millions of smaller candidates. Laws are not
arbitrary trees, though: they are made of monomials, of activations of monomials, of differences and sums of squares,
of 1 - (u/v)^2, and of small monomials times one of those. These are as cheap to build as a level is.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .candidates import _Growth

Array = np.ndarray

#: Scales tried inside a wave or an exponential; a fitted constant starts from the nearest.
_INNER_SCALES = (0.5, 2.0, np.pi, 2.0 * np.pi, 1.0 / (2.0 * np.pi), 3.0, 1.5, 0.25)


def grow_structured(growth: _Growth, leaves: Array, activations: Sequence[str]) -> None:
    """Fill the growth's room with structured candidates, the simplest shapes first."""
    allowed = set(activations)
    inputs = leaves[growth.op[leaves] == "var"]
    if not {"mul", "add"} & allowed or not len(inputs):
        return
    room = growth.limit - growth.n
    multiply, divide = "mul" in allowed, "div" in allowed or "reciprocal" in allowed
    small = _monomials(growth, len(inputs), room // 8, largest=1, negative=divide) if multiply else inputs
    powers = _monomials(growth, len(inputs), room // 6, largest=4, negative=divide) if multiply else inputs[:0]
    sums = _sums(growth, inputs, small, allowed, room // 8)
    waves = _outer(growth, small, sums, allowed, room // 4)
    if not multiply:
        return
    factors = np.concatenate([inputs, powers[:4 * len(inputs)]])
    for others in (sums, waves):
        share = max((growth.limit - growth.n) // 4, 0)
        _products(growth, factors, others, share, divide)


def _monomials(growth: _Growth, d: int, room: int, largest: int, negative: bool) -> Array:
    """Monomials with exponents up to `largest` in size, by total size; half exponents too where there is room."""
    found: list[tuple[float, ...]] = []
    most = min(d, 6) if largest == 1 else 6
    for total in range(1, most + 1):
        if len(found) >= room:
            break
        for support in range(1, min(total, d) + 1):
            for which in itertools.combinations(range(d), support):
                found.extend(_exponents(d, which, total, largest, negative))
                if len(found) >= 4 * room:
                    break
    if not found or room <= 0:
        return np.empty(0, dtype=np.int64)
    return growth.monomials(np.array(found[:room]))


def _exponents(d: int, which: tuple[int, ...], total: int, largest: int, negative: bool) -> list[tuple[float, ...]]:
    result = []
    for sizes in itertools.product(range(1, largest + 1), repeat=len(which)):
        if sum(sizes) != total:
            continue
        for signs in itertools.product((1, -1) if negative else (1,), repeat=len(which)):
            row = [0.0] * d
            for j, size, sign in zip(which, sizes, signs, strict=True):
                row[j] = float(size * sign)
            result.append(tuple(row))
    return result


def _sums(growth: _Growth, inputs: Array, small: Array, allowed: set[str], room: int) -> Array:
    """u + v, u - v, their squares, u^2 + v^2, 1 - (u/v)^2, and sums of two products."""
    made = []
    stop = growth.n + room
    one = np.flatnonzero(growth.op[:growth.n] == "one")[:1]
    squares = growth.unary("square", inputs) if "square" in allowed else inputs[:0]
    squares = np.concatenate([squares, np.flatnonzero((growth.op[:growth.n] == "monomial"))[:0]])
    for name in ("add", "sub"):
        if name not in allowed:
            continue
        made.append(growth.binary(name, inputs, inputs))
        made.append(growth.binary(name, squares, squares))
        ratios = small[: max(8, room // 8)]
        made.append(growth.binary(name, one, ratios))
        if "square" in allowed:
            made.append(growth.binary(name, one, growth.unary("square", ratios)))
    differences = np.concatenate(made[:1] + made[4:5]) if made else inputs[:0]
    if "square" in allowed:
        squared = growth.unary("square", differences)
        if growth.n < stop and len(squared):
            made.append(growth.binary("add", squared, squared, stop - growth.n))
    pairs = small[growth.complexity[small] == 3][:60]
    for name in ("add", "sub"):
        if name in allowed and growth.n < stop and len(pairs):
            made.append(growth.binary(name, pairs, pairs, stop - growth.n))
    return np.concatenate(made) if made else inputs[:0]


def _outer(growth: _Growth, small: Array, sums: Array, allowed: set[str], room: int) -> Array:
    """Activations of monomials (scaled where it matters) and of sums."""
    made = []
    stop = growth.n + room
    for name in ("reciprocal", "sqrt", "square"):
        if name in allowed:
            made.append(growth.unary(name, sums))
    if "sqrt" in allowed and "reciprocal" in allowed:
        made.append(growth.unary("reciprocal", made[1]))
    curves = [n for n in ("exp", "sin", "cos", "tanh", "log", "tan", "arcsin") if n in allowed]
    for name in curves:
        made.append(growth.unary(name, small))
        if name == "exp":
            made.append(growth.unary(name, growth.scaled(small, -1.0)))
    for name in curves:
        if growth.n < stop:
            made.append(growth.unary(name, sums, stop - growth.n))
    for scale in _INNER_SCALES:
        for name in curves:
            if name in ("log", "arcsin") or growth.n >= stop:
                continue
            inner = growth.scaled(small[: max(8, room // 40)], scale)
            made.append(growth.unary(name, inner, stop - growth.n))
    return np.concatenate(made) if made else small[:0]


def _products(growth: _Growth, factors: Array, others: Array, room: int, divide: bool) -> None:
    """Small monomials times (and over) other structured candidates."""
    stop = growth.n + room
    for name in ("mul", "div") if divide else ("mul",):
        half = growth.n + (stop - growth.n) // (2 if name == "mul" and divide else 1)
        step = max(1, 60_000 // max(len(others), 1))
        for start in range(0, len(factors), step):
            if growth.n >= half:
                break
            growth.binary(name, others, factors[start:start + step], half - growth.n)
