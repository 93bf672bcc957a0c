"""The tab Replay: the networks of the search in order, with a slider, or played like a film.

They are the best networks; if the user asks for them, with the attempts between them.
"""

from __future__ import annotations

import time

import streamlit as st

from xnet.runs.frames_file import ATTEMPTS, FILE, read_frames, with_attempts
from xnet.runs.schema import FrameRecord
from xnet.ui.components.formula_view import show_formula, show_scores
from xnet.ui.components.network_view import network_view
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped

#: Choices of the speed -> seconds that each network is shown.
SPEEDS = {"Slow": 3.0, "Normal": 1.5, "Fast": 0.7}


def replay_tab(run: current_run.Run) -> None:
    """Draw the tab Replay."""
    if not read_frames(run):
        st.info("This search has no record of its best networks. New searches keep one.",
                icon=":material/info:")
        return
    playing = _began(run) is not None
    st.fragment(run_every=_seconds() if playing else None)(_player)(run, playing, _seconds())


def _player(run: current_run.Run, playing: bool, seconds: float) -> None:
    """Draw the controls and a network; rerun the whole page when playing has begun or ended, or the speed changed."""
    frames, config = _frames(run), run.config
    last = len(frames)
    key = _key(run, last)
    position = _advance(run, last)
    if (_began(run) is not None, _seconds()) != (playing, seconds):
        st.rerun()
    if last > 1:
        _controls(run, last, playing)
        label = "Network number" if _attempts_wanted() else "Best network number"
        position = st.slider(label, 1, last, position, key=key, on_change=_pause, args=(run,),
                             help="Use the left and right arrow keys to go from one network to the next.")
    frame = frames[position - 1]
    reason = f" · {escaped(frame['reason'])}" if frame["reason"] else ""
    st.caption(f"{position} of {last} · after {frame['seconds']:.1f} s{reason}")
    network_view(frame["net"], target=config["target"], columns=config["inputs"], key="replay_network", seq=position,
                 height=330, live=playing)
    show_formula(frame["net"], room=1.7, place="replay")
    show_scores(frame["net"], held_out=frame["net"]["r2_holdout"] is not None)


def _controls(run: current_run.Run, last: int, playing: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="replay_controls"):
        if playing:
            st.button("Pause", icon=":material/pause:", key="replay_pause", on_click=_pause, args=(run,))
        else:
            st.button("Play", icon=":material/play_arrow:", key="replay_play", type="primary", on_click=_play,
                      args=(run, last))
        st.segmented_control("Speed", list(SPEEDS), key=state.REPLAY_SPEED, default="Normal", required=True,
                             persist_state="session", label_visibility="collapsed")
        st.toggle("Repeat endlessly", key=state.REPLAY_LOOP, persist_state="session")
        if read_frames(run, ATTEMPTS):
            st.toggle("Also show attempts that were not kept", key=state.REPLAY_ATTEMPTS, persist_state="session",
                      on_change=_pause, args=(run,),
                      help="A few of the networks that were tried between the best ones: one for each moment at which "
                           "the page was refreshed. A search tries thousands in a second.")


def _attempts_wanted() -> bool:
    return bool(st.session_state.get(state.REPLAY_ATTEMPTS))


def _frames(run: current_run.Run) -> list[FrameRecord]:
    """The best networks of the search, with the attempts between them if the user wants them."""
    best = read_frames(run)
    if not _attempts_wanted():
        return best
    # Identities along the whole sequence take seconds for hundreds of networks; they change only with the files.
    stamp = tuple((run.folder / file).stat().st_mtime_ns if (run.folder / file).exists() else 0
                  for file in (FILE, ATTEMPTS))
    return _merged(str(run.folder), stamp, run)


@st.cache_data(show_spinner=False, max_entries=4)
def _merged(folder: str, stamp: tuple[int, ...], _run: current_run.Run) -> list[FrameRecord]:
    return with_attempts(read_frames(_run), read_frames(_run, ATTEMPTS))


def _advance(run: current_run.Run, last: int) -> int:
    """The position to show: while playing, the next one when the time of a network is over."""
    key, began = _key(run, last), _began(run)
    position = min(int(st.session_state.get(key, last)), last)
    if began is None or time.monotonic() - began < 0.8 * _seconds():
        return position
    if position == last and not st.session_state.get(state.REPLAY_LOOP):
        _pause(run)
        return position
    position = position % last + 1
    st.session_state[key] = position
    st.session_state[state.REPLAY_PLAYING] = (run.id, time.monotonic())
    return position


def _play(run: current_run.Run, last: int) -> None:
    """Begin to play, from the first network if the last one is shown (a button's callback)."""
    key = _key(run, last)
    if int(st.session_state.get(key, last)) >= last:
        st.session_state[key] = 1
    st.session_state[state.REPLAY_PLAYING] = (run.id, time.monotonic())


def _pause(run: current_run.Run) -> None:
    """Stop playing (a callback)."""
    st.session_state.pop(state.REPLAY_PLAYING, None)


def _began(run: current_run.Run) -> float | None:
    """When the network that is shown was reached, in seconds of a clock; None unless this run is being played."""
    playing = st.session_state.get(state.REPLAY_PLAYING)
    return playing[1] if playing is not None and playing[0] == run.id else None


def _seconds() -> float:
    return SPEEDS[st.session_state.get(state.REPLAY_SPEED) or "Normal"]


def _key(run: current_run.Run, last: int) -> str:
    """Key of the slider."""
    return f"{state.REPLAY}_{run.id}_{last}"
