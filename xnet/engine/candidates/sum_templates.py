"""Templates that are sums: shifted inputs, squared distances, sides of triangles, and sums of small monomials.

The arguments are those of `templates`.
"""

from __future__ import annotations

import itertools

import numpy as np

from xnet.arrays import Array

from .enumeration import CandidateEnumerator

#: Shifts of an input, in units of its largest value.
_SHIFTS = (0.15, 0.4, 1.05, 1.2, 1.5, 2.0, 3.0, 5.0, 8.0, 15.0)


def add_shifted_inputs(enumerator: CandidateEnumerator, inputs: Array, allowed: set[str]) -> Array:
    """x + s for a few s in units of the size of x, and products of two inputs shifted by 1."""
    if "add" not in allowed or enumerator.limit < 1000 or not enumerator.rules.number_grids:
        return inputs[:0]
    made = []
    for i in inputs:
        size = float(np.abs(enumerator.values[i]).max())
        shifts = [sign * float(f"{size * factor:.2g}") for factor in _SHIFTS for sign in (1.0, -1.0)]
        made.append(enumerator.shifted(i, np.array(shifts)))
    one = enumerator.ids_of("one")[:1]
    if "mul" in allowed and len(inputs) < 8:
        by_one = np.concatenate([enumerator.binary(n, inputs, one, keep_affine_images=True)
                                 for n in ("add", "sub") if n in allowed])
        return np.concatenate([enumerator.binary("mul", by_one, by_one, 200), by_one, *made])
    return np.concatenate(made)


