"""Constants of the scores of classes beside what the rows say about them: fitted value, standard error and interval.

The constants of all scores are fitted together under the softmax loss; for two classes this is logistic regression. The
errors are those of the Fisher information at the optimum. Where the scores are only determined up to a common summand,
or a score has a constant too many, constants are held (`xnet.engine.fitting.determination`).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.special import ndtri  # importing scipy.stats takes a second longer

from xnet.engine.classification.softmax import Labelled, Networks, constants_of, fit_networks, information
from xnet.engine.fitting.determination import determined

from .constants import ConstantEstimate

_FIT_STEPS = 60


def class_constants(networks: Networks, rows: Labelled, level: float = 0.95) -> list[list[ConstantEstimate]]:
    """The estimates of the constants of every network.

    Args:
        networks: the scores of the classes, with their printed constants.
        rows: all rows.
        level: the confidence level of the intervals.

    Returns:
        For each network one estimate for each constant.
    """
    with np.errstate(all="ignore"):
        printed = constants_of(networks)
        free = determined(information(networks, rows)[0], printed) if len(printed) else []
        networks = fit_networks(networks, rows, _FIT_STEPS, free)
        fitted = constants_of(networks)
        matrix = information(networks, rows)[0][np.ix_(free, free)] if free else np.zeros((0, 0))
        size = np.sqrt(np.diag(matrix))
        usable = np.isfinite(matrix).all() and size.all()
        errors = np.sqrt(np.diag(np.linalg.pinv(matrix / np.outer(size, size), hermitian=True))) / size if usable else \
            np.full(len(free), np.inf)
    quantile, of_free = float(ndtri(0.5 + 0.5 * level)), dict(zip(free, errors.tolist(), strict=True))
    ends = np.cumsum([0, *(network.n_parameters for network in networks)]).tolist()
    return [[_estimate(f"c{i - begin + 1}", float(printed[i]), float(fitted[i]), of_free.get(i), quantile)
             for i in range(begin, end)] for begin, end in pairwise(ends)]


def _estimate(name: str, value: float, fitted: float, error: float | None, quantile: float) -> ConstantEstimate:
    if error is None or not np.isfinite(error):
        return ConstantEstimate(name, value, value, None, None, None, "held")
    return ConstantEstimate(name, value, fitted, error, fitted - quantile * error, fitted + quantile * error,
                            "quadratic")
