"""The holes together: combinations of what their searches found, fitted through the form."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.front.structure_price import price_of_parts
from xnet.engine.networks.network import Network
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.problem import Problem
from xnet.engine.search.beam import rank
from xnet.engine.search.state import Island

from .form_fitting import FormFit, fit_form

#: Formulas of a hole that are combined, by the number of holes.
_FORMULAS = {1: 16, 2: 8, 3: 4}
#: Penalties of complexity by which these formulas are chosen, as many by each. By a low one a formula wins that follows
#: a target with a wrong constant to the last digit, by a high one the short formula that follows the right target.
_PENALTIES = (2.0, 0.6, 0.25, 0.05)
#: Steps that show which combinations are promising, steps of the promising ones, and how many these are.
_FEW_STEPS, _STEPS, _PROMISING = 6, 40, 10
#: A loss below this counts as none.
_LEAST_LOSS = 1e-22


def joined(islands: Sequence[Island], parts: Parts, problem: Problem,
           known: frozenset[str]) -> tuple[list[FormFit], frozenset[str]]:
    """Combinations of formulas of all holes, fitted through the form, the shortest description first.

    Args:
        islands: of the holes.
        parts: the best parts so far, which are among the result.
        known: names of combinations that were fitted before.

    Returns:
        The fits, and the names with those of the new combinations.
    """
    form = problem.template
    assert form is not None
    offers = [_formulas(island, parts.holes[k], len(islands)) for k, island in enumerate(islands)]
    names = {}
    for holes in product(*offers):
        name = _name(holes)
        if name not in known and name not in names:
            names[name] = Parts(holes, parts.letters)
    begun = [fit_form(form, parts, problem.search, _STEPS),
             *(fit_form(form, found, problem.search, _FEW_STEPS) for found in names.values())]
    begun = sorted((fit for fit in begun if np.isfinite(fit.loss)), key=lambda fit: description_length(fit, problem))
    ended = [fit_form(form, fit.parts, problem.search, _STEPS, valley=True) for fit in begun[:_PROMISING]]
    return sorted(ended, key=lambda fit: description_length(fit, problem)), known | names.keys()


def _formulas(island: Island, best: Network, n_holes: int) -> list[Network]:
    """The formulas of a hole that are worth combining: the best so far, short ones and accurate ones."""
    found: dict[str, tuple[float, Network]] = {}
    for loss, network in _losses(island):
        name = shape(to_expression(network))
        if name not in found or loss < found[name][0]:
            found[name] = loss, network
    chosen: dict[str, Network] = {shape(to_expression(best)): best}
    most = _FORMULAS[n_holes]
    for penalty in _PENALTIES:
        order = sorted((rank(loss, network.complexity, penalty), name) for name, (loss, network) in found.items()
                       if name not in chosen)
        chosen.update({name: found[name][1] for _, name in order[:max(1, most // len(_PENALTIES))]})
    return list(chosen.values())[:most + 1]


def _losses(island: Island) -> Iterator[tuple[float, Network]]:
    """Losses and networks of the hole; a whole formula, which stands in for a hole without a target, is none."""
    yield from ((entry.loss, entry.network) for entry in island.front if entry.parts is None)
    yield from ((trial.loss, trial.network) for trial in island.beam)


def _name(holes: Sequence[Network]) -> str:
    """A short name of the structures of the holes."""
    text = "|".join(shape(to_expression(hole)) for hole in holes)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def description_length(fit: FormFit, problem: Problem) -> float:
    """Twice the nats of residuals, constants and structures of the holes."""
    form = problem.template
    assert form is not None
    n, dispersion = len(problem.search.y), problem.search.loss_function.dispersion
    left = n * float(np.log(max(fit.loss, _LEAST_LOSS))) if dispersion is None else \
        n * fit.loss * problem.search.scale / dispersion
    price = price_of_parts(fit.parts, len(problem.activations))
    return left + fit.parts.n_constants * float(np.log(n)) + 2.0 * price
