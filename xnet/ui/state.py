"""Everything the app remembers of a session, in one place: the keys, their defaults and how to read and set them.

Streamlit forgets a widget's value when its page is left, unless it is told otherwise; the widgets that use the keys
below say `persist_state="session"`, so a choice on one page counts on the next. Session state ends with a reload; what
must survive one (which run, which sample) also stands in the URL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from ..engine.activations import GROUPS

if TYPE_CHECKING:
    from ..data import Table

SHELL = "shell"
TABLE = "table"
SAMPLE = "sample"
TARGET = "target"
INPUTS = "inputs"
PRESET = "preset"
NO_PARAMETERS = "no_parameters"
SECONDS = "seconds"
MAX_COMPLEXITY = "max_complexity"
HOLDOUT = "holdout"
SEED = "seed"
RUN = "run_id"
DRAWING = "drawing"
SHOWN = "shown_network"
TOLD = "told"
JUST_STARTED = "just_started"
GOAL = "goal"
UPLOAD_ERROR = "upload_error"
CHOSEN = "chosen_formula"
FRONT_TABLE = "front_table"
FRONT_CHART = "front_chart"
DIGITS = "digits"
REPLAY = "replay"
RESIDUAL_AXIS = "residual_axis"
WHAT_IF = "what_if"
BEYOND_INPUT = "beyond_input"
BASELINES = "baselines"

#: Budgets on offer, in seconds.
BUDGETS = (10, 30, 60, 180, 300)

#: Ready-made activation libraries: title -> groups of `xnet.engine.activations.GROUPS`.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "Standard": ("arithmetic", "powers", "growth", "waves", "saturation", "inverse_trigonometric"),
    "Powers": ("arithmetic", "powers"),
    "Growth and decay": ("arithmetic", "powers", "growth"),
    "Waves": ("arithmetic", "powers", "waves"),
    "Everything": tuple(GROUPS),
}

_DEFAULTS: dict[str, object] = {
    PRESET: "Standard", NO_PARAMETERS: False, SECONDS: 30, MAX_COMPLEXITY: 30, HOLDOUT: 20, SEED: 0,
    SHOWN: "What it tries",
}


@dataclass(frozen=True)
class Settings:
    """What a search is told, beside its table: every value checked, whatever a browser sent."""

    groups: tuple[str, ...]
    parameters: bool
    seconds: int
    max_complexity: int
    holdout_fraction: float
    seed: int

    @property
    def activations(self) -> str | list[str]:
        """The activation library as a run's configuration names it."""
        return "default" if self.groups == LIBRARIES["Standard"] else list(self.groups)


def group_key(group: str) -> str:
    """Key of the checkbox of one group of activations."""
    return f"group_{group}"


def fill_defaults() -> None:
    """Give every setting its default once, before any widget reads it."""
    for key, value in _DEFAULTS.items():
        st.session_state.setdefault(key, value)
    for group in GROUPS:
        st.session_state.setdefault(group_key(group), group in LIBRARIES["Standard"])


def use_library() -> None:
    """Tick the groups of the ready-made library that was just picked (a widget's callback)."""
    groups = LIBRARIES.get(st.session_state.get(PRESET) or "")
    if groups is not None:
        for group in GROUPS:
            st.session_state[group_key(group)] = group in groups


def match_library() -> None:
    """Show which ready-made library the ticked groups are, if they are one (a widget's callback)."""
    st.session_state[PRESET] = next((title for title, groups in LIBRARIES.items() if groups == chosen_groups()), None)


def chosen_groups() -> tuple[str, ...]:
    """The ticked groups of activations, in the order of `GROUPS`."""
    return tuple(g for g in GROUPS if st.session_state.get(group_key(g)))


def settings() -> Settings:
    """The current settings, brought back into their limits (limits of widgets hold in the browser only)."""
    def number(key: str, low: int, high: int) -> int:
        try:
            return min(high, max(low, int(st.session_state.get(key, _DEFAULTS[key]))))
        except (TypeError, ValueError):
            return int(str(_DEFAULTS[key]))

    return Settings(
        groups=chosen_groups(),
        parameters=not st.session_state.get(NO_PARAMETERS, False),
        seconds=number(SECONDS, min(BUDGETS), max(BUDGETS)),
        max_complexity=number(MAX_COMPLEXITY, 3, 60),
        holdout_fraction=number(HOLDOUT, 0, 50) / 100,
        seed=number(SEED, 0, 2**31 - 1),
    )


def table() -> Table | None:
    """The table of this session, or None while none is chosen."""
    chosen: Table | None = st.session_state.get(TABLE)
    return chosen


def set_table(chosen: Table | None, sample: str | None = None) -> None:
    """Take another table: its suggested target and inputs come with it."""
    st.session_state[TABLE] = chosen
    st.session_state[SAMPLE] = sample
    if chosen is None:
        return
    target = chosen.suggested_target if chosen.suggested_target in chosen.numeric_columns else None
    if target is None and chosen.numeric_columns:
        target = chosen.numeric_columns[-1]
    inputs = [c for c in chosen.suggested_inputs or () if c in chosen.numeric_columns and c != target]
    st.session_state[TARGET] = target
    st.session_state[INPUTS] = inputs or [c for c in chosen.numeric_columns if c != target]
