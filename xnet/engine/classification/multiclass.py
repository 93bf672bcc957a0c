"""From searches to a classifier: one search per class, selection by cross-fitted log-loss, a joint fit, calibration.

Every class has a search for the log-odds of the class against the others (two classes: one search). The networks on
its front differ in structure. They are compared by cross-fitting: the constants are fitted to all folds but one,
and the log-loss is computed on the remaining fold, with a price of one nat per neuron (Akaike). The simplest network
within one standard error of the best is selected; it is the standard error of the difference of the rows' losses. With
several classes a still simpler network is selected if the scores of the other classes compensate for it. Then the
constants of the chosen networks are fitted together under softmax loss, calibrated on rows outside each fit, and
rounded. Straight lines (`lasso`) replace the networks if they have a lower cross-fitted log-loss.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.expressions import add
from xnet.engine.algebra.rewriting import shortest
from xnet.engine.fitting.losses import SMOOTHING
from xnet.engine.front.entry import FrontEntry
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network

from .lasso import best_lines
from .softmax import Calibration, Labelled, Networks, calibrate, cross_fitted, fit_networks, folds, log_losses, scores

_FOLDS, _MOST_ROWS = 5, 4_000
#: The price of a neuron or constant in nats over all rows: the structure was chosen from most of these rows.
_PRICE = 1.0
#: With more classes, simpler networks are compared on about so many rows, at least so many of every class, and so many
#: of every class are tried: the time of a joint fit grows with the square of the classes.
_FEW_CLASSES, _FEWER_ROWS, _OF_A_CLASS, _SIMPLER = 8, 1_000, 10, 2
#: Fits of these trials end at a step that lowers the loss by a smaller share: a standard error is a hundred times that.
_ROUGHLY = 1e-4
#: Fewer held-out rows say little.
FEWEST_TESTED = 20


@dataclass(frozen=True)
class Classes:
    """The networks of a classifier, with their scores.

    Attributes:
        networks: one per class in order; for two classes only one, the log-odds of the second class.
        calibration: the calibration of the cross-fitted scores; it is included in the networks' constants.
        log_loss, log_loss_held_out: mean log-loss of the networks on the rows they were fitted to, and of networks
            of the same structures on rows that the constants had not seen, calibrated.
        accuracy, accuracy_held_out: the shares of rows (by their `counts`) whose class is the most probable one,
            likewise. The held-out ones are those of new constants, not of new structures: all rows chose these.
        base_log_loss: the mean log-loss when the classes' shares are predicted for every row.
        judged: (m,) positions of the rows that the held-out scores are of; m is n, or about 4,000 of more rows.
        fold: (m,) the fold of these rows, from 0.
        losses_held_out: (m,) their weighted log-losses by constants of the other folds, whose mean is
            `log_loss_held_out`.
    """

    networks: Networks
    calibration: Calibration
    log_loss: float
    log_loss_held_out: float
    accuracy: float
    accuracy_held_out: float
    base_log_loss: float
    judged: Array
    fold: Array
    losses_held_out: Array


def choose(fronts: Sequence[Sequence[FrontEntry]], rows: Labelled, activations: Sequence[str], parameters: bool,
           seed: int = 0, max_complexity: int = 60, groups: Array | None = None,
           admits: Callable[[Networks], bool] = lambda networks: True, counts: Array | None = None) -> Classes:
    """The best classifier that the fronts of the searches allow.

    Args:
        fronts: one per class, in order; for two classes only one, for the second class.
        rows: all rows, held-out ones included; about 4,000 of more rows are used to decide and to fit.
        activations, parameters: the activation library, and whether constants may be fitted.
        max_complexity: most neurons and constants of a network.
        groups: (n,) equal numbers for rows that belong to the same fold; None if all rows are assigned independently.
        admits: whether the networks satisfy the constraints; lines, calibrated and rounded networks that do not are
            left out.
        counts: (n,) how many rows every row stands for in the accuracies, where the weights of `rows` also hold those
            of the classes; None for the weights.
    """
    everything, all_counts = rows, rows.weight if counts is None else counts
    counts, some = all_counts, np.arange(len(rows.labels))
    if len(rows.labels) > _MOST_ROWS:
        some = _of_every_class(rows.labels, _MOST_ROWS, 1, np.random.default_rng([seed, 1]))
        rows, groups, counts = rows.sample(some), None if groups is None else groups[some], counts[some]
    rows = replace(rows, smoothing=SMOOTHING / len(rows.labels))
    fold = _folds(rows.labels, groups, np.random.default_rng(seed))
    chosen: list[Network] = []
    for i, front in enumerate(fronts):
        label = i if len(fronts) > 1 else 1
        binary = replace(rows, labels=(rows.labels == label).astype(np.int64), n_classes=2)
        chosen.append(_pick(front, binary, fold))
    networks, calibration = tuple(chosen), Calibration(1.0, np.zeros(rows.n_classes))
    if len(fronts) > 1:
        networks = _simplified_together(networks, fronts, rows, fold)
    held_out = cross_fitted(networks, rows, fold)
    if parameters:
        lines = best_lines(rows, fold, (max_complexity - 1) // 4, tuple(activations))
        if lines is not None and admits(lines.networks) and (
                log_losses(lines.held_out, rows).mean() < _judged(networks, rows, fold).mean()):
            networks, held_out = lines.networks, lines.held_out
        else:
            networks = fit_networks(networks, rows, 60)
        found = calibrate(held_out, rows)
        folded = _folded(networks, found, activations)
        if folded is not None and admits(folded):
            networks, calibration = folded, found
        shorter = rounded(networks, rows, activations)
        networks = shorter if admits(shorter) else networks
    shares = np.bincount(everything.labels, everything.weight, rows.n_classes) / everything.weight.sum()
    base = -float(np.sum(shares * np.log(np.maximum(shares, 1e-300))))
    both = (scores(networks, everything.columns), everything), (calibration(held_out), replace(rows, smoothing=0.0))
    losses = [log_losses(F, judged) for F, judged in both]
    right = [float(np.average(F.argmax(axis=1) == judged.labels, weights=w))
             for (F, judged), w in zip(both, (all_counts, counts), strict=True)]
    return Classes(networks, calibration, float(losses[0].mean()), float(losses[1].mean()), right[0], right[1], base,
                   some, fold, losses[1])


@dataclass(frozen=True)
class Tested:
    """Scores on rows that had no part in the search, the choice of the form and the fit of the constants.

    Attributes:
        rows: the number of these rows.
        accuracy, log_loss: of the formulas that the other rows choose, as in `Classes`.
    """

    rows: int
    accuracy: float
    log_loss: float


def on_held_out_rows(fronts: Sequence[Sequence[FrontEntry]], rows: Labelled, held_out: Array,
                     activations: Sequence[str], parameters: bool, seed: int = 0, max_complexity: int = 60,
                     groups: Array | None = None, admits: Callable[[Networks], bool] = lambda networks: True,
                     counts: Array | None = None) -> Tested | None:
    """What `choose` finds without the rows that the searches held out, scored on these; None where they are few.

    Args:
        held_out: (n,) whether a row had no part in any of the searches.
        fronts, rows, activations, parameters, seed, max_complexity, groups, admits, counts: as for `choose`.
    """
    inside, outside = np.flatnonzero(~held_out), np.flatnonzero(held_out)
    if len(outside) < FEWEST_TESTED or len(np.unique(rows.labels[inside])) < rows.n_classes:
        return None
    counts = rows.weight if counts is None else counts
    found = choose(fronts, rows.sample(inside), activations, parameters, seed, max_complexity,
                   None if groups is None else groups[inside], admits, counts[inside])
    judged = rows.sample(outside)
    F = scores(found.networks, judged.columns)
    return Tested(len(outside), float(np.average(F.argmax(axis=1) == judged.labels, weights=counts[outside])),
                  float(log_losses(F, judged).sum() / judged.weight.sum()))


def _folds(labels: Array, groups: Array | None, rng: np.random.Generator) -> Array:
    """(n,) the fold of every row; a whole group is in the fold of its first row."""
    first, inverse = np.arange(len(labels)), np.arange(len(labels))
    if groups is not None:
        _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    fold = folds(labels[first], min(_FOLDS, max(2, int(np.bincount(labels[first]).max()))), rng)
    return fold[inverse]


def _pick(front: Sequence[FrontEntry], rows: Labelled, fold: Array) -> Network:
    """The simplest network whose cross-fitted log-loss is within one standard error of the lowest."""
    losses = [_judged((e.network,), rows, fold) for e in front]
    best = min(losses, key=lambda loss: float(loss.mean()))
    for entry, loss in zip(front, losses, strict=True):
        more = loss - best
        if more.mean() <= more.std() / np.sqrt(len(more)):
            return entry.network
    raise AssertionError("the best network is within its own standard error")


def _judged(networks: Networks, rows: Labelled, fold: Array, tolerance: float = 1e-9) -> Array:
    """(n,) cross-fitted log-losses with the price of the networks' complexity (see `fit_networks`)."""
    price = _PRICE * sum(network.complexity for network in networks) / len(rows.labels)
    return log_losses(cross_fitted(networks, rows, fold, tolerance), rows) + price


