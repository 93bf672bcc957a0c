"""Parts made as simple as the rows allow: free gauges fixed, constants simplified hole by hole.

Some changes of the parts change nothing in the whole: in f(x) + g(z) a constant may move from f to g, in a*g(z) a
factor from a to g, and in cos(f(x)) the sign of f. The last holes give these constants away, so that the first ones and
the letters hold them, and a sign becomes plus.

A hole is simplified on its second-order target at the fitted parts, as if it were a formula alone. This also rewrites
it. The holes before it and the letters are then fitted again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.expressions import Expr, ExprKind, add, call, mul
from xnet.engine.fitting.determined_constants import n_determined
from xnet.engine.fitting.letters import with_columns
from xnet.engine.fitting.levenberg_marquardt import standard_errors
from xnet.engine.fitting.rows import Rows, allowed_loss
from xnet.engine.fitting.simple_numbers import log_odds, simple_numbers_near
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.formulas.composition import composed, movable
from xnet.engine.formulas.partial_form import PartialForm
from xnet.engine.networks.letter import Letter
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.problem import Problem

from .form_fitting import FormFit, fit_form, hole_rows, positions

#: Steps of a fit after a constant was taken out, and the most constants that are: an additive one and a factor, say.
_STEPS, _GAUGES = 60, 3


def without_gauges(fit: FormFit, problem: Problem) -> FormFit:
    """The fit without constants that another constant can stand for."""
    form, rows = problem.template, problem.search
    assert form is not None
    for k in range(len(form.holes) - 1, -1, -1):
        for _ in range(_GAUGES):
            if n_determined(composed(form, fit.parts), rows) >= _all_constants(fit.parts, problem):
                return fit
            for network in _shorter_networks(fit.parts.holes[k], problem):
                begun = (Parts(fit.parts.holes, letters) for letters in _starts(form, fit.parts, k))
                trials = (fit_form(form, parts.with_hole(k, network), rows, _STEPS) for parts in begun)
                trial = next((t for t in trials if t.loss <= fit.loss * (1.0 + 1e-6) + 1e-22), None)
                if trial is not None:
                    fit = trial
                    break
    return fit


def _starts(form: PartialForm, parts: Parts, k: int) -> Iterator[tuple[float, ...]]:
    """The letters, and each that hole k is called with moved by its constants: f(x - h) may have no value without."""
    yield parts.letters
    inside = sorted({i - form.n_inputs for call in form.calls if call.hole == k for argument in call.arguments
                     for i in argument.variables if i >= form.n_inputs})
    for constant in parts.holes[k].constants:
        for i in inside:
            for value in (parts.letters[i] + constant, parts.letters[i] - constant):
                yield (*parts.letters[:i], value, *parts.letters[i + 1:])


def _all_constants(parts: Parts, problem: Problem) -> int:
    """The number of constants of the whole, those of the form as it is written included."""
    assert problem.template is not None
    return len(composed(problem.template, parts).constants)


def _shorter_networks(hole: Network, problem: Problem) -> Iterator[Network]:
    """The hole with a constant less; a constant alone becomes 1, so that a letter before it holds the whole number."""
    expr = to_expression(hole)
    yield from (network for shorter in _shorter(expr)
                if (network := to_network(shorter, hole.n_inputs, problem.activations)) is not None)
    if expr.is_constant and hole.constants:
        yield Network((Neuron("number", (), 1),), (), hole.n_inputs)


def _shorter(expr: Expr) -> Iterator[Expr]:
    """The expression without its additive constant, and with 1 as its first coefficient; then its parts so.

    In f(x - h) with f(u) = (u + c)**p the constant that another can stand for is inside.
    """
    if expr.kind is ExprKind.VAR:
        return
    if expr.kind is ExprKind.SUM and expr.args:
        if expr.value:
            yield add([(c, term) for term, c in expr.args])
        first = expr.args[0][1]
        if first != 1.0:
            yield add([(c / first, term) for term, c in expr.args], expr.value / first)
    if expr.kind is ExprKind.CALL:
        yield from (call(expr.name, shorter) for shorter in _shorter(expr.args[0]) if len(expr.args) == 1)
        return
    for k, (part, number) in enumerate(expr.args):
        others = [*expr.args[:k], *expr.args[k + 1:]]
        for shorter in _shorter(part):
            if expr.kind is ExprKind.SUM:
                yield add([*((c, term) for term, c in others), (number, shorter)], expr.value)
            else:
                yield mul([*others, (shorter, number)])


def tidied(fit: FormFit, problem: Problem) -> FormFit:
    """The fit with simple and rounded constants, fitted to all training rows."""
    form, rows = problem.template, problem.subsampled.train
    assert form is not None
    fit = fit_form(form, fit.parts, rows, 20 if rows is not problem.search else 0, valley=True)
    fit, problem = _with_whole_letters(fit, rows, problem)
    form = problem.template
    assert form is not None
    fit = _with_plus(fit, rows, problem)
    allowed = allowed_loss(rows, fit.loss)
    for k in range(len(form.holes) - 1, -1, -1):
        if not fit.parts.holes[k].variables:
            fit = _with_few_digits(fit, k, rows, problem)
            continue
        table = hole_rows(form, k, fit.parts, rows)
        if table is None:
            continue
        simple = simplify_constants(fit.parts.holes[k], table, problem.activations, problem.known).network
        trial = fit_form(form, fit.parts.with_hole(k, simple), rows, _STEPS,
                         positions(fit.parts, range(k)))
        if trial.loss <= allowed:
            fit = trial
    return _with_simple_letters(fit, rows, allowed, problem)


def _with_few_digits(fit: FormFit, k: int, rows: Rows, problem: Problem) -> FormFit:
    """The fit with the constant that a hole is in as few digits as the rows distinguish in the whole."""
    form, hole = problem.template, fit.parts.holes[k]
    assert form is not None
    for digits in range(2, 16):
        short = hole.with_constants([float(f"{c:.{digits}g}") for c in hole.constants])
        trial = fit_form(form, fit.parts.with_hole(k, short), rows, 10, positions(fit.parts, ()))
        if trial.loss <= fit.loss * (1.0 + 0.5 / len(rows.y)) + 1e-24:
            return trial
    return fit


def _with_whole_letters(fit: FormFit, rows: Rows, problem: Problem) -> tuple[FormFit, Problem]:
    """The fit with whole letters at the whole number that fits best, and the problem with these letters held there."""
    form = problem.template
    assert form is not None
    for i, letter in enumerate(form.known):
        if letter.whole:
            value, tried = fit.parts.letters[i], []
            for whole in {float(np.clip(np.floor(value), np.ceil(letter.low), letter.high)),
                          float(np.clip(np.ceil(value), letter.low, np.floor(letter.high)))}:
                letters = (*fit.parts.letters[:i], whole, *fit.parts.letters[i + 1:])
                held = replace(form, known=(*form.known[:i], Letter(whole, whole), *form.known[i + 1:]))
                tried.append((fit_form(held, Parts(fit.parts.holes, letters), rows, _STEPS), held))
            fit, form = min(tried, key=lambda item: item[0].loss)
    return fit, problem if form is problem.template else replace(problem, template=form)


def _with_plus(fit: FormFit, rows: Rows, problem: Problem) -> FormFit:
    """The fit with the other sign of every hole that begins with minus, where this changes nothing."""
    form = problem.template
    assert form is not None
    for k, hole in enumerate(fit.parts.holes):
        expr = to_expression(hole)
        if expr.kind is ExprKind.SUM and expr.args and expr.args[0][1] < 0:
            network = to_network(add([(-1.0, expr)]), hole.n_inputs, problem.activations)
            if network is not None:
                trial = fit_form(form, fit.parts.with_hole(k, network), rows, 0)
                fit = trial if trial.loss <= fit.loss * (1.0 + 1e-9) + 1e-24 else fit
    return fit


def _with_simple_letters(fit: FormFit, rows: Rows, allowed: float, problem: Problem) -> FormFit:
    """The fit with letters at simple numbers where these are probable, else rounded as far as the rows allow."""
    form = problem.template
    assert form is not None
    network, held = movable(composed(form, fit.parts), range(fit.parts.n_constants))
    table = with_columns(rows, held)
    errors = standard_errors(network, table, fit.loss)
    degrees = max(len(rows.y) - fit.parts.n_constants, 1)
    for i, error in enumerate(errors[:len(fit.parts.letters)].tolist()):
        value, known = fit.parts.letters[i], form.known[i]
        if known.low == known.high:
            continue
        near = [number.value for number in sorted(simple_numbers_near(value, problem.known)) if np.isfinite(error)
                and log_odds(abs(number.value - value), error, number.spacing, degrees) > 0.0]
        rounded = [float(f"{value:.{digits}g}") for digits in range(2, 16)]
        limits = [*((number, allowed) for number in near),
                  *((number, fit.loss * (1.0 + 0.5 / len(rows.y)) + 1e-24) for number in rounded)]
        for number, limit in ((n, limit) for n, limit in limits if known.low <= n <= known.high):
            letters = (*fit.parts.letters[:i], number, *fit.parts.letters[i + 1:])
            trial = fit_form(form, Parts(fit.parts.holes, letters), rows, 10,
                             range(i + 1, len(fit.parts.letters)))
            if trial.loss <= limit:
                fit = trial
                break
    return fit
