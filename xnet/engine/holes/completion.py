"""Required inputs in a form with unknown parts: a whole that lacks some is fitted with these inputs added.

The search of an unknown part keeps the columns that explain its target, and a required input may explain nothing. So it
is added as a term of an unknown part that is called with it (D-200).
"""

from __future__ import annotations

from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.expressions import add, var
from xnet.engine.formulas.composition import composed
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.problem import Problem

from .form_fitting import FormFit, fit_form
from .tidying import tidied

#: The coefficient of an added term before it is fitted.
_START = 1e-3
#: Steps of the fit with added terms, and significant digits of constants that cannot be simplified.
_STEPS, _DIGITS = 60, (3, 4, 5, 6, 8, 10)


def completed(parts: Parts, problem: Problem) -> Parts:
    """The parts with a further term, not fitted yet, for every required input that the whole lacks.

    Args:
        parts: what fills the form.
        problem: its form reads every required input in its known part or as an argument of an unknown one.
    """
    form = problem.template
    assert form is not None
    for i in missing(parts, problem):
        for call in form.calls:
            place = next((j for j, argument in enumerate(call.arguments) if i in argument.variables), None)
            if place is not None:
                hole = parts.holes[call.hole]
                more = to_network(add([(1.0, to_expression(hole)), (_START, var(place))]), hole.n_inputs,
                                  problem.activations)
                parts = parts if more is None else parts.with_hole(call.hole, more)
                break
    return parts


def missing(parts: Parts, problem: Problem) -> list[int]:
    """The required inputs that the form with these parts does not read."""
    required, form = problem.constraints.required, problem.template
    assert form is not None
    read = composed(form, parts).variables if required else ()
    return [i for i in required if i not in read]


def tidied_with_required(fit: FormFit, problem: Problem) -> FormFit:
    """The fit, completed by required inputs, with simple constants; rounded only where an input would be lost."""
    form = problem.template
    assert form is not None
    if missing(fit.parts, problem):
        fit = fit_form(form, completed(fit.parts, problem), problem.search, _STEPS)
    simple = tidied(fit, problem)
    return _with_few_digits(fit, problem) if missing(simple.parts, problem) else simple


def _with_few_digits(fit: FormFit, problem: Problem) -> FormFit:
    """The fit to all training rows with as few digits of its constants as cost nothing; bounded letters keep theirs."""
    form, rows = problem.template, problem.subsampled.train
    assert form is not None
    fit = fit_form(form, fit.parts, rows, 20)
    letters, holes = fit.parts.letters, [c for hole in fit.parts.holes for c in hole.constants]
    for digits in _DIGITS:
        short = [float(f"{c:.{digits}g}") for c in (*letters, *holes)]
        kept = [new if known.low <= new <= known.high else old
                for old, new, known in zip(letters, short, form.known, strict=False)]
        trial = fit_form(form, fit.parts.with_constants((*kept, *short[len(letters):])), rows, 0)
        if trial.loss <= 1.001 * max(fit.loss, rows.exact):
            return trial
    return fit
