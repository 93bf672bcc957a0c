"""Moves at the start of a search: the target seen through invertible outer activations, before there is a network.

A transform is a chain of invertible activations (and of steps by 1) in front of an unknown inner part v; the target is
pulled back through the chain. For y = 1 / (exp(v) - 1) the chain reciprocal, -1, exp turns the search for y into a
search for v = log(1/y + 1), which is a monomial. The whole library is matched with every transformed target: plainly,
beside all inputs, and as a power law. Seeds are small candidates that are taken as the known half of a product,
quotient, sum or power law; their queries look for the other half.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, mul, power
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS

from .neuron_moves import (
    inverse_target,
    plain_queries,
    power_law_queries,
    power_law_queries_for_each,
    product_queries,
    under,
)
from .query import MoveQuery, Wrap
from .targets import Target, root_target

#: The longest chain. Activations with a bounded range make a chain of their own: few targets fit under two of them.
DEEPEST = 3
#: Outer powers beside those that have an activation of their own.
_OUTER_POWERS = (1.5, 3.0, 4.0, 2.0 / 3.0, -1.5, -3.0)


@dataclass(frozen=True)
class TransformedTarget:
    """The target pulled back through a chain of outer activations.

    Attributes:
        target: the target of the inner part v.
        wrap: puts an expression for v under the chain (and into a network, if there is one).
        description: the chain in plain words.
        depth: length of the chain; `DEEPEST` for chains that no further activation is put in front of.
        has_offset: whether the chain holds a step by 1; it holds one at most.
        same_logs: whether the logarithm of the target is a multiple of the logarithm one step before. A power law of
            this target is then a power law of the target before, which has a query already.
        is_power: whether the whole chain is a power of the inner part.
        unit_power: the power of the output's unit that the inner part has, where the whole chain is a power of it; None
            elsewhere.
        is_angle: whether the output is an inverse trigonometric function of the inner part.
    """

    target: Target
    wrap: Wrap
    description: str
    depth: int
    has_offset: bool = False
    same_logs: bool = False
    is_power: bool = False
    unit_power: float | None = None
    is_angle: bool = False


def target_transforms(rows: Rows, activations: Sequence[str], f: Array | None = None) -> list[TransformedTarget]:
    """All different transformed targets with chains up to `DEEPEST`, the shortest chains first.

    A target that is negative in all rows changes its sign before other activations: no root, power or exponential is.

    Args:
        rows: the rows to explain.
        activations: names of the allowed activations.
        f: (n,) as in `root_target`.
    """
    transforms = [TransformedTarget(root_target(rows, f), lambda v: v, "the output", 0, unit_power=1.0)]
    known = {_affine_key(transforms[0].target)}
    level = [_negated(transforms[0])] if (transforms[0].target.values < 0).all() else list(transforms)
    for _ in range(DEEPEST):
        level = [longer for t in level if t.depth < DEEPEST for longer in _one_deeper(t, activations, known)]
        transforms += level
    return transforms


def _one_deeper(outer: TransformedTarget, activations: Sequence[str], known: set[tuple]) -> Iterator[TransformedTarget]:
    """The new transforms whose chains are one longer; their keys are added to `known`."""
    yield from _under_activations(outer, activations, known)
    if outer.depth == 0 and "pow" in activations and (outer.target.values > 0).all():
        yield from _under_powers(outer, known)
    if outer.depth == 0 and {"arcsin", "add"} <= set(activations) and "arccos" not in activations:
        yield from _under_arccos(outer, known)
    if not outer.has_offset and "add" in activations:
        for offset in (1.0, -1.0):
            target = replace(outer.target, values=outer.target.values - offset)
            if _is_new(target, known, with_offset=True):
                yield TransformedTarget(target, _offset_by(outer.wrap, offset),
                                        f"{outer.description} {'+' if offset > 0 else '-'} 1",
                                        outer.depth + 1 if outer.depth else DEEPEST - 1, has_offset=True)


def _negated(outer: TransformedTarget) -> TransformedTarget:
    return replace(outer, target=replace(outer.target, values=-outer.target.values), description="minus the output",
                   wrap=lambda v: outer.wrap(add([(-1.0, v)])))


def _under_activations(outer: TransformedTarget, activations: Sequence[str],
                       known: set[tuple]) -> Iterator[TransformedTarget]:
    for name in activations:
        activation = ACTIVATIONS[name]
        if activation.arity != 1 or not activation.enumerated or (outer.depth and activation.bounded):
            continue
        for branch in activation.inverses[:1]:
            target = inverse_target(outer.target, name, branch)
            if target is not None and _is_new(target, known):
                same_logs = activation.exponent is not None
                yield TransformedTarget(target, under(outer.wrap, name), f"{outer.description} under {name}",
                                        DEEPEST if activation.bounded else outer.depth + 1, same_logs=same_logs,
                                        is_power=same_logs and (outer.is_power or outer.depth == 0),
                                        unit_power=_over(outer.unit_power, activation.exponent),
                                        is_angle=activation.group == "inverse_trigonometric" or name == "arccos")


def _under_powers(outer: TransformedTarget, known: set[tuple]) -> Iterator[TransformedTarget]:
    for p in _OUTER_POWERS:
        t = outer.target.values ** (1.0 / p)
        target = replace(outer.target, values=t, weight=outer.target.weight * (p * t ** (p - 1.0)) ** 2)
        if np.isfinite(target.weight).all() and _is_new(target, known):
            yield TransformedTarget(target, _raised_to(outer.wrap, p), f"{outer.description} as a power", DEEPEST,
                                    same_logs=True, is_power=True, unit_power=_over(outer.unit_power, p))


def _under_arccos(outer: TransformedTarget, known: set[tuple]) -> Iterator[TransformedTarget]:
    """The target as pi/2 - arcsin(v), the inverse cosine; for angles up to pi, not for numbers up to 1."""
    low, high = outer.target.values.min(), outer.target.values.max()
    if not (low >= 0.0 and 1.0 < high <= np.pi):
        return
    turned = replace(outer.target, values=np.pi / 2 - outer.target.values)
    target = inverse_target(turned, "arcsin", ACTIVATIONS["arcsin"].inverses[0])
    if target is not None and _is_new(target, known):
        wrap = under(lambda v: outer.wrap(add([(-1.0, v)], np.pi / 2)), "arcsin")
        yield TransformedTarget(target, wrap, f"{outer.description} under the inverse cosine", DEEPEST, is_angle=True)


def _over(unit_power: float | None, p: float | None) -> float | None:
    """The power of the output's unit below a power p."""
    return None if unit_power is None or p is None else unit_power / p


