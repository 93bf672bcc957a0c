"""The tab Replay: all best networks of the search, in order, with a slider."""

from __future__ import annotations

import streamlit as st

from xnet.runs.frames_file import read_frames
from xnet.ui.components.formula_view import show_formula, show_scores
from xnet.ui.components.network_view import network_view
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped


def replay_tab(run: current_run.Run) -> None:
    """Draw the tab Replay."""
    frames = read_frames(run)
    if not frames:
        st.info("This search has no record of its best networks. New searches keep one.",
                icon=":material/info:")
        return
    last = len(frames)
    position = last
    if last > 1:
        position = st.slider("Best network number", 1, last, last, key=f"{state.REPLAY}_{run.id}_{last}",
                             help="Use the left and right arrow keys to go from one network to the next.")
    frame, config = frames[position - 1], run.config
    reason = f" · {escaped(frame['reason'])}" if frame["reason"] else ""
    st.caption(f"{position} of {last} · after {frame['seconds']:.1f} s{reason}")
    network_view(frame["net"], target=config["target"], columns=config["inputs"], key="replay_network", seq=position,
                 height=330)
    show_formula(frame["net"], room=1.7, place="replay")
    show_scores(frame["net"], held_out=frame["net"]["r2_holdout"] is not None)
