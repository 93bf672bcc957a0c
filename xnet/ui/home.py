"""The Home page: what X-Net does, an example to start with one click, and links to recent searches."""

from __future__ import annotations

from typing import Any

import streamlit as st

from xnet import runs
from xnet.archive.restore import open_bundle_file
from xnet.drawings.layout import labels, layout
from xnet.engine.networks.network import Network, Neuron
from xnet.errors import XNetError
from xnet.learn.demonstrations import DEMONSTRATIONS
from xnet.limited_process import limited
from xnet.runs.store import runs_root
from xnet.ui.components.network_view import network_view
from xnet.wording.score_text import accuracy_text

from .page_list import DATA, DISCOVER, LEARN, LIBRARY, RESULTS
from .session import actions, current_run, state
from .text import RUN_STATES, escaped, shorten

RECENT = 5
STEPS = (
    (":material/table_chart:", "Choose a table",
     "Take a sample of real data or your own file, and choose the column to explain."),
    (":material/graph_3:", "Watch the search",
     "Neurons try other activations, the network grows and shrinks, and the error falls."),
    (":material/function:", "Take the formula",
     "Download it as text, LaTeX, Python or a picture, with its accuracy on held-out rows."),
)
#: Kepler's third law as a network, drawn on the Home page: year = distance^1.5, both relative to the Earth's.
_KEPLER = Network((Neuron("variable", (), 0), Neuron("sqrt", (0,)), Neuron("variable", (), 0), Neuron("mul", (1, 2))),
                  (), 1)


def home_page() -> None:
    """Draw the Home page."""
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    with left:
        st.title("From a table to a formula", anchor=False)
        st.markdown("X-Net searches for a formula that computes one column of your table from the others. It grows "
                    "a small network of neurons, you watch the network rewire itself, and the result is a "
                    "**formula that you can read**.")
        with st.container(horizontal=True, gap="small"):
            if st.button("Try an example", icon=":material/play_arrow:", type="primary", key="example"):
                actions.try_example()
            if st.button("Use my data", icon=":material/upload:", key="own_data"):
                st.switch_page(DATA.path)
        st.caption("The example asks how long a moon takes to orbit its planet. The search takes about half a minute.")
    with right:
        network_view(_kepler(), target="year", columns=["distance"], key="home_network", height=230)
        st.caption("Kepler's third law as a network: year = √distance × distance",
                   text_alignment="center")
    _demonstrations()
    _steps()
    _recent_runs()
    with st.expander("Open a saved search", icon=":material/unarchive:"):
        _open_saved()


def _kepler() -> dict[str, Any]:
    return {"network": _KEPLER.to_json(), "changed": [], "layout": layout(_KEPLER),
            "labels": labels(_KEPLER, ["distance"]), "ids": [f"k{i}" for i in range(len(_KEPLER.neurons))],
            "text": "sqrt(distance) * distance"}


def _demonstrations() -> None:
    """Draw a button for each demonstration; the laws stay hidden until they are found."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="demonstrations"):
        st.markdown("**Watch a small network find a hidden law, one change at a time:**", width="content")
        for name, shown in DEMONSTRATIONS.items():
            if st.button(shown.title, icon=shown.icon, key=f"demonstration_{name}"):
                st.switch_page(LEARN.path, query_params={"demo": name})


def _steps() -> None:
    for column, (icon, heading, sentence) in zip(st.columns(3), STEPS, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"{icon} **{heading}**")
            st.caption(sentence)


def _open_saved() -> None:
    saved = st.file_uploader("A run bundle", key="saved_run",
                             help="The ZIP file that you can download on the Results page of every search.")
    if saved is None:
        st.caption("The app adds the search to the Library and computes its scores again from its rows.")
        return
    try:
        run = limited(saved.name, open_bundle_file, saved.getvalue(), runs_root())
    except XNetError as error:
        st.error(escaped(error), icon=":material/error:")
        return
    st.session_state[state.RUN_ID] = run.id
    st.switch_page(RESULTS.path, query_params={"run": run.id})


def _recent_runs() -> None:
    recent = [run for run in runs.list_runs() if current_run.is_listed(run)][:RECENT]
    if not recent:
        return
    st.header("Recent searches", anchor=False)
    for run in recent:
        try:
            config, run_state, best = run.config, current_run.run_state(run), run.best()
        except runs.RunError:
            continue  # deleted since it was listed
        label, icon, _ = RUN_STATES[run_state]
        with st.container(horizontal=True, vertical_alignment="center", key=f"recent_{run.id}"):
            st.page_link(DISCOVER.path, label=escaped(shorten(config["name"], 60)), icon=icon,
                         query_params={"run": run.id})
            score = f" · {accuracy_text(best)}" if best else ""
            st.caption(f"{label}{score}")
    st.page_link(LIBRARY.path, label="All searches", icon=LIBRARY.icon)
