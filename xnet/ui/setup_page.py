"""The Setup page: which activations the neurons may use, with or without fitted numbers, and for how long."""

from __future__ import annotations

import streamlit as st

from ..engine.activations import ACTIVATIONS, GROUPS, Group
from . import backend, state, words
from .shell import DATA, title


def setup_page() -> None:
    """Everything on the Setup page below the navigation."""
    title("Setup", "The defaults suit most tables. Change them when you know something about yours.")
    _subject()
    _library()
    _numbers_and_time()
    _advanced()
    _go()


def _subject() -> None:
    table, target = state.table(), st.session_state.get(state.TARGET)
    if table is None:
        st.info("No table is chosen yet; the settings below are kept for the one you choose.", icon=":material/info:")
        st.page_link(DATA.path, label="Choose a table", icon=DATA.icon)
        return
    inputs = st.session_state.get(state.INPUTS) or []
    st.markdown(f"Explain **{words.md(target)}** by {', '.join(words.md(c) for c in inputs) or 'no column yet'} "
                f"({words.md(words.shorten(table.title or table.name, 70))})")


def _library() -> None:
    st.subheader("What may a neuron do?", anchor=False)
    st.segmented_control("Ready-made libraries of activations", list(state.LIBRARIES), key=state.PRESET,
                         on_change=state.use_library, persist_state="session")
    with st.grid(4, min_column_width=220):
        for key, group in GROUPS.items():
            _group(key, group)


def _group(key: str, group: Group) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.checkbox(f"**{group.title}**", key=state.group_key(key), on_change=state.match_library,
                    persist_state="session")
        st.caption(group.words)
        st.caption(" ".join(f"`{ACTIVATIONS[name].symbol}`" for name in group.names))


def _numbers_and_time() -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("May it fit numbers?", anchor=False)
        st.toggle("No parameters at all (activations only)", key=state.NO_PARAMETERS, persist_state="session",
                  help="Off: the formula may contain numbers fitted to your data, as in 365.26 × distance^1.5. "
                       "On: only columns and activations, as in √distance × distance; the strictest kind of formula.")
    with right:
        st.subheader("How long?", anchor=False)
        st.segmented_control("Time to search", list(state.BUDGETS), key=state.SECONDS, format_func=words.seconds,
                             required=True, persist_state="session", label_visibility="collapsed")


def _advanced() -> None:
    with st.expander("More settings", icon=":material/settings:"):
        st.slider("Largest network: neurons and numbers together", 3, 60, key=state.MAX_COMPLEXITY,
                  persist_state="session", help="Smaller networks give shorter formulas.")
        st.slider("Rows held out to check the formula (%)", 0, 50, step=5, key=state.HOLDOUT, persist_state="session",
                  help="The search never learns from these rows; they show whether a formula holds for new data.")
        st.number_input("Random seed", 0, 2**31 - 1, key=state.SEED, persist_state="session",
                        help="The same seed and settings give the same search.")


def _go() -> None:
    table, inputs = state.table(), st.session_state.get(state.INPUTS)
    joined = "arithmetic" in state.chosen_groups()
    if not joined:
        st.warning("Without arithmetic no two columns can be joined: tick “Arithmetic”.", icon=":material/warning:")
    if st.button("Discover a formula", icon=":material/play_arrow:", type="primary", key="discover",
                 disabled=table is None or not inputs or not joined):
        backend.start()
