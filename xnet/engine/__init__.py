"""The engine: arrays in, networks out. It knows no table, no file and no page.

    problem = Problem.from_arrays(X, y)
    state = start(problem)
    state, events = advance(state, problem, Budget(seconds=5))
    state.best.network
"""

from .activations import ACTIVATIONS, GROUPS, PRESETS, Activation, resolve_activations
from .constraints import Constraints
from .errors import ActivationError, ConstraintError, DataError, FormulaError, NetworkError, StateError, XNetError
from .events import Event
from .front import FrontEntry, pick_supported
from .islands import Islands, count_jobs, search_on_islands, steps_of_round
from .known import with_known
from .network import Network, Neuron
from .problem import Problem
from .saved import reopened, state_from_json, state_to_json
from .search import Budget, SearchState, advance, start
from .tracing import StepTrace, traced_step

__all__ = ["ACTIVATIONS", "GROUPS", "PRESETS", "Activation", "ActivationError", "Budget", "ConstraintError",
           "Constraints", "DataError", "Event", "FormulaError", "FrontEntry", "Islands", "Network", "NetworkError",
           "Neuron", "Problem", "SearchState", "StateError", "StepTrace", "XNetError", "advance", "count_jobs",
           "pick_supported", "reopened", "resolve_activations", "search_on_islands", "start", "state_from_json",
           "state_to_json", "steps_of_round", "traced_step", "with_known"]
