"""Linear scores of classes, with few inputs and small coefficients because of an absolute penalty (lasso).

A search adds terms one by one, each selected from thousands on the same rows. If many inputs carry similar information
(ten measures of one tumour), many small terms predict better, and an absolute penalty shrinks them (Tibshirani 1996).
The linear scores compete with the networks of the fronts. The cross-fitted log-loss selects the penalty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import add, var
from xnet.engine.networks.network import Network

from .softmax import Labelled, Networks, log_losses, log_probabilities

#: Number of penalties, and the ratio of each to the previous one, starting from the smallest penalty without inputs.
_PENALTIES, _SHARE = 16, 0.7
_STEPS = 400
#: A path goes on to its next penalty when no coefficient moves by more; with many classes a step takes long.
_STILL, _STILL_OF_MANY, _MANY_CLASSES = 1e-6, 1e-4, 8


@dataclass(frozen=True)
class Lines:
    """Linear scores.

    Attributes:
        networks: the scores fitted to all rows, as networks.
        held_out: (n, K) cross-fitted scores: of each row by the fit to the other folds.
    """

    networks: Networks
    held_out: Array


def best_lines(rows: Labelled, fold: Array, largest: int, activations: tuple[str, ...]) -> Lines | None:
    """The linear scores of lowest cross-fitted log-loss with at most `largest` inputs; None if there are none.

    Args:
        rows: rows with classes; for two classes there is one score, the log-odds of the second class.
        fold: (n,) the fold of every row.
    """
    centre, size = rows.columns.mean(axis=1), rows.columns.std(axis=1)
    varies = (size > 1e-9 * np.abs(centre)) & np.isfinite(size)
    size = np.where(varies, size, 1.0)
    Z = np.where(varies, (rows.columns.T - centre) / size, 0.0)
    soft = rows.soft()[:, -1:] if rows.n_classes == 2 else rows.soft()
    shares = np.average(soft, axis=0, weights=rows.weight)
    first = float(np.abs(Z.T @ (rows.weight[:, None] * (soft - shares))).max()) / len(Z)
    if not first > 0:
        return None
    penalties = first * _SHARE ** np.arange(1, _PENALTIES + 1)
    full = _path(Z, soft, rows.weight, penalties)
    allowed = [j for j, theta in enumerate(full) if 0 < np.count_nonzero(theta[1:], axis=0).max() <= largest]
    if not allowed:
        return None
    F = np.zeros((len(penalties), len(Z), rows.n_classes))
    for k in np.unique(fold):
        inside, outside = fold != k, fold == k
        for j, theta in enumerate(_path(Z[inside], soft[inside], rows.weight[inside], penalties[:allowed[-1] + 1])):
            F[j, outside, -soft.shape[1]:] = theta[0] + Z[outside] @ theta[1:]
    best = min(allowed, key=lambda j: float(log_losses(F[j], rows).mean()))
    networks = [_network(theta, centre, size, activations) for theta in full[best].T]
    built = tuple(network for network in networks if network is not None)
    return Lines(built, F[best]) if len(built) == len(networks) else None


def _network(theta: Array, centre: Array, size: Array, activations: tuple[str, ...]) -> Network | None:
    """The network of a linear score with coefficients theta (d + 1,) for standardised inputs."""
    slopes = theta[1:] / size
    expr = add([(float(c), var(i)) for i, c in enumerate(slopes) if c], float(theta[0] - slopes @ centre))
    return to_network(expr, len(slopes), activations)


def _path(Z: Array, soft: Array, weight: Array, penalties: Array) -> list[Array]:
    """(d + 1, K) intercepts and coefficients for every penalty, by accelerated proximal steps (Beck, Teboulle 2009).

    The momentum is set to zero where it points uphill (O'Donoghue, Candès 2015), which saves most of the steps.
    """
    A = np.column_stack([np.ones(len(Z)), Z])
    lines = soft.shape[1]
    step = (4.0 if lines == 1 else 2.0) * len(Z) / float(np.linalg.norm(A * np.sqrt(weight)[:, None], 2) ** 2)
    theta, of_row = np.zeros((A.shape[1], lines)), weight[:, None]
    found, still = [], _STILL if lines <= _MANY_CLASSES else _STILL_OF_MANY
    for penalty in penalties:
        ahead, before, t = theta, theta, 1.0
        for _ in range(_STEPS):
            F = A @ ahead
            p = 0.5 * (1.0 + np.tanh(0.5 * F)) if lines == 1 else np.exp(log_probabilities(F))
            new = ahead - step * (A.T @ (of_row * (p - soft))) / len(Z)
            new[1:] = np.sign(new[1:]) * np.maximum(np.abs(new[1:]) - step * penalty, 0.0)
            moved = np.abs(new - before).max()
            if float(((ahead - new) * (new - before)).sum()) > 0.0:
                t = 1.0
            following = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * t * t))
            ahead, before, t = new + (t - 1.0) / following * (new - before), new, following
            if moved < still * max(1.0, float(np.abs(new).max())):
                break
        theta = before
        found.append(theta)
    return found
