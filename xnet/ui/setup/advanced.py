"""Further settings on the Setup page: prior knowledge, held-out rows, what an error costs, seed and processes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from xnet.config.losses import KNOWN_ERROR, LOSS_TEXTS, loss_with_weights
from xnet.config.settings import LIMITS
from xnet.counts import counted
from xnet.engine.networks.activations import GROUPS
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.holdout_share import holdout_slider
from xnet.ui.session import state, table_choice
from xnet.ui.text import escaped

from .constants_setting import constants_setting

#: Pairs "outer:inner" of groups whose nesting the user can forbid.
_FUNCTIONS = [group for group in GROUPS if group != "arithmetic"]
PAIRS = [f"{outer}:{inner}" for outer in _FUNCTIONS for inner in _FUNCTIONS]


#: Key: whether something that the user knows has been set in this session.
_SET = "known_is_set"


def advanced(rows: pd.DataFrame | None, initial: Mapping[str, str] | None, problem: str, as_class: bool,
             units: Mapping[str, str]) -> None:
    """Draw all further settings.

    Args:
        rows: the rows of the search, inputs then target; None without target or inputs.
        initial: the initial formula as `text` and `latex`, or what was understood of a form with unknown parts as
            `template`, with a `note` where one is needed; None if there is neither or the settings are invalid.
        problem: why no search is possible with the settings; "" if it is.
        as_class: whether the output is the probability of a class.
        units: column -> unit of the table.
    """
    inputs = list(st.session_state.get(state.INPUTS) or [])
    # Open where something is set, and then for good: it must not close while a person empties a field.
    st.session_state[_SET] = known = bool(st.session_state.get(_SET)) or state.settings().prior.n_constraints > 0
    with st.expander("What you already know", icon=":material/lightbulb:", expanded=known):
        _initial_formula(initial, problem)
        _template(initial, problem)
        constants_setting(inputs)
        left, right = st.columns(2, gap="large")
        with left:
            _about_inputs(inputs)
        with right:
            _about_output(None if as_class else rows)
            _nesting()
            _about_units(any(units.get(column) for column in inputs))
    with st.expander("More settings", icon=":material/settings:"):
        left, right = st.columns(2, gap="large")
        with left:
            _about_rows(as_class)
        with right:
            _about_search()


def _initial_formula(initial: Mapping[str, str] | None, problem: str) -> None:
    text = st.text_input("Start from a formula that you know", key=state.INITIAL_FORMULA, persist_state="session",
                         max_chars=500, placeholder="a*exp(b*time) + c",
                         help="Use the names of your columns, with `backticks` around names with spaces. Single "
                              "letters that are not columns, such as a, b or c, are fitted to your data.")
    if initial is not None and "latex" in initial:
        show_formula(initial, room=1.6, place="initial")
        _note(initial)
    elif text.strip() and problem:
        st.error(escaped(problem), icon=":material/error:")


def _template(understood: Mapping[str, str] | None, problem: str) -> None:
    text = st.text_input("A form with unknown parts", key=state.TEMPLATE, persist_state="session", max_chars=500,
                         placeholder="a*height + f(speed)",
                         help="Write what you know as it is, and call what you do not know like a function of columns: "
                              "f(speed), g(x, z). The search finds a formula for each of up to three unknown parts. "
                              "Single letters that are not columns are fitted to your data; numbers stay.")
    if understood is not None and "template" in understood:
        group = st.session_state.get(state.GROUP)
        of_groups = f" The rows decide which constants have a value of their own for every {group}." if group else ""
        st.caption(escaped(f"Understood: {understood['template']}.{of_groups}"))
        _note(understood)
    elif text.strip() and problem:
        st.error(escaped(problem), icon=":material/error:")


def _note(understood: Mapping[str, str]) -> None:
    if "note" in understood:
        st.info(escaped(understood["note"]), icon=":material/info:")


def _about_inputs(inputs: Sequence[str]) -> None:
    for key, label, tip in (
            (state.REQUIRED, "Columns that every formula must use", None),
            (state.FORBIDDEN, "Columns that no formula may use", "The same as not choosing them on the Data page."),
            (state.INCREASING, "The output never falls when these grow",
             "Checked on your rows and on many points between them; this is not a proof."),
            (state.DECREASING, "The output never rises when these grow",
             "Checked on your rows and on many points between them; this is not a proof.")):
        st.session_state[key] = [c for c in st.session_state.get(key) or [] if c in inputs]
        st.multiselect(label, inputs, key=key, persist_state="session", help=tip, placeholder="None")


def _about_output(rows: pd.DataFrame | None) -> None:
    low, high = st.columns(2)
    low.number_input("Output at least", value=None, key=state.LOWEST, persist_state="session", placeholder="no limit",
                     help="The output never falls below this value. Checked on your rows and on many points between "
                          "them.")
    high.number_input("Output at most", value=None, key=state.HIGHEST, persist_state="session", placeholder="no limit")
    if rows is not None and rows.iloc[:, -1].min() >= 0 and st.session_state.get(state.LOWEST) is None:
        st.button("Never negative, as in all your rows", icon=":material/vertical_align_bottom:", type="tertiary",
                  key="never_negative", on_click=state.require_non_negative)
    st.number_input("Maximum of fitted numbers", 0, 50, value=None, key=state.MAX_PARAMETERS, persist_state="session",
                    placeholder="no limit", help="The largest number of parameters in a formula.")


def _nesting() -> None:
    chosen = st.session_state.get(state.NESTING) or []
    st.multiselect("Forbidden nesting of functions", [*PAIRS, *(p for p in chosen if p not in PAIRS)],
                   key=state.NESTING, persist_state="session", format_func=_inside, placeholder="None",
                   help="Functions such as sin(sin(x)) or exp(exp(x)) fit almost anything and rarely have a meaning.")


def _about_units(known: bool) -> None:
    """Whether units steer the search; `known`: whether an input has a unit."""
    unset = st.session_state.get(state.UNIT_CONSTANTS) is None
    st.selectbox("Units of the columns", [0, 1, 2, 3, 5], index=None, key=state.UNIT_CONSTANTS, persist_state="session",
                 placeholder="are only reported", format_func=_units_rule, disabled=unset and not known,
                 help="Formulas whose units cannot fit are not tried: no sum of metres and seconds, no exponential of "
                      "a length. A number may have a unit, as the speed of light has, but only so many of them. "
                      "Columns without a unit may have any." if known else
                      "No input has a unit. Units are given in the table of columns on the Data page.")


def _units_rule(most: int) -> str:
    return "must fit; " + ("no number has a unit" if most == 0 else
                           f"at most {counted(most, 'number')} of a formula {'has' if most == 1 else 'have'} a unit")


def _inside(pair: str) -> str:
    outer, inner = (GROUPS[name].title if name in GROUPS else name for name in pair.split(":"))
    return f"{inner} inside {outer}"


def _about_rows(as_class: bool) -> None:
    holdout_slider()
    _about_errors(as_class)


def _about_errors(as_class: bool) -> None:
    """What an error costs; a class has its own loss."""
    kind = st.selectbox("What an error costs", list(LOSS_TEXTS), key=state.LOSS, persist_state="session",
                        format_func=lambda name: LOSS_TEXTS[name][0], disabled=as_class,
                        help="The search minimises this cost. A column of standard errors (a role on the Data page) "
                             "divides each error by its standard error.")
    if as_class:
        return
    weight = table_choice.roles().weight
    st.caption(f"Each error is divided by its standard error, in the column {escaped(str(weight.column))}."
               if loss_with_weights(kind, weight) == KNOWN_ERROR else LOSS_TEXTS[kind][1])
    if kind == "quantile":
        st.number_input("Share of the rows below the formula", 0.01, 0.99, step=0.05, key=state.LOSS_SHARE,
                        persist_state="session")


def _about_search() -> None:
    st.number_input("Random seed", *LIMITS["seed"], key=state.SEED, persist_state="session",
                    help="With the same seed and settings, a search takes the same steps. How many it takes in its "
                         "time depends on the computer.")
    low, high = LIMITS["n_jobs"]
    st.number_input("Processes", low, high, key=state.N_JOBS, persist_state="session", disabled=high == low,
                    help=f"{_about_cores()} Each further process explores other formulas.")


def _about_cores() -> str:
    if os.environ.get("XNET_CLUSTER"):
        return "The processes run on the server's cluster, at most one on each of its workers and one here."
    return f"This machine has {counted(LIMITS['n_jobs'][1], 'core')}."
