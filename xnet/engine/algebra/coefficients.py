"""Arithmetic of the coefficients of expressions."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import TypeVar

import numpy as np

from xnet.engine.networks.activations import ACTIVATIONS

Term = TypeVar("Term", bound=Hashable)


def rounded_one(c: float) -> float:
    """1 or -1 for a coefficient within two units in the last place of it: c * (1 / c) need not be 1."""
    return math.copysign(1.0, c) if abs(abs(c) - 1.0) <= 4.5e-16 else c


def float_power(base: float, p: float) -> float:
    """base ** p; infinite where it overflows, NaN where it is not real."""
    try:
        value = base**p
    except (OverflowError, ZeroDivisionError):
        return math.inf
    return value if isinstance(value, float) else math.nan


def accumulate(merged: dict[Term, float], term: Term, coefficient: float) -> None:
    """Add a coefficient to that of a term; a sum that is rounding error only becomes 0."""
    old = merged.get(term)
    if old is None:
        merged[term] = coefficient
        return
    new = old + coefficient
    merged[term] = 0.0 if abs(new) <= 1e-13 * max(abs(old), abs(coefficient)) else new


def constant_call(name: str, *values: float) -> float:
    """The activation `name` of numbers."""
    with np.errstate(all="ignore"):
        return float(ACTIVATIONS[name].value(*map(np.float64, values)))
