"""Estimates of constants as the numbers that are printed: 1.05 in 1.05**t, which is exp(0.0488*t) in the network."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xnet.engine.formulas.printed_network import printed_network
from xnet.engine.formulas.short_powers import conversions
from xnet.engine.formulas.text import constant_text
from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .constants import ConstantEstimate, Parts, searched_estimates


def printed_estimates(network: Network, problem: Problem, *, of_second_look: bool,
                      parts: Mapping[str, Any] | None = None) -> list[ConstantEstimate]:
    """`searched_estimates` of a formula, as its constants are printed.

    Args:
        parts: `Parts` as JSON, as the record of a formula holds them.
    """
    found = None if parts is None else Parts.from_json(parts)
    return as_printed(network, searched_estimates(network, problem, of_second_look=of_second_look, parts=found))


def as_printed(network: Network, estimates: Sequence[ConstantEstimate]) -> list[ConstantEstimate]:
    """Estimates of a network's constants as the numbers that are printed.

    2.5 log10(x) is 1.0857 log(x): its estimates are scaled. 1.05**t is exp(0.0488 t): the ends of its interval are
    converted, and its error by the derivative (the delta method).
    """
    converted = conversions(network)

    def as_number(i: int, e: ConstantEstimate, printed: float) -> ConstantEstimate:
        if printed == e.value:
            return replace(e, form=known_form(e.value, network))
        factor = printed / e.value
        convert, slope = converted.get(i, (lambda c: c * factor, lambda c: factor))
        low, high = (None, None) if e.low is None or e.high is None else _converted(convert, (e.low, e.high))
        return replace(e, value=printed, fitted=convert(e.fitted), low=low, high=high,
                       error=None if e.error is None else e.error * abs(slope(e.fitted)),
                       between=None if e.between is None else _converted(convert, e.between))

    numbers = printed_network(network).constants
    return [as_number(i, e, number) for i, (e, number) in enumerate(zip(estimates, numbers, strict=True))]


def _converted(convert: Callable[[float], float], ends: tuple[float, float]) -> tuple[float, float]:
    """The interval of converted numbers; without an upper end where a doubling time may be infinite."""
    low, high = sorted(convert(end) for end in ends)
    has_pole = ends[0] <= 0.0 <= ends[1] and math.isinf(convert(0.0))
    return low, math.inf if has_pole else high


def known_form(value: float, network: Network) -> str:
    """The known constant of a network that a number is, such as "sqrt(2*g)"; "" for another number."""
    return "" if form_of(value, network.known) is None else constant_text(value, network.known)[0]
