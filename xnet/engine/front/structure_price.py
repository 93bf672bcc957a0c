"""The price of a structure: the description length in nats of a formula's structure, without its constants.

A search tries millions of structures, so some fit by chance. A formula has to lower the squared error by more than its
structure costs (Rissanen, Modeling by shortest data description, 1978). Two codes are compared and the shorter counts:

* neuron by neuron: each one is an activation or an input, ln(activations + inputs) nats;
* by grammar: the plain inputs of a sum or a product are a *set*, so a linear model of many inputs is cheap.

In the grammar a set of k of d inputs costs ln C(d, k) nats and its size, geometric, (k + 1) ln 2. The terms of a
polynomial of degree two are a set as well: with all its terms it is cheap. Its kind costs as much as a function.

Beside either code, functions inside functions and rare functions cost more, because laws have few of them: of 148
functions in 288 formulas of five benchmark lists one stands inside another function, and four are no wave, exponential
or logarithm.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lgamma, log

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import Expr, ExprKind
from xnet.engine.networks.activations import GROUPS, rarity
from xnet.engine.networks.network import Network
from xnet.engine.networks.own_inputs import as_constants
from xnet.engine.networks.parts import Parts

_LN2 = log(2.0)
#: Nats for the kind of a node (sum, product, call, input, ...), and for the function of a call.
_KIND, _FUNCTION = log(6.0), log(7.0)
#: Nats of a function for each function around it, and for each step of rarity beyond waves.
_NESTED, _RARE, _COMMON = 1.5, 0.75, GROUPS["waves"].rarity
#: Exponents that are as short to write as a square.
_SHORT_EXPONENTS = (-1.0, 0.5, 2.0, 3.0)


def structure_price(network: Network, n_inputs: int, n_activations: int) -> float:
    """Nats of the structure of a network.

    Args:
        n_inputs: number of inputs of the table that vary.
        n_activations: number of functions in the library.
    """
    network = as_constants(network)
    by_neuron = (network.complexity - network.n_parameters) * log(n_activations + max(n_inputs, 1))
    expr = to_expression(network)
    return min(by_neuron, expression_price(expr, max(n_inputs, 1))) + _price_of_functions(expr, 0)


def _price_of_functions(expr: Expr, around: int) -> float:
    """Nats of the functions of an expression beyond those of common ones that stand in no other.

    Args:
        around: how many functions the expression stands in.
    """
    if expr.kind is ExprKind.CALL:
        own = _NESTED * around + _RARE * max(rarity(expr.name) - _COMMON, 0)
        return own + sum(_price_of_functions(a, around + 1) for a in expr.args)
    if expr.kind is ExprKind.VAR:
        return 0.0
    return sum(_price_of_functions(a, around) for a, _ in expr.args)


def price_of_parts(parts: Parts, n_activations: int) -> float:
    """Nats of the structures of the holes of a form; the form itself is known."""
    return sum(structure_price(hole, hole.n_inputs, n_activations) for hole in parts.holes)


def expression_price(expr: Expr, n_inputs: int, top: bool = True) -> float:
    """Nats of a canonical expression by grammar; `top`: whether it is the whole formula."""
    if expr.kind is ExprKind.VAR:
        return (2.0 if top else 1.5) * _LN2 + log(n_inputs)
    if expr.kind is ExprKind.SUM:
        return _sum_price(expr, n_inputs, top)
    if expr.kind is ExprKind.PROD:
        return _product_price(expr, n_inputs)
    return _KIND + _FUNCTION + sum(expression_price(a, n_inputs, False) for a in expr.args)


def _sum_price(expr: Expr, n_inputs: int, top: bool) -> float:
    if not expr.args:
        return 0.0
    others = [term for term, _ in expr.args if term.kind is not ExprKind.VAR]
    plain = len(expr.args) - len(others)
    start = 0.0 if top else _KIND
    if top and (monomials := _monomials(expr)) and len(monomials) > 1:
        by_terms = _KIND + _FUNCTION + _LN2 + _set_price(n_inputs * (n_inputs + 3) // 2, len(monomials))
        return min(by_terms, _price_of_terms(n_inputs, plain, others))
    if len(expr.args) == 1 and others and top:  # one scaled (and shifted) term
        return expression_price(others[0], n_inputs, False) + (_LN2 if expr.value else 0.0)
    if len(expr.args) == 1 and others and not expr.value:  # a scale inside a formula, as in exp(-b/x)
        return _LN2 + expression_price(others[0], n_inputs, False)
    return start + _price_of_terms(n_inputs, plain, others)


def _price_of_terms(n_inputs: int, plain: int, others: Sequence[Expr]) -> float:
    """Nats of a sum of `plain` inputs and of other terms, one by one."""
    return _set_price(n_inputs, plain) + (1 + len(others)) * _LN2 \
        + sum(expression_price(term, n_inputs, False) for term in others)


def _monomials(expr: Expr) -> set[tuple[int, ...]]:
    """The inputs, squares and products of two of a polynomial of degree two, multiplied out; empty for others.

    Written with a square, as (x - 1)**2 + 2, it is the same polynomial.
    """
    found: set[tuple[int, ...]] = set()
    for term, _ in expr.args:
        if term.kind is ExprKind.VAR:
            found.add((term.index,))
            continue
        powers = term.args if term.kind is ExprKind.PROD else ()
        if sum(power for _, power in powers) != 2.0 or any(power not in (1.0, 2.0) for _, power in powers):
            return set()
        (left, shifted), (right, right_shifted) = [_linear_part(f) for f, power in powers for _ in range(int(power))]
        if not (left and right):
            return set()
        found |= {(min(i, j), max(i, j)) for i in left for j in right}
        found |= {(i,) for i in (*(left if right_shifted else ()), *(right if shifted else ()))}
    return found


def _linear_part(factor: Expr) -> tuple[list[int], bool]:
    """The inputs of an input or a linear sum, and whether it has a constant; no inputs for others."""
    if factor.kind is ExprKind.VAR:
        return [factor.index], False
    if factor.kind is not ExprKind.SUM or any(term.kind is not ExprKind.VAR for term, _ in factor.args):
        return [], False
    return [term.index for term, _ in factor.args], factor.value != 0.0


def _product_price(expr: Expr, n_inputs: int) -> float:
    others = [factor for factor, _ in expr.args if factor.kind is not ExprKind.VAR]
    plain = len(expr.args) - len(others)
    exponents = sum(_exponent_price(p) for _, p in expr.args)
    return _KIND + (_set_price(n_inputs, plain) if plain else 0.0) + (1 + len(others)) * _LN2 + exponents \
        + sum(expression_price(factor, n_inputs, False) for factor in others)


def _exponent_price(p: float) -> float:
    """Nats of an exponent; a fitted one is paid for as a constant, a large one grows by Elias's gamma code.

    Without the growth (91 - x)**27 would be as short as exp(-0.3*x), and T**19.2 as exp(-6300/T), which they
    approximate.
    """
    if p == 1.0:
        return _LN2
    if p in _SHORT_EXPONENTS:
        return 3.0 * _LN2
    return (3.0 if p.is_integer() and abs(p) > 3.0 else 2.0) * _LN2 + 2.0 * log(max(abs(p) / 3.0, 1.0))


def choice_price(d: int, k: int) -> float:
    """Nats of the choice of k of d inputs: ln C(d, k), 0 for all of them."""
    return lgamma(d + 1) - lgamma(k + 1) - lgamma(d - k + 1)


def _set_price(d: int, k: int) -> float:
    """Nats of a set of k of d inputs: their choice, and their number."""
    return choice_price(d, k) + (k + 1) * _LN2
