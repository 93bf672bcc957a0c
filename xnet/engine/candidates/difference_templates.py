"""Templates around a difference of two inputs: shifted exponentials and steps, and denominators of resonances.

An occupation 1 / (exp((E - m) / T) + 1), a Boltzmann factor or a step is a function of (u - v) / w. A sum of two
squares, (u^2 - v^2)^2 + (w v)^2 or (u - v)^2 + w^2, is the denominator of a resonance. In an enumeration by size,
millions of candidates come before either; as templates there are only a few hundred of them.
"""

from __future__ import annotations

import itertools

import numpy as np

from xnet.arrays import Array

from .enumeration import CandidateEnumerator


def add_difference_templates(enumerator: CandidateEnumerator, inputs: Array, allowed: set[str], room: int) -> Array:
    """Curves of u - v, (u - v) / w and (u - v) w of either sign, 1 plus or minus their exponentials, shifted waves.

    Args:
        enumerator: where the candidates are added.
        inputs: ids of the inputs; nothing is added for one input or for more than nine.
        allowed: names of the allowed activations.
        room: how many candidates may be added.

    Returns:
        Ids of the candidates, known ones included.
    """
    if "sub" not in allowed or not 2 <= len(inputs) <= 9 or room < 8:
        return inputs[:0]
    stop = enumerator.count + room
    first, second = pairs_of(inputs)
    differences = enumerator.binary("sub", first, second, keep_affine_images=True, elementwise=True)
    gaps = [differences, *(enumerator.binary(name, differences, inputs, room // 6, keep_affine_images=True)
                           for name in ("div", "mul") if name in allowed)]
    rising = np.concatenate(gaps)
    made = _exponentials(enumerator, rising, allowed, room, stop)
    for name in ("tanh", "sin", "cos"):
        if name in allowed and enumerator.count < stop:
            made.append(enumerator.unary(name, rising, (stop - enumerator.count) // 3))
    waves = [name for name in ("sin", "cos") if name in allowed]
    if waves and "mul" in allowed:  # sin(w t - p), cos(x / l - p)
        angles = np.concatenate([enumerator.binary(name, inputs, inputs) for name in ("mul", "div") if name in allowed])
        phases = enumerator.binary("sub", angles, inputs, room // 4, keep_affine_images=True)
        made += [enumerator.unary(name, phases, max(0, stop - enumerator.count) // 2) for name in waves]
    return np.concatenate([*made, inputs[:0]])


def _exponentials(enumerator: CandidateEnumerator, rising: Array, allowed: set[str], room: int,
                  stop: int) -> list[Array]:
    """exp(g) and exp(-g) of the differences g, 1 plus or minus these, and one over that."""
    falling = enumerator.scaled(rising, -1.0) if {"exp", "mul"} <= allowed else rising[:0]
    if "exp" not in allowed:
        return []
    exponentials = enumerator.unary("exp", np.concatenate([rising, falling]), room // 4)
    one = enumerator.ids_of("one")[:1]
    with_one = [enumerator.binary(name, one, exponentials, max(0, stop - enumerator.count) // 3,
                                  keep_affine_images=True)
                for name in ("add", "sub") if name in allowed]
    made = [exponentials, *with_one]
    if "reciprocal" in allowed:
        made += [enumerator.unary("reciprocal", ids, max(0, stop - enumerator.count) // 3) for ids in with_one]
    return made


def add_sums_of_squares(enumerator: CandidateEnumerator, inputs: Array, allowed: set[str], room: int) -> Array:
    """(u - v)^2 and (u^2 - v^2)^2, each plus the square of an input or of a product of two inputs."""
    if not {"sub", "add", "mul", "square"} <= allowed or not 2 <= len(inputs) <= 9 or room < 8:
        return inputs[:0]
    squares = enumerator.unary("square", inputs)
    made = []
    for parts in (inputs, squares):
        first, second = pairs_of(parts)
        differences = enumerator.binary("sub", first, second, keep_affine_images=True, elementwise=True)
        squared = enumerator.unary("square", differences)
        left, right = pairs_of(inputs)
        products = enumerator.binary("mul", left, right, elementwise=True)
        widths = np.concatenate([squares, enumerator.unary("square", products)])
        made.append(enumerator.binary("add", squared, widths, room // 2, keep_affine_images=True))
    return np.concatenate(made)


def pairs_of(ids: Array) -> tuple[Array, Array]:
    """The first and the second of every pair of different candidates."""
    pairs = np.array(list(itertools.combinations(ids, 2)), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
