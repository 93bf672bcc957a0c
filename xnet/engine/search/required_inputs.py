"""Formulas that read every required input: plain formulas at the start, and completed networks in every step.

A search keeps inputs that explain the target, and a required input may explain nothing. So networks without some of the
required inputs are also tried with these inputs added, and the front starts with plain sums and products of all
required inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, add, mul, var
from xnet.engine.algebra.shapes import shape
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .beam import rank
from .parameter_modes import mode_of
from .records import Outcome, Trial

#: The reason of a plain formula, which is on the front until the search finds a better formula.
FALLBACK = "a plain formula of the required inputs"
ADDED = "the missing required inputs added as terms"
#: Number of networks that a step completes.
_COMPLETED = 3


def fallback_trials(problem: Problem) -> list[Trial]:
    """Plain sums and products of all required inputs, fitted; none without required inputs."""
    required = problem.constraints.required
    if not required:
        return []
    signs = dict(problem.constraints.monotonic)
    product = mul([(var(i), float(signs.get(i, 1))) for i in required])
    total = add([(float(signs.get(i, 1)), var(i)) for i in required])
    forms = [total, product, _fitted([var(i) for i in required] + [ONE], problem), _fitted([total, ONE], problem),
             _fitted([product, ONE], problem), _fitted([product], problem)]
    return [trial for form in forms if form is not None and (trial := _trial(form, problem, FALLBACK)) is not None]


def is_fallback(network: Network, problem: Problem) -> bool:
    """Whether a network is no more than a plain sum or product of all required inputs."""
    return shape(to_expression(network)) in {trial.shape for trial in fallback_trials(problem)}


def with_completed(outcome: Outcome, problem: Problem) -> Outcome:
    """The outcome of a step with its best networks that lack required inputs completed."""
    required = problem.constraints.required
    if not required:
        return outcome
    lacking = [t for t in outcome.trials if not set(required) <= set(t.network.variables)]
    lacking.sort(key=lambda t: (rank(t.loss, t.complexity, 0.1), t.shape))
    completed: list[Trial] = []
    shapes = set(outcome.fitted_shapes)
    for trial in lacking[:_COMPLETED]:
        missing = [i for i in required if i not in trial.network.variables]
        made = _completed(trial, missing, problem)
        if made is not None and made.shape not in shapes:
            shapes.add(made.shape)
            completed.append(made)
    return replace(outcome, trials=(*outcome.trials, *completed), fitted_shapes=frozenset(shapes))


def _completed(trial: Trial, missing: Sequence[int], problem: Problem) -> Trial | None:
    """The network with the missing inputs as further terms, their coefficients solved by least squares."""
    expr, rows = to_expression(trial.network), problem.search
    rest = rows.y - evaluate(expr, rows.columns, {})
    terms = _coefficients([*(var(i) for i in missing), ONE], problem, rest)
    return None if terms is None else _trial(add([(1.0, expr), *terms]), problem, f"{trial.reason}; {ADDED}")


def _fitted(terms: Sequence[Expr], problem: Problem) -> Expr | None:
    """The sum of the terms with fitted coefficients; None where the mode has no fitted constants."""
    found = _coefficients(terms, problem, problem.search.y)
    return None if found is None else add(found)


def _coefficients(terms: Sequence[Expr], problem: Problem, y: Array) -> list[tuple[float, Expr]] | None:
    """Terms with their coefficients by least squares; no coefficient is zero, or its input would be lost."""
    rows = problem.search
    columns = [np.broadcast_to(evaluate(t, rows.columns, {}), y.shape) for t in terms]
    if not np.isfinite([*columns, y]).all():
        return None
    found = mode_of(problem).coefficients_of(columns, y, rows)
    return None if found is None else [(float(c) or 1e-12, t) for c, t in zip(found, terms, strict=True)]


def _trial(expr: Expr, problem: Problem, reason: str) -> Trial | None:
    network = problem.network_of(expr)
    if network is None or network.complexity > problem.max_complexity or not problem.constraints.buildable(network):
        return None
    fitted = fit_parameters(network, problem.search, 20)
    if not np.isfinite(fitted.loss):
        return None
    return Trial(fitted.network, fitted.loss, shape(to_expression(fitted.network)), reason)
