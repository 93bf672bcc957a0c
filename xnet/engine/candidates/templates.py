"""Structured candidates: the shapes that laws of many variables are made of.

Enumeration by size reaches m*g*x/(k*T) inside an exponential only after millions of smaller candidates. Laws are not
arbitrary trees, though: they are made of monomials, of activations of monomials, of differences and sums of squares,
of 1 - (u/v)^2, and of small monomials times one of those. These are as cheap to build as a level is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array

from .difference_templates import grow_gaps, grow_sums_of_squares
from .enumeration import Growth

#: Scales tried inside a wave or an exponential; a fitted constant starts from the nearest.
_INNER_SCALES = (0.5, 2.0, np.pi, 2.0 * np.pi, 1.0 / (2.0 * np.pi), 3.0, 1.5, 0.25)
#: For a lone input: periods over its range, rates over its range, and shifts in units of its size.
PERIODS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0)
PHASES = (0.0, np.pi / 4.0, np.pi / 2.0, -np.pi / 4.0)
RATES = (0.4, 1.0, 2.0, 3.5, 6.0, 10.0, 18.0)
_LONE_SHIFTS = (0.15, 0.4, 1.05, 1.2, 1.5, 2.0, 3.0, 5.0, 8.0, 15.0)
#: In less room than this there are no gaps, resonances and tangents: they would push out what is simpler.
_LITTLE = 1000


def grow_structured(growth: Growth, leaves: Array, activations: Sequence[str]) -> None:
    """Fill the growth's room with structured candidates, the simplest shapes first."""
    allowed = set(activations)
    inputs = leaves[growth.op[leaves] == "var"]
    if not {"mul", "add"} & allowed or not len(inputs):
        return
    room = growth.limit - growth.n
    multiply, divide = "mul" in allowed, bool({"div", "reciprocal"} & allowed)
    d = len(inputs)
    small = _monomials(growth, inputs, room // 6, largest=1, negative=divide) if multiply else inputs[:0]
    powers = _monomials(growth, inputs, room // 8, largest=4, negative=divide) if multiply else inputs[:0]
    small = np.concatenate([inputs, small])
    roots = _roots(growth, inputs, allowed)
    shifted = _shifted(growth, inputs, allowed)
    sums = np.concatenate([_distances(growth, inputs, allowed, room // 10),
                           _triangles(growth, inputs, allowed, room // 40),
                           _sums(growth, inputs, small, powers, allowed, room // 5),
                           grow_sums_of_squares(growth, inputs, allowed, room // 25 if room > _LITTLE else 0)])
    gaps = grow_gaps(growth, inputs, allowed, room // 12 if room > _LITTLE else 0)
    waves = np.concatenate([_outer(growth, inputs, small, sums, allowed, room // 4), gaps])
    for name in ("sin", "cos", "exp", "log"):
        if name in allowed:
            growth.unary(name, shifted, room // 30)
    if not multiply:
        return
    pairs = small[growth.complexity[small] == 3]
    more = np.concatenate([roots, pairs, powers[:4 * d]])
    with_waves = []
    for others, factors, share in ((waves, inputs, 3), (sums, inputs, 4), (waves, more, 3), (sums, more, 2)):
        made = _products(growth, factors, others, max((growth.limit - growth.n) // share, 0), divide)
        with_waves += [made] if others is waves else []
    one = np.flatnonzero(growth.op[:growth.n] == "one")[:1]
    for name in ("add", "sub"):
        if name in allowed:
            growth.binary(name, one, np.concatenate(with_waves), (growth.limit - growth.n) // 2, material=True)


def _shifted(growth: Growth, inputs: Array, allowed: set[str]) -> Array:
    """x + s for a few s in units of the size of x, and products of two inputs shifted by 1."""
    if "add" not in allowed or growth.limit < 1000 or not growth.parameters:
        return inputs[:0]
    made = []
    for i in inputs:
        size = float(np.abs(growth.values[i]).max())
        shifts = [sign * float(f"{size * factor:.2g}") for factor in _LONE_SHIFTS for sign in (1.0, -1.0)]
        made.append(growth.shifted(i, np.array(shifts)))
    one = np.flatnonzero(growth.op[:growth.n] == "one")[:1]
    if "mul" in allowed and len(inputs) < 8:
        by_one = np.concatenate([growth.binary(n, inputs, one, material=True) for n in ("add", "sub") if n in allowed])
        return np.concatenate([growth.binary("mul", by_one, by_one, 200), by_one, *made])
    return np.concatenate(made)


def _distances(growth: Growth, inputs: Array, allowed: set[str], room: int) -> Array:
    """u - v, its square, and sums of two and three such squares of different inputs: squared distances."""
    if not {"sub", "add", "square"} <= allowed or len(inputs) < 2:
        return inputs[:0]
    pairs = np.array(list(itertools.combinations(inputs, 2)))
    differences = growth.binary("sub", pairs[:, 0], pairs[:, 1], paired=True, material=True)
    squares = growth.unary("square", differences)
    ends = [{int(growth.left[k]), int(growth.right[k])} for k in growth.left[squares]]
    made = [differences, squares]
    apart = [(a, b) for a, b in itertools.combinations(range(len(squares)), 2) if not ends[a] & ends[b]]
    if apart and growth.n < growth.limit:
        left, right = squares[[a for a, _ in apart]], squares[[b for _, b in apart]]
        two = growth.binary("add", left, right, room // 3, material=True, paired=True)
        made.append(two)
        place = {int(k): at for at, k in enumerate(squares)}
        # In odd columns a sum may have stood before, made of something else: it leads to no third square.
        two = two[np.isin(growth.left[two], squares) & np.isin(growth.right[two], squares)]
        of_two = [(place[int(growth.left[k])], place[int(growth.right[k])]) for k in two]
        triples = [(k, c) for k, (a, b) in zip(two, of_two, strict=True) for c in range(b + 1, len(squares))
                   if not ends[c] & (ends[a] | ends[b])]
        if triples:
            made.append(growth.binary("add", np.array([k for k, _ in triples]), squares[[c for _, c in triples]],
                                      room, material=True, paired=True))
    return np.concatenate(made)


def _triangles(growth: Growth, inputs: Array, allowed: set[str], room: int) -> Array:
    """u^2 + v^2 - 2 u v cos(w), w an input or a difference of two: squared distances in polar coordinates."""
    made = [inputs[:0]]
    if not {"add", "sub", "mul", "square", "cos"} <= allowed or not 3 <= len(inputs) <= 8:
        return made[0]
    ends = list(itertools.combinations(range(len(inputs)), 2))
    first, second = inputs[np.array(ends).T]
    of_pair = dict(zip(ends, growth.binary("sub", first, second, material=True, paired=True), strict=False))
    squares, stop = growth.unary("square", inputs), growth.n + room
    if len(of_pair) < len(ends) or len(squares) < len(inputs):
        return made[0]
    for a, b in ends:
        angles = [*np.delete(inputs, [a, b]), *(k for pair, k in of_pair.items() if not {a, b} & set(pair))]
        if growth.n >= stop:
            break
        product = growth.binary("mul", inputs[a][None], inputs[b][None], material=True)
        turned = growth.binary("mul", product, growth.unary("cos", np.array(angles)), material=True)
        sides = growth.binary("add", squares[a][None], squares[b][None], material=True)
        made.append(growth.binary("sub", sides, growth.scaled(turned, 2.0), material=True))
    return np.concatenate(made)


def _roots(growth: Growth, inputs: Array, allowed: set[str]) -> Array:
    """sqrt(u v) of two inputs."""
    if "sqrt" not in allowed or "mul" not in allowed:
        return inputs[:0]
    return growth.unary("sqrt", growth.binary("mul", inputs, inputs)[:60])


def _monomials(growth: Growth, inputs: Array, room: int, largest: int, negative: bool) -> Array:
    """Monomials of the inputs with whole exponents up to `largest` in size, by total size."""
    if room <= 0:
        return inputs[:0]
    most = min(len(inputs), 6) if largest == 1 else 6
    found = list(itertools.islice(exponents(len(inputs), most, largest, negative), room))
    full = np.zeros((len(found), len(growth.columns)))
    full[:, growth.left[inputs]] = found
    return growth.monomials(full)


def exponents(d: int, most: int, largest: int, negative: bool) -> Iterator[tuple[float, ...]]:
    """Exponents (d,) of monomials by total size from 1 to `most`, each up to `largest` (and negative)."""
    for total in range(1, most + 1):
        for support in range(1, min(total, d) + 1):
            for which in itertools.combinations(range(d), support):
                for sizes in itertools.product(range(1, largest + 1), repeat=support):
                    if sum(sizes) != total:
                        continue
                    for signs in itertools.product((1, -1) if negative else (1,), repeat=support):
                        row = [0.0] * d
                        for k, size, sign in zip(which, sizes, signs, strict=True):
                            row[k] = float(size * sign)
                        yield tuple(row)


def _sums(growth: Growth, inputs: Array, small: Array, powers: Array, allowed: set[str], room: int) -> Array:
    """u + v, u - v, their squares, u^2 + v^2 (+ w^2), 1 - (u/v)^2, u - v w, and sums of two products."""
    stop = growth.n + room
    one = np.flatnonzero(growth.op[:growth.n] == "one")[:1]
    signs = [name for name in ("add", "sub") if name in allowed]
    squares = growth.unary("square", inputs) if "square" in allowed else inputs[:0]
    stands = np.flatnonzero(growth.complexity[:growth.n] == 2)
    squares = np.concatenate([squares, stands[_is_square(growth, stands)]])  # those that are monomials already
    ratios = small[growth.complexity[small] > 1][: max(8, room // 8)]
    made = [growth.binary(name, inputs, inputs, material=True) for name in signs]
    differences = np.concatenate([*made, inputs[:0]])
    made += [growth.binary(name, squares, squares, material=True) for name in signs]
    twice = made[-1] if made else inputs[:0]
    made += [growth.binary(name, one, ratios, material=True) for name in signs]
    if "square" in allowed:
        squared_ratios = growth.unary("square", ratios)
        made += [growth.binary(name, one, squared_ratios, material=True) for name in signs]
        made.append(growth.unary("square", differences))
    if "add" in allowed and len(twice) and growth.n < stop:
        sums_of_two = made[len(signs)]
        made.append(growth.binary("add", sums_of_two, squares, min(200, stop - growth.n), material=True))
    two = small[growth.complexity[small] == 3][:60]
    three = small[growth.complexity[small] == 5]
    for left, right in ((two, inputs), (three, inputs), (two, two), (powers[: room // 8], inputs)):
        for name in signs:
            if growth.n < stop:
                made.append(growth.binary(name, left, right, (stop - growth.n) // 2, material=True))
    return np.concatenate(made) if made else inputs[:0]


def _is_square(growth: Growth, ids: Array) -> Array:
    """Which candidates are the square of an input."""
    op, left = growth.op[ids], growth.left[ids]
    return np.array([o == "square" or (o == "monomial" and max(growth.exponents[k]) == 2.0)
                     for o, k in zip(op, left, strict=True)], dtype=bool)


def _outer(growth: Growth, inputs: Array, small: Array, sums: Array, allowed: set[str], room: int) -> Array:
    """Activations of monomials (scaled where it matters) and of sums, and 1 - cos, cosh and their like."""
    stop = growth.n + room
    curves = [n for n in ("exp", "sin", "cos", "tanh", "log", "tan", "arcsin") if n in allowed]
    first = [growth.unary(name, small, room // 16) for name in curves]
    of_two = sums[growth.complexity[sums] == 3]
    made = first + [growth.unary(name, of_two, room // 32) for name in curves]
    made += _half_angles(growth, inputs, small, of_two, allowed, room) + _powers_of(growth, sums, allowed, room)
    if "exp" in allowed:
        made += _falling(growth, small, first[curves.index("exp")], allowed, room)
    if {"sin", "cos", "div"} <= allowed and "tan" not in allowed and growth.limit > _LITTLE:
        made.append(_tangents(growth, first[curves.index("sin")], first[curves.index("cos")], room // 32))
    made += _lone_curves(growth, inputs, allowed)
    one = np.flatnonzero(growth.op[:growth.n] == "one")[:1]
    of_one = np.concatenate([f[:max(4, room // 100)] for f in first] or [inputs[:0]])
    for name in ("add", "sub"):
        if name in allowed and growth.n < stop:
            made.append(growth.binary(name, one, of_one, stop - growth.n, material=True))
    for name in curves:
        if growth.n < stop:
            made.append(growth.unary(name, sums[:max(8, room // 20)], stop - growth.n))
    made += _scaled_curves(growth, small[:max(8, room // 40)], curves, stop)
    return np.concatenate(made) if made else small[:0]


def _powers_of(growth: Growth, sums: Array, allowed: set[str], room: int) -> list[Array]:
    """One over a sum, its root and square, and one over its root."""
    sums = sums[np.argsort(growth.complexity[sums], kind="stable")]
    made = {name: growth.unary(name, sums, room // 5) for name in ("reciprocal", "sqrt", "square") if name in allowed}
    found = list(made.values())
    if {"sqrt", "reciprocal"} <= allowed:
        found.append(growth.unary("reciprocal", made["sqrt"], room // 8))
    return found


def _falling(growth: Growth, small: Array, rising: Array, allowed: set[str], room: int) -> list[Array]:
    """exp(-u) beside exp(u), and their sum and difference (2 cosh, 2 sinh)."""
    falling = growth.unary("exp", growth.scaled(small, -1.0), room // 16)
    rising, falling = rising[growth.op[rising] == "exp"], falling[growth.op[falling] == "exp"]
    _, up, down = np.intersect1d(growth.left[rising], growth.left[growth.left[falling]], return_indices=True)
    return [falling, *(growth.binary(name, rising[up], falling[down], paired=True, material=True)
                       for name in ("add", "sub") if name in allowed)]


def _tangents(growth: Growth, sines: Array, cosines: Array, room: int) -> Array:
    """sin(u) / cos(u), which a library without the tangent has in its place."""
    sines, cosines = sines[growth.op[sines] == "sin"], cosines[growth.op[cosines] == "cos"]
    _, up, down = np.intersect1d(growth.left[sines], growth.left[cosines], return_indices=True)
    return growth.binary("div", sines[up], cosines[down], room, paired=True, material=True)


def _lone_curves(growth: Growth, inputs: Array, allowed: set[str]) -> list[Array]:
    """Waves, growth, decay and steps of one input over its range: a fitted constant starts from the nearest."""
    if growth.limit < 1000 or not growth.parameters:
        return []
    made = []
    for i in inputs[:8]:
        column = growth.values[i]
        width = float(np.ptp(column))
        waves = [growth.scaled(i[None], 2.0 * np.pi * periods / width) for periods in PERIODS]
        waves += [growth.scaled(i[None], scale) for scale in _INNER_SCALES]
        turned = [growth.shifted(k, np.array(PHASES[1:])) for ids in waves for k in ids]
        rates = np.concatenate([growth.scaled(i[None], sign * rate / width) for rate in RATES
                                for sign in (1.0, -1.0)])
        steps = [growth.shifted(k, -growth.param[k] * np.quantile(column, (0.25, 0.5, 0.75))) for k in rates[::2]]
        for name, ids in (("sin", waves + turned), ("cos", waves), ("exp", [rates]), ("tanh", [rates, *steps])):
            if name in allowed:
                made.append(growth.unary(name, np.concatenate([i[None][:0], *ids])))
    return made


def _half_angles(growth: Growth, inputs: Array, small: Array, of_two: Array, allowed: set[str],
                 room: int) -> list[Array]:
    """Sine and cosine of half a small monomial, and of half an input times a sum or difference of two."""
    if "mul" not in allowed or not {"sin", "cos"} & allowed:
        return []
    products = np.concatenate([small[growth.complexity[small] <= 3], growth.binary("mul", inputs, of_two, room // 12)])
    return [growth.unary(name, growth.scaled(products, 0.5), room // 12) for name in ("sin", "cos") if name in allowed]


def _scaled_curves(growth: Growth, small: Array, curves: Sequence[str], stop: int) -> list[Array]:
    """Curves of scaled monomials."""
    made = []
    for scale in _INNER_SCALES if growth.parameters else (0.5, 2.0):
        for name in curves:
            if name in ("log", "arcsin") or growth.n >= stop:
                continue
            made.append(growth.unary(name, growth.scaled(small, scale), stop - growth.n))
    return made


def _products(growth: Growth, factors: Array, others: Array, room: int, divide: bool) -> Array:
    """Small monomials times (and over) other structured candidates, the short ones first."""
    stop = growth.n + room
    made = [others[:0]]
    others = others[np.argsort(growth.complexity[others], kind="stable")]
    step = max(1, 20_000 // max(len(factors), 1))
    for name in ("mul", "div") if divide else ("mul",):
        half = growth.n + (stop - growth.n) // (2 if name == "mul" and divide else 1)
        for start in range(0, len(others), step):
            if growth.n >= half:
                break
            made.append(growth.binary(name, others[start:start + step], factors, half - growth.n))
    return np.concatenate(made)
