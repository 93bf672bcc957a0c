"""Why a search ends before its budget is spent."""

from __future__ import annotations

import numpy as np

from xnet.engine.fitting.residual_noise import looks_like_noise, nearest_rows
from xnet.engine.front.entry import FrontEntry
from xnet.engine.problem.problem import Problem

from .schedule import OPENING_STEPS

#: Steps without another pick after which the search asks whether what is left is noise.
_PATIENCE = 12


def _at_the_noise(step: int, settled: int, best: FrontEntry, problem: Problem) -> bool:
    """Whether the pick has stood for long, everything in the opening has been tried, and the rest looks like noise."""
    steps = 1 if problem.parameters else 2
    patience = max(_PATIENCE * steps, settled // 2)
    if step < steps * OPENING_STEPS or step - settled < patience or best.loss_holdout is None:
        return False
    rows = problem.search
    nearest = problem.cached("nearest rows", lambda: nearest_rows(np.stack([c for _, c in rows.inputs()])))
    return looks_like_noise(best.network, rows, nearest)


def _enough(steps: int, best: FrontEntry, since: int) -> bool:
    """Whether to stop looking for a simpler network than an exact one."""
    return steps >= (1 if best.complexity <= 8 else 2 if best.complexity <= 14 else 4 + since // 4)
