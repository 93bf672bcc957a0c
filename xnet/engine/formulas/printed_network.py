"""The network as it is printed: logarithms to the base 10 and 2, and powers of simple bases.

All printers of formulas show a network after this rewriting, so that all of them agree.
"""

from __future__ import annotations

from xnet.engine.networks.network import Network

from .logarithms import with_short_logarithms
from .short_powers import with_short_powers


def printed_network(network: Network) -> Network:
    """The network as printers show it: every neuron keeps its position, and every constant its index."""
    return with_short_powers(with_short_logarithms(network))
