"""The engine: arrays in, networks out. It contains no code for tables, files or pages.

    problem = Problem.from_arrays(X, y)
    state = start(problem)
    state, events = advance(state, problem, Budget(seconds=5))
    state.best.network
"""

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.candidates.torch_kernels import check_device
from xnet.engine.formulas.composition import hole_texts, letter_values
from xnet.engine.formulas.definitions import definitions_from, definitions_in_file, definitions_used
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.front.front import insert
from xnet.engine.front.score import Preference
from xnet.engine.holes.grouped_search import advance, start
from xnet.engine.islands.advance_call import steps_of_round
from xnet.engine.islands.cluster import Cluster, ClusterError, connect
from xnet.engine.islands.islands import FIRST_OVERRUN_S, OVERRUN_S, Islands, Observer, search_on_islands
from xnet.engine.islands.jobs import count_jobs, within_cores
from xnet.engine.moves.targets import Target, neuron_targets
from xnet.engine.networks.activations import ACTIVATIONS, GROUPS, PRESETS, Activation, resolve_activations
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.problem.constraints import Constraints
from xnet.engine.problem.groups import Groups, codes_of, label_of
from xnet.engine.problem.names_in_use import names_in_use
from xnet.engine.problem.problem import Problem
from xnet.engine.search.events import Event
from xnet.engine.search.given_formula import GivenFormula, given_formula
from xnet.engine.search.initial_formula import usable_template
from xnet.engine.search.refit import refitted
from xnet.engine.search.required_inputs import is_fallback
from xnet.engine.search.rescoring import rescored_state
from xnet.engine.search.second_look import robust_problem
from xnet.engine.search.serialization import resumable_state, state_from_json, state_to_json, with_own_shares
from xnet.engine.search.state import Budget, Island, SearchState, combined_state
from xnet.engine.search.stopping import NOISE_OFFER, StopReason
from xnet.engine.search.tracing import StepTrace, traced_step
from xnet.engine.search.warm_start import warm_start, with_shown_front
from xnet.errors import ActivationError, ConstraintError, DataError, FormulaError, NetworkError, StateError, XNetError

__all__ = [
           "ACTIVATIONS",
           "FIRST_OVERRUN_S",
           "GROUPS",
           "NOISE_OFFER",
           "OVERRUN_S",
           "PRESETS",
           "Activation",
           "ActivationError",
           "Budget",
           "Cluster",
           "ClusterError",
           "ConstraintError",
           "Constraints",
           "DataError",
           "Event",
           "FormulaError",
           "FrontEntry",
           "GivenFormula",
           "Groups",
           "Island",
           "Islands",
           "Network",
           "NetworkError",
           "Neuron",
           "Observer",
           "Preference",
           "Problem",
           "SearchState",
           "StateError",
           "StepTrace",
           "StopReason",
           "Target",
           "XNetError",
           "advance",
           "check_device",
           "codes_of",
           "combined_state",
           "connect",
           "count_jobs",
           "definitions_from",
           "definitions_in_file",
           "definitions_used",
           "given_formula",
           "hole_texts",
           "insert",
           "is_fallback",
           "label_of",
           "letter_values",
           "make_entry",
           "names_in_use",
           "neuron_targets",
           "refitted",
           "rescored_state",
           "resolve_activations",
           "resumable_state",
           "robust_problem",
           "search_on_islands",
           "shape",
           "start",
           "state_from_json",
           "state_to_json",
           "steps_of_round",
           "to_expression",
           "traced_step",
           "usable_template",
           "warm_start",
           "with_own_shares",
           "with_shown_front",
           "within_cores",
]
