"""Activations only: the moves of the mode without parameters, where nothing is free to be fitted.

A candidate c then has to be what is asked for, not an affine image of it: sum w (t - c)^2 with no scale and no bias.
What a scale and a bias do otherwise is done by structure: the questions for c, -c, 2 c and c / 2 in a neuron's place,
and for c as the other half of a sum, difference, product or quotient with the neuron itself or with a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import node_expressions, with_replaced
from xnet.engine.algebra.expressions import Expr, add, mul
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network

from .neuron_moves import inverse_target, under
from .question import Question
from .target_transforms import Space
from .targets import Target, neuron_targets

Wrap = Callable[[Expr], Expr]

#: Exact factors that cost a neuron or two.
_FACTORS = (1.0, -1.0, 2.0, 0.5)


def plain(target: Target, wrap: Wrap, words: str) -> Iterator[Question]:
    """c, -c, 2 c and c / 2 in the neuron's place."""
    for f in _FACTORS:
        yield _question(target.t / f, target.w * f * f, _scaled(wrap, f), words, target.base)


def beside(target: Target, wrap: Wrap, words: str, seed: tuple[Expr, Array]) -> Iterator[Question]:
    """c as the other half of a sum, difference, product or quotient with the seed."""
    expr, s = seed
    t, w = target.t, target.w
    yield _question(t - s, w, lambda v: wrap(add([(1.0, expr), (1.0, v)])), f"{words} plus a neuron", target.base)
    yield _question(s - t, w, lambda v: wrap(add([(1.0, expr), (-1.0, v)])), f"{words} minus a neuron", target.base)
    halves = [
        (t / s, w * s * s, lambda v: wrap(mul([(expr, 1.0), (v, 1.0)])), f"{words} times a neuron"),
        (t * s, w / (s * s), lambda v: wrap(mul([(v, 1.0), (expr, -1.0)])), f"{words} over a neuron"),
        (s / t, w * (t * t / s) ** 2, lambda v: wrap(mul([(expr, 1.0), (v, -1.0)])), f"a neuron over {words}"),
    ]
    for y, weight, put, said in halves:
        reach = np.isfinite(y) & np.isfinite(weight)
        if reach.sum() >= 0.98 * len(y):
            yield _question(np.where(reach, y, 0.0), np.where(reach, weight, 0.0), put, said, target.base)


def root_questions(spaces: Sequence[Space]) -> list[Question]:
    """Every outer space by itself."""
    return [q for s in spaces for q in plain(s.target, s.wrap, s.words)]


def seed_questions(spaces: Iterable[Space], seeds: Sequence[tuple[Expr, Array]]) -> list[Question]:
    """Every seed as the known half of the target."""
    return [q for s in spaces for seed in seeds for q in beside(s.target, s.wrap, s.words, seed)]


def network_questions(network: Network, rows: Rows, activations: Sequence[str]) -> list[Question]:
    """All moves of all neurons of a network."""
    expressions = node_expressions(network)
    unary = [n for n in activations if ACTIVATIONS[n].arity == 1 and n != "neg"]
    questions: list[Question] = []
    for i, target in enumerate(neuron_targets(network, rows.columns, rows.y, rows.weight, rows.loss_function)):
        if not np.count_nonzero(target.w):
            continue
        wrap = _in_place(network, expressions, i)
        name = network.neurons[i].activation
        questions += plain(target, wrap, name)
        for u in unary:
            for branch in ACTIVATIONS[u].inverses:
                below = inverse_target(target, u, branch)
                if below is not None:
                    questions.append(_question(below.t, below.w, under(wrap, u), f"{name} under {u}", below.base))
        questions += beside(target, wrap, name, (expressions[i], target.o))
    return questions


def exact_coefficients(expr: Expr) -> Expr | None:
    """A sum with its coefficients rounded to exact small numbers; None where one is too far from any."""
    if expr.kind != "sum":
        return expr
    near = [(_nearest(c), t) for t, c in expr.args]
    constant = _nearest(expr.value)
    off = [abs(n - c) for (n, _), (_, c) in zip(near, expr.args, strict=True)]
    return None if max([*off, abs(constant - expr.value)]) > 0.2 else add(near, constant)


def _nearest(c: float) -> float:
    return float(np.round(2.0 * c) / 2.0)


def _question(y: Array, w: Array, wrap: Wrap, words: str, base: float) -> Question:
    return Question(y, w, (), wrap, words, base=base, fixed=True)


def _scaled(wrap: Wrap, factor: float) -> Wrap:
    return wrap if factor == 1.0 else lambda v: wrap(add([(factor, v)]))


def _in_place(network: Network, expressions: list[Expr], i: int) -> Wrap:
    return lambda v: with_replaced(network, expressions, i, v)
