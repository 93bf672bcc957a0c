"""Interval arithmetic: where a function's values lie when its arguments lie in given intervals.

Every rule takes one interval `(low, high)` a child and gives an interval that contains all values, or None where the
function is not defined for some argument inside. The bounds are not tight where a child occurs twice (x - x^2), so a
rule never misses a pole but may suspect one that is not there. (Moore, Interval Analysis, 1966.)
"""

from __future__ import annotations

import math
from collections.abc import Callable

Interval = tuple[float, float]
Rule = Callable[..., Interval | None]


def add(a: Interval, b: Interval) -> Interval:
    """Sums."""
    return a[0] + b[0], a[1] + b[1]


def sub(a: Interval, b: Interval) -> Interval:
    """Differences."""
    return a[0] - b[1], a[1] - b[0]


def mul(a: Interval, b: Interval) -> Interval:
    """Products; 0 times an infinite end is 0."""
    products = [x * y if x and y else 0.0 for x in a for y in b]
    return min(products), max(products)


def div(a: Interval, b: Interval) -> Interval | None:
    """Quotients; None where the denominator may be 0."""
    inverse = reciprocal(b)
    return None if inverse is None else mul(a, inverse)


def reciprocal(a: Interval) -> Interval | None:
    """1 / a; None where a may be 0."""
    return None if a[0] <= 0.0 <= a[1] else (1.0 / a[1], 1.0 / a[0])


def whole_power(a: Interval, exponent: int) -> Interval | None:
    """a to a whole power; None where a may be 0 and the power is negative."""
    if exponent < 0:
        inverse = reciprocal(a)
        return None if inverse is None else whole_power(inverse, -exponent)
    ends = a[0] ** exponent, a[1] ** exponent
    if exponent % 2:
        return ends
    return (0.0 if a[0] <= 0.0 <= a[1] else min(ends)), max(ends)


def power(a: Interval, b: Interval) -> Interval | None:
    """a to the power b; None where a may be negative (or 0 under a negative power) and b is no whole number."""
    if b[0] == b[1]:
        exponent = b[0]
        if exponent == round(exponent):
            return whole_power(a, int(exponent))
        if a[0] < 0.0 or (a[0] == 0.0 and exponent < 0.0):
            return None
        ends = a[0] ** exponent, a[1] ** exponent
        return min(ends), max(ends)
    if a[0] <= 0.0:
        return None
    return rising(math.exp)(mul((math.log(a[0]), math.log(a[1])), b))


def sine(a: Interval, shift: float = 0.0) -> Interval:
    """sin(a + shift): the ends, and the extremes that lie inside."""
    low, high = a[0] + shift, a[1] + shift
    if high - low >= 2.0 * math.pi:
        return -1.0, 1.0

    def has(extreme: float) -> bool:
        return math.ceil((low - extreme) / (2.0 * math.pi)) * 2.0 * math.pi + extreme <= high

    ends = math.sin(low), math.sin(high)
    return (-1.0 if has(-math.pi / 2.0) else min(ends)), (1.0 if has(math.pi / 2.0) else max(ends))


def cosine(a: Interval) -> Interval:
    """cos(a)."""
    return sine(a, math.pi / 2.0)


def tangent(a: Interval) -> Interval | None:
    """tan(a); None across a branch."""
    if math.floor(a[0] / math.pi + 0.5) != math.floor(a[1] / math.pi + 0.5):
        return None
    return math.tan(a[0]), math.tan(a[1])


def absolute(a: Interval) -> Interval:
    """|a|."""
    ends = abs(a[0]), abs(a[1])
    return (0.0 if a[0] <= 0.0 <= a[1] else min(ends)), max(ends)


def hyperbolic_cosine(a: Interval) -> Interval:
    """cosh(a)."""
    low, high = absolute(a)
    return math.cosh(low), math.cosh(high)


def maximum(a: Interval, b: Interval) -> Interval:
    """The larger of two."""
    return max(a[0], b[0]), max(a[1], b[1])


def minimum(a: Interval, b: Interval) -> Interval:
    """The smaller of two."""
    return min(a[0], b[0]), min(a[1], b[1])


def modulo(a: Interval, b: Interval) -> Interval | None:
    """The remainder of a by b, which has the sign of b; None where b may be 0."""
    return None if b[0] <= 0.0 <= b[1] else (min(b[0], 0.0), max(b[1], 0.0))


def bell(a: Interval) -> Interval:
    """exp(-a^2)."""
    near, far = absolute(a)
    return math.exp(-far * far), math.exp(-near * near)


def rising(function: Callable[[float], float], low: float = -math.inf, high: float = math.inf,
           open_low: bool = False) -> Rule:
    """The rule of a function that never falls, defined from `low` (not at it, if `open_low`) to `high`."""
    def rule(a: Interval) -> Interval | None:
        if a[0] < low or (open_low and a[0] == low) or a[1] > high:
            return None
        return function(a[0]), function(a[1])

    return rule


def falling(function: Callable[[float], float], low: float = -math.inf, high: float = math.inf) -> Rule:
    """The rule of a function that never rises, defined from `low` to `high`."""
    def rule(a: Interval) -> Interval | None:
        return None if a[0] < low or a[1] > high else (function(a[1]), function(a[0]))

    return rule
