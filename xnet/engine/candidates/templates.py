"""Templates: candidates of the shapes that laws of many variables are made of.

Enumeration by size reaches m*g*x/(k*T) inside an exponential only after millions of smaller candidates. Laws are not
arbitrary trees, though: they are made of monomials, of activations of monomials, of differences and sums of squares,
of 1 - (u/v)^2, and of small monomials times one of those. These are as cheap to build as a level of the enumeration.

In all functions `enumerator` is where the candidates are added, `inputs` are ids of the inputs, `allowed` are the
names of the allowed activations, and `room` is how many candidates may be added.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array

from .curve_templates import add_curves
from .difference_templates import add_difference_templates, add_sums_of_squares
from .enumeration import CandidateEnumerator
from .monomials import add_monomials
from .sum_templates import add_distances, add_shifted_inputs, add_sums, add_triangles

#: In less room than this, no difference templates are added: they would displace simpler candidates.
_LITTLE_ROOM = 1000


def add_templates(enumerator: CandidateEnumerator, leaves: Array, activations: Sequence[str]) -> None:
    """Fill the enumerator's room with templates, the simplest shapes first.

    Args:
        enumerator: where the candidates are added, up to its limit.
        leaves: ids of the inputs and of the number 1.
        activations: names of the allowed activations.
    """
    allowed = set(activations)
    inputs = leaves[enumerator.operation[leaves] == "var"]
    if not {"mul", "add"} & allowed or not len(inputs):
        return
    room = enumerator.limit - enumerator.count
    multiply, divide = "mul" in allowed, bool({"div", "reciprocal"} & allowed)
    small = add_monomials(enumerator, inputs, room // 6, largest=1, negative=divide) if multiply else inputs[:0]
    powers = add_monomials(enumerator, inputs, room // 8, largest=4, negative=divide) if multiply else inputs[:0]
    small = np.concatenate([inputs, small])
    kinks = _add_kinks(enumerator, inputs, allowed, room // 20)
    roots = np.concatenate([_add_roots(enumerator, inputs, allowed), kinks])
    shifted = add_shifted_inputs(enumerator, inputs, allowed)
    enough = room > _LITTLE_ROOM
    sums = np.concatenate([add_distances(enumerator, inputs, allowed, room // 10),
                           add_triangles(enumerator, inputs, allowed, room // 40),
                           add_sums(enumerator, inputs, small, powers, allowed, room // 5),
                           add_sums_of_squares(enumerator, inputs, allowed, room // 25 if enough else 0)])
    of_differences = add_difference_templates(enumerator, inputs, allowed, room // 12 if enough else 0)
    curves = np.concatenate([add_curves(enumerator, inputs, small, sums, allowed, room // 4), of_differences])
    for name in ("sin", "cos", "exp", "log"):
        if name in allowed:
            enumerator.unary(name, shifted, room // 30)
    if multiply:
        pairs = small[enumerator.complexity[small] == 3]
        factors = np.concatenate([roots, pairs, powers[:4 * len(inputs)]])
        _add_products_of_templates(enumerator, inputs, factors, curves, sums, allowed)


def _add_kinks(enumerator: CandidateEnumerator, inputs: Array, allowed: set[str], room: int) -> Array:
    """The larger and the smaller of two inputs; of inputs of both signs their size, sign and roots, exp(-|x|), x |x|.

    Only for a library with kinks. The usual library has `abs`, `sign` and `cbrt` too, but reaches them through others.
    """
    if "hinge" not in allowed:
        return inputs[:0]
    made = [enumerator.binary(name, inputs, inputs, room) for name in ("max", "min") if name in allowed]
    values = enumerator.values[inputs]
    both = inputs[(values.min(axis=1) < 0.0) & (values.max(axis=1) > 0.0)]
    sizes = enumerator.unary("abs", both) if "abs" in allowed else both[:0]
    made += [sizes, *(enumerator.unary(name, both) for name in ("sign", "cbrt") if name in allowed)]
    if "sqrt" in allowed:
        made.append(enumerator.unary("sqrt", sizes))
    if "exp" in allowed:
        made.append(enumerator.unary("exp", enumerator.scaled(sizes, -1.0)))
    if "mul" in allowed:
        made.append(enumerator.binary("mul", inputs, np.concatenate(made[-4:]), room))
    return np.concatenate(made)


def _add_roots(enumerator: CandidateEnumerator, inputs: Array, allowed: set[str]) -> Array:
    """sqrt(u v) of two inputs."""
    if "sqrt" not in allowed or "mul" not in allowed:
        return inputs[:0]
    return enumerator.unary("sqrt", enumerator.binary("mul", inputs, inputs)[:60])


def _add_products_of_templates(enumerator: CandidateEnumerator, inputs: Array, factors: Array, curves: Array,
                               sums: Array, allowed: set[str]) -> None:
    """Curves and sums times (and over) inputs and small monomials, and 1 plus or minus the products of curves."""
    divide = bool({"div", "reciprocal"} & allowed)
    of_curves = []
    for others, multipliers, share in ((curves, inputs, 3), (sums, inputs, 4), (curves, factors, 3),
                                       (sums, factors, 2)):
        room = max((enumerator.limit - enumerator.count) // share, 0)
        made = _add_products(enumerator, multipliers, others, room, divide)
        of_curves += [made] if others is curves else []
    one = enumerator.ids_of("one")[:1]
    for name in ("add", "sub"):
        if name in allowed:
            enumerator.binary(name, one, np.concatenate(of_curves), (enumerator.limit - enumerator.count) // 2,
                              keep_affine_images=True)


def _add_products(enumerator: CandidateEnumerator, factors: Array, others: Array, room: int, divide: bool) -> Array:
    """Other templates times (and over) the factors, the simplest first."""
    stop = enumerator.count + room
    made = [others[:0]]
    others = others[np.argsort(enumerator.complexity[others], kind="stable")]
    step = max(1, 20_000 // max(len(factors), 1))
    for name in ("mul", "div") if divide else ("mul",):
        half = enumerator.count + (stop - enumerator.count) // (2 if name == "mul" and divide else 1)
        for start in range(0, len(others), step):
            if enumerator.count >= half:
                break
            made.append(enumerator.binary(name, others[start:start + step], factors, half - enumerator.count))
    return np.concatenate(made)
