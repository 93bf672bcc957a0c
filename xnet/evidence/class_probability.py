"""Two forms of a formula for a class: log-odds for the search, the probability for display and export.

The engine searches for a network f under the logistic loss. Everything that leaves a run (formula, drawing, scores,
files) is the network 1 / (1 + exp(-f)); a network that returns to the engine (warm start, bundle) is converted back to
f. The target is a column of 0 and 1, so R² of the probability keeps its meaning: 1 if every row gets the correct class
with certainty, 0 for the share of the class as a constant.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from xnet.engine.fitting.losses import SQUARED_ERROR
from xnet.engine.fitting.r_squared import target_variance
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
    return Network((*log_odds.neurons, *added), log_odds.constants, log_odds.n_inputs)


def log_odds_of(probability: Network) -> Network:
    """The network f for a network 1 / (1 + exp(-f)).

    Raises:
        DataError: the network has another form.
    """
    inner = probability.neurons[:-ADDED_COMPLEXITY]
    if inner:
        log_odds = Network(inner, probability.constants, probability.n_inputs)
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
    variance = _variance(problem)

    def rows(these: Rows) -> Rows:
        return replace(these, loss_function=SQUARED_ERROR, scale=variance)

    return replace(problem, train=rows(problem.train), search=rows(problem.search),
                   holdout=None if problem.holdout is None else rows(problem.holdout), _cache={})


def _variance(problem: Problem) -> float:
    """The target's variance in the whole table."""
    parts = [rows.y for rows in (problem.train, problem.holdout) if rows is not None]
    return target_variance(np.concatenate(parts))


class DisplayView:
    """Entries, events and networks of a search as they are displayed.

    For a class these are probabilities with their own scores; otherwise everything stays the same.

    Args:
        problem: the problem of the search.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.active = problem, is_class_problem(problem)
        self.variance = _variance(problem)
        self._scored = lru_cache(maxsize=512)(self._score)

    def entry(self, entry: FrontEntry) -> FrontEntry:
        """The displayed form of an entry of the front."""
        if not self.active:
            return entry
        network, loss, held_out, _ = self._scored(entry.network)
        return replace(entry, network=network, complexity=network.complexity, loss=loss, loss_holdout=held_out)

    def event(self, event: Event) -> Event:
        """The displayed form of an event; the positions of the changed neurons stay the same."""
        if not self.active:
            return event
        network, loss, held_out, _ = self._scored(event.network)
        return replace(event, network=network, complexity=network.complexity, loss=loss, loss_holdout=held_out)

    def network(self, network: Network) -> Network:
        """The displayed form of a network."""
        return probability_of(network) if self.active else network

    def class_scores(self, entry: FrontEntry) -> dict[str, float | None]:
        """Accuracies and log losses of a displayed entry; empty if the target is not a class."""
        return self._scored(log_odds_of(entry.network))[3] if self.active else {}

    def _score(self, log_odds: Network) -> tuple[Network, float, float | None, dict[str, float | None]]:
        """The probability, its 1 - R² on training and held-out rows, and its class scores."""
        network = probability_of(log_odds)

        def loss_and_score(rows: Rows) -> tuple[float, ClassScore]:
            p = network.evaluate(rows.columns.T)
            return float(np.mean((p - rows.y) ** 2)) / self.variance, class_score(p, rows.y)

        loss, train = loss_and_score(self.problem.train)
        held_out, other = (None, None) if self.problem.holdout is None else loss_and_score(self.problem.holdout)
        return network, loss, held_out, {
            "accuracy_train": train.accuracy, "accuracy_holdout": other.accuracy if other else None,
            "log_loss_train": train.log_loss, "log_loss_holdout": other.log_loss if other else None}
