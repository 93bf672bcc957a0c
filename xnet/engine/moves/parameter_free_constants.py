"""Parameter-free mode: from a network with fitted constants to networks whose numbers are constructed from 1 and 2.

A search with constants finds the structure. Then every constant in turn is replaced by a number that activations can
construct from 1 and 2 (see `algebra.exact_numbers`), and the remaining constants are refitted. Of the numbers within
the interval that an allowed rise of the loss leaves, the number of fewest neurons is taken. Several allowed rises give
several networks, from coarse and short to fine and long.
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

#: Allowed losses, as shares of the target's variance (beside the loss of the fit itself).
_RISES = (3e-2, 3e-3, 3e-4, 1e-6, 1e-10)
#: Most numbers that are tried for one constant.
_TRIED = 12


def with_constructed_constants(network: Network, rows: Rows, library: tuple[str, ...]) -> Iterator[Network]:
    """Networks without parameters that nearly reach the loss of a fitted network, the shortest first.

    Args:
        network: a network with fitted constants.
        rows: the rows that it was fitted on.
        library: names of the allowed activations.
    """
    loss = rows.loss(network)
    if not np.isfinite(loss):
        return
    seen: set[Network] = set()
    for rise in (*(r for r in _RISES if r > loss), max(0.1 * loss, EXACT_LOSS)):
        theta = _constructed(network, rows, exact_numbers(library), loss + rise)
        if theta is None:
            continue
        made = to_network(to_expression(network.with_constants(theta)), network.n_inputs, library, parameters=False)
        if made is not None and made not in seen:
            seen.add(made)
            yield made


def _constructed(network: Network, rows: Rows, known: ExactNumbers, limit: float) -> Array | None:
    """Constants (p,) that activations can construct, with a loss up to `limit`; None where there are none."""
    theta = np.array(network.constants)
    free = list(range(len(theta)))
    while free:
        # The best determined constant comes first: the others can compensate for the change.
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
    """Numbers within `reach` of c, in order of neurons, then of distance."""
    if c == 0.0 or abs(c) <= reach:
        return [0.0, *(_numbers(known, c, 0.5 * abs(c)) if c else [])]
    sign, size = (-1.0 if c < 0 else 1.0), abs(c)
    reach = max(reach, 1e-13 * size)
    at = known.between(size - reach, size + reach)
    order = np.lexsort((np.abs(known.value[at] - size), known.cost[at]))[:_TRIED]
    return [sign * float(known.value[k]) for k in at[order]]
