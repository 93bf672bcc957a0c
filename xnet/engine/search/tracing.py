"""The trace of one step of alternating backpropagation: its start, its trials, and its result.

For people who want to see the phases one after the other. A traced step is the same step that `advance` takes, to the
last bit; the trace only keeps values that the step would otherwise drop:

    forward      the network that is worked on puts out a value for every row (`network`)
    targets      derivatives say what every neuron should have put out (`targets.neuron_targets` of it)
    choice       candidates are matched to the targets; the best are `considered`, with the loss that each promises
    parameters   their constants are fitted (`Trial.begun` and then `Trial.network`); `taken` is the one that won
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import num
from xnet.engine.front.entry import FrontEntry
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem
from xnet.stopwatch import Stopwatch

from .events import Event
from .records import Trial
from .search import step, step_context
from .second_look import has_turn
from .state import SearchState, combined_state
from .tasks import TASKS

#: The task of a step of the parameter-free mode in which the search with constants has its turn.
CONSTRUCTION = "realise"

#: Trials that a trace keeps.
_CONSIDERED = 5


@dataclass(frozen=True)
class StepTrace:
    """What one step did.

    Attributes:
        step: the step's number, from 0.
        task: the kind of the task, a `TaskKind`; `CONSTRUCTION` if networks of the search with constants were
            constructed without them.
        network: the network that was worked on; the mean alone, where the step starts from scratch.
        loss: of the network, on the search rows.
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
    island, *others = state.islands
    watch = Stopwatch()
    context = step_context(island, problem)
    after, events, outcome = step(island, problem)
    later = combined_state((after, *others), state.seconds + watch.seconds(), state.front if others else ())
    events = [replace(event, seconds=later.seconds) for event in events]
    if not outcome.trials or has_turn(island):
        return later, events, None
    parent = None if context is None else TASKS[context.task.kind].parent(context, problem)
    network = parent.network if parent else _mean(problem)
    considered = tuple(sorted(outcome.trials, key=lambda t: (t.loss, t.complexity))[:_CONSIDERED])
    improved = None if after.best.network == island.best.network else after.best
    task = CONSTRUCTION if context is None else context.task.kind
    return later, events, StepTrace(state.step, task, network, parent is None, problem.search.loss(network),
                                    considered, improved)


def _mean(problem: Problem) -> Network:
    """The network before there is one: a single constant."""
    rows = problem.search
    network = to_network(num(rows.loss_function.best_constant(rows.y, rows.weight)), problem.n_inputs)
    assert network is not None  # a constant needs no activation
    return network
