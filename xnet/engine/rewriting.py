"""Other ways to write the same network, to find the shortest one.

The canonical form expands; people factor. x1 x2^2 + x1 x3^2 is shorter as x1 (x2^2 + x3^2), and 1 / sqrt(1 - v^2/c^2)
as c / sqrt(c^2 - v^2). Each rewriting pulls what its terms share out of every sum; roots are split over factors that
are positive on the data. Whoever uses a rewriting checks its values on the rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from .assembly import to_expression, to_network
from .expressions import Expr, add, call, mul
from .network import Network


def shortest(network: Network, library: Iterable[str]) -> Network:
    """The canonical form of a network where that is no longer and has no more constants, else the network itself."""
    canonical = to_network(to_expression(network), network.n_inputs, library)
    if canonical is None or canonical.complexity > network.complexity or canonical.n_parameters > network.n_parameters:
        return network
    return canonical


def rewritings(network: Network, library: Iterable[str], positive: frozenset[int] = frozenset()) -> list[Network]:
    """Different ways to write a network, its canonical form among them.

    Args:
        positive: inputs that are positive on the data; roots are split over them.
    """
    library = tuple(library)
    expr = to_expression(network)
    forms = [expr, factored(expr, False, positive), factored(expr, True, positive)]
    forms += [factored(f, not deep, positive) for f, deep in zip(forms[1:], (False, True), strict=True)]
    unique = {f.key: f for f in forms}
    networks = (to_network(f, network.n_inputs, library) for f in unique.values())
    return [n for n in networks if n is not None]


def factored(expr: Expr, denominators: bool, positive: frozenset[int]) -> Expr:
    """The expression with what the terms of every sum share pulled out.

    Args:
        denominators: also bring sums over a common denominator (1 - v/c becomes (c - v)/c).
    """
    if expr.kind == "var":
        return expr
    if expr.kind == "call":
        return call(expr.name, factored(expr.args[0], denominators, positive))
    if expr.kind == "prod":
        factors: list[tuple[Expr, float]] = []
        coefficient = 1.0
        for f, p in expr.args:
            inner = factored(f, denominators, positive)
            scale, parts = _split_root(inner, p, positive)
            coefficient *= scale
            factors += parts
        return mul(factors, coefficient)
    inner = add([(c, factored(t, denominators, positive)) for t, c in expr.args], expr.value)
    return _common_factor(inner, denominators) if inner.kind == "sum" else inner


def _split_root(base: Expr, p: float, positive: frozenset[int]) -> tuple[float, list[tuple[Expr, float]]]:
    """base ** p as (coefficient, factors), a root split over positive inputs."""
    if p == round(p):
        return 1.0, [(base, p)]
    scale, product = 1.0, base
    if base.kind == "sum" and base.value == 0.0 and len(base.args) == 1 and base.args[0][1] > 0:
        product, scale = base.args[0][0], base.args[0][1]
    if product.kind != "prod":
        return 1.0, [(base, p)]
    out = [(f, q) for f, q in product.args if f.kind == "var" and f.index in positive]
    rest = [(f, q) for f, q in product.args if (f, q) not in out]
    return scale**p, [(f, q * p) for f, q in out] + ([(mul(rest), p)] if rest else [])


def _factors(term: Expr) -> dict[Expr, float]:
    return dict(term.args) if term.kind == "prod" else {term: 1.0}


def _common_factor(expr: Expr, denominators: bool) -> Expr:
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
