"""Rounded constants of a formula."""

from __future__ import annotations

from xnet.engine.formulas.precedence import closed_form, root_form
from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.network import Network

#: To count as better, a formula must lower the squared error to this share of a simpler model's error.
BETTER = 0.9


def rounded(network: Network, digits: int | None) -> Network:
    """The network with its constants rounded to significant digits (None: unchanged).

    Fractions, multiples of pi, whole numbers and known constants are printed exactly, so they are not rounded.
    """
    if digits is None:
        return network
    return network.with_constants(c if _is_exact(c, network) else float(f"{c:.{digits}g}") for c in network.constants)


def most_digits(network: Network) -> int:
    """The largest number of significant digits among the constants that `rounded` would round; 1 if there is none."""
    return max((next(k for k in range(1, 18) if float(f"{c:.{k}g}") == c) for c in network.constants
                if not _is_exact(c, network)), default=1)


def _is_exact(c: float, network: Network) -> bool:
    """Whether a constant is printed without rounding: a fraction, a multiple of pi, a root, or a known constant."""
    return closed_form(c) is not None or root_form(c) is not None or form_of(c, network.known) is not None
