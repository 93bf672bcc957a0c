"""The structure phase: from a neuron's target to questions for the candidate library, and from answers to networks.

Every way to change a network is a weighted least-squares `Question`. For a neuron with output o, target t and weight w:

    replace o                      t by a c + b
    put it under an activation u   u^-1(t), every branch, weight w u'(u^-1(t))^2, by a c + b
    add a term                     t by a c + b and every additive term of o, refitted jointly
    multiply                       t by o (a c + b) + e
    divide                         o / t by a c + b, weight w (t^2 / o)^2
    power law                      log abs t by log abs c and log abs of every input or factor, weight w t^2
    choose one term again          t by a c + b and the other terms

Three cases: sqrt((x2 - x1)^2 + ...) is a plain match under the inverse of sqrt; a second term of a sum is found
exactly only because the first one's coefficient is refitted with it; K x1^2 / x2^3 * (x3^2 - x4^2)^-2 is a single
power-law match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import node_expressions, with_replaced
from xnet.engine.algebra.expressions import ONE, Expr, add, call, evaluate, mul
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network

from .question import Question
from .targets import Target, neuron_targets


def under(wrap: Callable[[Expr], Expr], name: str) -> Callable[[Expr], Expr]:
    """Put what comes under an activation first."""
    return lambda v: wrap(call(name, v))


def plain_questions(target: Target, wrap: Callable[[Expr], Expr], words: str, inputs: list[tuple[Expr, Array]],
                    linear: bool = False, growth: bool = False, logs: bool = True) -> Iterator[Question]:
    """Replace by a c + b (and, where asked, all inputs linearly), and the power law (with an exponential factor)."""
    t, w = target.t, target.w
    one = (ONE, np.ones_like(t))
    yield Question(t, w, (one,), wrap, words, base=target.base)
    if linear and inputs:
        yield Question(t, w, (one, *inputs), wrap, f"{words} with all inputs", base=target.base)
    if logs:
        yield from power_questions(target, wrap, f"{words} by a power law", inputs, growth)


def power_questions(target: Target, wrap: Callable[[Expr], Expr], words: str,
                    factors: list[tuple[Expr, Array]], growth: bool = False) -> Iterator[Question]:
    """log abs t by log abs c (and by c: an exponential factor), with log abs of every factor refitted jointly."""
    return power_questions_each(target, wrap, words, factors, [[]], growth)


def power_questions_each(target: Target, wrap: Callable[[Expr], Expr], words: str, factors: list[tuple[Expr, Array]],
                         further: Iterable[list[tuple[Expr, Array]]], growth: bool = False) -> Iterator[Question]:
    """The same for every list of further factors beside the common ones."""
    t = target.t
    reach = (target.w > 0) & (np.abs(t) > 0)
    if reach.sum() < 0.98 * len(t):
        return
    one = (ONE, np.ones_like(t))
    y = np.log(np.abs(np.where(reach, t, 1.0)))
    w = np.where(reach, target.w * t * t, 0.0)
    sign = -1.0 if growth and np.median(t[reach]) < 0 else 1.0
    common = _logs(factors)
    for others in further:
        logs = common + _logs(others)
        yield Question(y, w, (one, *logs), wrap, words, logs=True, base=target.base)
        if growth:
            yield Question(y, w, (one, *((call("log", e), v) for e, v in logs)),
                           lambda v: wrap(add([(sign, call("exp", v))])), f"{words} and growth", base=target.base)


def _logs(factors: list[tuple[Expr, Array]]) -> list[tuple[Expr, Array]]:
    """The factors with log abs of their values, where that is finite and varies."""
    logs = [(e, np.log(np.abs(v))) for e, v in factors]
    return [(e, v) for e, v in logs if np.isfinite(v).all() and np.ptp(v) > 1e-9]


def inverse_questions(target: Target, wrap: Callable[[Expr], Expr], words: str, activations: Sequence[str],
                      ) -> Iterator[Question]:
    """u^-1(t) of every invertible activation u, every branch."""
    for name in activations:
        for branch in ACTIVATIONS[name].inverses if name != "neg" else ():
            below = inverse_target(target, name, branch)
            if below is not None:
                yield Question(below.t, below.w, ((ONE, np.ones_like(below.t)),),
                               under(wrap, name), f"{words} under {name}", base=below.base)


def inverse_target(target: Target, name: str, branch: Callable[[Array], Array]) -> Target | None:
    """The target of a neuron below an activation put in this neuron's place; None where most rows have none."""
    v = branch(target.t)
    slope = ACTIVATIONS[name].derivatives[0](v, target.t)
    w = target.w * slope * slope
    reach = np.isfinite(v) & np.isfinite(w) & (target.w > 0)
    lost = (target.w > 0) & ~reach
    if lost.sum() > 0.1 * len(v) or not reach.any() or np.ptp(v[reach]) == 0:
        return None
    base = target.base + float((target.w * (target.t - target.o) ** 2)[lost].sum())
    return Target(np.zeros_like(v), np.where(reach, v, 0.0), np.where(reach, w, 0.0), base)


