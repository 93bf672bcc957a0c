"""Structured candidates around a difference of two inputs: gaps, and what falls off beside a resonance.

A gap (u - v) / w is what an occupation 1 / (exp((E - m) / T) + 1), a Boltzmann factor or a step is of. A sum of two
squares, (u^2 - v^2)^2 + (w v)^2 or (u - v)^2 + w^2, is the denominator of a resonance. By size alone either stands
behind millions of candidates; as shapes they are a few hundred.
"""

from __future__ import annotations

import itertools

import numpy as np

from xnet.arrays import Array

from .enumeration import Growth


def grow_gaps(growth: Growth, inputs: Array, allowed: set[str], room: int) -> Array:
    """Curves of u - v, (u - v) / w and (u - v) w, either way round, 1 plus or minus their exponentials; waves with a
    phase.
    """
    if "sub" not in allowed or not 2 <= len(inputs) <= 9 or room < 8:
        return inputs[:0]
    stop = growth.n + room
    first, second = _pairs(inputs)
    differences = growth.binary("sub", first, second, material=True, paired=True)
    gaps = [differences, *(growth.binary(name, differences, inputs, room // 6, material=True)
                           for name in ("div", "mul") if name in allowed)]
    rising = np.concatenate(gaps)
    falling = growth.scaled(rising, -1.0) if {"exp", "mul"} <= allowed else rising[:0]
    made: list[Array] = []
    if "exp" in allowed:
        exponentials = growth.unary("exp", np.concatenate([rising, falling]), room // 4)
        one = np.flatnonzero(growth.op[:growth.n] == "one")[:1]
        beside_one = [growth.binary(name, one, exponentials, max(0, stop - growth.n) // 3, material=True)
                      for name in ("add", "sub") if name in allowed]
        made = [exponentials, *beside_one]
        if "reciprocal" in allowed:
            made += [growth.unary("reciprocal", ids, max(0, stop - growth.n) // 3) for ids in beside_one]
    for name in ("tanh", "sin", "cos"):
        if name in allowed and growth.n < stop:
            made.append(growth.unary(name, rising, (stop - growth.n) // 3))
    waves = [name for name in ("sin", "cos") if name in allowed]
    if waves and "mul" in allowed:  # sin(w t - p), cos(x / l - p)
        turns = np.concatenate([growth.binary(name, inputs, inputs) for name in ("mul", "div") if name in allowed])
        phases = growth.binary("sub", turns, inputs, room // 4, material=True)
        made += [growth.unary(name, phases, max(0, stop - growth.n) // 2) for name in waves]
    return np.concatenate([*made, inputs[:0]])


def grow_sums_of_squares(growth: Growth, inputs: Array, allowed: set[str], room: int) -> Array:
    """(u - v)^2 and (u^2 - v^2)^2, each plus the square of an input or of a product of two."""
    if not {"sub", "add", "mul", "square"} <= allowed or not 2 <= len(inputs) <= 9 or room < 8:
        return inputs[:0]
    squares = growth.unary("square", inputs)
    made = []
    for parts in (inputs, squares):
        first, second = _pairs(parts)
        apart = growth.unary("square", growth.binary("sub", first, second, material=True, paired=True))
        left, right = _pairs(inputs)
        beside = np.concatenate([squares, growth.unary("square", growth.binary("mul", left, right, paired=True))])
        made.append(growth.binary("add", apart, beside, room // 2, material=True))
    return np.concatenate(made)


def _pairs(ids: Array) -> tuple[Array, Array]:
    """The first and the second of every pair of different candidates."""
    pairs = np.array(list(itertools.combinations(ids, 2)), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