def _simplified_together(networks: Networks, fronts: Sequence[Sequence[FrontEntry]], rows: Labelled,
                         fold: Array) -> Networks:
    """Simpler networks if the scores of the other classes compensate for it, the most complex first.

    The score of a class between two others needs a peak if fitted alone. Together with the scores of both, a linear
    score often suffices.
    """
    many = len(networks) > _FEW_CLASSES
    if many and len(rows.labels) > _FEWER_ROWS:
        some = _of_every_class(rows.labels, _FEWER_ROWS, _OF_A_CLASS, np.random.default_rng(0))
        rows, fold = rows.sample(some), fold[some]
    tolerance = _ROUGHLY if many else 1e-9
    if many:  # the fits of the trials begin at the common optimum
        networks = fit_networks(networks, rows)
    best = _judged(networks, rows, fold, tolerance)
    for i in sorted(range(len(networks)), key=lambda i: -networks[i].complexity):
        simpler = [entry for entry in fronts[i] if entry.complexity < networks[i].complexity]
        for entry in simpler[::-(-len(simpler) // _SIMPLER)] if many and simpler else simpler:
            trial = (*networks[:i], entry.network, *networks[i + 1:])
            now = _judged(trial, rows, fold, tolerance)
            more = now - best
            best = min(best, now, key=lambda loss: float(loss.mean()))
            if more.mean() <= more.std() / np.sqrt(len(more)):
                networks = trial
                break
    return networks


def _of_every_class(labels: Array, count: int, least: int, rng: np.random.Generator) -> Array:
    """Positions of about so many rows in order, the same share of every class, but at least so many of each."""
    parts = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    sizes = [min(len(part), max(least, round(count / len(labels) * len(part)))) for part in parts]
    return np.sort(np.concatenate([rng.choice(part, size, replace=False)
                                   for part, size in zip(parts, sizes, strict=True)]))


def _folded(networks: Networks, calibration: Calibration, activations: Sequence[str]) -> Networks | None:
    """The networks of calibrated scores; None if one cannot be built from the activations."""
    bias = calibration.bias[-len(networks):]
    calibrated = [
        to_network(add([(calibration.slope, to_expression(network))], float(b)), network.n_inputs, activations)
        for network, b in zip(networks, bias, strict=True)]
    if any(network is None for network in calibrated):
        return None
    return tuple(network for network in calibrated if network is not None)


def rounded(networks: Networks, rows: Labelled, activations: Sequence[str]) -> Networks:
    """Networks with constants of few digits, or 0, that keep the log-loss, rewritten as short as possible.

    The total log-loss may rise by a quarter of a nat: half of the fall that one useless parameter brings on average.
    """
    limit = float(log_losses(scores(networks, rows.columns), rows).mean())
    room = 0.25 / len(rows.labels) / max(sum(network.n_parameters for network in networks), 1)
    for i, network in enumerate(networks):
        for j, c in enumerate(network.constants):
            limit += room
            for value in (0.0, *(float(f"{c:.{digits}g}") for digits in range(1, 17))):
                constants = list(networks[i].constants)
                constants[j] = value
                trial = (*networks[:i], network.with_constants(constants), *networks[i + 1:])
                defined = value != 0.0 or np.isfinite(forward(trial[i], rows.columns)[-1]).all()
                if defined and float(log_losses(scores(trial, rows.columns), rows).mean()) <= limit:
                    networks = trial
                    break
    rewritten = tuple(shortest(network, tuple(activations)) for network in networks)
    with np.errstate(all="ignore"):
        same = float(log_losses(scores(rewritten, rows.columns), rows).mean()) <= limit
    return rewritten if same else networks
