"""Moves at the terms of a sum: each term becomes a target of its own, and is explained from the start.

A search may have found g(w) of 1.1 f(u, v) + g(w), beside a poor imitation of f. The rest of y without the imitation is
then a target like y itself at the start of the search. `neuron_moves` matches one candidate at every neuron; the
queries built on these targets match more at a few terms only: a power law with a parametric curve, or two factors at
once.
"""

from __future__ import annotations

import numpy as np

from xnet.engine.algebra.conversion import node_expressions
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network

from .neuron_moves import in_place_of
from .target_transforms import TransformedTarget
from .targets import neuron_targets

#: Most terms of one network that become targets.
_TERMS = 3


def term_targets(network: Network, rows: Rows) -> list[TransformedTarget]:
    """The targets of the terms of sums, terms next to the output first.

    Terms that are a single input are left out, and so are terms without influence on 5 % or more of the rows.
    """
    parents = {c: n.activation for n in network.neurons for c in n.children}
    terms = [i for i, n in enumerate(network.neurons) if n.children and n.activation not in ("add", "sub")
             and parents.get(i) in ("add", "sub")]
    expressions = node_expressions(network)
    targets = neuron_targets(network, rows.columns, rows.y, rows.weight, rows.loss_function)
    found: list[TransformedTarget] = []
    for i in sorted(terms, reverse=True):
        target = targets[i]
        if len(found) < _TERMS and np.count_nonzero(target.weight) > 0.95 * len(target.weight):
            found.append(TransformedTarget(target, in_place_of(network, expressions, i),
                                           f"a term ({network.neurons[i].activation})", 0))
    return found
