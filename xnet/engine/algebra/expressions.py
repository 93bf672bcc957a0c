"""Canonical expressions: the algebra in which moves put networks together, so that these stay short.

A move adds a piece (a term, a factor, an outer function) to a network. Adding neurons would pile up scales of scales
and biases of biases, each a useless parameter. So pieces are added to *expressions* in a canonical form:

    Sum   constant + sum of coefficient * term       like terms merged, nested sums flattened
    Prod  product of base ** power                   like bases merged, coefficients pulled out
    Call  function(argument)                         exp(b + e) = e^b exp(e), log(a e) = log a + log e, sin(-e) = -sin e
                                                     sqrt(e^2) = |e|, e / |e| = sign(e)
    Var   input

Three examples: 2 (3 x + 1) + 4 x is the sum 2 + 10 x; exp(x) * exp(x + 1) is e * exp(2 x); and 3 / (6 x + 3 y) is
0.5 / (x + 0.5 y), two parameters instead of three. Every rule holds wherever its left side is defined (never
sqrt(x^2) = x). Equal expressions have equal `key`s, and equal structures equal shapes (`shapes.shape`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from xnet.engine.networks.activation_record import Parity
from xnet.engine.networks.activations import ACTIVATIONS

from .coefficients import accumulate, constant_call, float_power, rounded_one
from .expr import Expr, ExprKind

#: exp(b + e) is split into exp(b) * exp(e) for constants b up to this size.
_LARGEST_SHIFT = 60.0
#: Functions whose values are never negative.
_NEVER_NEGATIVE = frozenset(["abs", "exp", "cosh", "arccosh", "hinge", "step", "sigmoid", "gauss"])


def var(i: int) -> Expr:
    """The input in column i."""
    return Expr(ExprKind.VAR, (), f"x{i}", index=i)


def num(value: float) -> Expr:
    """A number."""
    value = float(value) + 0.0
    return Expr(ExprKind.SUM, (), f"{value!r}", value=value)


ZERO, ONE = num(0.0), num(1.0)


def add(items: Iterable[tuple[float, Expr]], constant: float = 0.0) -> Expr:
    """constant + sum of coefficient * expression."""
    merged: dict[Expr, float] = {}
    constant = float(constant)
    for coefficient, expr in items:
        coefficient = float(coefficient)
        if expr.kind is ExprKind.SUM:
            constant += coefficient * expr.value
            for term, c in expr.args:
                accumulate(merged, term, coefficient * c)
        else:
            accumulate(merged, expr, coefficient)
    terms = [(t, rounded_one(c)) for t, c in merged.items() if c != 0.0]
    constant = rounded_one(constant) + 0.0  # no negative zero: it would be another key for the same value
    if not terms:
        return num(constant)
    if constant == 0.0 and len(terms) == 1 and terms[0][1] == 1.0:
        return terms[0][0]
    terms.sort(key=_term_order)
    text = "+".join(f"{c!r}*{t.key}" for t, c in terms)
    return Expr(ExprKind.SUM, tuple(terms), f"({constant!r}+{text})", value=constant)


def _term_order(item: tuple[Expr, float]) -> tuple[int, str]:
    return len(item[0].key), item[0].key


def mul(items: Iterable[tuple[Expr, float]], coefficient: float = 1.0) -> Expr:
    """coefficient * product of expression ** power."""
    merged: dict[Expr, float] = {}
    for expr, p in items:
        coefficient *= _gather(merged, expr, float(p))
    exponent = [f for f in merged if f.kind is ExprKind.CALL and f.name == "exp"]
    if len(exponent) > 1 or (exponent and merged[exponent[0]] != 1.0):
        inner = add([(merged.pop(f), f.args[0]) for f in exponent])
        coefficient *= _gather(merged, call("exp", inner), 1.0)
    _take_signs(merged)
    factors = [(f, p) for f, p in merged.items() if p != 0.0]
    if coefficient == 0.0 or not factors:
        return num(coefficient)
    if coefficient < 0.0:
        coefficient, factors = _with_sign_inside(coefficient, factors)
    if len(factors) == 1 and factors[0][1] == 1.0:
        return factors[0][0] if coefficient == 1.0 else add([(coefficient, factors[0][0])])
    factors.sort(key=_term_order)
    product = Expr(ExprKind.PROD, tuple(factors), "*".join(_factor_key(f, p) for f, p in factors))
    return product if coefficient == 1.0 else add([(coefficient, product)])


def _take_signs(merged: dict[Expr, float]) -> None:
    """u / |u| and |u| / u become sign(u), u sign(u) becomes |u|, and |u| sign(u) becomes u, in the powers by factor."""
    for f in [f for f in merged if f.kind is ExprKind.CALL and f.name in ("abs", "sign")]:
        u, p = f.args[0], merged.get(f, 0.0)
        size, q = _call("abs", u), merged.get(u, 0.0)
        if f.name == "abs" and p * q == -1.0:
            joined = _call("sign", u)
        elif f.name == "sign" and p == 1.0 and q == 1.0:
            joined = size
        elif f.name == "sign" and p == 1.0 and merged.get(size) == 1.0:
            joined, u = u, size
        else:
            continue
        del merged[f], merged[u]
        merged[joined] = merged.get(joined, 0.0) + 1.0


def _with_sign_inside(coefficient: float, factors: list[tuple[Expr, float]]) -> tuple[float, list[tuple[Expr, float]]]:
    """A negative coefficient made positive where a difference can be turned round: -2 (1 - x) is 2 (x - 1)."""
    for k, (factor, p) in enumerate(factors):
        if factor.kind is ExprKind.SUM and p % 2.0 == 1.0:
            signs, turned = [factor.value, *(c for _, c in factor.args)], add([(-1.0, factor)])
            if min(signs) < 0.0 < max(signs) and turned not in dict(factors):
                return -coefficient, [*factors[:k], (turned, p), *factors[k + 1:]]
    return coefficient, factors


def _factor_key(factor: Expr, p: float) -> str:
    key = f"({factor.key})" if factor.kind is ExprKind.PROD else factor.key  # (x0*x1)^0.5 is not x0*x1^0.5
    return key if p == 1.0 else f"{key}^{p!r}"


def _gather(merged: dict[Expr, float], expr: Expr, p: float) -> float:
    """Merge expr ** p into the factors; returns the coefficient that can be pulled out of it."""
    if p == 0.0:
        return 1.0
    if not math.isfinite(p):
        return math.nan
    whole = p.is_integer()
    if expr.kind is ExprKind.SUM:
        return _gather_sum(merged, expr, p, whole)
    if expr.name == "abs" and p % 2.0 == 0.0:
        return _gather(merged, expr.args[0], p)
    if expr.name == "cbrt" and p % 3.0 == 0.0:
        return _gather(merged, expr.args[0], p / 3.0)
    if expr.kind is ExprKind.PROD and not whole and all(q % 2.0 == 0.0 for _, q in expr.args):
        return _gather(merged, call("abs", mul([(f, q / 2.0) for f, q in expr.args])), 2.0 * p)
    if expr.kind is ExprKind.PROD and (whole or not any(q.is_integer() for _, q in expr.args)
                                or (len(expr.args) == 1 and expr.args[0][1] % 2 == 1)):
        coefficient = 1.0
        for factor, q in expr.args:
            coefficient *= _gather(merged, factor, q * p)
        return coefficient
    total = merged.get(expr, 0.0) + p
    if not (2.0 * total).is_integer() and abs(total - round(2 * total) / 2) < 1e-12:
        total = round(2 * total) / 2
    merged[expr] = total
    return 1.0


def _gather_sum(merged: dict[Expr, float], expr: Expr, p: float, whole: bool) -> float:
    if not expr.args:
        return float_power(expr.value, p)
    scale = _pivot(expr)
    if not whole:
        scale = abs(scale)
    if expr.value == 0.0 and len(expr.args) == 1 and scale == expr.args[0][1]:
        return float_power(scale, p) * _gather(merged, expr.args[0][0], p)  # c * (1 / c) need not be 1
    rest = add([(1.0 / scale, expr)]) if scale != 1.0 else expr
    coefficient = float_power(scale, p)
    if rest.kind is not ExprKind.SUM:
        return coefficient * _gather(merged, rest, p)
    merged[rest] = merged.get(rest, 0.0) + p
    return coefficient


def _pivot(expr: Expr) -> float:
    """The number by which a sum is divided so that one of its coefficients becomes 1."""
    if expr.value == 0.0 and len(expr.args) == 1:
        return expr.args[0][1]
    sizes = [abs(c) for _, c in expr.args] + ([abs(expr.value)] if expr.value else [])
    return 1.0 if 1.0 in sizes else abs(expr.args[0][1])


def power(expr: Expr, p: float) -> Expr:
    """expr ** p."""
    return mul([(expr, p)])


def call(name: str, a: Expr) -> Expr:
    """The unary activation `name` of an expression, canonical."""
    if name == "neg":
        return mul([(a, 1.0)], -1.0) if a.kind is ExprKind.PROD else add([(-1.0, a)])
    activation = ACTIVATIONS[name]
    if activation.exponent is not None:
        return mul([(a, activation.exponent)])
    if a.is_constant:
        return num(constant_call(name, a.value))
    if name in _RULES:
        return _RULES[name](a)
    if activation.degree is not None and a.kind is ExprKind.SUM and a.value == 0.0 and len(a.args) == 1:
        term, c = a.args[0]
        if activation.parity is Parity.ODD:
            return add([(math.copysign(abs(c) ** activation.degree, c), call(name, term))])
        if abs(c) != 1.0:  # a corner at 0, or a step: not the same on both sides
            return add([(abs(c) ** activation.degree, call(name, add([(math.copysign(1.0, c), term)])))])
    if name in ("hinge", "step"):
        return _of_unit_size(name, a)
    if activation.parity is not Parity.NONE:
        lead = a.args[0][1] if a.kind is ExprKind.SUM else 1.0
        if lead < 0:
            flipped = _call(name, add([(-1.0, a)]))
            return add([(-1.0, flipped)]) if activation.parity is Parity.ODD else flipped
    return _call(name, a)


def _call(name: str, *args: Expr) -> Expr:
    return Expr(ExprKind.CALL, args, f"{name}({','.join(a.key for a in args)})", name=name)


def call_of_two(name: str, a: Expr, b: Expr) -> Expr:
    """An activation of two operands that is neither arithmetic nor a power, canonical: max(0, e) is hinge(e)."""
    if a.is_constant and b.is_constant:
        return num(constant_call(name, a.value, b.value))
    if ACTIVATIONS[name].commutative and (len(b.key), b.key) < (len(a.key), a.key):
        a, b = b, a
    if name in ("max", "min"):
        if a == b:
            return a
        sign = 1.0 if name == "max" else -1.0
        if a == ZERO or b == ZERO:
            return add([(sign, call("hinge", add([(sign, a), (sign, b)])))])
    return _call(name, a, b)


def call_of(name: str, args: Sequence[Expr]) -> Expr:
    """A call with one or two arguments, canonical."""
    return call(name, args[0]) if len(args) == 1 else call_of_two(name, args[0], args[1])


def _of_unit_size(name: str, a: Expr) -> Expr:
    """A hinge or a step with a positive factor outside: max(0, 2 x - 6) is 2 max(0, x - 3)."""
    if name == "hinge" and a.kind is ExprKind.CALL and a.name in _NEVER_NEGATIVE:
        return a
    if a.kind is not ExprKind.SUM:
        return _call(name, a)
    scale = abs(_pivot(a) if len(a.args) > 1 else a.args[0][1])
    inner = _call(name, add([(1.0 / scale, a)]) if scale != 1.0 else a)
    return add([(scale, inner)]) if name == "hinge" else inner


def _abs(a: Expr) -> Expr:
    if a.kind is ExprKind.SUM and a.value == 0.0 and len(a.args) == 1:
        return add([(abs(a.args[0][1]), _abs(a.args[0][0]))])
    if a.kind is ExprKind.PROD:
        return mul([(f, p) if p % 2.0 == 0.0 or not p.is_integer() else (call("abs", f), p) for f, p in a.args])
    if a.kind is ExprKind.CALL and a.name in _NEVER_NEGATIVE:
        return a
    return _call("abs", add([(-1.0, a)]) if a.kind is ExprKind.SUM and a.args[0][1] < 0 else a)


def _exp(a: Expr) -> Expr:
    if a.kind is ExprKind.CALL and a.name == "log":
        return a.args[0]
    if a.kind is not ExprKind.SUM:
        return _call("exp", a)
    powers = [(t.args[0], c) for t, c in a.args if t.kind is ExprKind.CALL and t.name == "log"]
    rest = [(c, t) for t, c in a.args if not (t.kind is ExprKind.CALL and t.name == "log")]
    shift = a.value if abs(a.value) <= _LARGEST_SHIFT else 0.0
    if not powers and shift == 0.0:
        return _call("exp", a)
    inner = add(rest, a.value - shift)
    factors = powers if inner.is_constant and inner.value == 0.0 else [*powers, (_exp(inner), 1.0)]
    return mul(factors, math.exp(shift))


def _log(a: Expr) -> Expr:
    if a.kind is ExprKind.CALL and a.name == "exp":
        return a.args[0]
    if a.kind is ExprKind.SUM and a.value == 0.0 and len(a.args) == 1 and a.args[0][1] > 0:
        return add([(1.0, _log(a.args[0][0]))], math.log(a.args[0][1]))
    if a.kind is ExprKind.PROD:
        roots = [(f, p) for f, p in a.args if p != round(p)]
        if len(a.args) == 1 and roots:
            return add([(roots[0][1], _log(roots[0][0]))])
        exps = [f for f, p in a.args if f.kind is ExprKind.CALL and f.name == "exp"]
        if exps:
            rest = mul([(f, p) for f, p in a.args if f is not exps[0]])
            return add([(1.0, exps[0].args[0]), (1.0, _log(rest))])
    return _call("log", a)


#: Functions with rules of their own.
_RULES = {"exp": _exp, "log": _log, "abs": _abs}