def add_distances(enumerator: CandidateEnumerator, inputs: Array, allowed: set[str], room: int) -> Array:
    """u - v, its square, and sums of two and three such squares of different inputs: squared distances."""
    if not {"sub", "add", "square"} <= allowed or len(inputs) < 2:
        return inputs[:0]
    pairs = np.array(list(itertools.combinations(inputs, 2)))
    differences = enumerator.binary("sub", pairs[:, 0], pairs[:, 1], elementwise=True, keep_affine_images=True)
    squares = enumerator.unary("square", differences)
    ends = [{int(enumerator.left[k]), int(enumerator.right[k])} for k in enumerator.left[squares]]
    made = [differences, squares]
    apart = [(a, b) for a, b in itertools.combinations(range(len(squares)), 2) if not ends[a] & ends[b]]
    if apart and enumerator.count < enumerator.limit:
        left, right = squares[[a for a, _ in apart]], squares[[b for _, b in apart]]
        two = enumerator.binary("add", left, right, room // 3, keep_affine_images=True, elementwise=True)
        made.append(two)
        # In unusual columns a sum may equal an earlier candidate made of other operands: it gets no third square.
        two = two[np.isin(enumerator.left[two], squares) & np.isin(enumerator.right[two], squares)]
        made += _with_third_square(enumerator, squares, ends, two, room)
    return np.concatenate(made)


def _with_third_square(enumerator: CandidateEnumerator, squares: Array, ends: list[set[int]], two: Array,
                       room: int) -> list[Array]:
    """Sums of two squared differences plus a third one of other inputs; `ends` are the inputs of each square."""
    position = {int(k): at for at, k in enumerate(squares)}
    of_two = [(position[int(enumerator.left[k])], position[int(enumerator.right[k])]) for k in two]
    triples = [(k, c) for k, (a, b) in zip(two, of_two, strict=True) for c in range(b + 1, len(squares))
               if not ends[c] & (ends[a] | ends[b])]
    if not triples:
        return []
    return [enumerator.binary("add", np.array([k for k, _ in triples]), squares[[c for _, c in triples]], room,
                              keep_affine_images=True, elementwise=True)]


def add_triangles(enumerator: CandidateEnumerator, inputs: Array, allowed: set[str], room: int,
                  sign: str = "sub") -> Array:
    """u^2 + v^2 - 2 u v cos(w), w an input or a difference of two: squared distances in polar coordinates.

    The sign "add" gives the squared amplitude of two waves of the amplitudes u and v instead.
    """
    made = [inputs[:0]]
    if not {"add", "sub", "mul", "square", "cos"} <= allowed or not 3 <= len(inputs) <= 8:
        return made[0]
    ends = list(itertools.combinations(range(len(inputs)), 2))
    of_pair = _differences(enumerator, inputs, ends)
    squares, stop = enumerator.unary("square", inputs), enumerator.count + room
    if (len(of_pair) < len(ends) and enumerator.units is None) or len(squares) < len(inputs):
        return made[0]
    for a, b in ends:
        angles = [*np.delete(inputs, [a, b]), *(k for pair, k in of_pair.items() if not {a, b} & set(pair))]
        if enumerator.count >= stop:
            break
        product = enumerator.binary("mul", inputs[a][None], inputs[b][None], keep_affine_images=True)
        cosines = enumerator.unary("cos", np.array(angles))
        projected = enumerator.binary("mul", product, cosines, keep_affine_images=True)
        sides = enumerator.binary("add", squares[a][None], squares[b][None], keep_affine_images=True)
        made.append(enumerator.binary(sign, sides, enumerator.scaled(projected, 2.0), keep_affine_images=True))
    return np.concatenate(made)


def _differences(enumerator: CandidateEnumerator, inputs: Array,
                 ends: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The differences of two inputs by their positions, as many as there are."""
    if enumerator.units is None:
        first, second = inputs[np.array(ends).T]
        made = enumerator.binary("sub", first, second, keep_affine_images=True, elementwise=True)
        return dict(zip(ends, made.tolist(), strict=False))
    found = {pair: enumerator.binary("sub", inputs[[pair[0]]], inputs[[pair[1]]], keep_affine_images=True)
             for pair in ends}  # inputs of different units have none
    return {pair: int(ids[0]) for pair, ids in found.items() if len(ids)}


def add_sums(enumerator: CandidateEnumerator, inputs: Array, small: Array, powers: Array, allowed: set[str],
             room: int) -> Array:
    """u + v, u - v, their squares, u^2 + v^2 (+ w^2), 1 - (u/v)^2, u - v w, and sums of two products.

    Args:
        enumerator, inputs, allowed, room: as in `templates`.
        small: ids of the inputs and of monomials with exponents of 1 and -1.
        powers: ids of monomials with larger exponents.
    """
    stop = enumerator.count + room
    one = enumerator.ids_of("one")[:1]
    signs = [name for name in ("add", "sub") if name in allowed]
    squares = enumerator.unary("square", inputs) if "square" in allowed else inputs[:0]
    known = np.flatnonzero(enumerator.complexity[:enumerator.count] == 2)
    squares = np.concatenate([squares, known[_is_square(enumerator, known)]])  # squares that are monomials already

    def combined(name: str, left: Array, right: Array, most: int | None = None) -> Array:
        return enumerator.binary(name, left, right, most, keep_affine_images=True)

    ratios = small[enumerator.complexity[small] > 1][: max(8, room // 8)]
    made = [combined(name, inputs, inputs) for name in signs]
    differences = np.concatenate([*made, inputs[:0]])
    made += [combined(name, squares, squares) for name in signs]
    has_sums_of_squares = bool(made) and len(made[-1]) > 0
    made += [combined(name, one, ratios) for name in signs]
    if "square" in allowed:
        squared_ratios = enumerator.unary("square", ratios)
        made += [combined(name, one, squared_ratios) for name in signs]
        made.append(enumerator.unary("square", differences))
    if "add" in allowed and has_sums_of_squares and enumerator.count < stop:
        sums_of_two = made[len(signs)]
        made.append(combined("add", sums_of_two, squares, min(200, stop - enumerator.count)))
    two = small[enumerator.complexity[small] == 3][:60]
    three = small[enumerator.complexity[small] == 5]
    for left, right in ((two, inputs), (three, inputs), (two, two), (powers[: room // 8], inputs)):
        for name in signs:
            if enumerator.count < stop:
                made.append(combined(name, left, right, (stop - enumerator.count) // 2))
    return np.concatenate(made) if made else inputs[:0]


def _is_square(enumerator: CandidateEnumerator, ids: Array) -> Array:
    """Which candidates (k,) are the square of an input."""
    operation, left = enumerator.operation[ids], enumerator.left[ids]
    return np.array([o == "square" or (o == "monomial" and max(enumerator.exponents[k]) == 2.0)
                     for o, k in zip(operation, left, strict=True)], dtype=bool)
