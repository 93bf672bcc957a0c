"""Moves at one neuron: from a neuron's target to queries of the candidate library.

Every way to change a network is a weighted least-squares `MoveQuery`. For a neuron with output o, target t and
weight w, and every candidate c of the library:

    replace o                      t by a c + b
    put it under an activation u   u^-1(t), every branch, weight w u'(u^-1(t))^2, by a c + b
    add a term                     t by a c + b and every additive term of o, refitted jointly
    multiply                       t by o (a c + b) + e
    divide                         o / t by a c + b, weight w (t^2 / o)^2
    power law                      log abs t by log abs c and log abs of every input or factor, weight w t^2
    replace one term               t by a c + b and the other terms

Why each of these is needed: sqrt((x2 - x1)^2 + ...) is a plain match under the inverse of sqrt; a second term of a sum
is found exactly only because the first term's coefficient is refitted with it; and K x1^2 / x2^3 * (x3^2 - x4^2)^-2 is
a single power-law match.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import node_expressions, with_replaced
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, ExprKind, add, call, mul
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network

from .query import MoveQuery, Wrap
from .targets import Target, neuron_targets

#: A target spans decades if its 90th percentile is this multiple of its 10th; rows that are not zero, and their share,
#: that a match by relative error needs.
_DECADES, _FEWEST_ROWS, _LEAST_SHARE = 1e3, 30, 0.4


def under(wrap: Wrap, name: str) -> Wrap:
    """Like `wrap`, with the activation `name` applied to the expression first."""
    return lambda v: wrap(call(name, v))


def plain_queries(target: Target, wrap: Wrap, description: str, inputs: list[tuple[Expr, Array]],
                  linear: bool = False, exponential: bool = False, power_law: bool = True,
                  decades: bool = False) -> Iterator[MoveQuery]:
    """Replace by a c + b and by a power law.

    Args:
        target, wrap, description: the neuron's target, its place, and the move in plain words.
        inputs: the inputs with their values (n,).
        linear: whether a c + b with all inputs as further linear terms is a query too.
        exponential: whether the power law is also matched with a factor exp(a c).
        power_law: whether the power law is matched at all.
        decades: whether the power law is also matched by relative error, where the target spans decades: errors of its
            square then see only the few rows with the largest values.
    """
    t, w = target.values, target.weight
    one = (ONE, np.ones_like(t))
    yield MoveQuery(t, w, (one,), wrap, description, floor=target.floor)
    if linear and inputs:
        yield MoveQuery(t, w, (one, *inputs), wrap, f"{description} with all inputs", floor=target.floor)
    if power_law:
        yield from power_law_queries(target, wrap, f"{description} by a power law", inputs, exponential,
                                     decades)


def power_law_queries(target: Target, wrap: Wrap, description: str, factors: list[tuple[Expr, Array]],
                      exponential: bool = False, decades: bool = False) -> Iterator[MoveQuery]:
    """log abs t by log abs c (and by c: an exponential factor), with log abs of every factor refitted jointly.

    Args:
        target, wrap, description, exponential, decades: as in `plain_queries`.
        factors: further factors of the law with their values (n,); factors with zeros are left out.
    """
    return power_law_queries_for_each(target, wrap, description, factors, [[]], exponential, decades)


def power_law_queries_for_each(target: Target, wrap: Wrap, description: str, factors: list[tuple[Expr, Array]],
                               further: Iterable[list[tuple[Expr, Array]]],
                               exponential: bool = False, decades: bool = False) -> Iterator[MoveQuery]:
    """Like `power_law_queries`, once for every list of factors in `further`, beside the common `factors`.

    No query at all where the target is zero on more than 2 % of the rows. `decades` adds the queries by relative error.
    """
    t = target.values
    reach = (target.weight > 0) & (np.abs(t) > 0)
    if not reach.any():
        return
    one = (ONE, np.ones_like(t))
    log_target = np.log(np.abs(np.where(reach, t, 1.0)))
    sign = -1.0 if exponential and np.median(t[reach]) < 0 else 1.0
    weights = [np.where(reach, target.weight * t * t, 0.0)] if reach.sum() >= 0.98 * len(t) else []
    if decades and _spans_decades(log_target[reach], len(t)):
        weights.append(np.where(reach, target.weight * float(np.var(t)), 0.0))
    common = _logs(factors)
    for others, weight in itertools.product(further, weights):
        logs = common + _logs(others)
        both = frozenset(e for e, v in (*factors, *others) if v.min() < 0.0 < v.max())
        yield MoveQuery(log_target, weight, (one, *logs), wrap, description, in_logs=True, floor=target.floor,
                        of_both_signs=both)
        if exponential:
            yield MoveQuery(log_target, weight, (one, *((call("log", e), v) for e, v in logs)),
                            lambda v: wrap(add([(sign, call("exp", v))])), f"{description} with an exponential factor",
                            floor=target.floor)


def _spans_decades(logs: Array, n_rows: int) -> bool:
    """Whether squared errors of a target see few of its rows: the logs (k,) of its sizes on the rows without zeros."""
    low, high = np.quantile(logs, (0.1, 0.9))
    return len(logs) >= max(_FEWEST_ROWS, _LEAST_SHARE * n_rows) and high - low > math.log(_DECADES)


def _logs(factors: list[tuple[Expr, Array]]) -> list[tuple[Expr, Array]]:
    """The factors with log abs of their values, where that is finite and varies."""
    logs = [(e, np.log(np.abs(v))) for e, v in factors]
    return [(e, v) for e, v in logs if np.isfinite(v).all() and np.ptp(v) > 1e-9]


def outer_activations(activations: Sequence[str]) -> list[str]:
    """The unary activations that moves look below: neither the negation, which is a scale, nor abbreviations."""
    return [n for n in activations if ACTIVATIONS[n].arity == 1 and n != "neg" and not ACTIVATIONS[n].abbreviation]


def inverse_queries(target: Target, wrap: Wrap, description: str, activations: Sequence[str]) -> Iterator[MoveQuery]:
    """u^-1(t) by a c + b, for every invertible activation u of `activations` and every branch of its inverse."""
    for name in activations:
        for branch in ACTIVATIONS[name].inverses:
            below = inverse_target(target, name, branch)
            if below is not None:
                yield MoveQuery(below.values, below.weight, ((ONE, np.ones_like(below.values)),),
                                under(wrap, name), f"{description} under {name}", floor=below.floor)


def inverse_target(target: Target, name: str, branch: Callable[[Array], Array]) -> Target | None:
    """The target of a new neuron below an activation that is put in this neuron's place.

    Args:
        target: the target of the neuron that the activation replaces.
        name: the activation u.
        branch: one branch of its inverse; values (n,) to values (n,).

    Returns:
        u^-1(t) with the weight w u'(u^-1(t))^2; None where more than 10 % of the rows have no inverse. The loss of the
        other rows without an inverse is added to the floor.
    """
    v = branch(target.values)
    slope = ACTIVATIONS[name].derivatives[0](v, target.values)
    w = target.weight * slope * slope
    reach = np.isfinite(v) & np.isfinite(w) & (target.weight > 0)
    lost = (target.weight > 0) & ~reach
    if lost.sum() > 0.1 * len(v) or not reach.any() or np.ptp(v[reach]) == 0:
        return None
    floor = target.floor + float((target.weight * (target.values - target.output) ** 2)[lost].sum())
    return Target(np.zeros_like(v), np.where(reach, v, 0.0), np.where(reach, w, 0.0), floor)


def product_queries(target: Target, wrap: Wrap, description: str, seed: tuple[Expr, Array]) -> Iterator[MoveQuery]:
    """t by seed (a c + b) + e, and seed / t by a c + b.

    Args:
        target, wrap, description: as in `plain_queries`.
        seed: the known half of the product or quotient, with its values (n,).
    """
    expr, o = seed
    t, w = target.values, target.weight
    one = (ONE, np.ones_like(t))
    scale = float(np.max(np.abs(o)))
    if not np.isfinite(scale) or scale == 0 or np.ptp(o) <= 1e-12 * scale:
        return
    yield MoveQuery(t, w, (seed, one), wrap, f"{description} times a neuron", multiplier=seed, floor=target.floor)
    with np.errstate(all="ignore"):
        quotient, weight = o / t, w * (t * t / o) ** 2
    reach = np.isfinite(quotient) & np.isfinite(weight) & (w > 0)
    if reach.sum() >= 0.98 * len(t):
        yield MoveQuery(np.where(reach, quotient, 0.0), np.where(reach, weight, 0.0), (one,),
                        lambda v: wrap(mul([(expr, 1.0), (v, -1.0)])), f"{description} over a neuron",
                        floor=target.floor)


def sum_queries(target: Target, wrap: Wrap, description: str, expr: Expr,
                values: Callable[[Expr], Array]) -> Iterator[MoveQuery]:
    """A further term beside every additive term of the neuron, and a replacement for each of its terms.

    Args:
        target, wrap, description: as in `plain_queries`.
        expr: the neuron's expression.
        values: gives the values (n,) of an expression.
    """
    t, w = target.values, target.weight
    one = (ONE, np.ones_like(t))
    terms = [(e, values(e)) for e, _ in expr.args] if expr.kind is ExprKind.SUM else [(expr, values(expr))]
    yield MoveQuery(t, w, (one, *terms), wrap, f"{description} plus a new term", floor=target.floor)
    if len(terms) > 1:
        for j in range(len(terms)):
            rest = tuple(terms[:j] + terms[j + 1:])
            yield MoveQuery(t, w, (one, *rest), wrap, f"{description}: one term replaced", floor=target.floor)
            if len(terms) > 2:
                yield MoveQuery(t, w, (one, terms[j]), wrap, f"{description}: all terms but one replaced",
                                floor=target.floor)


def factor_queries(target: Target, wrap: Wrap, description: str, expr: Expr, values: Callable[[Expr], Array],
                   inputs: list[tuple[Expr, Array]]) -> Iterator[MoveQuery]:
    """A further factor beside every factor of the neuron and every input, and a replacement for each factor.

    Args:
        target, wrap, description, expr, values: as in `sum_queries`.
        inputs: the inputs with their values (n,).
    """
    product = expr.args[0][0] if expr.kind is ExprKind.SUM and not expr.value and len(expr.args) == 1 else expr
    parts = [e for e, _ in product.args] if product.kind is ExprKind.PROD else [product]
    factors = [(e, values(e)) for e in parts]
    others = [(e, v) for e, v in factors if e.kind is not ExprKind.VAR]
    if not others:
        return
    yield from power_law_queries(target, wrap, f"{description} times a new factor", inputs + others)
    if len(others) > 1:
        for j in range(len(others)):
            yield from power_law_queries(target, wrap, f"{description}: one factor replaced",
                                         inputs + others[:j] + others[j + 1:])


def network_queries(network: Network, rows: Rows, activations: Sequence[str]) -> list[MoveQuery]:
    """All moves at all neurons of a network.

    Args:
        network: a network with fitted constants.
        rows: the search rows.
        activations: names of the allowed activations.
    """
    expressions = node_expressions(network)
    targets = neuron_targets(network, rows.columns, rows.y, rows.weight, rows.loss_function)
    memo: dict[Expr, Array] = {}
    inputs = rows.inputs()
    unary = outer_activations(activations)
    parents = {c: n.activation for n in network.neurons for c in n.children}
    queries: list[MoveQuery] = []

    def values(e: Expr) -> Array:
        return evaluate(e, rows.columns, memo)

    for i, (expr, target) in enumerate(zip(expressions, targets, strict=True)):
        if not np.count_nonzero(target.weight) or (network.neurons[i].activation == "number"):
            continue
        name, parent = network.neurons[i].activation, parents.get(i, "")
        wrap = in_place_of(network, expressions, i)
        queries += plain_queries(target, wrap, name, inputs, exponential="exp" in activations)
        queries += inverse_queries(target, wrap, name, unary)
        if name in ("constant", "number"):
            continue
        queries += product_queries(target, wrap, name, (expr, target.output))
        if not (name in ("add", "sub") and parent in ("add", "sub")):
            queries += sum_queries(target, wrap, name, expr, values)
        if name in ("mul", "div", "pow") and parent not in ("mul", "div"):
            queries += factor_queries(target, wrap, name, expr, values, inputs)
    return [replace(q, context_size=network.complexity) for q in queries]


def in_place_of(network: Network, expressions: list[Expr], i: int) -> Wrap:
    """Puts an expression in the place of neuron i of a network whose neurons have the given expressions."""
    return lambda v: with_replaced(network, expressions, i, v)
