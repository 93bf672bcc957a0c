"""A class against the rest: the search finds log-odds, people see, score and take away the probability.

The engine searches for a network f under the logistic loss. Everything that leaves a run (formula, drawing, scores,
files) is the network 1 / (1 + exp(-f)), and what comes back to the engine (a search that goes on, a bundle) is f again.
The target is a column of 0 and 1, so R² of the probability is what it always is: 1 for a formula that is sure and right
in every row, 0 for one that always gives the share of the class.
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


#: The loss of a search for a class.
LOGISTIC = "logistic"

#: What the probability adds to the complexity of the log-odds: 1, minus, exp, plus, one over.
ADDED_COMPLEXITY = 5


def probability_of(log_odds: Network) -> Network:
    """The network 1 / (1 + exp(-f)) of a network f."""
    n = len(log_odds.neurons)
    added = (Neuron("number", (), 1), Neuron("neg", (n - 1,)), Neuron("exp", (n + 1,)), Neuron("add", (n, n + 2)),
             Neuron("reciprocal", (n + 3,)))
    return Network((*log_odds.neurons, *added), log_odds.constants, log_odds.n_inputs)


def log_odds_of(probability: Network) -> Network:
    """The network f of a network 1 / (1 + exp(-f)).

    Raises:
        DataError: it is no such network.
    """
    inner = probability.neurons[:-ADDED_COMPLEXITY]
    if inner:
        log_odds = Network(inner, probability.constants, probability.n_inputs)
        if probability_of(log_odds) == probability:
            return log_odds
    raise DataError("A search for a class holds a formula that is no probability, 1/(1 + exp(-(...))). Ask for its "
                    "bundle again, or start a new search.")


def is_class_problem(problem: Problem) -> bool:
    """Whether a problem is one of a class, so that its networks are log-odds."""
    return problem.train.loss_function.name == LOGISTIC


def to_search_form(network: Network, problem: Problem) -> Network:
    """The network that the engine searches with, of one that people see.

    Raises:
        DataError: it is none that a search of this kind shows.
    """
    return log_odds_of(network) if is_class_problem(problem) else network


def as_regression(problem: Problem) -> Problem:
    """The same rows for formulas that give the probability itself: squared errors against 0 and 1, if it is a class."""
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
    """What people see of a search's entries and events: for a class probabilities with scores of theirs, else the same.

    Args:
        problem: what is searched.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.active = problem, is_class_problem(problem)
        self.variance = _variance(problem)
        self._scored = lru_cache(maxsize=512)(self._score)

    def entry(self, entry: FrontEntry) -> FrontEntry:
        """An entry of the front."""
        if not self.active:
            return entry
        network, loss, held_out, _ = self._scored(entry.network)
        return replace(entry, network=network, complexity=network.complexity, loss=loss, loss_holdout=held_out,
                       holdout_losses=None)

    def event(self, event: Event) -> Event:
        """An event; the neurons that it changed stand where they stood."""
        if not self.active:
            return event
        network, loss, held_out, _ = self._scored(event.network)
        return replace(event, network=network, complexity=network.complexity, loss=loss, loss_holdout=held_out)

    def network(self, network: Network) -> Network:
        """A network."""
        return probability_of(network) if self.active else network

    def class_scores(self, entry: FrontEntry) -> dict[str, float | None]:
        """The scores of an entry (as shown) that only a class has."""
        return self._scored(log_odds_of(entry.network))[3] if self.active else {}

    def _score(self, log_odds: Network) -> tuple[Network, float, float | None, dict[str, float | None]]:
        """Probability, its 1 - R² on train and held-out rows, and accuracies and log losses there."""
        network = probability_of(log_odds)

        def loss_and_score(rows: Rows) -> tuple[float, ClassScore]:
            p = network.evaluate(rows.columns.T)
            return float(np.mean((p - rows.y) ** 2)) / self.variance, class_score(p, rows.y)

        loss, train = loss_and_score(self.problem.train)
        held_out, other = (None, None) if self.problem.holdout is None else loss_and_score(self.problem.holdout)
        return network, loss, held_out, {
            "accuracy_train": train.accuracy, "accuracy_holdout": other.accuracy if other else None,
            "log_loss_train": train.log_loss, "log_loss_holdout": other.log_loss if other else None}
