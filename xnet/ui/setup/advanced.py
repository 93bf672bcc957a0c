"""The further settings on the Setup page: what is known beforehand, how to treat noise, and how the search is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from xnet.config.settings import LIMITS
from xnet.engine.networks.activations import GROUPS
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.holdout_share import holdout_slider
from xnet.ui.session import state
from xnet.ui.text import counted, escaped

#: Groups that can be kept from standing inside one another: (outer, inner) pairs on offer.
_FUNCTIONS = [group for group in GROUPS if group != "arithmetic"]
PAIRS = [f"{outer}:{inner}" for outer in _FUNCTIONS for inner in _FUNCTIONS]


def advanced(rows: pd.DataFrame | None, known: Mapping[str, str] | None, problem: str, as_class: bool) -> None:
    """All further settings.

    Args:
        rows: what is searched, inputs then target; None while nothing is chosen.
        known: the formula to start from, when it can be searched with, as `text` and `latex`.
        problem: why the settings cannot be searched with; "" when they can.
        as_class: whether a class is told from the rest, so that the output is a probability.
    """
    inputs = list(st.session_state.get(state.INPUTS) or [])
    with st.expander("What you know beforehand", icon=":material/lightbulb:"):
        _start_from(known, problem)
        left, right = st.columns(2, gap="large")
        with left:
            _about_inputs(inputs)
        with right:
            _about_output(None if as_class else rows)
            _nesting()
    with st.expander("More settings", icon=":material/settings:"):
        left, right = st.columns(2, gap="large")
        with left:
            _about_rows(as_class)
        with right:
            _about_search()


def _start_from(known: Mapping[str, str] | None, problem: str) -> None:
    text = st.text_input("Start from a formula that you know", key=state.INITIAL_FORMULA, persist_state="session",
                         max_chars=500, placeholder="a*exp(b*time) + c",
                         help="In the names of your columns, with `backticks` around names of several words. Single "
                              "letters that are no column, such as a, b or c, are fitted to your data.")
    if known is not None:
        show_formula(known, room=1.6, place="known")
    elif text.strip() and problem:
        st.error(escaped(problem), icon=":material/error:")


def _about_inputs(inputs: Sequence[str]) -> None:
    for key, label, tip in (
            (state.REQUIRED, "Columns that every formula has to use", None),
            (state.FORBIDDEN, "Columns that no formula may use", "The same as not choosing them on the Data page."),
            (state.INCREASING, "The output never falls when these grow",
             "Checked on your rows and on many points between them, which is no proof."),
            (state.DECREASING, "The output never rises when these grow",
             "Checked on your rows and on many points between them, which is no proof.")):
        st.session_state[key] = [c for c in st.session_state.get(key) or [] if c in inputs]
        st.multiselect(label, inputs, key=key, persist_state="session", help=tip, placeholder="None")


def _about_output(rows: pd.DataFrame | None) -> None:
    low, high = st.columns(2)
    low.number_input("Output at least", value=None, key=state.LOWEST, persist_state="session", placeholder="no limit",
                     help="The formula never goes below; checked on your rows and on many points between them.")
    high.number_input("Output at most", value=None, key=state.HIGHEST, persist_state="session", placeholder="no limit")
    if rows is not None and rows.iloc[:, -1].min() >= 0 and st.session_state.get(state.LOWEST) is None:
        st.button("Never negative, as in all your rows", icon=":material/vertical_align_bottom:", type="tertiary",
                  key="never_negative", on_click=state.require_non_negative)
    st.number_input("Most fitted numbers", 0, 50, value=None, key=state.MAX_PARAMETERS, persist_state="session",
                    placeholder="no limit", help="How many numbers of the formula may be fitted to your data.")


def _nesting() -> None:
    chosen = st.session_state.get(state.NESTING) or []
    st.multiselect("Never put one inside another", [*PAIRS, *(p for p in chosen if p not in PAIRS)], key=state.NESTING,
                   persist_state="session", format_func=_inside, placeholder="Nothing is forbidden",
                   help="sin(sin(x)) or exp(exp(x)) fit a lot and mean little.")


def _inside(pair: str) -> str:
    outer, inner = (GROUPS[name].title if name in GROUPS else name for name in pair.split(":"))
    return f"{inner} inside {outer}"


def _about_rows(as_class: bool) -> None:
    holdout_slider()
    st.toggle("A few rows may be wild", key=state.ROBUST, persist_state="session", disabled=as_class,
              help="Off: squared errors, best for ordinary noise. On: Huber's loss, which does not let single wild "
                   "rows (slips of the pen, broken sensors) bend the formula.")


def _about_search() -> None:
    st.number_input("Random seed", *LIMITS["seed"], key=state.SEED, persist_state="session",
                    help="The same seed and settings give the same search.")
    low, high = LIMITS["n_jobs"]
    st.number_input("Processes", low, high, key=state.N_JOBS, persist_state="session", disabled=high == low,
                    help=f"This machine has {counted(high, 'core')}. Each further process looks where the others "
                         "do not.")
