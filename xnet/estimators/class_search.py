"""The searches of a classifier: one for each class, with its prior knowledge and what watches it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from xnet.arrays import Array
from xnet.engine import (
    OVERRUN_S,
    Budget,
    Constraints,
    FrontEntry,
    Network,
    Observer,
    Problem,
    StopReason,
    search_on_islands,
)
from xnet.engine.problem.constraints import NONE

from .history import HistoryEntry, history_of
from .sample_weights import CanonicalTable

#: What the steps of a search may take beyond its share of the seconds, as a share of it: all classes add up.
_OVERRUN_SHARE = 0.5


@dataclass
class ClassSearches:
    """The results of the searches.

    Attributes:
        problems, fronts: of every search, in the order of the classes.
        stop_reasons: why every search ended.
        n_steps: steps of all searches.
        history: improvements, with the position of the class.
    """

    problems: list[Problem] = field(default_factory=list)
    fronts: list[Sequence[FrontEntry]] = field(default_factory=list)
    stop_reasons: list[StopReason] = field(default_factory=list)
    n_steps: int = 0
    history: list[tuple[int, HistoryEntry]] = field(default_factory=list)

    def settings(self, seed: int) -> tuple[Array, tuple[str, ...], int] | None:
        """The positions of the rows that all searches held out, the activations and the seed; None with constraints."""
        first = self.problems[0]
        held_out = [problem.holdout_index for problem in self.problems]
        return None if first.constraints != NONE else (reduce(np.intersect1d, held_out), first.activations, seed)

    def admits(self, networks: Sequence[Network]) -> bool:
        """Whether the network of every class satisfies the constraints of its search."""
        return all(problem.admits(network) for problem, network in zip(self.problems, networks, strict=True))


def search_classes(table: CanonicalTable, classes: Array, names: Sequence[str], budget: Budget, n_jobs: int,
                   observer: Observer | None, known: Mapping[int, Sequence[Network]],
                   **options: Any) -> ClassSearches:
    """One search for each class (only one for two classes), which share the seconds evenly.

    Args:
        table: y holds the positions of the classes.
        classes: the labels.
        names: names of the inputs.
        budget: of all searches together; its steps are those of each search.
        observer: watches every search; if it ends one, the others are not searched either.
        known: networks to start from, by the position of the class.
        options: of `Problem.from_arrays`; `holdout_fraction` and `seed` are among them.
    """
    searched = [1] if len(classes) == 2 else list(range(len(classes)))
    share = Budget(budget.steps, None if budget.seconds is None else budget.seconds / len(searched))
    overrun = OVERRUN_S if share.seconds is None else min(OVERRUN_S, _OVERRUN_SHARE * share.seconds)
    held_out = table.holdout(options["holdout_fraction"], options["seed"], stratified=True)
    found = ClassSearches()
    for code in searched:
        problem = Problem.from_arrays(table.X, (table.y == code).astype(np.float64), names=names, loss="logistic",
                                      holdout=held_out, target_name=str(classes[code]), sample_weight=table.weight,
                                      **options)
        with threadpool_limits(limits=1 if n_jobs > 1 else None):
            state, events = search_on_islands(problem, share, n_jobs, networks=known.get(code, ()), observer=observer,
                                              overrun_s=overrun)
        ended = state.stop_reason
        if ended in (StopReason.STOPPED, StopReason.CALLBACK):
            share = Budget(steps=0)
        earlier = next((r for r in found.stop_reasons if r in (StopReason.STOPPED, StopReason.CALLBACK)),
                       StopReason.BUDGET)
        found.problems.append(problem)
        found.fronts.append(state.front)
        found.stop_reasons.append(ended or earlier)
        found.n_steps += state.step
        found.history += [(code, entry) for entry in history_of(events, names)]
    return found


def class_constraints(names: Sequence[str], n_classes: int, monotonic: Mapping[str | int, str] | None,
                      **others: Any) -> Constraints:
    """The constraints of the score of every class.

    Raises:
        ValueError: slopes are given for more than two classes.
        ConstraintError: a name is unknown, or the constraints contradict each other.
    """
    if monotonic and n_classes > 2:
        raise ValueError(f"monotonic needs two classes, because it is about the log-odds of the second; y has "
                         f"{n_classes}. Leave it out.")
    return Constraints.of(names, monotonic=monotonic, **others)
