"""The task of similarity forms: a problem of many inputs becomes one of a single input, which is searched at once.

The first time it looks at the target, later at the target without a sum that is a factor of the best networks: a law
may be such a sum times a function of one product of powers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, ExprKind, mul
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
#: Networks of the beam whose factors are divided out, beside the one of the lowest loss, and factors with a clear form.
_BEST, _MOST_FACTORS = 3, 3


def similarity_laws(context: StepContext, problem: Problem) -> Outcome:
    """Products of powers times a function of one product of powers, where the rows show this form."""
    if not context.task.turn:
        forms = similarity_forms(problem.search)
        more = _MOST_FURTHER if len(forms) > 1 else 0  # one form is an approximate one
        return fitted_outcome(context, problem, _proposals(ONE, forms, problem.search, problem, more)[0])
    proposals: list[Proposal] = []
    clear = ((factor, rows, forms) for factor, rows in _without_a_factor(context, problem.search)
             if len(forms := similarity_forms(rows)) > 1)
    for factor, rows, forms in itertools.islice(clear, _MOST_FACTORS):
        found, is_exact = _proposals(factor, forms[:_MOST_FURTHER], rows, problem, 0)
        proposals += found
        if is_exact:
            break
    return fitted_outcome(context, problem, proposals)


def _without_a_factor(context: StepContext, rows: Rows) -> Iterator[tuple[Expr, Rows]]:
    """Sums that are factors of the best networks, and the rows with the target divided by them."""
    networks = [*([] if context.lowest is None else [context.lowest]), *(t.network for t in context.beam[:_BEST])]
    factors = dict.fromkeys(f for network in networks for f in _sums(to_expression(network)))
    memo: dict[Expr, Array] = {}
    for factor in factors:
        values = evaluate(factor, rows.columns, memo)
        if np.isfinite(values).all() and values.all():
            yield factor, _divided(rows, values)


def _divided(rows: Rows, factor: Array) -> Rows:
    """The rows with the target divided by a factor (n,), whose squared errors weigh as much as before."""
    return replace(rows, y=rows.y / factor,
                   weight=factor**2 if rows.weight is None else rows.weight * factor**2)


def _sums(expr: Expr) -> Iterator[Expr]:
    """The sums that are factors of an expression, with their powers, multiples of one half."""
    product = expr.args[0][0] if expr.kind is ExprKind.SUM and len(expr.args) == 1 and not expr.value else expr
    if product.kind is ExprKind.PROD:
        yield from (mul([(base, p)]) for base, p in product.args if base.kind is ExprKind.SUM and 2 * p == round(2 * p))


def _proposals(factor: Expr, forms: list[SimilarityForm], rows: Rows, problem: Problem,
               most_further: int) -> tuple[list[Proposal], bool]:
    """The best functions of every form, and whether one is exact; no further form is searched then.

    Args:
        factor: what the target of the rows was divided by.
        most_further: forms that the further tasks take.
    """
    ones = [_problem_of_one_input(form, rows, problem) for form in forms]
    found: list[Proposal] = []
    for tasks, most in (_TASKS, len(forms)), (_FURTHER_TASKS, most_further):
        for form, one in list(zip(forms, ones, strict=True))[:most]:
            trials = [t for task, step in tasks for t in task(StepContext(step), one).trials]
            trials.sort(key=lambda t: (rank(t.loss, t.complexity, 0.1), t.shape))
            found += [_proposal(factor, form, t) for t in trials[:_EACH]]
            if any(t.loss <= one.search.exact for t in trials):
                return found, True
    return found, False


def _problem_of_one_input(form: SimilarityForm, rows: Rows, problem: Problem) -> Problem:
    """The search for F in y = factor * F(z), on the rows of y / factor."""
    divided = _divided(rows, form.factor[1])
    y, weight = divided.y, np.asarray(divided.weight)
    weight = weight / weight.mean()
    mean = np.average(y, weights=weight)
    sub = Rows(np.ascontiguousarray(form.z[1][None, :]), y, float(np.average((y - mean) ** 2, weights=weight)) or 1.0,
               weight, SQUARED_ERROR)
    return replace(problem, names=("z",), train=sub, holdout=None, search=sub, constraints=NONE, initial_formula=None,
                   constants=(), _cache={})


def _proposal(factor: Expr, form: SimilarityForm, trial: Trial) -> Proposal:
    """The whole formula of a function of z."""
    function = to_expression(trial.network, (form.z[0],))
    return Proposal(mul([(factor, 1.0), (form.factor[0], 1.0), (function, 1.0)]), f"a similarity form: {trial.reason}")
