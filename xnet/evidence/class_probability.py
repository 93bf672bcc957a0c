"""Two forms of a formula for a class: log-odds for the search, the probability for display and export.

The engine searches for a network f under the logistic loss. Everything that leaves a run (formula, drawing, scores,
files) is the network 1 / (1 + exp(-f)); a network that returns to the engine (warm start, bundle) is converted back to
f. The target is a column of 0 and 1, so R² of the probability keeps its meaning: 1 if every row gets the correct class
with certainty, 0 for the share of the class in the same rows as a constant.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xnet.engine.fitting.losses import SQUARED_ERROR
from xnet.engine.fitting.r_squared import loss_scale
from xnet.engine.front.entry import FrontEntry
from xnet.engine.networks.network import Network, Neuron
from xnet.errors import DataError

from .class_scores import ClassScore, class_score

if TYPE_CHECKING:
    from xnet.engine import Event, Problem
    from xnet.engine.fitting.rows import Rows


#: Name of the loss of a search for a class.
LOGISTIC = "logistic"

#: Complexity that the probability adds to the log-odds: 1, minus, exp, plus, reciprocal.
ADDED_COMPLEXITY = 5


def probability_of(log_odds: Network) -> Network:
    """The network 1 / (1 + exp(-f)) for a network f."""
    n = len(log_odds.neurons)
    added = (Neuron("number", (), 1), Neuron("neg", (n - 1,)), Neuron("exp", (n + 1,)), Neuron("add", (n, n + 2)),
             Neuron("reciprocal", (n + 3,)))
    return Network((*log_odds.neurons, *added), log_odds.constants, log_odds.n_inputs, log_odds.known)


def log_odds_of(probability: Network) -> Network:
    """The network f for a network 1 / (1 + exp(-f)).

    Raises:
        DataError: the network has another form.
    """
    inner = probability.neurons[:-ADDED_COMPLEXITY]
    if inner:
        log_odds = Network(inner, probability.constants, probability.n_inputs, probability.known)
        if probability_of(log_odds) == probability:
            return log_odds
    raise DataError("A formula of this search for a class is not a probability 1/(1 + exp(-(...))). Get the bundle "
                    "again, or start a new search.")


def is_class_problem(problem: Problem) -> bool:
    """Whether the target is a class, so that the networks are log-odds."""
    return problem.train.loss_function.name == LOGISTIC


def to_search_form(network: Network, problem: Problem) -> Network:
    """The network in the form that the engine searches with, from the form that is displayed.

    Raises:
        DataError: the problem has a class as target, and the network is not a probability.
    """
    return log_odds_of(network) if is_class_problem(problem) else network


def as_regression(problem: Problem) -> Problem:
    """The problem for formulas that give the probability itself: for a class, squared errors against 0 and 1."""
    if not is_class_problem(problem):
        return problem
    parts = [rows for rows in (problem.train, problem.holdout) if rows is not None]
    weights = [rows.weight for rows in parts if rows.weight is not None]
    scale = loss_scale(np.concatenate([rows.y for rows in parts]), np.concatenate(weights) if weights else None)

    def rows(these: Rows) -> Rows:
        return replace(these, loss_function=SQUARED_ERROR, scale=scale)

    return replace(problem, train=rows(problem.train), search=rows(problem.search),
                   holdout=None if problem.holdout is None else rows(problem.holdout), _cache={})


class DisplayView:
    """Entries, events and networks of a search as they are displayed.

    For a class these are probabilities with their own scores; otherwise everything stays the same.

    Args:
        problem: the problem of the search.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.active = problem, is_class_problem(problem)
        self._squared = as_regression(problem)
        self._scored = lru_cache(maxsize=512)(self._score)

    def entry(self, entry: FrontEntry) -> FrontEntry:
        """The displayed form of an entry of the front."""
        if not self.active:
            return entry
        shown = self._scored(entry.network)
        return replace(entry, network=shown.network, complexity=shown.network.complexity, loss=shown.losses[0] or 0.0,
                       loss_holdout=shown.losses[1], unexplained_train=shown.shares[0],
                       unexplained_holdout=shown.shares[1])

    def event(self, event: Event) -> Event:
        """The displayed form of an event; the positions of the changed neurons stay the same."""
        if not self.active:
            return event
        shown = self._scored(event.network)
        loss = shown.losses[0] if shown.shares[0] is None else shown.shares[0]
        return replace(event, network=shown.network, complexity=shown.network.complexity, loss=loss or 0.0,
                       loss_holdout=shown.shares[1])

    def network(self, network: Network) -> Network:
        """The displayed form of a network."""
        return probability_of(network) if self.active else network

    def class_scores(self, entry: FrontEntry) -> dict[str, float | None]:
        """Accuracies and log losses of a displayed entry; empty if the target is not a class."""
        if not self.active:
            return {}
        train, held_out = self._scored(log_odds_of(entry.network)).scores
        return {f"{name}_{part}": None if found is None else getattr(found, name) for name in ("accuracy", "log_loss")
                for part, found in (("train", train), ("holdout", held_out))}

    def _score(self, log_odds: Network) -> _Displayed:
        network = probability_of(log_odds)
        found: list[tuple[float | None, float | None, ClassScore | None]] = []
        for rows in (self._squared.train, self._squared.holdout):
            if rows is None:
                found.append((None, None, None))
                continue
            p = network.evaluate(rows.columns.T)
            loss = rows.loss_of(p)
            found.append((loss, rows.share_unexplained(loss), class_score(p, rows.y, rows.weight)))
        losses, shares, scores = zip(*found, strict=True)
        return _Displayed(network, losses, shares, scores)


class _Displayed(NamedTuple):
    """A probability with its scores, each on training and on held-out rows; None without held-out rows.

    Attributes:
        losses: normalised squared errors.
        shares: the same as shares of the error of the class's share; None where all rows belong to one class.
        scores: accuracy and log loss.
    """

    network: Network
    losses: tuple[float | None, ...]
    shares: tuple[float | None, ...]
    scores: tuple[ClassScore | None, ...]
