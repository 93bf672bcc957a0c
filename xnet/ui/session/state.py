"""The keys of Streamlit's session state, their defaults, and reading and writing the search settings and the table.

By default Streamlit drops a widget's value when the user leaves its page. The widgets with the keys below set
`persist_state="session"`, so that a choice on one page holds on the others. A reload clears the session state; the run
and the sample are therefore in the URL as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from xnet.config.losses import loss_of
from xnet.config.prior import Prior
from xnet.config.settings import BUDGETS, LIBRARIES, Settings, known_activations, within
from xnet.engine.networks.activations import GROUPS, resolve_activations
from xnet.tables.class_target import target_columns
from xnet.tables.id_columns import id_column

if TYPE_CHECKING:
    from xnet.tables.table import Table

APP_STARTED = "app_started"
TABLE = "table"
SAMPLE = "sample"
TARGET = "target"
INPUTS = "inputs"
PROPOSED, INPUT_AS_TARGET = "proposed", "input_as_target"
AS_CLASS = "as_class"
CLASS = "class"
ALL_CLASSES = "all_classes"
MORE_TARGETS = "more_targets"
TABLE_AS_READ = "table_as_read"
TABLE_KEY = "table_key"
WEIGHT = "weight"
ROW_NAME = "row_name"
GROUP = "group_column"
CHANGES = "changes"
UNDONE = "undone"
CHANGED_TABLE = "changed_table"
CHANGE_ERROR = "change_error"
EXCLUDE_WHERE = "exclude_where"
ROWS_ERROR = "rows_error"
ROWS_SHOWN = "rows_shown"
ROWS_VERSION = "rows_version"
FIRST_ROW = "first_row"
COLUMN_FILTER = "column_filter"
CONVERSIONS, DERIVATIONS = "conversions", "derivations"
FILL_GAPS = "fill_gaps"
SPLIT, SPLIT_COLUMN = "split", "split_column"
ROLES_SHOWN = "roles_shown"
ROLES_VERSION = "roles_version"
ROLE_ERROR = "role_error"
COLUMN_SUMMARY = "column_summary"
WORKBOOK = "workbook"
DATA_TABS = "data_tabs"
PICTURE_COLUMNS = "picture_columns"
PRESET = "preset"
OWN_FUNCTIONS = "own_functions"
FUNCTIONS_FILE = "functions_file"
NO_PARAMETERS = "no_parameters"
BUDGET = "budget"
SECONDS = "seconds"
MAX_COMPLEXITY = "max_complexity"
HOLDOUT = "holdout"
SEED = "seed"
LOSS, LOSS_SHARE = "loss", "loss_share"
N_JOBS = "n_jobs"
FORBIDDEN = "forbidden"
REQUIRED = "required"
NESTING = "nesting"
MAX_PARAMETERS = "max_parameters"
INCREASING, DECREASING = "increasing", "decreasing"
LOWEST, HIGHEST = "lowest", "highest"
INITIAL_FORMULA = "initial_formula"
TEMPLATE = "template"
CONSTANTS = "constants"
PHYSICAL_CONSTANT = "physical_constant"
UNIT_CONSTANTS = "unit_constants"
RUN_ID = "run_id"
SHARED_RUN = "shared_run"
OPENED_RUNS = "opened_runs"
SESSION_NAME = "session_name"
NODE_IDS = "node_ids"
DRAWN_NETWORK = "drawn_network"
PENDING_COMMAND = "pending_command"
PACE = "pace"
PENDING_PACE = "pending_pace"
PHASE = "phase"
MORE_MINUTES = "more_minutes"
WARM_START = "warm_start"
WARM_START_RUN = "warm_start_run"
JUST_STARTED = "just_started"
PENDING_PAGE = "pending_page"
PREPARED_ROWS = "prepared_rows"
UPLOAD_ERROR, UPLOADS = "upload_error", "uploads"
GIVEN_TABLE = "given_table"
SERIES_VIEW = "series_view"
BOUNDARY_INPUTS = "boundary_inputs"
SELECTED_FORMULA = "selected_formula"
FRONT_TABLE = "front_table"
FRONT_CHART = "front_chart"
DIGITS = "digits"
REPLAY = "replay"
REPLAY_PLAYING = "replay_playing"
REPLAY_SPEED = "replay_speed"
REPLAY_LOOP = "replay_loop"
REPLAY_ATTEMPTS = "replay_attempts"
RESIDUAL_AXIS = "residual_axis"
LOG_FIT = "log_fit"
LOG_RESIDUALS = "log_residuals"
WHAT_IF = "what_if"
EXTRAPOLATION_INPUT = "extrapolation_input"
BASELINES_REQUESTED = "baselines_requested"
SHUFFLED_TABLES = "shuffled_tables"
SHARE_ERROR = "share_error"
PREDICT_BY = "predict_by"
PREDICT_FORMULA = "predict_formula"
PREDICT_VALUE = "predict_value"
PREDICT_ROWS = "predict_rows"
PREDICT_UPLOAD = "predict_upload"
PREDICT_TABLE, PREDICT_CLASSES = "predict_table", "predict_classes"
LIBRARY_TABLE = "library_table"
LIBRARY_RUN = "library_run"
LIBRARY_COMPARED = "library_compared"
LIBRARY_ERROR = "library_error"
NOTE, USER_FORMULA = "note", "user_formula"
TOY_LAW = "toy_law"
TOY_NOISE = "toy_noise"
TOY_START = "toy_start"
TOY_NOISE_SEED = "toy_noise_seed"
TOY_TYPED_POINTS = "toy_typed_points"
TOY_TABLE = "toy_table"
TOY_ERROR, TOY_HISTORY = "toy_error", "toy_history"
TOY_POSITION = "toy_position"
TOY_PLAYING, TOY_LOOP, TOY_PACE = "toy_playing", "toy_loop", "toy_pace"
TOY_POINT = "toy_point"
TOY_NEURON, TOY_ACTIVATION = "toy_neuron", "toy_activation"
GLOSSARY_TERM = "glossary_term"

_DEFAULTS: dict[str, object] = {DRAWN_NETWORK: "Current network", WARM_START: True}


def group_pills_key(group: str) -> str:
    """Key of the pills of a group of activations; its value is the names of the chosen ones."""
    return f"group_{group}"


def group_checkbox_key(group: str) -> str:
    """Key of the checkbox that selects all activations of a group, or none."""
    return f"whole_{group}"


def fill_defaults() -> None:
    """Set every setting to its default, unless the session has a value already."""
    for key, value in (_DEFAULTS | _values(Settings())).items():
        st.session_state.setdefault(key, value)


def setting_keys() -> frozenset[str]:
    """The keys of all settings."""
    return frozenset(_values(Settings()))


def reset_settings() -> None:
    """Reset every setting to its default (a button's callback)."""
    st.session_state.update(_values(Settings()))


def restore_settings(config: Mapping[str, Any]) -> None:
    """Load the settings of a run's config into the session.

    Call it from a widget's callback, or on a page without these widgets: Streamlit forbids setting the value of a
    widget that the page has already drawn.
    """
    st.session_state.update(_values(Settings.from_config(config)))


def _values(chosen: Settings) -> dict[str, object]:
    """The values of the widgets for these settings, by key."""
    prior = chosen.prior
    values: dict[str, object] = {
        PRESET: chosen.library, OWN_FUNCTIONS: "\n".join(chosen.functions),
        NO_PARAMETERS: not chosen.parameters, BUDGET: chosen.budget, SECONDS: chosen.seconds,
        MAX_COMPLEXITY: chosen.max_complexity, HOLDOUT: chosen.holdout_percent, SEED: chosen.seed,
        LOSS: chosen.loss_kind, LOSS_SHARE: chosen.loss_share, N_JOBS: chosen.n_jobs,
        FORBIDDEN: list(prior.forbidden), REQUIRED: list(prior.required), UNIT_CONSTANTS: prior.unit_constants,
        NESTING: [":".join(pair) for pair in prior.nesting], MAX_PARAMETERS: prior.max_parameters,
        INCREASING: list(prior.increasing), DECREASING: list(prior.decreasing), LOWEST: prior.low, HIGHEST: prior.high,
        INITIAL_FORMULA: prior.initial_formula or "", TEMPLATE: prior.template or "",
        CONSTANTS: "\n".join(prior.constants)}
    return values | _group_values(chosen.activations)


def _group_values(activations: tuple[str, ...]) -> dict[str, object]:
    """The values of the pills and checkboxes of all groups for these activations, by key."""
    chosen = {group: [n for n in GROUPS[group].names if n in activations] for group in GROUPS}
    pills = {group_pills_key(group): names for group, names in chosen.items()}
    return pills | {group_checkbox_key(group): bool(names) for group, names in chosen.items()}


def apply_preset() -> None:
    """Select the activations of the chosen preset (a widget's callback)."""
    title = st.session_state.get(PRESET)
    if title in LIBRARIES:
        st.session_state.update(_group_values(resolve_activations(LIBRARIES[title])))


def apply_group(group: str) -> None:
    """Select all activations of a group, or none (the callback of the group's checkbox)."""
    names = GROUPS[group].names if st.session_state.get(group_checkbox_key(group)) else ()
    st.session_state[group_pills_key(group)] = list(names)
    st.session_state[PRESET] = settings().library


def sync_group(group: str) -> None:
    """Update the group's checkbox and the preset after a change of its activations (a widget's callback)."""
    st.session_state[group_checkbox_key(group)] = bool(st.session_state.get(group_pills_key(group)))
    st.session_state[PRESET] = settings().library


def apply_budget() -> None:
    """Set the seconds to those of the chosen budget (a widget's callback)."""
    if st.session_state.get(BUDGET) in BUDGETS:
        st.session_state[SECONDS] = BUDGETS[st.session_state[BUDGET]]


def require_non_negative() -> None:
    """Require that the output is at least 0 (a button's callback)."""
    st.session_state[LOWEST] = 0.0


def sync_budget() -> None:
    """Select the budget that has the chosen seconds, if there is one (a widget's callback)."""
    st.session_state[BUDGET] = settings().budget


def settings() -> Settings:
    """The current settings, clipped to their limits (widgets check limits only in the browser)."""
    held, defaults = st.session_state, Settings()

    def number(key: str, setting: str) -> int:
        try:
            return within(setting, held.get(key))
        except (TypeError, ValueError):
            return int(getattr(defaults, setting))

    def names(key: str) -> tuple[str, ...]:
        return tuple(held.get(key) or ())

    known = str(held.get(INITIAL_FORMULA) or "").strip()
    prior = Prior(names(FORBIDDEN), names(REQUIRED), tuple(tuple(pair.split(":")) for pair in names(NESTING)),
                  held.get(MAX_PARAMETERS), names(INCREASING), names(DECREASING), held.get(LOWEST), held.get(HIGHEST),
                  known or None, lines(held.get(CONSTANTS)), held.get(UNIT_CONSTANTS),
                  str(held.get(TEMPLATE) or "").strip() or None)
    own = [line if "=" in line else f"{line} =" for line in lines(held.get(OWN_FUNCTIONS))]
    return Settings(
        known_activations([*own, *(name for group in GROUPS for name in names(group_pills_key(group)))]),
        not held.get(NO_PARAMETERS), number(SECONDS, "seconds"), number(MAX_COMPLEXITY, "max_complexity"),
        number(HOLDOUT, "holdout_percent"), number(SEED, "seed"), loss_of(held.get(LOSS), held.get(LOSS_SHARE)),
        number(N_JOBS, "n_jobs"), prior)


def lines(text: object) -> tuple[str, ...]:
    """The lines of a text, also those between semicolons, without empty ones."""
    return tuple(line.strip() for line in str(text or "").replace(";", "\n").splitlines() if line.strip())


def table() -> Table | None:
    """The table of this session, or None while none is chosen."""
    chosen: Table | None = st.session_state.get(TABLE)
    return chosen


def set_table(chosen: Table | None, sample: str | None = None) -> None:
    """Make `chosen` the session's table, with its suggested target and inputs, and reset the choices about rows."""
    st.session_state[TABLE] = st.session_state[TABLE_AS_READ] = chosen
    st.session_state[SAMPLE] = sample
    st.session_state.update(dict.fromkeys((WEIGHT, INPUT_AS_TARGET, SPLIT_COLUMN, WORKBOOK)) | {
        MORE_TARGETS: [], CHANGES: (), UNDONE: (), CONVERSIONS: [], DERIVATIONS: [], FILL_GAPS: False, SPLIT: "random"})
    if chosen is None:
        return
    target = chosen.suggested_target if chosen.suggested_target in target_columns(chosen) else None
    if target is None and chosen.numeric_columns:
        target = chosen.numeric_columns[-1]
    st.session_state[TARGET] = target
    propose_inputs(chosen)
    st.session_state[GROUP] = None
    st.session_state[ROW_NAME] = id_column(chosen.frame, {*st.session_state[INPUTS], target or ""})


def propose_inputs(chosen: Table) -> None:
    """Choose the inputs that are proposed for the target; the session remembers them."""
    from xnet.config.input_proposal import proposed_inputs  # only the pages with a table need it

    target = st.session_state[TARGET]
    inputs = proposed_inputs(chosen, target) if target is not None else ()
    st.session_state[INPUTS], st.session_state[PROPOSED] = list(inputs), inputs
