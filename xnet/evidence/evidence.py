"""Rounded constants of a formula."""

from __future__ import annotations

from xnet.engine.formulas.precedence import closed_form
from xnet.engine.networks.network import Network

#: To count as better, a formula must lower the squared error to this share of a simpler model's error.
BETTER = 0.9


def rounded(network: Network, digits: int | None) -> Network:
    """The network with its constants rounded to significant digits (None: unchanged).

    Fractions, multiples of pi and whole numbers are printed exactly, so they are not rounded.
    """
    if digits is None:
        return network
    return network.with_constants(c if closed_form(c) is not None else float(f"{c:.{digits}g}")
                                  for c in network.constants)


def most_digits(network: Network) -> int:
    """The largest number of significant digits among the constants that `rounded` would round; 1 if there is none."""
    return max((next(k for k in range(1, 18) if float(f"{c:.{k}g}") == c) for c in network.constants
                if closed_form(c) is None), default=1)
