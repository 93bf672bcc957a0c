"""Start a search from an initial formula: parse it, fit its constants, check it against the settings.

`a*exp(b*x0) + c` gives the structure. The fit starts from the numbers in it. Free constants (`a`, `b`) have no starting
value, so the fit starts from many: random magnitudes over six decades and random signs, equal for equal seeds. The
coefficients of the outermost sum need no start, because least squares gives them. The best starts are refined by
Levenberg-Marquardt.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, ExprKind, add
from xnet.engine.algebra.shapes import shape
from xnet.engine.fitting.levenberg_marquardt import FitResult, fit_parameters
from xnet.engine.formulas.parser import Template, read_template
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.problem.problem import Problem
from xnet.errors import FormulaError

from .given_formula import given_formula
from .parameter_modes import mode_of
from .records import Trial

_STARTS, _DECADES, _FINALISTS = 96, 3.0, 6
_REASON = "the initial formula"


def fitted_formula(text: str, problem: Problem) -> Trial:
    """The formula with its constants fitted to the search rows, as a trial that the search can expand.

    Every number is fitted but whole powers and coefficients that are not written down.

    Raises:
        FormulaError: it cannot be read, uses an activation outside the library, is too large, breaks a constraint, or
            has no finite value on some row whatever its constants.
    """
    template = usable_template(text, problem)
    rows = problem.search
    if problem.given_form is not None:
        return _kept(text, problem)
    begun = []
    for expr in _starts(template, problem):
        network = problem.network_of(expr)
        if network is not None and np.isfinite(rows.loss(network)):
            begun.append(fit_parameters(network, rows, 8))
    if not begun:
        raise _without_value(text)
    begun.sort(key=lambda result: result.loss)
    best: FitResult = min((fit_parameters(r.network, rows, 100) for r in begun[:_FINALISTS]), key=lambda r: r.loss)
    return Trial(best.network, best.loss, shape(to_expression(best.network)), _REASON)


def _kept(text: str, problem: Problem) -> Trial:
    """The formula with its constants as they are known: fixed ones unchanged, others within their bounds.

    Raises:
        FormulaError: it has no finite value on some row whatever its free constants.
    """
    given = given_formula(problem)
    if given is None:
        raise _without_value(text)
    network = given.network
    return Trial(network, problem.search.loss(network), shape(to_expression(network)), _REASON)


def _without_value(text: str) -> FormulaError:
    return FormulaError(f"The initial formula {text!r} has no finite value on some row of the table, whatever its "
                        "constants; check the domains of its logarithms, roots and quotients.")


def usable_template(text: str, problem: Problem) -> Template:
    """The formula as a template, if the search may use its structure at all; nothing is fitted.

    Raises:
        FormulaError: it cannot be read, uses an activation outside the library, is too large or breaks a constraint.
    """
    template = read_template(text, problem.names, dict(problem.constants), problem.activations)
    if template.free and not mode_of(problem).fits_constants:
        raise FormulaError(f"The initial formula has the free constant {template.free[0]!r}, but parameters are "
                           "switched off; write numbers, or allow parameters.")
    expr = template.expression(np.sqrt(2.0 + np.arange(1, len(template.free) + 1)))
    network = problem.network_of(expr)
    if network is None:
        missing = _missing(expr, problem)
        why = f"uses {', '.join(missing)}, which the activation library lacks; add to activations what is missing" \
            if missing else "has a number that cannot be made without parameters; allow them, or write it with 1 and 2"
        raise FormulaError(f"The initial formula {text!r} {why} (the library: {', '.join(problem.activations)}).")
    if network.complexity > problem.max_complexity:
        raise FormulaError(f"The initial formula has complexity {network.complexity}; {_size_allowed(problem)}.")
    known = {name for name, constant in problem.constants if constant.fixed}
    fixed = range(network.n_parameters - sum(name not in known for name in template.free))  # all but its fitted letters
    broken = problem.constraints.broken(network, partial=True, names=problem.names, fixed=fixed)
    if broken:
        raise FormulaError(f"The initial formula {text!r} breaks a constraint: {broken}.")
    return template


def _size_allowed(problem: Problem) -> str:
    """How long formulas may be, and what to do where one is longer, as the end of a sentence."""
    allowed = problem.max_complexity
    if allowed >= problem.plain_complexity:
        return f"the search allows {allowed}. Raise the largest complexity, or shorten the formula"
    return (f"with {len(problem.train.y)} training rows the search allows {allowed}, because longer formulas learn so "
            "few rows by heart. Shorten the formula, hold out fewer rows, or use a table of more rows")


def _missing(expr: Expr, problem: Problem) -> list[str]:
    """The activations outside the library that the expression cannot be said without (or all outside it)."""
    said = to_network(expr, problem.n_inputs)
    used = () if said is None else dict.fromkeys(n.activation for n in said.neurons if n.children)
    outside = [name for name in used if name not in problem.activations]
    needed = [n for n in outside if to_network(expr, problem.n_inputs, set(ACTIVATIONS) - {n}) is None]
    return needed or outside


def _starts(template: Template, problem: Problem) -> list[Expr]:
    """The formula with many values for its free constants, each as it is and with its outermost sum solved."""
    k = len(template.free)
    rng = np.random.default_rng(problem.seed)
    count = _STARTS if k else 1
    values = rng.choice([1.0, -1.0], (count, k)) * 10.0 ** rng.uniform(-_DECADES, _DECADES, (count, k))
    values[: count // 2] = np.abs(values[: count // 2])  # a logarithm or a root may bear no other sign
    found = []
    for one in values:
        try:
            expr = template.expression(one.tolist())
        except FormulaError:  # a free exponent that starts too large
            continue
        found.append(expr)
        found += _solved(expr, problem)
    return found


def _solved(expr: Expr, problem: Problem) -> list[Expr]:
    """The expression with the written coefficients of its outermost sum solved by least squares."""
    rows = problem.search
    if expr.kind is not ExprKind.SUM:
        return []
    memo: dict[Expr, Array] = {}
    free = [t for t, c in expr.args if abs(c) != 1.0] + ([ONE] if expr.value else [])
    fixed = add([(c, t) for t, c in expr.args if abs(c) == 1.0])
    columns = [evaluate(t, rows.columns, memo) for t in free]
    rest = rows.y - evaluate(fixed, rows.columns, memo)
    if not free or not np.isfinite([*columns, rest]).all():
        return []
    coefficients = mode_of(problem).coefficients_of(columns, rest, rows)
    if coefficients is None:
        return []
    return [add([(1.0, fixed), *zip(coefficients.tolist(), free, strict=True)])]
