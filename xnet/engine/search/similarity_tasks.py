"""The task of similarity forms: a problem of many inputs becomes a smaller one, often of one input, searched at once.

The first time it looks at the target, in scaling forms and similarity forms, and at the target without terms, factors
and a constant that are separate from the rest; then at sums of curves for the target, and last at pairs of functions of
the forms. Later it looks at the target without a sum that is a factor of the best networks: a law may be such a sum
times a function of one product of powers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, ExprKind, add, mul
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.fitting.losses import SQUARED_ERROR
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.scaling_forms import scaling_forms
from xnet.engine.moves.separable_inputs import power_factor, without_linear_terms, without_offset
from xnet.engine.moves.similarity_forms import SimilarityForm, similarity_forms
from xnet.engine.problem.constraints import NONE
from xnet.engine.problem.problem import Problem

from .beam import rank
from .records import Outcome, StepContext, Trial
from .schedule import TaskKind, opening_step
from .target_tasks import curves, pairs, polynomials, power_laws, root, with_separable_sums
from .trial_fitting import fitted_outcome, with_proposals

Wrap = Callable[[Expr], Expr]
_Stage = tuple[Wrap, Rows, list[SimilarityForm]]


def _separable_sums(context: StepContext, problem: Problem) -> Outcome:
    """Sums of curves."""
    return with_separable_sums(Outcome.empty(context), problem)


_Tasks = Sequence[tuple[Callable[[StepContext, Problem], Outcome], int]]
#: The tasks for the function of one input, each with its step in the opening of a search; what follows them for a clear
#: form where no function is exact yet; and what follows where no form has an exact one.
_TASKS: _Tasks = ((power_laws, opening_step(TaskKind.POWER_LAWS)), (polynomials, opening_step(TaskKind.POLYNOMIALS)),
          (curves, opening_step(TaskKind.CURVES)), (root, opening_step(TaskKind.ROOT)),
          (polynomials, opening_step(TaskKind.POLYNOMIALS, turn=1)),
          (root, opening_step(TaskKind.ROOT, LibrarySize.MEDIUM)))
_WITH_SUMS: _Tasks = (*_TASKS, (_separable_sums, opening_step(TaskKind.SIMILARITY)))
_FURTHER_TASKS: _Tasks = ((pairs, opening_step(TaskKind.PAIRS, LibrarySize.MEDIUM)),)
#: Forms that the further tasks take, and functions of each form that become proposals.
_MOST_FURTHER, _EACH = 2, 8
#: Networks of the beam whose factors are divided out, beside the one of the lowest loss, and factors with a clear form.
_BEST, _MOST_FACTORS = 3, 3


class _Smaller(NamedTuple):
    """A search for the function of a similarity form.

    Attributes:
        wrap: makes the formula of the target from that of the target of the rows.
        form: the form.
        problem: the search for its function.
    """

    wrap: Wrap
    form: SimilarityForm
    problem: Problem


def similarity_laws(context: StepContext, problem: Problem) -> Outcome:
    """Products of powers times a function of one product of powers, where the rows show this form."""
    if not context.task.turn:
        return _of_the_target(context, problem)
    proposals: list[Proposal] = []
    clear = ((factor, rows, forms) for factor, rows in _without_a_factor(context, problem.search)
             if len(forms := similarity_forms(rows)) > 1)
    for factor, rows, forms in itertools.islice(clear, _MOST_FACTORS):
        found, is_exact = _proposals(_smaller(_times(factor), forms[:_MOST_FURTHER], rows, problem), _TASKS)
        proposals += found
        if is_exact:
            break
    return fitted_outcome(context, problem, proposals)


def _of_the_target(context: StepContext, problem: Problem) -> Outcome:
    """Forms of the target, and of the target without what is separate; then sums; then what takes longest.

    A clear scaling form has as few arguments as the rows allow. Then a function of one product of powers is at best
    approximate, and sums of the target are sums of the arguments.
    """
    rows, scaling = problem.search, scaling_forms(problem.search)
    forms = scaling.forms if scaling.are_clear else similarity_forms(rows)
    are_clear = scaling.are_clear or len(forms) > 1  # one similarity form is an approximate one
    has_exact = any(t.loss <= rows.exact for t in context.beam)  # a shorter network may follow, but quickly
    stages: list[_Stage] = [(_itself, rows, forms)]
    if not scaling.are_clear and scaling.forms:
        stages.append((_itself, rows, scaling.forms[:1]))
    found: list[Proposal] = []
    further: list[_Smaller] = []
    for k, (wrap, of_stage, those) in enumerate(itertools.chain(stages, _reductions(rows, are_clear))):
        smaller = _smaller(wrap, those, of_stage, problem)
        is_clear = are_clear if not k else k >= len(stages)
        new, is_exact = _proposals(smaller, _WITH_SUMS if is_clear and not has_exact else _TASKS)
        found += new
        if is_exact:
            return fitted_outcome(context, problem, found)
        further += smaller[:_MOST_FURTHER] if is_clear else []
    outcome = fitted_outcome(context, problem, found)
    if has_exact:
        return outcome
    if not scaling.are_clear and k < len(stages):  # else sums of a smaller problem were searched
        outcome = with_separable_sums(outcome, problem)
    if any(t.loss <= rows.exact for t in outcome.trials):
        return outcome
    return with_proposals(outcome, problem, _proposals(further, _FURTHER_TASKS)[0])


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


def _reductions(rows: Rows, has_forms: bool) -> Iterator[_Stage]:
    """Smaller problems: without linear terms, without an offset, without factors of one input each.

    Args:
        rows: the table.
        has_forms: whether it has similarity forms itself.

    Yields:
        The formula of the target from that of the new target, the rows of the new target, and its forms.
    """
    stages: list[tuple[Wrap, Rows]] = [(_itself, rows)]
    if (linear := without_linear_terms(rows)) is not None:
        stages.append((_plus(linear[0]), linear[1]))
    for wrap, stage in stages:
        is_whole = stage is rows
        forms = ([] if has_forms else _factor(stage)) if is_whole else _forms(stage)
        offset = None if forms else without_offset(stage)
        if offset is not None:
            yield _shifted(wrap, offset[0]), offset[1], _forms(offset[1]) or [_everything(offset[1])]
        elif forms or not is_whole:
            yield wrap, stage, forms or [_everything(stage)]


def _factor(rows: Rows) -> list[SimilarityForm]:
    found = power_factor(rows)
    return [] if found is None else [found]


def _forms(rows: Rows) -> list[SimilarityForm]:
    """Clear similarity forms, else the factor of inputs, else an approximate form."""
    found = similarity_forms(rows)
    return found if len(found) > 1 else _factor(rows) or found


def _everything(rows: Rows) -> SimilarityForm:
    """All inputs, without a factor."""
    return SimilarityForm((ONE, np.ones_like(rows.y)), tuple(rows.inputs()))


def _itself(function: Expr) -> Expr:
    return function


def _times(factor: Expr) -> Wrap:
    return lambda function: mul([(factor, 1.0), (function, 1.0)])


def _plus(term: Expr) -> Wrap:
    return lambda function: add([(1.0, term), (1.0, function)])


def _shifted(wrap: Wrap, offset: float) -> Wrap:
    return lambda function: wrap(add([(1.0, function)], offset))


def _smaller(wrap: Wrap, forms: Sequence[SimilarityForm], rows: Rows, problem: Problem) -> list[_Smaller]:
    return [_Smaller(wrap, form, _problem_of_arguments(form, rows, problem)) for form in forms]


def _proposals(searches: Sequence[_Smaller], tasks: _Tasks) -> tuple[list[Proposal], bool]:
    """The best functions of every form, and whether one is exact; no further form is searched then.

    Sums, which take longest, are those of the first form: the others have the same function in other arguments.
    """
    found: list[Proposal] = []
    for k, search in enumerate(searches):
        trials, exact = list[Trial](), search.problem.search.exact
        for task, step in tasks:
            if task is not _separable_sums or not (k or any(t.loss <= exact for t in trials)):
                trials += task(StepContext(step), search.problem).trials
        trials.sort(key=lambda t: (rank(t.loss, t.complexity, 0.1), t.shape))
        found += [_proposal(search.wrap, search.form, t) for t in trials[:_EACH]]
        if any(t.loss <= exact for t in trials):
            return found, True
    return found, False


def _problem_of_arguments(form: SimilarityForm, rows: Rows, problem: Problem) -> Problem:
    """The search for F in y = factor * F(arguments), on the rows of y / factor."""
    divided = _divided(rows, form.factor[1])
    y, weight = divided.y, np.asarray(divided.weight)
    weight = weight / weight.mean()
    mean = np.average(y, weights=weight)
    sub = Rows(np.stack([values for _, values in form.arguments]), y,
               float(np.average((y - mean) ** 2, weights=weight)) or 1.0, weight, SQUARED_ERROR)
    names = tuple(f"z{i}" for i in range(len(form.arguments)))
    return replace(problem, names=names, train=sub, holdout=None, search=sub, constraints=NONE, initial_formula=None,
                   constants=(), _cache={})


def _proposal(wrap: Wrap, form: SimilarityForm, trial: Trial) -> Proposal:
    """The whole formula of a function of the arguments."""
    function = to_expression(trial.network, tuple(expr for expr, _ in form.arguments))
    name = "a similarity form" if len(form.arguments) == 1 else "a problem of fewer inputs"
    return Proposal(wrap(mul([(form.factor[0], 1.0), (function, 1.0)])), f"{name}: {trial.reason}")
