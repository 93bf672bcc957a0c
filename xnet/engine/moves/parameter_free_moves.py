"""Parameter-free moves: the moves of the mode without parameters, in which nothing is fitted.

A candidate c then has to match the target itself, not up to an affine map: sum w (t - c)^2, with no scale and no bias.
Structure takes the place of scale and bias: the queries are for c, -c, 2 c and c / 2 in a neuron's place, and for c as
the other half of a sum, difference, product or quotient with the neuron itself or with a seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import node_expressions
from xnet.engine.algebra.expressions import Expr, ExprKind, add, mul
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network

from .neuron_moves import in_place_of, inverse_target, outer_activations, under
from .query import MoveQuery, Wrap
from .target_transforms import TransformedTarget
from .targets import Target, neuron_targets

#: Exact factors that cost one or two neurons.
_FACTORS = (1.0, -1.0, 2.0, 0.5)


def unscaled_queries(target: Target, wrap: Wrap, description: str) -> Iterator[MoveQuery]:
    """c, -c, 2 c and c / 2 in the neuron's place."""
    for f in _FACTORS:
        yield _query(target.values / f, target.weight * f * f, _scaled(wrap, f), description, target.floor)


def combination_queries(target: Target, wrap: Wrap, description: str, seed: tuple[Expr, Array]) -> Iterator[MoveQuery]:
    """c as the other half of a sum, difference, product or quotient with the seed.

    Args:
        target, wrap, description: the neuron's target, its place, and the move in plain words.
        seed: an expression with its values (n,).
    """
    expr, s = seed
    t, w = target.values, target.weight
    yield _query(t - s, w, lambda v: wrap(add([(1.0, expr), (1.0, v)])), f"{description} plus a neuron", target.floor)
    yield _query(s - t, w, lambda v: wrap(add([(1.0, expr), (-1.0, v)])), f"{description} minus a neuron", target.floor)
    halves = [
        (t / s, w * s * s, lambda v: wrap(mul([(expr, 1.0), (v, 1.0)])), f"{description} times a neuron"),
        (t * s, w / (s * s), lambda v: wrap(mul([(v, 1.0), (expr, -1.0)])), f"{description} over a neuron"),
        (s / t, w * (t * t / s) ** 2, lambda v: wrap(mul([(expr, 1.0), (v, -1.0)])), f"a neuron over {description}"),
    ]
    for values, weight, place, move in halves:
        reach = np.isfinite(values) & np.isfinite(weight)
        if reach.sum() >= 0.98 * len(values):
            yield _query(np.where(reach, values, 0.0), np.where(reach, weight, 0.0), place, move, target.floor)


def unscaled_root_queries(transforms: Sequence[TransformedTarget]) -> list[MoveQuery]:
    """The plain matches of every transformed target."""
    return [q for t in transforms for q in unscaled_queries(t.target, t.wrap, t.description)]


def unscaled_seed_queries(transforms: Iterable[TransformedTarget],
                          seeds: Sequence[tuple[Expr, Array]]) -> list[MoveQuery]:
    """Every seed (an expression with its values (n,)) as the known half of every transformed target."""
    return [q for t in transforms for seed in seeds for q in combination_queries(t.target, t.wrap, t.description, seed)]


def unscaled_network_queries(network: Network, rows: Rows, activations: Sequence[str]) -> list[MoveQuery]:
    """All moves at all neurons of a network.

    Args:
        network: a network with fitted constants.
        rows: the search rows.
        activations: names of the allowed activations.
    """
    expressions = node_expressions(network)
    unary = outer_activations(activations)
    queries: list[MoveQuery] = []
    for i, target in enumerate(neuron_targets(network, rows.columns, rows.y, rows.weight, rows.loss_function)):
        if not np.count_nonzero(target.weight):
            continue
        wrap = in_place_of(network, expressions, i)
        name = network.neurons[i].activation
        queries += unscaled_queries(target, wrap, name)
        for u in unary:
            for branch in ACTIVATIONS[u].inverses:
                below = inverse_target(target, u, branch)
                if below is not None:
                    queries.append(_query(below.values, below.weight, under(wrap, u), f"{name} under {u}",
                                          below.floor))
        queries += combination_queries(target, wrap, name, (expressions[i], target.output))
    return queries


def exact_coefficients(expr: Expr) -> Expr | None:
    """A sum with its coefficients rounded to multiples of one half; None where one is more than 0.2 away."""
    if expr.kind is not ExprKind.SUM:
        return expr
    near = [(_nearest_half(c), t) for t, c in expr.args]
    constant = _nearest_half(expr.value)
    off = [abs(n - c) for (n, _), (_, c) in zip(near, expr.args, strict=True)]
    return None if max([*off, abs(constant - expr.value)]) > 0.2 else add(near, constant)


def _nearest_half(c: float) -> float:
    return float(np.round(2.0 * c) / 2.0)


def _query(values: Array, weight: Array, wrap: Wrap, description: str, floor: float) -> MoveQuery:
    return MoveQuery(values, weight, (), wrap, description, floor=floor, unscaled=True)


def _scaled(wrap: Wrap, factor: float) -> Wrap:
    return wrap if factor == 1.0 else lambda v: wrap(add([(factor, v)]))
