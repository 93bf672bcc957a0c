"""The table of tasks: every way to search is one record here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.moves.parameter_free_constants import with_constructed_constants
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .growth_tasks import (
    grow_in_tangent_space,
    grow_sums,
    grown_sum,
    parent_in_tangent_space,
    with_early_growth,
)
from .network_tasks import expand, explain_terms, law_sized, parent_of_terms, parent_to_expand
from .parameter_modes import mode_of
from .records import Outcome, StepContext, Trial
from .schedule import TaskKind
from .similarity_tasks import similarity_laws
from .target_tasks import (
    build_library,
    curves,
    curves_of_monomials,
    pairs,
    polynomials,
    power_laws,
    products_of_two_curves,
    root,
    seeds,
)
from .wave_tasks import explain_by_waves, parent_of_waves


def _target_alone(context: StepContext, problem: Problem) -> Trial | None:
    return None


@dataclass(frozen=True)
class Task:
    """One way to search.

    Attributes:
        search: the step itself, a pure function.
        parent: the network of the beam that the step works on; None for a step that starts from the target alone.
        needs_constants: whether there is nothing to do in the parameter-free mode.
        grows: whether its networks may be longer than a law.
    """

    search: Callable[[StepContext, Problem], Outcome]
    parent: Callable[[StepContext, Problem], Trial | None] = _target_alone
    needs_constants: bool = False
    grows: bool = False

    def run(self, context: StepContext, problem: Problem) -> Outcome:
        """Search for one step."""
        if self.needs_constants and not mode_of(problem).fits_constants:
            return Outcome.empty(context)
        view = problem.with_selected_inputs(context.step)
        outcome = self.search(context, view if self.grows else law_sized(view))
        return with_early_growth(outcome, context, view)


TASKS: dict[TaskKind, Task] = {
    TaskKind.POWER_LAWS: Task(power_laws),
    TaskKind.POLYNOMIALS: Task(polynomials),
    TaskKind.CURVES: Task(curves, needs_constants=True),
    TaskKind.CURVES_OF_MONOMIALS: Task(curves_of_monomials, needs_constants=True),
    TaskKind.TWO_CURVES: Task(products_of_two_curves, needs_constants=True),
    TaskKind.ROOT: Task(root),
    TaskKind.SEEDS: Task(seeds),
    TaskKind.PAIRS: Task(pairs, needs_constants=True),
    TaskKind.EXPAND: Task(expand, parent_to_expand, grows=True),
    TaskKind.TERMS: Task(explain_terms, parent_of_terms, needs_constants=True),
    TaskKind.WAVES: Task(explain_by_waves, parent_of_waves, needs_constants=True),
    TaskKind.LIBRARY: Task(build_library),
    TaskKind.SUMS: Task(grow_sums, grown_sum, needs_constants=True, grows=True),
    TaskKind.SIMILARITY: Task(similarity_laws, needs_constants=True),
    TaskKind.TANGENT: Task(grow_in_tangent_space, parent_in_tangent_space, needs_constants=True, grows=True),
}


def run_task(context: StepContext, problem: Problem) -> Outcome:
    """Run the task of the step; a matrix decomposition that does not converge costs this step, not the search."""
    try:
        return TASKS[context.task.kind].run(context, problem)
    except np.linalg.LinAlgError:
        return Outcome.empty(context)


def constructed_trials(network: Network, reason: str, problem: Problem) -> list[Trial]:
    """A fitted network as networks of the parameter-free mode, their constants constructed from 1 and 2."""
    made = with_constructed_constants(network, problem.search, problem.activations)
    return [Trial(n, problem.search.loss(n), shape(to_expression(n)), f"{reason}, its numbers made of 1 and 2")
            for n in made if n.complexity <= problem.max_complexity]
