"""Targets over several powers of ten, of which squared errors count almost only the largest rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xnet.engine.fitting.losses import SquaredError
from xnet.engine.networks.network import Network
from xnet.ways import WHERE_LOSS, ways

from .exactness import WIDE, powers_of_ten

if TYPE_CHECKING:
    from xnet.engine import Problem

#: With smaller median relative errors, also the small rows are described well.
_GOOD = 0.02
#: A formula that leaves less than this share of the variance has no noise, so its errors in small rows are its own.
_NO_NOISE = 1e-12


def wide_target_sentence(network: Network, problem: Problem) -> str:
    """The sentence that logarithmic or relative errors suit a table better; "" where not, and for a constant formula.

    Args:
        network: the formula.
        problem: its problem; only squared errors of a target of one sign can have the fault.
    """
    if not isinstance(problem.train.loss_function, SquaredError) or not network.variables:
        return ""
    rows = problem.all_rows
    span = powers_of_ten(rows.y)
    if span <= WIDE or np.ptp(np.sign(rows.y)) > 0:
        return ""
    with np.errstate(all="ignore"):
        f = network.evaluate(rows.columns.T)
        errors = np.abs(f - rows.y) / np.abs(rows.y)
        errors = np.where(np.isfinite(errors), errors, np.inf)
        noiseless = np.mean((f - rows.y) ** 2) <= _NO_NOISE * rows.y.var()
    shares = (("half", 0.5), ("a tenth", 0.9)) if noiseless else (("half", 0.5),)
    found = [(words, float(np.quantile(errors, place))) for words, place in shares]
    words, error = next((pair for pair in found if pair[1] > _GOOD), ("", np.inf))
    if not error < np.inf:
        return ""
    either = ("Logarithmic errors, or relative ones where the noise is below 10 % "
              f"{ways(WHERE_LOSS, '--loss log or --loss relative')}, count" if rows.y.min() > 0 else
              f"Relative errors {ways(WHERE_LOSS, '--loss relative')} count")
    return (f"The middle 90 % of the target span {span:.1f} powers of ten. Squared errors count almost only its "
            f"largest rows: {words} of all rows have a relative error above {100 * error:.3g} %. "
            f"{either} all rows alike.")
