"""One step of alternating backpropagation, told: what it started from, what it considered, and what came of it.

For people who want to see the phases one after the other. A traced step is the same step that `advance` takes, to the
last bit; the trace only keeps what the step would otherwise forget:

    forward      the network that is worked on puts out a value for every row (`network`)
    targets      derivatives say what every neuron should have put out (`targets.neuron_targets` of it)
    choice       candidates are matched to the targets; the best are `considered`, with the loss that each promises
    parameters   their constants are fitted (`Trial.begun` and then `Trial.network`); `taken` is the one that won
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import num
from xnet.engine.candidates.sizes import SMALL
from xnet.engine.front.entry import FrontEntry
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .beam import choose, choose_within
from .events import Event
from .growth_tasks import grown_from, refined_from
from .records import Agenda, Trial
from .schedule import task_at
from .search import agenda_of, step
from .state import IslandsState, SearchState, together

#: Trials that a trace keeps.
_CONSIDERED = 5


@dataclass(frozen=True)
class StepTrace:
    """What one step did.

    Attributes:
        step: the step's number, from 0.
        task: what the agenda asked for: "expand", "root", "seeds", ...; "realise" for networks that a search with
            constants found, said without them.
        network: what was worked on; the mean alone, where the step starts from scratch.
        loss: of that network, on the search rows.
        considered: the best trials, best first by the loss after fitting.
        improved: the front's new default pick, if this step gave one.
    """

    step: int
    task: str
    network: Network
    from_scratch: bool
    loss: float
    considered: tuple[Trial, ...]
    improved: FrontEntry | None

    @property
    def taken(self) -> Trial:
        """The trial of the lowest loss."""
        return self.considered[0]


def traced_step(state: SearchState, problem: Problem) -> tuple[SearchState, list[Event], StepTrace | None]:
    """One step of a search that has not finished (of island 0, where there are several), and what it did.

    Returns:
        The state and the events as of `advance` with one step; None for a trace where nothing was tried.
    """
    if isinstance(state, IslandsState):
        first, events, trace = traced_step(state.islands[0], problem)
        spent = first.seconds - state.islands[0].seconds
        return together((first, *state.islands[1:]), state.seconds + spent, state.front), events, trace
    begun = time.perf_counter()
    agenda = agenda_of(state, problem)
    later, events, outcome = step(state, problem)
    later = replace(later, seconds=state.seconds + time.perf_counter() - begun)
    events = [replace(event, seconds=later.seconds) for event in events]
    if not outcome.trials:
        return later, events, None
    worked = None if agenda is None else worked_on(agenda, problem)
    network = worked.network if worked else _mean(problem)
    considered = tuple(sorted(outcome.trials, key=lambda t: (t.loss, t.complexity))[:_CONSIDERED])
    improved = None if later.best.network == state.best.network else later.best
    return later, events, StepTrace(state.step, _task(agenda), network, worked is None, problem.search.loss(network),
                                    considered, improved)


def _task(agenda: Agenda | None) -> str:
    if agenda is None:
        return "realise"
    return task_at(agenda.step)[0] if agenda.step >= 0 else "expand"


def worked_on(agenda: Agenda, problem: Problem) -> Trial | None:
    """The network whose neurons a step asks; None where it starts from the target alone."""
    kind = _task(agenda)
    size = task_at(agenda.step)[1] if agenda.step >= 0 else SMALL
    if kind == "expand":
        return choose(agenda, size)
    if kind == "within":
        return choose_within(agenda, size)
    if kind == "tangent":
        return refined_from(agenda, problem, task_at(agenda.step)[2])
    return grown_from(agenda, task_at(agenda.step)[2]) if kind == "sums" else None


def _mean(problem: Problem) -> Network:
    """The network before there is one: a single constant."""
    rows = problem.search
    network = to_network(num(rows.loss_function.best_constant(rows.y, rows.weight)), problem.n_inputs)
    assert network is not None  # a constant needs no activation
    return network
