"""Constants of the scores of classes beside what the rows say about them: fitted value, standard error and interval.

The constants of all scores are fitted together under the softmax loss. For two classes this is logistic regression, and
the estimates are those of a search for one class (`xnet.evidence.constants`), with intervals of the profile likelihood.
Else the errors are those of the Fisher information at the optimum. Weights say how much a row counts, those of classes
too. With them the errors are those of the sandwich of the inverse information around the rows' gradients (White 1982),
which are corrected for leverages as in the form HC4. Where the scores are only determined up to a common summand, or a
score has a constant too many, constants are held (`xnet.engine.fitting.determination`).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.special import ndtri  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.engine.classification.softmax import (
    Labelled,
    Networks,
    constants_of,
    fit_networks,
    information,
    raw_scores,
    row_gradients,
    row_leverages,
)
from xnet.engine.fitting.determination import determined
from xnet.engine.fitting.losses import Logistic
from xnet.engine.fitting.rows import Rows

from .constant_covariance import has_weights, leverage_shares
from .constants import ConstantEstimate, Method, constant_estimates

_FIT_STEPS = 60
#: A constant is determined if the loss of all rows rises by this when it changes by its own size (see `_rise`).
_LEAST_RISE = 1e-3


def class_constants(networks: Networks, rows: Labelled, level: float = 0.95) -> list[list[ConstantEstimate]]:
    """The estimates of the constants of every network.

    Args:
        networks: the scores of the classes, with their printed constants.
        rows: all rows.
        level: the confidence level of the intervals.

    Returns:
        For each network one estimate for each constant.
    """
    if len(networks) == 1 and np.isfinite(raw_scores(networks, rows.columns)).all():
        weight = rows.weight if has_weights(rows.weight) else None
        return [constant_estimates(networks[0], Rows(rows.columns, rows.labels.astype(np.float64), 1.0, weight,
                                                     Logistic(rows.smoothing)), level)]
    with np.errstate(all="ignore"):
        printed = constants_of(networks)
        free, networks = _optimum(networks, rows)
        fitted = constants_of(networks)
        matrix = information(networks, rows)[0][np.ix_(free, free)] if free else np.zeros((0, 0))
        size = np.sqrt(np.diag(matrix))
        usable = np.isfinite(matrix).all() and size.all()
        inverse = np.linalg.pinv(matrix / np.outer(size, size), hermitian=True) / np.outer(size, size) if usable else \
            np.diag(np.full(len(free), np.inf))
        weighted = has_weights(rows.weight)
        if weighted and usable and free:
            leverage = row_leverages(networks, rows, free, inverse)
            gradients = row_gradients(networks, rows)[:, free] / np.sqrt(leverage_shares(leverage))[:, None]
            inverse = inverse @ (gradients.T @ gradients) @ inverse
        errors = np.sqrt(np.diag(inverse))
    method: Method = "robust" if weighted else "quadratic"
    quantile, of_free = float(ndtri(0.5 + 0.5 * level)), dict(zip(free, errors.tolist(), strict=True))
    ends = np.cumsum([0, *(network.n_parameters for network in networks)]).tolist()
    return [[_estimate(f"c{i - begin + 1}", float(printed[i]), float(fitted[i]), of_free.get(i), quantile, method)
             for i in range(begin, end)] for begin, end in pairwise(ends)]


def _optimum(networks: Networks, rows: Labelled) -> tuple[list[int], Networks]:
    """The constants that the rows determine, at their optimum; all others have their printed values.

    A constant may lose its influence on the way there, as tanh(b*x) becomes a step between two rows. It is held then,
    and the others are fitted again: steps of Newton's method with it would be too long for all of them.

    Returns:
        Their positions, ascending, and the networks with the fitted constants.
    """
    free, found = list(range(len(constants_of(networks)))), networks
    while free:
        matrix = information(found, rows)[0]
        with_influence = [i for i in free if _rise(matrix, constants_of(found), i) >= _LEAST_RISE]
        kept = determined(matrix, constants_of(networks), with_influence)
        if len(kept) == len(free) and found is not networks:
            break
        free, found = kept, fit_networks(networks, rows, _FIT_STEPS, kept)
    return free, found


def _rise(matrix: Array, theta: Array, i: int) -> float:
    """The rise of the loss of all rows when a constant changes by its size, by at least 1; by the information."""
    return 0.5 * float(matrix[i, i]) * max(abs(float(theta[i])), 1.0) ** 2


def _estimate(name: str, value: float, fitted: float, error: float | None, quantile: float,
              method: Method) -> ConstantEstimate:
    if error is None or not np.isfinite(error):
        return ConstantEstimate(name, value, value, None, None, None, "held")
    return ConstantEstimate(name, value, fitted, error, fitted - quantile * error, fitted + quantile * error, method)
