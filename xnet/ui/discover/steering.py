"""What a person tells a search: pause, resume, stop, more time, how fast to show it, and what to do when it has ended.

All of it stands outside the part of the page that ticks. A button that was pressed says so until the worker has obeyed;
what the worker does is read from the run's folder, so that another tab shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st

from xnet.errors import XNetError
from xnet.evidence.step_story import PHASES
from xnet.runs import ACTIVE
from xnet.runs.control import PACES
from xnet.ui.page_list import RESULTS, SETUP
from xnet.ui.session import actions, current_run, state
from xnet.ui.session.navigation import go
from xnet.ui.text import RUN_STATES, escaped

#: What the drawing shows while the search is on.
TRIES, BEST = "What it tries", "The best so far"
PACE_WORDS = dict(zip(PACES, ("Real time", "Slow", "Step by step"), strict=True))
STEPS = "step_by_step"


def pace_of(snapshot: Mapping[str, Any] | None) -> str:
    """The pace at which a search is shown; runs of older releases knew one only."""
    return str((snapshot or {}).get("pace", PACES[0]))


def steering(run: current_run.Run, run_state: str, snapshot: Mapping[str, Any] | None) -> None:
    """The buttons beside the heading; a search that is only shared can be looked at and not be told anything."""
    if current_run.is_read_only(run):
        if run_state not in ACTIVE:
            _to_results(run, "primary")
        return
    told = st.session_state.get(state.PENDING_COMMAND)
    if told is not None and told[:2] != (run.id, run_state):
        del st.session_state[state.PENDING_COMMAND]  # obeyed: the state has changed since
        told = None
    if run_state not in ACTIVE:
        _afterwards(run, run_state)
        return
    word = told[2] if told is not None else ""
    if pace_of(snapshot) == STEPS:
        _next(run, run_state, snapshot)
    elif run_state == "paused":
        st.button("Resuming…" if word == "resume" else "Resume", icon=":material/play_arrow:", type="primary",
                  key="resume", on_click=_tell, args=(run, run_state, "resume"), disabled=word == "resume")
    else:
        st.button("Pausing…" if word == "pause" else "Pause", icon=":material/pause:", key="pause", on_click=_tell,
                  args=(run, run_state, "pause"), disabled=run_state != "running" or word == "pause")
    st.button("Stopping…" if word == "stop" else "Stop and keep the best", icon=":material/stop:", key="stop",
              on_click=_tell, args=(run, run_state, "stop"), disabled=word == "stop")
    _more_time(run, "More time")
    if run_state == "paused":
        _change_settings(run)


def views(run: current_run.Run, snapshot: Mapping[str, Any] | None) -> None:
    """How fast the search is shown, and which network."""
    pace = pace_of(snapshot)
    told = st.session_state.get(state.PENDING_PACE)
    if told is not None and told != (run.id, pace):
        pace = told[1] if told[0] == run.id else pace
    else:
        st.session_state.pop(state.PENDING_PACE, None)
    st.session_state[state.PACE] = pace  # the worker's, which another tab may have changed
    if not current_run.is_read_only(run):
        st.segmented_control("Pace", PACES, key=state.PACE, required=True, format_func=PACE_WORDS.__getitem__,
                             label_visibility="collapsed", on_change=_set_pace, args=(run,), width="content")
    if pace != STEPS:
        st.segmented_control("Draw", [TRIES, BEST], key=state.DRAWN_NETWORK, required=True, persist_state="session",
                             label_visibility="collapsed", width="content")
    elif snapshot and snapshot.get("traced"):
        st.session_state.setdefault(phase_key(run, snapshot), PHASES[0])
        st.segmented_control("Phase", PHASES, key=phase_key(run, snapshot), required=True,
                             label_visibility="collapsed", width="content")


def phase_key(run: current_run.Run, snapshot: Mapping[str, Any]) -> str:
    """Key of the phase that is shown of a run's last step; a new step begins with the first."""
    return f"{state.PHASE}_{run.id}_{snapshot.get('traced', 0)}"


