"""The search problem of one hole: a table of its arguments and of its second-order target."""

from __future__ import annotations

import numpy as np

from xnet.engine.networks.parts import Parts
from xnet.engine.problem.constraints import Constraints
from xnet.engine.problem.problem import Problem
from xnet.engine.problem.shared_library import with_library_of
from xnet.errors import DataError

from .form_fitting import hole_rows

#: A target that differs from the old one by less than this share of what the search leaves is the same target.
_SAME_TARGET = 0.05


def hole_problem(problem: Problem, k: int, base: Parts) -> Problem | None:
    """The problem of hole k where the form has the parts `base`; None where too few rows know the hole.

    The last problem of every hole is kept, and its library is used again where the arguments are the same.
    """
    kept: dict[int, tuple[Parts, Problem | None]] = problem.cached("hole problems", dict)
    if k not in kept or kept[k][0] != base:
        made, old = _made(problem, k, base), kept.get(k, (base, None))[1]
        kept[k] = base, made if made is None or old is None else with_library_of(made, old)
    return kept[k][1]


def _made(problem: Problem, k: int, base: Parts) -> Problem | None:
    form = problem.template
    assert form is not None
    rows = hole_rows(form, k, base, problem.search)
    if rows is None:
        return None
    try:
        return Problem.from_arrays(
            rows.columns.T, rows.y, names=form.holes[k].arguments, target_name=form.holes[k].name,
            activations=problem.activations, max_complexity=problem.max_complexity, holdout_fraction=0.0,
            sample_weight=rows.weight, seed=problem.seed, device=problem.device,
            constraints=Constraints(nesting=problem.constraints.nesting))
    except DataError:  # values beyond what a search takes: the parts are bad, and other ones will come
        return None


def has_same_target(problem: Problem, k: int, old: Parts, new: Parts, loss: float) -> bool:
    """Whether the target of hole k differs little for other parts of the form.

    Args:
        loss: what the search of the old target leaves, normalised.
    """
    form = problem.template
    assert form is not None
    before, after = (hole_rows(form, k, parts, problem.search) for parts in (old, new))
    if before is None or after is None or before.columns.shape != after.columns.shape \
            or not np.array_equal(before.columns, after.columns):
        return False
    assert after.weight is not None
    change = float(after.weight @ (after.y - before.y) ** 2 / after.weight.sum()) / after.scale
    return change <= max(_SAME_TARGET * loss, 1e-18)
