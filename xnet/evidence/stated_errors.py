"""Whether the rows scatter around a formula as much as their stated standard errors say.

The intervals of constants assume the stated errors. Where chi-square is far from its degrees of freedom, they are too
narrow or too wide, and a reader of the intervals alone does not see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtr, chdtrc

from xnet.engine.fitting.error_losses import KnownError
from xnet.engine.networks.network import Network

from .file_order import outputs, positions, targets, weights
from .wild_rows import wild_rows

if TYPE_CHECKING:
    from xnet.engine import Problem

#: The p-value of chi-square that is said: a search chooses among many formulas.
_LEVEL = 0.001
#: A formula without noise says nothing about the stated errors.
_EXACT_RATIO = 1e-6
#: A search lowers chi-square by more than one for each fitted number, so a small one is said only below this ratio.
_LEAST_RATIO = 0.7


def stated_errors_sentence(network: Network, problem: Problem, n_parameters: int) -> str:
    """The sentence that rows scatter more or less than their stated standard errors say; "" where they do not.

    Wild rows do not count, because another sentence names them.

    Args:
        network: the formula.
        problem: its problem, under any loss.
        n_parameters: how many constants of the formula the rows determine.
    """
    loss, weight = problem.train.loss_function, weights(problem)
    if not isinstance(loss, KnownError) or weight is None or not network.variables:
        return ""
    values = loss.values(outputs(network, problem), targets(problem), weight)
    wild = wild_rows(network, problem)
    if wild.are_wild:
        values = values[~np.isin(positions(problem), wild.positions)]
    n, freedom = len(values), len(values) - n_parameters
    chi2 = float(values.sum())
    if freedom < 1 or not np.isfinite(chi2):
        return ""
    ratio = chi2 / freedom
    rows = "all rows but the wild ones" if wild.are_wild and len(wild.names) else "all rows"
    expected = (f"χ² per row is {chi2 / n:.3g} in {rows}; right standard errors of a right formula give about "
                f"{freedom / n:.2f}.")
    if ratio > 1.0 and chdtrc(freedom, chi2) < _LEVEL:
        return (f"{expected} So the formula misses something, or the stated standard errors are too small. Intervals "
                f"of constants assume the stated errors, so they are then too narrow, by about {ratio ** 0.5:.2g} "
                "times.")
    if _EXACT_RATIO < ratio < _LEAST_RATIO and chdtr(freedom, chi2) < _LEVEL:
        return (f"{expected} So the stated standard errors are larger than the scatter of the rows. If they are too "
                f"large, intervals of constants are too wide, by about {ratio ** -0.5:.2g} times; an error that all "
                "rows share does not scatter, and no fit shows it.")
    return ""