def _raised_to(wrap: Wrap, p: float) -> Wrap:
    return lambda v: wrap(power(v, p))


def _offset_by(wrap: Wrap, offset: float) -> Wrap:
    return lambda v: wrap(add([(1.0, v)], offset))


def _times(wrap: Wrap, factor: Expr) -> Wrap:
    return lambda v: wrap(mul([(factor, 1.0), (v, 1.0)]))


def _is_new(target: Target, known: set[tuple], with_offset: bool = False) -> bool:
    """Whether a target is finite, varies, and is no affine image of a known target; its key is added to `known`."""
    reach = target.weight > 0
    if not np.isfinite(target.values).all() or reach.sum() < 0.95 * len(reach):
        return False
    if np.ptp(target.values[reach]) <= 1e-9 * np.max(np.abs(target.values[reach])):
        return False
    key = _affine_key(target, with_offset)
    if key in known:
        return False
    known.add(key)
    return True


def _affine_key(target: Target, with_offset: bool = False) -> tuple:
    """Equal for targets that are affine images of one another.

    A target `with_offset` keeps its mean in the key: other chains can start from it, so it differs from its image.
    """
    t = target.values - target.values.mean()
    t = t / max(float(np.sqrt(t @ t)), 1e-300)
    probe = np.abs(t[:: max(1, len(t) // 7)])
    mean = float(target.values.mean()) if with_offset else 0.0
    return (*np.round(probe, 7), round(mean, 6))


def root_queries(transforms: Sequence[TransformedTarget], rows: Rows, activations: Sequence[str]) -> list[MoveQuery]:
    """The plain matches and the power law of every transformed target, and the matches beside a polynomial.

    Args:
        transforms: the transformed targets.
        rows: the rows to explain.
        activations: names of the allowed activations; matches beside a polynomial need "add" and "mul".
    """
    inputs = rows.inputs()
    found = [replace(q, context_size=2 * t.depth) for t in transforms
             for q in plain_queries(t.target, t.wrap, t.description, inputs, linear=t.depth < 2,
                                    exponential="exp" in activations, power_law=not t.same_logs,
                                    decades=t.depth == 0)]
    if {"add", "mul"} <= set(activations):
        found += polynomial_queries([t for t in transforms if t.depth < 2], rows)
    return found


def polynomial_queries(transforms: Sequence[TransformedTarget], rows: Rows) -> list[MoveQuery]:
    """Every transformed target by a c + b beside a polynomial of second degree of all inputs.

    A single input enters up to its third power; with many inputs there are no queries, see `_second_degree`.
    """
    inputs = rows.inputs()
    second = _second_degree(inputs)
    one = (ONE, np.ones_like(rows.y))
    return [MoveQuery(t.target.values, t.target.weight, (one, *inputs, *second), t.wrap,
                      f"{t.description} plus a polynomial", floor=t.target.floor, context_size=2 * t.depth)
            for t in transforms if second]


def _second_degree(inputs: Sequence[tuple[Expr, Array]], most: int = 14) -> list[tuple[Expr, Array]]:
    """All products of two inputs; the squares alone, or nothing, where more than `most` terms would be fitted.

    The number of terms has to stay well below the number of match rows.
    """
    squares = [(mul([(e, 2.0)]), v * v) for e, v in inputs]
    if len(inputs) == 1:
        squares += [(mul([(e, 3.0)]), v**3) for e, v in inputs]
    products = [(mul([(a, 1.0), (b, 1.0)]), u * v) for (a, u), (b, v) in itertools.combinations(inputs, 2)]
    for terms in ([*squares, *products], squares):
        if len(inputs) + len(terms) <= most and all(np.isfinite(v).all() for _, v in terms):
            return terms
    return []


def parametric_queries(transforms: Sequence[TransformedTarget], rows: Rows) -> list[MoveQuery]:
    """Queries of the library of parametric curves: the plain matches, and the curve as one factor of a power law."""
    queries = root_queries([replace(t, same_logs=True) for t in transforms if t.depth < 2], rows, ())
    inputs = rows.inputs()
    for t in transforms:
        if t.depth < 2 and not t.same_logs:
            for q in power_law_queries(t.target, t.wrap, f"{t.description} by a power law", inputs,
                                       decades=t.depth == 0):
                queries.append(replace(q, context_size=2 * t.depth, unit_exponent=True))
    return queries


def seed_queries(transform: TransformedTarget, seeds: Sequence[tuple[Expr, Array]], rows: Rows,
                 activations: Sequence[str]) -> list[MoveQuery]:
    """Every seed as the known half of a product, quotient and sum, and beside an outer activation.

    Args:
        transform: the transformed target.
        seeds: small candidates with their values (n,), finite and nowhere 0.
        rows: the rows to explain.
        activations: names of the allowed activations.
    """
    one = (ONE, np.ones_like(rows.y))
    target = transform.target
    queries: list[MoveQuery] = []
    for expr, values in seeds:
        queries += product_queries(target, transform.wrap, transform.description, (expr, values))
        queries.append(MoveQuery(target.values, target.weight, (one, (expr, values)), transform.wrap,
                                 f"{transform.description} as a sum of two networks", floor=target.floor))
        queries += _seed_times_activation(transform, expr, values, activations)
    return queries


def factor_seed_queries(transform: TransformedTarget, seeds: Sequence[tuple[Expr, Array]], rows: Rows,
                        activations: Sequence[str]) -> list[MoveQuery]:
    """Every seed as the known factor of a power law; arguments as in `seed_queries`."""
    return list(power_law_queries_for_each(transform.target, transform.wrap, f"{transform.description} as a product",
                                           rows.inputs(), [[seed] for seed in seeds], "exp" in activations,
                                           decades=transform.depth == 0))


def _seed_times_activation(transform: TransformedTarget, expr: Expr, values: Array,
                           activations: Sequence[str]) -> Iterator[MoveQuery]:
    """t = seed * u(a c + b) for several activations u: u^-1(t / seed) by a c + b."""
    target = transform.target
    with np.errstate(all="ignore"):
        other_factor = Target(target.output / values, target.values / values, target.weight * values * values,
                              target.floor)
    if not np.isfinite(other_factor.values).all() or not np.isfinite(other_factor.weight).all():
        return
    for name in ("exp", "sqrt", "sin", "cos", "tanh", "log"):
        if name in activations:
            below = inverse_target(other_factor, name, ACTIVATIONS[name].inverses[0])
            if below is not None and below.floor == target.floor:
                yield MoveQuery(below.values, below.weight, ((ONE, np.ones_like(below.values)),),
                                under(_times(transform.wrap, expr), name),
                                f"{transform.description} as a neuron times {name}", floor=below.floor)
