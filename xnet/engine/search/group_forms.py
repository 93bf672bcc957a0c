"""Where the forms of a group search come from: searches of single groups, and matching in all groups at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import Expr, ExprKind, add, call, mul, num
from xnet.engine.algebra.shapes import shape
from xnet.engine.candidates.group_matching import best_group_matches
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.fitting.error_losses import KnownError
from xnet.engine.fitting.losses import SQUARED_ERROR
from xnet.engine.front.group_support import group_rows
from xnet.engine.front.plain_models import plain_models
from xnet.engine.moves.target_transforms import target_transforms
from xnet.engine.problem.problem import Problem

from .records import Trial

#: The groups that are searched as tables of their own.
_SEARCHED = 5
#: Steps in which all groups are matched at once, and with which library.
MATCHED = {1: LibrarySize.SMALL, 4: LibrarySize.CURVES, 18: LibrarySize.MEDIUM, 33: LibrarySize.LARGE}
#: Match rows of a group, and of all groups.
_ROWS_OF_GROUP, _FEWEST, _MOST = 12, 112, 512
#: Chains of outer activations that are matched, candidates of each, and first terms to which a second one is matched.
_TRANSFORMS, _TOP, _FIRST_TERMS = 40, 6, 8
#: Matched forms of a step.
_FORMS = 16


def searched_groups(problem: Problem) -> list[int]:
    """The groups that are searched alone: those of most rows, of equally many those of the largest variance."""
    rows = group_rows(problem, train=True)
    # The scale of a group's y says little about its form: a steep curve of few rows is no better than a flat one.
    order = np.lexsort((-rows.spread, -rows.sizes))
    return [int(g) for g in order if rows.varies[g]][:_SEARCHED]


def one_group(problem: Problem, g: int) -> Problem:
    """The problem of one group of rows: its training rows as a table."""
    def make() -> Problem:
        rows = group_rows(problem, train=True)
        at = slice(rows.starts[g], rows.starts[g] + rows.sizes[g])
        weight = None if rows.rows.weight is None else rows.rows.weight[at]
        loss, error = rows.rows.loss_function, None
        if isinstance(loss, KnownError) and weight is not None:
            error = loss.errors_of(weight)
            weight = None
        return Problem.from_arrays(
            rows.rows.columns[:, at].T, rows.rows.y[at], names=problem.names, target_name=problem.target_name,
            activations=problem.activations, max_complexity=problem.max_complexity, holdout_fraction=0.0,
            sample_weight=weight, sample_error=error, seed=problem.seed,
            loss=loss.name if error is None else SQUARED_ERROR.name, device=problem.device,
            constraints=replace(problem.constraints, required=()), initial_formula=problem.initial_formula,
            constants=problem.constants)

    made: Problem = problem.cached(("group", g), make)
    return made


def matched_forms(problem: Problem, size: LibrarySize, known: frozenset[str]) -> list[Trial]:
    """Forms from candidates that match the target, or a transform of it, in all groups at once.

    Args:
        known: shapes that are left out.
    """
    view, starts = _match_view(problem)
    rows = view.search
    transforms = target_transforms(rows, problem.activations)[:_TRANSFORMS]
    targets = np.stack([t.target.values for t in transforms])
    weights = np.stack([t.target.weight for t in transforms])
    library = view.library(size)
    found = best_group_matches(library, targets, weights, starts, _TOP)
    forms = [(m.share, transforms[m.target].wrap(_scaled(library.expression(m.candidate))),
              f"{transforms[m.target].description} in all groups at once") for m in found]
    firsts = [m for m in found if m.target == 0][:_FIRST_TERMS]
    left = np.stack([_without(targets[0], library.values(library_position(library.index, m.candidate)), starts)
                     for m in firsts]) if firsts else np.zeros((0, targets.shape[1]))
    for m in best_group_matches(library, left, np.ones_like(left), starts, _TOP) if len(left) else ():
        both = add([(1.5, library.expression(firsts[m.target].candidate)), (0.7, library.expression(m.candidate)),
                    (1.0, num(0.3))])
        forms.append((m.share * firsts[m.target].share, both, "two terms in all groups at once"))
    return _as_trials(forms, problem, known)


def plain_forms(problem: Problem) -> list[Trial]:
    """The forms of plain models: linear, log-linear, power-law and quadratic formulas of more and more inputs."""
    view, _ = _match_view(problem)
    rows, trials = view.search, dict[str, Trial]()
    for kind, network in plain_models(rows, problem.activations):
        name = shape(to_expression(network))
        if name not in trials and network.complexity <= problem.max_complexity and (
                problem.constraints.buildable(network)):
            trials[name] = Trial(network, rows.loss(network), name, f"a {kind.value} formula in all groups")
    return list(trials.values())


def library_position(index: Array, candidate: int) -> Array:
    """A candidate of the library as an index array of one element."""
    return np.array([candidate]) if len(index) else index


def _scaled(candidate: Expr) -> Expr:
    return add([(1.5, candidate), (1.0, num(0.3))])


def _without(y: Array, values: Array, starts: list[int]) -> Array:
    """What is left of a target (m,) when a candidate (1, m) is fitted with a scale and a bias in every group."""
    left = y.copy()
    for a, b in zip(starts, [*starts[1:], len(y)], strict=True):
        v, t = values[0, a:b] - values[0, a:b].mean(), y[a:b] - y[a:b].mean()
        size = float(v @ v)
        left[a:b] = t - v * (float(v @ t) / size if size > 0 else 0.0)
    return left


def _match_view(problem: Problem) -> tuple[Problem, list[int]]:
    """The problem on a few rows of every group, and where every group starts among them."""
    def make() -> tuple[Problem, list[int]]:
        rows = group_rows(problem, train=True)
        each = max(min(max(_ROWS_OF_GROUP, _FEWEST // rows.n_groups), _MOST // rows.n_groups), 4)
        picked = [a + np.unique(np.linspace(0, n - 1, min(n, each)).round().astype(int))
                  for a, n in zip(rows.starts, rows.sizes, strict=True)]
        starts = [0, *np.cumsum([len(p) for p in picked])[:-1].tolist()]
        some = rows.rows.sample(np.concatenate(picked))
        columns = some.columns.copy()
        columns[rows.column] = 0.0  # the group itself is no candidate
        some = replace(some, columns=columns)
        return replace(problem, train=some, search=some, match=np.arange(len(some.y)), holdout=None, groups=None,
                       _cache={}), starts

    found: tuple[Problem, list[int]] = problem.cached("group match view", make)
    return found


def with_hidden_constants(expr: Expr, inside: bool = False) -> Expr:
    """The expression with the constants that are 1 or 0 in it written out: a scale, and the coefficients in calls.

    A group may be simple by chance: where its frequency is 1, sin(x + 2) has no place for the frequency of others.

    Args:
        inside: whether the expression is the argument of a call, which also gets a bias.
    """
    if expr.kind is ExprKind.SUM:
        terms = [(1.01 * c if abs(c) == 1.0 else c, with_hidden_constants(t)) for t, c in expr.args]
        return add(terms, expr.value or (0.01 if inside else 0.0))
    if expr.kind is ExprKind.PROD:
        return add([(1.01, mul([(with_hidden_constants(b), p) for b, p in expr.args]))])
    if expr.kind is ExprKind.CALL:
        return add([(1.01, call(expr.name, with_hidden_constants(expr.args[0], inside=True)))])
    return add([(1.01, expr)], 0.01) if inside else expr


def _as_trials(forms: list[tuple[float, Expr, str]], problem: Problem, known: frozenset[str]) -> list[Trial]:
    trials: dict[str, Trial] = {}
    for share, expr, reason in sorted(forms, key=lambda form: form[0]):
        name = shape(expr)
        if name in trials or name in known:
            continue
        network = problem.network_of(expr)
        if network is not None and network.complexity <= problem.max_complexity:
            trials[name] = Trial(network, max(share, 1e-16), name, reason)
        if len(trials) == _FORMS:
            break
    return list(trials.values())
