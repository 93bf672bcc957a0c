"""Targets over several powers of ten, of which squared errors count almost only the largest rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xnet.engine.fitting.losses import SquaredError
from xnet.engine.networks.network import Network

if TYPE_CHECKING:
    from xnet.engine import Problem

#: The middle 90 % of a wide target span more than this many powers of ten.
_WIDE = 2.5
#: With smaller median relative errors, also the small rows are described well.
_GOOD = 0.02


def wide_target_sentence(network: Network, problem: Problem) -> str:
    """The sentence that relative errors suit a table better; "" where they do not, and for a constant formula.

    Args:
        network: the formula.
        problem: its problem; only squared errors of a target of one sign can have the fault.
    """
    if not isinstance(problem.train.loss_function, SquaredError) or not network.variables:
        return ""
    rows = problem.all_rows
    sizes = np.abs(rows.y)
    if not (sizes > 0).all() or np.ptp(np.sign(rows.y)) > 0:
        return ""
    low, high = np.quantile(np.log10(sizes), (0.05, 0.95))
    if high - low <= _WIDE:
        return ""
    with np.errstate(all="ignore"):
        errors = np.abs(network.evaluate(rows.columns.T) - rows.y) / sizes
    error = float(np.median(np.where(np.isfinite(errors), errors, np.inf)))
    if not _GOOD < error < np.inf:
        return ""
    return (f"The middle 90 % of the target span {high - low:.1f} powers of ten. Squared errors count almost only its "
            f"largest rows: half of all rows have a relative error above {100 * error:.3g} %. Relative errors (Setup, "
            "More settings, What an error costs; in the terminal --loss relative) count all rows alike.")