def product_questions(target: Target, wrap: Callable[[Expr], Expr], words: str,
                      seed: tuple[Expr, Array]) -> Iterator[Question]:
    """t by seed (a c + b) + e, and seed / t by a c + b."""
    expr, o = seed
    t, w = target.t, target.w
    one = (ONE, np.ones_like(t))
    scale = float(np.max(np.abs(o)))
    if not np.isfinite(scale) or scale == 0 or np.ptp(o) <= 1e-12 * scale:
        return
    yield Question(t, w, (seed, one), wrap, f"{words} times a neuron", s=seed, base=target.base)
    with np.errstate(all="ignore"):
        y, weight = o / t, w * (t * t / o) ** 2
    reach = np.isfinite(y) & np.isfinite(weight) & (w > 0)
    if reach.sum() >= 0.98 * len(t):
        yield Question(np.where(reach, y, 0.0), np.where(reach, weight, 0.0), (one,),
                       lambda v: wrap(mul([(expr, 1.0), (v, -1.0)])), f"{words} over a neuron", base=target.base)


def sum_questions(target: Target, wrap: Callable[[Expr], Expr], words: str, expr: Expr,
                  values: Callable[[Expr], Array]) -> Iterator[Question]:
    """A further term beside every additive term of the neuron, and each of its terms chosen again."""
    t, w = target.t, target.w
    one = (ONE, np.ones_like(t))
    terms = [(e, values(e)) for e, _ in expr.args] if expr.kind == "sum" else [(expr, values(expr))]
    yield Question(t, w, (one, *terms), wrap, f"{words} plus a new term", base=target.base)
    if len(terms) > 1:
        for j in range(len(terms)):
            rest = tuple(terms[:j] + terms[j + 1:])
            yield Question(t, w, (one, *rest), wrap, f"{words}: one term chosen again", base=target.base)
            if len(terms) > 2:
                yield Question(t, w, (one, terms[j]), wrap, f"{words}: all terms but one chosen again",
                               base=target.base)


def factor_questions(target: Target, wrap: Callable[[Expr], Expr], words: str, expr: Expr,
                     values: Callable[[Expr], Array], inputs: list[tuple[Expr, Array]]) -> Iterator[Question]:
    """A further factor beside every factor of the neuron and every input, and each factor chosen again."""
    product = expr.args[0][0] if expr.kind == "sum" and not expr.value and len(expr.args) == 1 else expr
    factors = [(e, values(e)) for e, _ in product.args] if product.kind == "prod" else [(product, values(product))]
    others = [(e, v) for e, v in factors if e.kind != "var"]
    if not others:
        return
    yield from power_questions(target, wrap, f"{words} times a new factor", inputs + others)
    if len(others) > 1:
        for j in range(len(others)):
            yield from power_questions(target, wrap, f"{words}: one factor chosen again",
                                       inputs + others[:j] + others[j + 1:])


def network_questions(network: Network, rows: Rows, activations: Sequence[str]) -> list[Question]:
    """All moves of all neurons of a network."""
    expressions = node_expressions(network)
    targets = neuron_targets(network, rows.columns, rows.y, rows.weight, rows.loss_function)
    memo: dict[Expr, Array] = {}
    inputs = rows.inputs()
    unary = [n for n in activations if ACTIVATIONS[n].arity == 1]
    parents = {c: n.activation for n in network.neurons for c in n.children}
    questions: list[Question] = []
    for i, (expr, target) in enumerate(zip(expressions, targets, strict=True)):
        if not np.count_nonzero(target.w) or (network.neurons[i].activation == "number"):
            continue
        name, parent = network.neurons[i].activation, parents.get(i, "")

        def wrap(v: Expr, i: int = i) -> Expr:
            return with_replaced(network, expressions, i, v)

        def values(e: Expr) -> Array:
            return evaluate(e, rows.columns, memo)

        words = name
        questions += plain_questions(target, wrap, words, inputs, growth="exp" in activations)
        questions += inverse_questions(target, wrap, words, unary)
        if name in ("constant", "number"):
            continue
        questions += product_questions(target, wrap, words, (expr, target.o))
        if not (name in ("add", "sub") and parent in ("add", "sub")):
            questions += sum_questions(target, wrap, words, expr, values)
        if name in ("mul", "div", "pow") and parent not in ("mul", "div"):
            questions += factor_questions(target, wrap, words, expr, values, inputs)
    return [replace(q, around=network.complexity) for q in questions]
