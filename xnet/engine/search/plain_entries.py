"""The constant and the plain models of a problem as entries beside the front.

They compete for the suggestion even if the front dominates them: a linear model of twelve inputs has some fifty neurons
and constants, and a shorter network usually has a lower loss on the training rows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.fitting.all_rows import fitted_to_all_rows
from xnet.engine.fitting.constant_digits import rounded
from xnet.engine.fitting.levenberg_marquardt import FitResult
from xnet.engine.fitting.losses import Logistic
from xnet.engine.fitting.rows import Rows
from xnet.engine.fitting.simplification import round_constants
from xnet.engine.front.entry import Front, FrontEntry, make_entry
from xnet.engine.front.plain_models import LINEAR_KINDS, PlainKind, plain_models
from xnet.engine.front.score import KNOWN_KINDS, NO_LAW, WEIGHTS, Preference, cross_validated, score
from xnet.engine.front.support import support_of, with_support
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.problem.problem import Problem

from .given_formula import REASON, GivenFormula, given_formula
from .parameter_modes import mode_of

#: Models of a path that may be worse than the best so far before the rest of the path is skipped.
_PATIENCE = 3


@np.errstate(all="ignore")  # trial values of an exponential may overflow
def plain_entries(problem: Problem) -> Front:
    """The constant, the best plain model of every kind, and the linear model of the most inputs, simplest first.

    The constant is not on every front: a front has one network of each complexity, and an input alone is as short. A
    plain model whose terms were all simplified away is a constant too, and left out. An initial formula stands beside
    them: who gave it wants to know whether the rows support it, also where a shorter formula fits nearly as well.

    Under the logistic loss the plain models are logistic regressions. Empty in the parameter-free mode.
    """
    if not problem.parameters:
        return ()
    best: dict[PlainKind, tuple[float, Network]] = {}
    misses: dict[PlainKind, int] = {}
    largest: Network | None = None
    rows = replace(problem.subsampled.all_rows, selected_inputs=problem.search.selected_inputs)
    for kind, network in plain_models(rows, problem.activations):
        is_known = kind in KNOWN_KINDS or (kind is PlainKind.QUADRATIC and problem.n_inputs == 1)
        largest_complexity = problem.plain_complexity if is_known else problem.max_complexity
        if network.complexity > largest_complexity or not problem.constraints.buildable(network):
            continue
        if kind is PlainKind.LINEAR:
            largest = network
        if misses.get(kind, 0) > _PATIENCE:
            continue
        rated = _score(network, problem, kind)
        if kind not in best or rated < best[kind][0]:
            best[kind], misses[kind] = (rated, network), 0
        else:
            misses[kind] = misses.get(kind, 0) + 1
    chosen = {kind: network for kind, (_, network) in best.items()}
    entries = [_constant(problem), *(_entry(network, problem, kind) for kind, network in chosen.items())]
    if largest is not None and largest is not chosen.get(PlainKind.LINEAR):
        entries.append(_entry(largest, problem, PlainKind.LINEAR))
    given = given_formula(problem)
    if given is not None:
        network = mode_of(problem).simplified(given.network, problem.subsampled)
        simplified = make_entry(network, problem, REASON)
        entries.append(with_support(simplified if simplified.admitted else _in_few_digits(given, problem), problem))
    kept = [e for e in entries if e.admitted and (e.plain is None or e.network.variables)]
    return tuple(sorted(kept, key=lambda e: e.complexity))


def _in_few_digits(given: GivenFormula, problem: Problem) -> FrontEntry:
    """The given formula as it is, its letters in the digits that the rows distinguish; fixed constants stay."""
    letters = given.entry.n_parameters
    found = rounded(FitResult(given.network, given.entry.loss, 0), problem.subsampled.train, problem.known, letters)
    entry = make_entry(found.network, problem, REASON)
    return replace(entry, n_parameters=letters) if entry.admitted else given.entry


def _constant(problem: Problem) -> FrontEntry:
    """The network of one constant, which is no plain model: a table that gets it has no formula."""
    rows = problem.train
    loss = rows.loss_function
    value = loss.best_constant(rows.y, rows.weight) if isinstance(loss, Logistic) else float(
        np.average(rows.y, weights=rows.weight))
    network = Network((Neuron("constant", (), 0),), (value,), len(rows.columns))
    return with_support(make_entry(mode_of(problem).simplified(network, problem.subsampled), problem), problem)


def _score(network: Network, problem: Problem, kind: PlainKind) -> float:
    """The score of a plain model by its leave-one-out losses; no row is scored otherwise."""
    support = support_of(network, problem)
    entry = FrontEntry(network, network.complexity, support.n_determined, support.loss, None, plain=kind,
                       support=support)
    return score(entry, float(support.losses.mean()), WEIGHTS[Preference.BALANCED])


def simplified_model(network: Network, kind: PlainKind | None, problem: Problem) -> Network:
    """The network with its constants fitted to the training rows, simplified and rounded.

    A linear model keeps its inputs, because shorter ones compete beside it: where simplification drops a term, the
    constants are only rounded. A plain model of a table that shows no law is a summary, whose constants become simple
    only where that raises the adjusted R².

    Args:
        kind: of a plain model; None for a network that was searched for.
        problem: of at most `SUBSAMPLED_ROWS` rows.
    """
    rows = problem.train
    found = mode_of(problem).simplified(network, problem, adjusted=kind is not None and _is_summary(network, rows))
    if kind in LINEAR_KINDS and len(found.variables) < len(network.variables):
        return round_constants(network, rows, problem.known, problem.activations).network
    return found


def _is_summary(network: Network, rows: Rows) -> bool:
    """Whether the model shows no law: by generalised cross-validation it leaves more than `NO_LAW` of the variance.

    Under a loss of known dispersion, as that of counts, what a model leaves says nothing about a law: it may be noise
    of the known size.
    """
    if rows.constant_loss is None or rows.loss_function.dispersion is not None:
        return False
    return cross_validated(rows.loss(network), len(rows.y), network.n_parameters) > NO_LAW * rows.constant_loss


def _entry(network: Network, problem: Problem, kind: PlainKind) -> FrontEntry:
    network = simplified_model(network, kind, problem.subsampled)
    if problem.subsampled is not problem:
        network = fitted_to_all_rows(network, problem.train)
    entry = replace(make_entry(network, problem, f"the best {kind.value} formula"), plain=kind)
    return with_support(entry, problem)
