"""The Setup page: which activations the neurons may use, with or without fitted numbers, for how long, and the rest."""

from __future__ import annotations

import streamlit as st

from ..settings import BUDGETS, LIMITS
from . import backend, state, words
from .setup_advanced import advanced
from .setup_library import library
from .shell import DATA, title


def setup_page() -> None:
    """Everything on the Setup page below the navigation."""
    title("Setup", "The defaults suit most tables. Change them when you know something about yours.")
    _subject()
    library()
    _numbers_and_time()
    fine = advanced()
    _go(fine)


def _subject() -> None:
    table, target = state.table(), st.session_state.get(state.TARGET)
    if table is None:
        st.info("No table is chosen yet; the settings below are kept for the one you choose.", icon=":material/info:")
        st.page_link(DATA.path, label="Choose a table", icon=DATA.icon)
        return
    inputs = st.session_state.get(state.INPUTS) or []
    st.markdown(f"Explain **{words.md(target)}** by {', '.join(words.md(c) for c in inputs) or 'no column yet'} "
                f"({words.md(words.shorten(table.title or table.name, 70))})")


def _numbers_and_time() -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("What may the formula be?", anchor=False)
        st.slider("Largest formula: neurons and numbers together", *LIMITS["max_complexity"], key=state.MAX_COMPLEXITY,
                  persist_state="session", help="Smaller networks give shorter formulas. A straight line takes 5, "
                  "distance^1.5 takes 3, most laws of physics take 5 to 25.")
        st.toggle("No parameters at all (activations only)", key=state.NO_PARAMETERS, persist_state="session",
                  help="Off: the formula may contain numbers fitted to your data, as in 365.26 × distance^1.5. "
                       "On: only columns and activations, as in √distance × distance; the strictest kind of formula.")
    with right:
        st.subheader("How long?", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control("Time to search", list(BUDGETS), key=state.BUDGET, format_func=_budget,
                                 on_change=state.use_budget, persist_state="session")
            st.number_input("or seconds of your own", *LIMITS["seconds"], key=state.SECONDS, step=10, width=170,
                            on_change=state.match_budget, persist_state="session")


def _budget(name: str) -> str:
    return f"{name} · {words.seconds(BUDGETS[name])}"


def _go(fine: bool) -> None:
    table, inputs = state.table(), st.session_state.get(state.INPUTS)
    joined = {"add", "sub", "mul", "div"} & set(state.settings().activations)
    if not joined:
        st.warning("Nothing can join two columns: tick a sum, difference, product or quotient in “Arithmetic”.",
                   icon=":material/warning:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Discover a formula", icon=":material/play_arrow:", type="primary", key="discover",
                     disabled=table is None or not inputs or not joined or not fine):
            backend.start()
        st.button("Reset to defaults", icon=":material/restart_alt:", type="tertiary", key="reset_settings",
                  on_click=state.reset_settings)
