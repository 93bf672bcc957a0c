"""Activations only: from a network with fitted constants to networks whose numbers are made of 1 and 2.

A search with constants finds the structure. Then each constant is replaced by a number that activations can make (see
`exact_numbers`): the number of fewest neurons within the tolerance that an allowed rise of the loss leaves, while the
other constants are refitted. Several allowed rises give several networks, from coarse and short to fine and long.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.exact_numbers import ExactNumbers, exact_numbers
from xnet.engine.fitting.levenberg_marquardt import refit, tolerances
from xnet.engine.fitting.losses import EXACT_LOSS
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network

#: Allowed losses, as shares of the target's variance (beside what the fit itself leaves).
_RISES = (3e-2, 3e-3, 3e-4, 1e-6, 1e-10)
_TRIED = 12


def realised(network: Network, rows: Rows, library: tuple[str, ...]) -> Iterator[Network]:
    """Networks without parameters that do nearly what a fitted one does, the shortest first."""
    loss = rows.loss(network)
    if not np.isfinite(loss):
        return
    seen: set[Network] = set()
    for rise in (*(r for r in _RISES if r > loss), max(0.1 * loss, EXACT_LOSS)):
        theta = _made(network, rows, exact_numbers(library), loss + rise)
        if theta is None:
            continue
        made = to_network(to_expression(network.with_constants(theta)), network.n_inputs, library, parameters=False)
        if made is not None and made not in seen:
            seen.add(made)
            yield made


def _made(network: Network, rows: Rows, known: ExactNumbers, limit: float) -> Array | None:
    """Constants (p,) that activations can make, with a loss within the limit; None where there are none."""
    theta = np.array(network.constants)
    free = list(range(len(theta)))
    while free:
        # The constant that the rows know best comes first: the others can make up for what it loses.
        room = max(limit - rows.loss(network, theta), 0.0) * rows.scale * len(rows.y)
        reach = tolerances(network, theta, free, rows) * np.sqrt(room)
        i = free[int(np.argmin(reach / np.abs(theta[free])))]
        within = float(reach[free.index(i)])
        free = [j for j in free if j != i]
        best: Array | None = None
        for number in _numbers(known, theta[i], within):
            trial = theta.copy()
            trial[i] = number
            trial, loss = refit(network, trial, free, rows)
            if loss <= limit:
                best = trial
                break
        if best is None:
            return None
        theta = best
    return theta


def _numbers(known: ExactNumbers, c: float, reach: float) -> list[float]:
    """Numbers within reach of c, those of few neurons first, the nearest of equals first."""
    if c == 0.0 or abs(c) <= reach:
        return [0.0, *(_numbers(known, c, 0.5 * abs(c)) if c else [])]
    sign, size = (-1.0 if c < 0 else 1.0), abs(c)
    reach = max(reach, 1e-13 * size)
    at = known.between(size - reach, size + reach)
    order = np.lexsort((np.abs(known.value[at] - size), known.cost[at]))[:_TRIED]
    return [sign * float(known.value[k]) for k in at[order]]
