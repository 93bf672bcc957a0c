"""Templates that are curves: activations of monomials and of sums, and waves, growth and steps of a single input.

The arguments are those of `templates`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array

from .enumeration import CandidateEnumerator

#: For a single input: periods over its range, phases in radians, and rates over its range.
PERIODS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0)
PHASES = (0.0, np.pi / 4.0, np.pi / 2.0, -np.pi / 4.0)
RATES = (0.4, 1.0, 2.0, 3.5, 6.0, 10.0, 18.0)
#: With a lower limit than this, no tangents are added: they would displace simpler candidates.
_LITTLE_ROOM = 1000


def add_curves(enumerator: CandidateEnumerator, inputs: Array, small: Array, sums: Array, allowed: set[str],
               room: int) -> Array:
    """Activations of monomials (scaled where it matters) and of sums, and 1 - cos, cosh and the like.

    Args:
        enumerator, inputs, allowed, room: as in `templates`.
        small: ids of the inputs and of monomials with exponents of 1 and -1.
        sums: ids of sums.
    """
    stop = enumerator.count + room
    curves = [n for n in ("exp", "sin", "cos", "tanh", "log", "tan", "arcsin") if n in allowed]
    first = [enumerator.unary(name, small, room // 16) for name in curves]
    of_two = sums[enumerator.complexity[sums] == 3]
    made = first + [enumerator.unary(name, of_two, room // 32) for name in curves]
    made += _half_angles(enumerator, inputs, small, of_two, allowed, room)
    made += _powers_of(enumerator, sums, allowed, room)
    if "exp" in allowed:
        made += _hyperbolic(enumerator, small, first[curves.index("exp")], allowed, room)
    made += _of_both_signs(enumerator, inputs, allowed)
    if {"sin", "cos", "div"} <= allowed and "tan" not in allowed and enumerator.limit > _LITTLE_ROOM:
        made.append(_tangents(enumerator, first[curves.index("sin")], first[curves.index("cos")], room // 32))
    made += _curves_of_one_input(enumerator, inputs, allowed)
    one = enumerator.ids_of("one")[:1]
    with_one = np.concatenate([f[:max(4, room // 100)] for f in first] or [inputs[:0]])
    for name in ("add", "sub"):
        if name in allowed and enumerator.count < stop:
            made.append(enumerator.binary(name, one, with_one, stop - enumerator.count, keep_affine_images=True))
    for name in curves:
        if enumerator.count < stop:
            made.append(enumerator.unary(name, sums[:max(8, room // 20)], stop - enumerator.count))
    made += _scaled_curves(enumerator, small[:max(8, room // 40)], curves, stop)
    return np.concatenate(made) if made else small[:0]


def _powers_of(enumerator: CandidateEnumerator, sums: Array, allowed: set[str], room: int) -> list[Array]:
    """One over a sum, its root and square, and one over its root."""
    sums = sums[np.argsort(enumerator.complexity[sums], kind="stable")]
    made = {name: enumerator.unary(name, sums, room // 5)
            for name in ("reciprocal", "sqrt", "square") if name in allowed}
    found = list(made.values())
    if {"sqrt", "reciprocal"} <= allowed:
        found.append(enumerator.unary("reciprocal", made["sqrt"], room // 8))
    return found


def _hyperbolic(enumerator: CandidateEnumerator, small: Array, rising: Array, allowed: set[str],
                room: int) -> list[Array]:
    """exp(-u) beside exp(u), their half sum and difference (cosh, sinh), and arccosh of u, u / 2 and 2 u."""
    inverse = [enumerator.unary("arccosh", ids, room // 16) for ids in (
        small, *(enumerator.scaled(small, scale) for scale in (0.5, 2.0)))] if "arccosh" in allowed else []
    falling = enumerator.unary("exp", enumerator.scaled(small, -1.0), room // 16)
    rising = rising[enumerator.operation[rising] == "exp"]
    falling = falling[enumerator.operation[falling] == "exp"]
    if {"cosh", "sinh"} <= allowed:
        return [falling, *inverse, *(enumerator.unary(name, small, room // 16) for name in ("cosh", "sinh"))]
    _, up, down = np.intersect1d(enumerator.left[rising], enumerator.left[enumerator.left[falling]],
                                 return_indices=True)
    return [falling, *inverse,
            *(enumerator.binary(name, rising[up], falling[down], elementwise=True, keep_affine_images=True)
              for name in ("add", "sub") if name in allowed)]


def _of_both_signs(enumerator: CandidateEnumerator, inputs: Array, allowed: set[str]) -> list[Array]:
    """|x|, its root, exp(-|x|) and log(1 + |x|), the cube root and the sign of inputs that take both signs."""
    values = enumerator.values[inputs]
    both = inputs[(values.min(axis=1) < 0.0) & (values.max(axis=1) > 0.0)]
    made = [enumerator.unary(name, both) for name in ("cbrt", "sign") if name in allowed]
    if "abs" not in allowed or not len(both):
        return made
    sizes = enumerator.unary("abs", both)
    made.append(sizes)
    if "sqrt" in allowed:
        made.append(enumerator.unary("sqrt", sizes))
    if "exp" in allowed:
        made.append(enumerator.unary("exp", enumerator.scaled(sizes, -1.0)))
    if {"add", "log"} <= allowed:
        larger = enumerator.binary("add", enumerator.ids_of("one")[:1], sizes, keep_affine_images=True)
        made.append(enumerator.unary("log", larger))
    return made


def _tangents(enumerator: CandidateEnumerator, sines: Array, cosines: Array, room: int) -> Array:
    """sin(u) / cos(u), for activation libraries without the tangent."""
    sines = sines[enumerator.operation[sines] == "sin"]
    cosines = cosines[enumerator.operation[cosines] == "cos"]
    _, up, down = np.intersect1d(enumerator.left[sines], enumerator.left[cosines], return_indices=True)
    return enumerator.binary("div", sines[up], cosines[down], room, elementwise=True, keep_affine_images=True)


def _curves_of_one_input(enumerator: CandidateEnumerator, inputs: Array, allowed: set[str]) -> list[Array]:
    """Waves, growth, decay and steps of one input over its range; a fitted constant starts from the nearest."""
    if enumerator.limit < 1000 or not enumerator.rules.number_grids:
        return []
    made = []
    for i in inputs[:8]:
        column = enumerator.values[i]
        width = float(np.ptp(column))
        waves = [enumerator.scaled(i[None], 2.0 * np.pi * periods / width) for periods in PERIODS]
        waves += [enumerator.scaled(i[None], scale) for scale in enumerator.rules.inner_scales]
        with_phase = [enumerator.shifted(k, np.array(PHASES[1:])) for ids in waves for k in ids]
        rates = np.concatenate([enumerator.scaled(i[None], sign * rate / width) for rate in RATES
                                for sign in (1.0, -1.0)])
        steps = [enumerator.shifted(k, -enumerator.parameter[k] * np.quantile(column, (0.25, 0.5, 0.75)))
                 for k in rates[::2]]
        for name, ids in (("sin", waves + with_phase), ("cos", waves), ("exp", [rates]), ("tanh", [rates, *steps])):
            if name in allowed:
                made.append(enumerator.unary(name, np.concatenate([i[None][:0], *ids])))
    return made


def _half_angles(enumerator: CandidateEnumerator, inputs: Array, small: Array, of_two: Array, allowed: set[str],
                 room: int) -> list[Array]:
    """Sine and cosine of half a small monomial, and of half an input times a sum or difference of two."""
    if "mul" not in allowed or not {"sin", "cos"} & allowed:
        return []
    products = np.concatenate([small[enumerator.complexity[small] <= 3],
                               enumerator.binary("mul", inputs, of_two, room // 12)])
    return [enumerator.unary(name, enumerator.scaled(products, 0.5), room // 12)
            for name in ("sin", "cos") if name in allowed]


def _scaled_curves(enumerator: CandidateEnumerator, small: Array, curves: Sequence[str], stop: int) -> list[Array]:
    """Curves of scaled monomials."""
    made = []
    for scale in enumerator.rules.inner_scales:
        for name in curves:
            if name in ("log", "arcsin") or enumerator.count >= stop:
                continue
            made.append(enumerator.unary(name, enumerator.scaled(small, scale), stop - enumerator.count))
    return made
