"""The start of a search: the target itself, seen through every invertible outer activation, before any network stands.

An outer space is a chain of invertible activations (and of steps by 1) put in front of an unknown inner part v; the
target is pulled back through the chain. For y = 1 / (exp(v) - 1) the chain reciprocal, -1, exp turns the question for
y into one for v = log(1/y + 1), which is a monomial. In every space the whole library is matched, plainly, beside all
inputs, and as a power law; seeds (small candidates as the known half of a product, quotient, sum or power law) ask
for the other half.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, mul, power
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS

from .neuron_moves import (
    inverse_target,
    plain_questions,
    power_questions,
    power_questions_each,
    product_questions,
    under,
)
from .question import Question
from .targets import Target, root_target

#: The longest chain; activations with a bounded range stand only alone, for few targets fit under two of them.
DEEPEST = 3
#: Outer powers beside those that have an activation of their own.
_OUTER_POWERS = (1.5, 3.0, 4.0, 2.0 / 3.0, -1.5, -3.0)


@dataclass(frozen=True)
class Space:
    """The target pulled back through a chain of outer activations.

    `same_logs` says that its log is a multiple of the log in the space before it: a power law there is one here.
    `power` says so of the target itself: the chain is a power of the output.
    """

    target: Target
    wrap: Callable[[Expr], Expr]
    words: str
    depth: int
    stepped: bool = False
    same_logs: bool = False
    power: bool = False


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
        activation = ACTIVATIONS[name]
        if activation.arity != 1 or not activation.enumerated or (space.depth and activation.bounded):
            continue
        for branch in activation.inverses[:1]:
            target = inverse_target(space.target, name, branch)
            if target is not None and _fresh(target, seen):
                same_logs = activation.exponent is not None
                yield Space(target, under(space.wrap, name), f"{space.words} under {name}",
                            DEEPEST if activation.bounded else space.depth + 1, same_logs=same_logs,
                            power=same_logs and (space.power or space.depth == 0))
    if space.depth == 0 and "pow" in activations and (space.target.t > 0).all():
        for p in _OUTER_POWERS:
            t = space.target.t ** (1.0 / p)
            target = Target(space.target.o, t, space.target.w * (p * t ** (p - 1.0)) ** 2, space.target.base)
            if np.isfinite(target.w).all() and _fresh(target, seen):
                yield Space(target, _powered(space.wrap, p), f"{space.words} under a power", DEEPEST,
                            same_logs=True, power=True)
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
    """Every space by the plain matches, beside a polynomial of second degree, and the power law."""
    inputs = rows.inputs()
    found = [replace(q, around=2 * space.depth) for space in spaces
             for q in plain_questions(space.target, space.wrap, space.words, inputs, linear=space.depth < 2,
                                      growth="exp" in activations, logs=not space.same_logs)]
    if {"add", "mul"} <= set(activations):
        found += polynomial_questions([s for s in spaces if s.depth < 2], rows)
    return found


def polynomial_questions(spaces: Sequence[Space], rows: Rows) -> list[Question]:
    """Every space beside all inputs and their products of second degree, where these are few (one input: to the third).
    """
    inputs = rows.inputs()
    second = _second_degree(inputs)
    one = (ONE, np.ones_like(rows.y))
    return [Question(s.target.t, s.target.w, (one, *inputs, *second), s.wrap, f"{s.words} beside a polynomial",
                     base=s.target.base, around=2 * s.depth) for s in spaces if second]


def _second_degree(inputs: Sequence[tuple[Expr, Array]], most: int = 14) -> list[tuple[Expr, Array]]:
    """Products of two inputs, as many as stay well below the rows that are matched: all, the squares, or none."""
    squares = [(mul([(e, 2.0)]), v * v) for e, v in inputs]
    if len(inputs) == 1:
        squares += [(mul([(e, 3.0)]), v**3) for e, v in inputs]
    products = [(mul([(a, 1.0), (b, 1.0)]), u * v) for (a, u), (b, v) in itertools.combinations(inputs, 2)]
    for kinds in ([*squares, *products], squares):
        if len(inputs) + len(kinds) <= most and all(np.isfinite(v).all() for _, v in kinds):
            return kinds
    return []


def curve_questions(spaces: Sequence[Space], rows: Rows) -> list[Question]:
    """What the library of curves is asked: the plain matches, and the curve as one factor of a power law."""
    questions = root_questions([replace(s, same_logs=True) for s in spaces if s.depth < 2], rows, ())
    inputs = rows.inputs()
    for space in spaces:
        if space.depth < 2 and not space.same_logs:
            for q in power_questions(space.target, space.wrap, f"{space.words} by a power law", inputs):
                questions.append(replace(q, around=2 * space.depth, unit=True))
    return questions


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
    return list(power_questions_each(space.target, space.wrap, f"{space.words} as a product", rows.inputs(),
                                     [[seed] for seed in seeds], "exp" in activations))


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
