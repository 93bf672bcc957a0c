"""The task of similarity forms: a problem of many inputs becomes one of a single input, which is searched at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import mul
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.fitting.losses import SQUARED_ERROR
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.similarity_forms import SimilarityForm, similarity_forms
from xnet.engine.problem.constraints import NONE
from xnet.engine.problem.problem import Problem

from .beam import rank
from .records import Outcome, StepContext, Trial
from .schedule import TaskKind, opening_step
from .target_tasks import curves, pairs, polynomials, power_laws, root
from .trial_fitting import fitted_outcome

#: The tasks for the function of one input, each with its step in the opening of a search; and those that follow where
#: no form is exact after them.
_TASKS = ((power_laws, opening_step(TaskKind.POWER_LAWS)), (polynomials, opening_step(TaskKind.POLYNOMIALS)),
          (curves, opening_step(TaskKind.CURVES)), (root, opening_step(TaskKind.ROOT)),
          (polynomials, opening_step(TaskKind.POLYNOMIALS, turn=1)),
          (root, opening_step(TaskKind.ROOT, LibrarySize.MEDIUM)))
_FURTHER_TASKS = ((pairs, opening_step(TaskKind.PAIRS, LibrarySize.MEDIUM)),)
#: Forms that the further tasks take, and functions of each form that become proposals.
_MOST_FURTHER, _EACH = 2, 8


def similarity_laws(context: StepContext, problem: Problem) -> Outcome:
    """Products of powers times a function of one product of powers, where the rows show this form.

    No further form is searched once one is exact.
    """
    forms = similarity_forms(problem.search)
    ones = [_problem_of_one_input(form, problem) for form in forms]
    found: list[tuple[SimilarityForm, Trial]] = []
    for tasks, most in (_TASKS, len(forms)), (_FURTHER_TASKS, _MOST_FURTHER if len(forms) > 1 else 0):
        for form, one in list(zip(forms, ones, strict=True))[:most]:
            trials = [t for task, step in tasks for t in task(StepContext(step), one).trials]
            trials.sort(key=lambda t: (rank(t.loss, t.complexity, 0.1), t.shape))
            found += [(form, t) for t in trials[:_EACH]]
            if any(t.loss <= one.search.exact for t in trials):
                return fitted_outcome(context, problem, [_proposal(*item) for item in found])
    return fitted_outcome(context, problem, [_proposal(*item) for item in found])


def _problem_of_one_input(form: SimilarityForm, problem: Problem) -> Problem:
    """The search for F in y = factor * F(z): the rows of y / factor, whose squared errors weigh as much as before."""
    rows, factor = problem.search, form.factor[1]
    y = rows.y / factor
    weight = factor**2 if rows.weight is None else rows.weight * factor**2
    weight = weight / weight.mean()
    mean = np.average(y, weights=weight)
    sub = Rows(np.ascontiguousarray(form.z[1][None, :]), y, float(np.average((y - mean) ** 2, weights=weight)) or 1.0,
               weight, SQUARED_ERROR)
    return replace(problem, names=("z",), train=sub, holdout=None, search=sub, constraints=NONE, initial_formula=None,
                   constants=(), _cache={})


def _proposal(form: SimilarityForm, trial: Trial) -> Proposal:
    """The whole formula of a function of z."""
    function = to_expression(trial.network, (form.z[0],))
    return Proposal(mul([(form.factor[0], 1.0), (function, 1.0)]), f"a similarity form: {trial.reason}")
