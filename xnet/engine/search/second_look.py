"""The second look: a search under Huber's scale beside one under squared error, for tables with wild rows.

A few wild rows bend every formula that is fitted by squared error. If, after the opening, rows lie more than six robust
standard deviations from the front's best network, a second search of the same rows begins under Huber's scale, which
they hardly change. The two searches then take turns. Networks that the second one finds are fitted again by squared
error and compete on the front. Its own suggestion, with the constants of Huber's scale, stands beside the front. It
competes for the default pick with its squared errors: rows that were no part of its fit predict nothing about
themselves, so their errors are leave-one-out errors, and the pick clips them like those of the other networks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.losses import Huber, SquaredError
from xnet.engine.fitting.rows import Rows
from xnet.engine.front.entry import FrontEntry, Support, make_entry
from xnet.engine.front.selection import gross_rows
from xnet.engine.front.support import support_of
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem
from xnet.engine.problem.sampling import scale_of

from .parameter_modes import mode_of
from .records import Trial
from .schedule import OPENING_STEPS
from .state import Island

#: The largest share of wild rows with which a second look begins: with more, Huber's scale is led astray as well.
MOST_WILD = 0.2
#: The reason of the formula that the second look suggests.
REASON = "suggested by a second search, in which wild rows have little influence"
_FOUND = "found by the search in which wild rows have little influence"


def begins(island: Island, problem: Problem) -> bool:
    """Whether a second look begins: on island 0, after the opening, if the front's best network has wild rows."""
    return not island.number and island.step >= OPENING_STEPS and has_wild_rows(island, problem)


def has_wild_rows(island: Island, problem: Problem) -> bool:
    """Whether rows are wild for the best network, and a second look could begin that has not begun yet."""
    if island.second_look is not None:
        return False
    if not mode_of(problem).fits_constants or not isinstance(problem.train.loss_function, SquaredError):
        return False
    supports = [e.support for e in (*island.front, *island.plain) if e.support is not None and _is_finite(e.support)]
    if not supports:
        return False
    n = len(gross_rows(supports)[0])
    return 0 < n <= MOST_WILD * len(supports[0].losses)


def _is_finite(support: Support) -> bool:
    return bool(np.isfinite(support.losses).all())


def has_turn(island: Island) -> bool:
    """Whether the next step belongs to the second look: every other step, until it ends itself."""
    look = island.second_look
    return look is not None and look.stop_reason is None and (island.step - island.second_look_step) % 2 == 0


def main_step(island: Island) -> int:
    """How many steps the search itself has done, without those of the second look."""
    return island.step - (0 if island.second_look is None else island.second_look.step)


def robust_problem(problem: Problem) -> Problem:
    """The same problem under Huber's scale."""
    def make() -> Problem:
        parts = [rows for rows in (problem.train, problem.holdout) if rows is not None]
        weights = [rows.weight for rows in parts if rows.weight is not None]
        scale = scale_of(np.concatenate([rows.y for rows in parts]), np.concatenate(weights) if weights else None,
                         Huber())

        def robust(rows: Rows) -> Rows:
            return replace(rows, loss_function=Huber(), scale=scale)

        train = robust(problem.train)
        return replace(problem, train=train, holdout=None if problem.holdout is None else robust(problem.holdout),
                       search=train if problem.search is problem.train else robust(problem.search), _cache={})

    found: Problem = problem.cached("under Huber's scale", make)
    return found


def refitted_trials(before: Island, after: Island, problem: Problem) -> tuple[Trial, ...]:
    """The networks that a step of the second look added to its front, fitted by squared error."""
    known = {id(entry) for entry in before.front}
    trials = []
    for entry in after.front:
        if id(entry) not in known:
            fitted = fit_parameters(entry.network, problem.search)
            if np.isfinite(fitted.loss):
                trials.append(Trial(fitted.network, fitted.loss, shape(to_expression(fitted.network)), _FOUND))
    return tuple(trials)


def robust_pick(island: Island, problem: Problem) -> FrontEntry | None:
    """The suggestion of the second look, with the scores of the problem itself; None if it is a mere constant."""
    look = island.second_look
    if look is None or not look.best.network.variables or not look.best.admitted:
        return None
    network: Network = look.best.network
    if island.robust_pick is not None and island.robust_pick.network == network:
        return island.robust_pick
    return with_robust_support(replace(make_entry(network, problem, REASON), is_robust=True), problem)


def with_robust_support(entry: FrontEntry, problem: Problem) -> FrontEntry:
    """The entry with its support, whose constants are fitted under Huber's scale."""
    return replace(entry, support=support_of(entry.network, problem, robust_problem(problem)))