def phase_of(run: current_run.Run, snapshot: Mapping[str, Any]) -> str:
    """The phase that is shown."""
    phase = st.session_state.get(phase_key(run, snapshot))
    return phase if phase in PHASES else PHASES[0]


def _next(run: current_run.Run, run_state: str, snapshot: Mapping[str, Any] | None) -> None:
    """The next phase of the step that is shown, or after the last one the next step."""
    told = st.session_state.get(state.PENDING_COMMAND)
    traced = (snapshot or {}).get("traced", 0)
    phase = phase_of(run, snapshot or {})
    if traced and phase != PHASES[-1]:
        st.button("Next phase", icon=":material/skip_next:", type="primary", key="next_phase", on_click=_turn,
                  args=(phase_key(run, snapshot or {}), PHASES[PHASES.index(phase) + 1]))
    else:
        busy = run_state != "paused" or told == (run.id, run_state, f"step {traced}")
        st.button("Working…" if busy else "Next step" if traced else "First step", icon=":material/skip_next:",
                  type="primary", key="next_step", on_click=_step, args=(run, run_state, traced), disabled=busy)


def _turn(key: str, phase: str) -> None:
    st.session_state[key] = phase


def _step(run: current_run.Run, run_state: str, traced: int) -> None:
    if _command(run, "step"):
        st.session_state[state.PENDING_COMMAND] = (run.id, run_state, f"step {traced}")


def _tell(run: current_run.Run, run_state: str, word: str) -> None:
    if _command(run, word):
        st.session_state[state.PENDING_COMMAND] = (run.id, run_state, word)


def _command(run: current_run.Run, word: str) -> bool:
    """Tell the search a word; False, and said, where it cannot be told."""
    try:
        run.command(word)
    except XNetError as error:
        st.toast(escaped(error), icon=":material/error:", duration="long")
        return False
    return True


def _set_pace(run: current_run.Run) -> None:
    pace = st.session_state[state.PACE]
    if _command(run, pace):
        st.session_state[state.PENDING_PACE] = (run.id, pace)


def _more_time(run: current_run.Run, label: str) -> None:
    with st.popover(label, icon=":material/more_time:", key="more_time"):
        with st.container(horizontal=True):
            for minutes in (1, 5):
                st.button(f"+ {minutes} min", key=f"more_{minutes}", on_click=actions.add_time,
                          args=(run, 60 * minutes))
        minutes = st.number_input("Minutes of your own", 1, 24 * 60, 15, key=state.MORE_MINUTES)
        st.button(f"+ {minutes} min", key="more_own", on_click=actions.add_time, args=(run, 60 * minutes))


def _change_settings(run: current_run.Run) -> None:
    st.button("Change settings", icon=SETUP.icon, key="again", on_click=actions.change_settings, args=(run,),
              help="Other activations, limits or wishes; the next search goes on from the formulas found here.")


def _afterwards(run: current_run.Run, run_state: str) -> None:
    if run_state == "failed":
        st.button("Continue the search", icon=":material/play_arrow:", type="primary", key="resume_interrupted",
                  on_click=actions.resume_interrupted, args=(run,),
                  help="Continue from the last checkpoint before the interruption.")
        _to_results(run, "secondary")
    else:
        _to_results(run, "primary")
        _more_time(run, "Continue longer")
    _change_settings(run)
    st.button("Watch it step by step", icon=":material/skip_next:", key="repeat_step_by_step",
              on_click=actions.repeat_step_by_step, args=(run,),
              help="The same search once more, at your own pace: what every neuron puts out, what it should have put "
                   "out, what is tried in its place, and how the numbers are fitted.")


def _to_results(run: current_run.Run, kind: Literal["primary", "secondary"]) -> None:
    st.button("See all formulas", icon=RESULTS.icon, type=kind, key="to_results", on_click=go, args=(RESULTS.path,),
              kwargs=current_run.run_query(run))


def state_badge(run_state: str, snapshot: Mapping[str, Any] | None) -> tuple[str, str, str]:
    """Words, icon and colour of a state; waiting for the next step is no pause."""
    if run_state == "paused" and pace_of(snapshot) == STEPS:
        return "Step by step", ":material/skip_next:", "blue"
    return RUN_STATES[run_state]
