"""The controls of a search: pause, resume, stop, more time, the pace, and what to do after its end.

The controls are outside the refreshed part of the page. After a click, a button shows the pending command until the
run's state changes. The state is read from the run's folder, so that every tab shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st

from xnet import runs
from xnet.errors import XNetError
from xnet.evidence.step_story import PHASES
from xnet.runs import ACTIVE
from xnet.runs.control import PACES
from xnet.ui.page_list import RESULTS, SETUP
from xnet.ui.session import actions, current_run, state
from xnet.ui.session.navigation import go
from xnet.ui.text import RUN_STATES, escaped

#: Choices of the network to draw while the search is running.
CURRENT, BEST = "Current network", "Best network"
PACE_LABELS = dict(zip(PACES, ("Real time", "Slow", "Step by step"), strict=True))
STEPS = "step_by_step"
#: Seconds of searching without improvement after which the page asks whether to stop.
STOP_NOW_S = 20.0
#: Key of the choice of more time.
_MORE_TIME = "more_time"


def pace_of(snapshot: Mapping[str, Any] | None) -> str:
    """The pace of the search; runs of older releases have only the first."""
    return str((snapshot or {}).get("pace", PACES[0]))


def seconds_without_improvement(snapshot: Mapping[str, Any] | None) -> float:
    """Seconds of searching since the best formula became better for the last time."""
    curve = (snapshot or {}).get("loss") or []
    since = next((seconds for seconds, *losses in curve if losses == list(curve[-1][1:])), 0.0)
    return float((snapshot or {}).get("seconds", 0.0)) - since


def stop_is_offered(snapshot: Mapping[str, Any] | None) -> bool:
    """Whether nothing better was found for so long that the page asks whether to stop."""
    return seconds_without_improvement(snapshot) >= STOP_NOW_S


def steering(run: current_run.Run, run_state: str, snapshot: Mapping[str, Any] | None) -> None:
    """Draw the buttons beside the heading; a run that is shared for reading has no controls."""
    if current_run.is_read_only(run):
        if run_state not in ACTIVE:
            _to_results(run, "primary")
        return
    command = _pending_command(run, run_state)
    if run_state not in ACTIVE:
        _ended_controls(run, run_state)
        return
    go_on(run, run_state, snapshot)
    offered = run_state == "running" and stop_is_offered(snapshot)
    st.button("Stopping…" if command == "stop" else "Stop and keep the best", icon=":material/stop:", key="stop",
              type="primary" if offered else "secondary", on_click=_request, args=(run, run_state, "stop"),
              disabled=command == "stop")
    _more_time(run, "More time")
    if run_state == "paused":
        _change_settings(run)


def _pending_command(run: current_run.Run, run_state: str) -> str:
    """The command that was sent to the run and has not changed its state yet; "" for none."""
    pending = st.session_state.get(state.PENDING_COMMAND)
    if pending is not None and pending[:2] != (run.id, run_state):
        del st.session_state[state.PENDING_COMMAND]  # the run's state has changed since, so the command is done
        pending = None
    return str(pending[2]) if pending is not None else ""


def go_on(run: current_run.Run, run_state: str, snapshot: Mapping[str, Any] | None) -> None:
    """Draw the button that pauses or resumes a search, or goes to its next phase or step."""
    command = _pending_command(run, run_state)
    if pace_of(snapshot) == STEPS:
        _next(run, run_state, snapshot)
    elif run_state == "paused":
        st.button("Resuming…" if command == "resume" else "Resume", icon=":material/play_arrow:", type="primary",
                  key="resume", on_click=_request, args=(run, run_state, "resume"), disabled=command == "resume")
    else:
        st.button("Pausing…" if command == "pause" else "Pause", icon=":material/pause:", key="pause",
                  on_click=_request, args=(run, run_state, "pause"),
                  disabled=run_state != "running" or command == "pause")


def views(run: current_run.Run, snapshot: Mapping[str, Any] | None) -> None:
    """Draw the choices of the pace, and of the network or phase to show."""
    pace = pace_of(snapshot)
    pending = st.session_state.get(state.PENDING_PACE)
    if pending is not None and pending != (run.id, pace):
        pace = pending[1] if pending[0] == run.id else pace
    else:
        st.session_state.pop(state.PENDING_PACE, None)
    st.session_state[state.PACE] = pace  # from the worker, because another tab may have changed it
    if not current_run.is_read_only(run):
        st.segmented_control("Pace", PACES, key=state.PACE, required=True, format_func=PACE_LABELS.__getitem__,
                             label_visibility="collapsed", on_change=_set_pace, args=(run,), width="content")
    if pace != STEPS:
        st.segmented_control("Draw", [CURRENT, BEST], key=state.DRAWN_NETWORK, required=True, persist_state="session",
                             label_visibility="collapsed", width="content")
    elif snapshot and snapshot.get("traced"):
        st.session_state.setdefault(phase_key(run, snapshot), PHASES[0])
        st.segmented_control("Phase", PHASES, key=phase_key(run, snapshot), required=True, persist_state="session",
                             label_visibility="collapsed", width="content")  # a presentation draws no such choice


def phase_key(run: current_run.Run, snapshot: Mapping[str, Any]) -> str:
    """Key of the phase shown of the run's last traced step; every step starts at the first phase."""
    return f"{state.PHASE}_{run.id}_{snapshot.get('traced', 0)}"


