"""The start of a search: the target itself, seen through every invertible outer activation, before any network stands.

An outer space is a chain of invertible activations (and of steps by 1) put in front of an unknown inner part v; the
target is pulled back through the chain. For y = 1 / (exp(v) - 1) the chain reciprocal, -1, exp turns the question for
y into one for v = log(1/y + 1), which is a monomial. In every space the whole library is matched, plainly, beside all
inputs, and as a power law; seeds (small candidates as the known half of a product, quotient, sum or power law) ask
for the other half.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .activations import ACTIVATIONS
from .expressions import ONE, Expr, add, mul, power
from .moves import (
    Question,
    inverse_target,
    plain_questions,
    power_questions,
    product_questions,
    under,
    weighted_least_squares,
)
from .parameters import Rows
from .structured import exponents
from .targets import Target, root_target

Array = np.ndarray


#: The longest chain; activations with a bounded range stand only alone, for few targets fit under two of them.
DEEPEST = 3
_BOUNDED = frozenset({"sin", "cos", "tan", "tanh", "arcsin", "arccos", "arctan"})
#: Outer powers beside those that have an activation of their own.
_OUTER_POWERS = (1.5, 3.0, 4.0, 2.0 / 3.0, -1.5, -3.0)


@dataclass(frozen=True)
class Space:
    """The target pulled back through a chain of outer activations."""

    target: Target
    wrap: Callable[[Expr], Expr]
    words: str
    depth: int
    stepped: bool = False


def outer_spaces(rows: Rows, activations: Sequence[str], f: Array | None = None) -> list[Space]:
    """All different spaces up to `DEEPEST`, the shortest chains first; f as in `root_target`."""
    spaces = [Space(root_target(rows, f), lambda v: v, "the output", 0)]
    seen = {_space_key(spaces[0].target)}
    level = list(spaces)
    for _ in range(DEEPEST):
        level = [s for space in level if space.depth < DEEPEST for s in _deeper(space, activations, seen)]
        spaces += level
    return spaces


def _deeper(space: Space, activations: Sequence[str], seen: set[tuple]) -> Iterator[Space]:
    for name in activations:
        if ACTIVATIONS[name].arity != 1 or name in ("neg", "abs", "cube") or (space.depth and name in _BOUNDED):
            continue
        for branch in ACTIVATIONS[name].inverses[:1]:
            target = inverse_target(space.target, name, branch)
            if target is not None and _fresh(target, seen):
                yield Space(target, under(space.wrap, name), f"{space.words} under {name}",
                            DEEPEST if name in _BOUNDED else space.depth + 1)
    if space.depth == 0 and "pow" in activations and (space.target.t > 0).all():
        for p in _OUTER_POWERS:
            t = space.target.t ** (1.0 / p)
            target = Target(space.target.o, t, space.target.w * (p * t ** (p - 1.0)) ** 2, space.target.base)
            if np.isfinite(target.w).all() and _fresh(target, seen):
                yield Space(target, _powered(space.wrap, p), f"{space.words} under a power", DEEPEST)
    if not space.stepped and "add" in activations:
        for shift in (1.0, -1.0):
            target = Target(space.target.o, space.target.t - shift, space.target.w, space.target.base)
            if _fresh(target, seen, shifted=True):
                yield Space(target, _shifted(space.wrap, shift),
                            f"{space.words} {'+' if shift > 0 else '-'} 1",
                            space.depth + 1 if space.depth else DEEPEST - 1, stepped=True)


def _powered(wrap: Callable[[Expr], Expr], p: float) -> Callable[[Expr], Expr]:
    return lambda v: wrap(power(v, p))


def _shifted(wrap: Callable[[Expr], Expr], shift: float) -> Callable[[Expr], Expr]:
    return lambda v: wrap(add([(1.0, v)], shift))


def _times(wrap: Callable[[Expr], Expr], factor: Expr) -> Callable[[Expr], Expr]:
    return lambda v: wrap(mul([(factor, 1.0), (v, 1.0)]))


def _fresh(target: Target, seen: set[tuple], shifted: bool = False) -> bool:
    reach = target.w > 0
    if not np.isfinite(target.t).all() or reach.sum() < 0.95 * len(reach):
        return False
    if np.ptp(target.t[reach]) <= 1e-9 * np.max(np.abs(target.t[reach])):
        return False
    key = _space_key(target, shifted)
    if key in seen:
        return False
    seen.add(key)
    return True


def _space_key(target: Target, shifted: bool = False) -> tuple:
    """Equal for targets that are affine images of one another (a shifted one stays apart: it opens other chains)."""
    t = target.t - target.t.mean()
    t = t / max(float(np.sqrt(t @ t)), 1e-300)
    probe = np.abs(t[:: max(1, len(t) // 7)])
    mean = float(target.t.mean()) if shifted else 0.0
    return (*np.round(probe, 7), round(mean, 6))


def root_questions(spaces: Sequence[Space], rows: Rows, activations: Sequence[str]) -> list[Question]:
    """Every space by the plain matches and the power law."""
    inputs = rows.inputs()
    return [replace(q, around=2 * space.depth) for space in spaces
            for q in plain_questions(space.target, space.wrap, space.words, inputs, linear=space.depth < 2,
                                     growth="exp" in activations)]


def seed_questions(space: Space, seeds: Sequence[tuple[Expr, Array]], rows: Rows,
                   activations: Sequence[str]) -> list[Question]:
    """Every seed as the known half of a product, quotient and sum, and below an outer activation."""
    one = (ONE, np.ones_like(rows.y))
    target = space.target
    questions: list[Question] = []
    for expr, values in seeds:
        questions += product_questions(target, space.wrap, space.words, (expr, values))
        questions.append(Question(target.t, target.w, (one, (expr, values)), space.wrap,
                                  f"{space.words} as a sum of two", base=target.base))
        questions += _outer_over_seed(space, expr, values, activations)
    return questions


def factor_seed_questions(space: Space, seeds: Sequence[tuple[Expr, Array]], rows: Rows,
                          activations: Sequence[str]) -> list[Question]:
    """Every seed as the known factor of a power law."""
    inputs = rows.inputs()
    return [q for seed in seeds for q in power_questions(space.target, space.wrap, f"{space.words} as a product",
                                                         [*inputs, seed], "exp" in activations)]


def _outer_over_seed(space: Space, expr: Expr, values: Array, activations: Sequence[str]) -> Iterator[Question]:
    """t = seed * u(a c + b): u^-1(t / seed)."""
    target = space.target
    with np.errstate(all="ignore"):
        share = Target(target.o / values, target.t / values, target.w * values * values, target.base)
    if not np.isfinite(share.t).all() or not np.isfinite(share.w).all():
        return
    for name in ("exp", "sqrt", "sin", "cos", "tanh", "log"):
        if name in activations:
            below = inverse_target(share, name, ACTIVATIONS[name].inverses[0])
            if below is not None and below.base == target.base:
                yield Question(below.t, below.w, ((ONE, np.ones_like(below.t)),),
                               under(_times(space.wrap, expr), name),
                               f"{space.words} as a neuron times {name}", base=below.base)


def polynomial_terms(n_inputs: int, n_rows: int, negative: bool) -> list[tuple[float, ...]]:
    """Exponents of all monomials up to the largest total degree that the rows can carry."""
    most = max(2, min(100, n_rows // 2))
    terms: list[tuple[float, ...]] = []
    for degree, level in itertools.groupby(exponents(n_inputs, 8, 8, negative), lambda e: math.fsum(map(abs, e))):
        new = list(itertools.islice(level, most - len(terms) + 1))
        if len(terms) + len(new) > most:
            return terms if degree > 1 else new[:most]
        terms += new
    return terms


def dense_answers(space: Space, rows: Rows, negative: bool, largest: int = 9) -> Iterator[tuple[Expr, float]]:
    """Sums of monomials by backward elimination from all of them: yields (expression, predicted loss)."""
    inputs = [expr for expr, _ in rows.inputs()]
    if not inputs:
        return
    monomials = [mul([(inputs[j], p) for j, p in enumerate(e) if p])
                 for e in polynomial_terms(len(inputs), len(rows.y), negative)]
    columns = [np.ones_like(rows.y)]
    exprs = [ONE]
    for m in monomials:
        with np.errstate(all="ignore"):
            value = np.prod([np.power(rows.columns[f.index], p) for f, p in _factors(m)], axis=0)
        if np.isfinite(value).all() and np.ptp(value) > 0:
            columns.append(value)
            exprs.append(m)
    t, w = space.target.t, space.target.w
    keep = list(range(len(exprs)))
    while len(keep) > 1:
        coefficients = weighted_least_squares([columns[j] for j in keep], t, w)
        if coefficients is None:
            return
        if len(keep) <= largest + 1:
            r = t - sum(c * columns[j] for c, j in zip(coefficients, keep, strict=True))
            yield (space.wrap(add([(c, exprs[j]) for c, j in zip(coefficients, keep, strict=True)])),
                   float(w @ (r * r)) + space.target.base)
        keep = _without_least(keep, coefficients, columns, w)


def _factors(m: Expr) -> list[tuple[Expr, float]]:
    return list(m.args) if m.kind == "prod" else [(m, 1.0)]


def _without_least(keep: list[int], coefficients: Array, columns: list[Array], w: Array) -> list[int]:
    """Leave out the terms whose removal raises the loss least: many at first, one by one near the end."""
    root = np.sqrt(w)
    A = np.stack([columns[j] for j in keep], axis=1) * root[:, None]
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    size[size == 0] = 1.0  # a monomial of tiny values, squared
    inverse = np.linalg.pinv((A / size).T @ (A / size), rcond=1e-13, hermitian=True)
    rise = (coefficients * size) ** 2 / np.maximum(np.diag(inverse), 1e-300)
    drop = max(1, (len(keep) - 12) // 4) if len(keep) > 12 else 1
    tiny = int((rise < 1e-16 * rise.max()).sum())
    order = np.argsort(rise)
    return [keep[k] for k in sorted(order[max(drop, min(tiny, len(keep) - 1)):])]
