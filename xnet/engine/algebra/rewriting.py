"""Rewritings of a network, to find its shortest form.

The canonical form is expanded, but factored forms are often shorter: x1 x2^2 + x1 x3^2 as x1 (x2^2 + x3^2), and
1 / sqrt(1 - v^2/c^2) as c / sqrt(c^2 - v^2). The rewritings pull common factors out of sums, split roots over factors
that are positive on the data, and complete squares. Callers check the values of a rewriting on the rows.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from xnet.engine.networks.network import Network

from .conversion import to_expression, to_network
from .double_angles import with_double_angles
from .expressions import Expr, ExprKind, add, call, call_of, mul
from .logistic import as_named_curves, in_short_forms
from .signs import with_signs_taken_out
from .traversal import with_parts


def shortest(network: Network, library: Iterable[str]) -> Network:
    """The canonical form of a network, or the network itself if that has fewer neurons or constants.

    In the latter, a negative constant behind + or - is written with the other sign.
    """
    library = tuple(library)
    canonical = to_network(to_expression(network), network.n_inputs, library)
    if canonical is None or canonical.complexity > network.complexity or canonical.n_parameters > network.n_parameters:
        return with_signs_taken_out(network, library)
    return canonical


def rewritings(network: Network, library: Iterable[str], positive: frozenset[int] = frozenset()) -> list[Network]:
    """Different ways to write a network, its canonical form among them.

    Args:
        network: the network to rewrite.
        library: names of the allowed activations.
        positive: inputs that are positive on the data; roots are split over them.
    """
    library = tuple(library)
    expr = to_expression(network)
    forms = [expr, factored(expr, False, positive), factored(expr, True, positive)]
    forms += [factored(f, not deep, positive) for f, deep in zip(forms[1:], (False, True), strict=True)]
    forms += [completed(f) for f in forms[:3]]
    forms.append(in_short_forms(expr))
    if {"sigmoid", "gauss"} & set(library):
        forms += [as_named_curves(f) for f in forms[-3:]]
    forms.append(with_double_angles(expr))
    unique = {f.key: f for f in forms}
    networks = (to_network(f, network.n_inputs, library, grouped=grouped) for f in unique.values()
                for grouped in (False, True))
    return [n for n in networks if n is not None]


def factored(expr: Expr, denominators: bool, positive: frozenset[int]) -> Expr:
    """The expression with the common factors of every sum pulled out.

    Args:
        expr: the expression to factor.
        denominators: also bring sums over a common denominator: 1 - v/c becomes (c - v)/c.
        positive: inputs over which roots are split.
    """
    if expr.kind is ExprKind.VAR:
        return expr
    if expr.kind is ExprKind.CALL:
        if len(expr.args) == 2:
            return call_of(expr.name, [factored(a, denominators, positive) for a in expr.args])
        return _without_quarter_turns(expr.name, factored(expr.args[0], denominators, positive))
    if expr.kind is ExprKind.PROD:
        factors: list[tuple[Expr, float]] = []
        coefficient = 1.0
        for f, p in expr.args:
            inner = factored(f, denominators, positive)
            scale, parts = _split_root(inner, p, positive)
            coefficient *= scale
            factors += parts
        return _of_one_trigonometric_function(mul(factors, coefficient))
    inner = add([(c, factored(t, denominators, positive)) for t, c in expr.args], expr.value)
    if inner.kind is not ExprKind.SUM:
        return inner
    alone = len(inner.args) == 1 and not inner.value
    return _with_sign_moved_in(inner) if alone else _common_factor(inner, denominators)


def _without_quarter_turns(name: str, a: Expr) -> Expr:
    """A call, without quarter turns in the argument of a sine or cosine: sin(u + pi/2) becomes cos(u)."""
    turns = 2.0 * a.value / np.pi if name in ("sin", "cos") and a.kind is ExprKind.SUM and a.args else 0.0
    if not turns or abs(turns - round(turns)) > 1e-12:
        return call(name, a)
    quarter = (round(turns) + (name == "cos")) % 4  # counted from the sine
    return add([(1.0 if quarter < 2 else -1.0, call("cos" if quarter % 2 else "sin", add([(1.0, a)], -a.value)))])


def _of_one_trigonometric_function(expr: Expr) -> Expr:
    """A product with sin(u) / cos(u) written as tan(u), and sin(u) cos(u) as sin(2 u) / 2."""
    product, c = expr.args[0] if expr.kind is ExprKind.SUM and len(expr.args) == 1 and not expr.value else (expr, 1.0)
    if product.kind is not ExprKind.PROD:
        return expr
    powers = dict(product.args)
    for f, p in product.args:
        other = call("cos", f.args[0]) if f.name == "sin" else f
        q = powers.get(other)
        if f.name != "sin" or q is None:
            continue
        rest = [(g, r) for g, r in product.args if g not in (f, other)]
        if q == -p:
            return mul([*rest, (call("tan", f.args[0]), p)], c)
        if q == p:
            return mul([*rest, (call("sin", add([(2.0, f.args[0])])), p)], c * 0.5**p)
    return expr


def _with_sign_moved_in(expr: Expr) -> Expr:
    """A negative multiple of a product, its sign moved into a mostly negative sum: -a (-1 - b) becomes a (1 + b)."""
    product, c = expr.args[0]
    if c >= 0 or expr.value or product.kind is not ExprKind.PROD:
        return expr
    for k, (f, p) in enumerate(product.args):
        numbers = (*(v for _, v in f.args), *([f.value] if f.value else [])) if f.kind is ExprKind.SUM else ()
        signs = [v < 0 for v in numbers]
        if p % 2 == 1 and 2 * sum(signs) > len(signs):
            rest = product.args[:k] + product.args[k + 1:]
            return mul([*rest, (add([(-1.0, f)]), p)], -c)
    return expr


def _split_root(base: Expr, p: float, positive: frozenset[int]) -> tuple[float, list[tuple[Expr, float]]]:
    """base ** p as (coefficient, factors); roots are split over positive inputs."""
    if p == round(p):
        return 1.0, [(base, p)]
    scale, product = 1.0, base
    if base.kind is ExprKind.SUM and base.value == 0.0 and len(base.args) == 1 and base.args[0][1] > 0:
        product, scale = base.args[0][0], base.args[0][1]
    if product.kind is not ExprKind.PROD:
        return 1.0, [(base, p)]
    out = [(f, q) for f, q in product.args if f.kind is ExprKind.VAR and f.index in positive]
    rest = [(f, q) for f, q in product.args if (f, q) not in out]
    return scale**p, [(f, q * p) for f, q in out] + ([(mul(rest), p)] if rest else [])


def _factors(term: Expr) -> dict[Expr, float]:
    return dict(term.args) if term.kind is ExprKind.PROD else {term: 1.0}


def completed(expr: Expr) -> Expr:
    """The expression with squares completed: x^2 - 6 x + 10 becomes (x - 3)^2 + 1."""
    inner = with_parts(expr, completed)
    if expr.kind is ExprKind.PROD:
        return _expanded_quadratic(inner)
    if expr.kind is not ExprKind.SUM or inner.kind is not ExprKind.SUM:
        return inner
    terms, constant = dict(inner.args), inner.value
    for t, a in list(terms.items()):
        base = t.args[0][0] if t.kind is ExprKind.PROD and len(t.args) == 1 and t.args[0][1] == 2.0 else None
        if base is not None and base in terms:
            half = 0.5 * terms.pop(base) / a
            del terms[t]
            terms[mul([(add([(1.0, base)], half), 2.0)])] = a
            constant -= a * half * half
    return add([(c, t) for t, c in terms.items()], constant)


def _expanded_quadratic(expr: Expr) -> Expr:
    """x (6 - x) expanded to 6 x - x^2, with its square completed; other expressions stay."""
    factors = dict(expr.args) if expr.kind is ExprKind.PROD and len(expr.args) == 2 else {}
    for f, p in factors.items():
        base = f.args[0][0] if f.kind is ExprKind.SUM and len(f.args) == 1 and p == 1.0 else None
        if base is not None and factors.get(base) == 1.0:
            return completed(add([(f.args[0][1], mul([(base, 2.0)])), (f.value, base)]))
    return expr


def _common_factor(expr: Expr, denominators: bool) -> Expr:
    """A sum with the factors that all its terms share pulled out."""
    terms = [_factors(t) for t, _ in expr.args] + ([{}] if expr.value else [])
    if len(terms) < 2:
        return expr
    shared: dict[Expr, float] = {}
    for base in {b for t in terms for b in t}:
        powers = [t.get(base, 0.0) for t in terms]
        lowest = min(powers)
        if lowest > 0 or (lowest < 0 and (denominators or max(powers) < 0)):
            shared[base] = lowest if lowest > 0 or denominators else max(powers)
    if not shared:
        return expr
    out = list(shared.items())
    undo = [(b, -p) for b, p in out]
    inner = add([(c, mul([(t, 1.0), *undo])) for t, c in expr.args]
                + ([(expr.value, mul(undo))] if expr.value else []))
    return mul([*out, (inner, 1.0)])