def phase_of(run: current_run.Run, snapshot: Mapping[str, Any]) -> str:
    """The phase to show."""
    phase = st.session_state.get(phase_key(run, snapshot))
    return phase if phase in PHASES else PHASES[0]


def _next(run: current_run.Run, run_state: str, snapshot: Mapping[str, Any] | None) -> None:
    """Draw the button for the next phase or, after the last phase, for the next step."""
    pending = st.session_state.get(state.PENDING_COMMAND)
    traced = (snapshot or {}).get("traced", 0)
    phase = phase_of(run, snapshot or {})
    if traced and phase != PHASES[-1]:
        st.button("Next phase", icon=":material/skip_next:", type="primary", key="next_phase", on_click=_set_phase,
                  args=(phase_key(run, snapshot or {}), PHASES[PHASES.index(phase) + 1]))
    else:
        busy = run_state != "paused" or pending == (run.id, run_state, f"step {traced}")
        st.button("Working…" if busy else "Next step" if traced else "First step", icon=":material/skip_next:",
                  type="primary", key="next_step", on_click=_request_step, args=(run, run_state, traced), disabled=busy)


def _set_phase(key: str, phase: str) -> None:
    st.session_state[key] = phase


def _request_step(run: current_run.Run, run_state: str, traced: int) -> None:
    if _send(run, "step"):
        st.session_state[state.PENDING_COMMAND] = (run.id, run_state, f"step {traced}")


def _request(run: current_run.Run, run_state: str, command: str) -> None:
    if _send(run, command):
        st.session_state[state.PENDING_COMMAND] = (run.id, run_state, command)


def _send(run: current_run.Run, command: str) -> bool:
    """Send a command to the run; on an error the page shows the reason, and the result is False."""
    try:
        if command == "stop" and run.is_hung():
            runs.end_worker(run)
            return True
        run.command(command)
    except XNetError as error:
        st.toast(escaped(error), icon=":material/error:", duration="long")
        return False
    return True


def _set_pace(run: current_run.Run) -> None:
    pace = st.session_state[state.PACE]
    if _send(run, pace):
        st.session_state[state.PENDING_PACE] = (run.id, pace)


def _more_time(run: current_run.Run, label: str) -> None:
    with st.popover(label, icon=":material/more_time:", key=_MORE_TIME, on_change="rerun"):
        with st.container(horizontal=True):
            for minutes in (1, 5):
                st.button(f"+ {minutes} min", key=f"more_{minutes}", on_click=_add, args=(run, minutes))
        minutes = st.number_input("Other number of minutes", 1, 24 * 60, 15, key=state.MORE_MINUTES)
        st.button(f"+ {minutes} min", key="more_own", on_click=_add, args=(run, minutes))


def _add(run: current_run.Run, minutes: int) -> None:
    """Add time, and close the choice of it, which would cover the page (a callback)."""
    st.session_state[_MORE_TIME] = False
    actions.add_time(run, 60 * minutes)


def _change_settings(run: current_run.Run) -> None:
    st.button("Change settings", icon=SETUP.icon, key="again", on_click=actions.change_settings, args=(run,),
              help="Change activations, limits or prior knowledge. The next search starts from these formulas.")


def _ended_controls(run: current_run.Run, run_state: str) -> None:
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
              help="The same search again, one step at a time: the output of every neuron, its target, the candidates "
                   "for its place, and the fit of the numbers.")


def _to_results(run: current_run.Run, kind: Literal["primary", "secondary"]) -> None:
    st.button("See all formulas", icon=RESULTS.icon, type=kind, key="to_results", on_click=go, args=(RESULTS.path,),
              kwargs=current_run.run_query(run))


def state_badge(run_state: str, snapshot: Mapping[str, Any] | None) -> tuple[str, str, str]:
    """Label, icon and colour of a state; waiting for the next step is not shown as a pause."""
    if run_state == "paused" and pace_of(snapshot) == STEPS:
        return "Step by step", ":material/skip_next:", "blue"
    return RUN_STATES[run_state]
