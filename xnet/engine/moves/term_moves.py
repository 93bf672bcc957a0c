"""Inside a network: each term of a sum as a target of its own, to be explained from the start.

Of 1.1 f(u, v) + g(w) a search may have g and a poor imitation of f. What is left of y without the imitation is asked
as y itself was at the start: for a law with a curve of an inner constant, and for two factors at once. The moves of
`moves.py` ask every neuron for one candidate; these ask few neurons for more.
"""

from __future__ import annotations

import numpy as np

from xnet.engine.algebra.conversion import node_expressions, with_replaced
from xnet.engine.algebra.expressions import Expr
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network

from .target_transforms import Space
from .targets import neuron_targets

#: Terms of a network that are asked for.
_TERMS = 3


def term_spaces(network: Network, rows: Rows) -> list[Space]:
    """The terms of sums that are more than an input, those next to the output first, each seen as a target."""
    parents = {c: n.activation for n in network.neurons for c in n.children}
    terms = [i for i, n in enumerate(network.neurons) if n.children and n.activation not in ("add", "sub")
             and parents.get(i) in ("add", "sub")]
    expressions = node_expressions(network)
    targets = neuron_targets(network, rows.columns, rows.y, rows.weight, rows.loss_function)
    found: list[Space] = []
    for i in sorted(terms, reverse=True):
        target = targets[i]
        if len(found) < _TERMS and np.count_nonzero(target.w) > 0.95 * len(target.w):
            def wrap(v: Expr, i: int = i) -> Expr:
                return with_replaced(network, expressions, i, v)

            found.append(Space(target, wrap, f"a term ({network.neurons[i].activation})", 0))
    return found
