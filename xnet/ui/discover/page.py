"""The live page: what a search is doing, twice a second, without anything on the page being rebuilt.

Buttons stay outside the part that ticks and act by callbacks (see `steering`, `navigation`); the ticking part asks for
a full rerun when the run's state changes, so that buttons and clock follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from xnet.engine import StopReason
from xnet.runs import ACTIVE
from xnet.ui.components import charts
from xnet.ui.components.formula_view import compact_text, show_formula, show_scores
from xnet.ui.components.network_view import network_view
from xnet.ui.session import current_run, state
from xnet.ui.session.navigation import follow
from xnet.ui.shell import empty_state
from xnet.ui.text import duration, escaped, shorten
from xnet.wording.score_text import accuracy_text

from .steering import BEST, STEPS, pace_of, phase_of, state_badge, steering, views
from .step_view import step_view

#: Seconds between two looks at a run that is on, and at one that waits or is paused.
TICK, SLOW_TICK = 0.33, 0.8
FEED_LINES = 8
#: Seconds that a best formula has to stand before the page says for how long.
STOOD_S = 5.0
# On a busy machine a tick can take longer than half a second; Streamlit then fades what it has not reached yet, which
# flickers. What is shown is never wrong, only a tick old.
STEADY = "<style>.st-key-live [data-stale='true'] { opacity: 1; transition: none; }</style>"
LOSS_HEIGHT = 290


def discover_page() -> None:
    """Everything on the Discover page below the navigation."""
    run = current_run.attached_run()
    if run is None:
        st.title("Discover", anchor=False)
        empty_state("No search is running yet. Start one with an example, or bring your own table.")
        return
    status, snapshot = run.status(), run.snapshot()
    _top(run, status, snapshot)
    st.html(STEADY)
    tick = TICK if status["state"] in ("running", "starting") or pace_of(snapshot) == STEPS else SLOW_TICK
    st.fragment(run_every=tick if status["state"] in ACTIVE else None)(refreshed_part)(run, _shown(status, snapshot))


def _shown(status: Mapping[str, Any], snapshot: Mapping[str, Any] | None) -> tuple[str, str, int]:
    """What the part of the page that does not tick was drawn for: state, pace, and number of the step that is told."""
    return status["state"], pace_of(snapshot), (snapshot or {}).get("traced", 0)


def refreshed_part(run: current_run.Run, shown: tuple[str, str, int]) -> None:
    """The part that ticks; `shown` is what the rest of the page was drawn for."""
    follow()
    status, snapshot = run.status(), run.snapshot()
    if _shown(status, snapshot) != shown:
        st.rerun()
    told, phase = None, ""
    if snapshot and status["state"] in ACTIVE and pace_of(snapshot) == STEPS and snapshot.get("traced"):
        told, phase = run.trace(), phase_of(run, snapshot)
    try:
        config = run.config
    except current_run.RunError:
        st.rerun()  # deleted meanwhile; the whole page says so
    with st.container(key="live"):
        _clock(snapshot, status, float(config["seconds"]))
        draw(config, snapshot, status, told, phase)


def draw(config: Mapping[str, Any], snapshot: Mapping[str, Any] | None, status: Mapping[str, Any],
         told: Mapping[str, Any] | None = None, phase: str = "") -> None:
    """Draw one snapshot: network (or a phase of the step that is told), error, formulas and feed."""
    done = status["state"] not in ACTIVE
    best = snapshot["best"] if snapshot else None
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, key="network_card"):
        if told is not None:
            step_view(told, phase, config)
        else:
            _network(config, snapshot, status, done)
    with right, st.container(border=True, key="loss_card"):
        st.markdown("**What it cannot explain yet**")
        _loss(snapshot)
    with left, st.container(border=True, key="best_card"):
        st.markdown("**Best formula so far**" if not done else "**Best formula**")
        if best is None:
            st.caption("The first formula appears here within seconds.")
        else:
            show_formula(best, place="live")
            show_scores(best, held_out=bool(snapshot and snapshot["rows_holdout"]))
            st.caption("" if done else time_without_improvement(snapshot or {}))
    with right, st.container(border=True, key="feed_card"):
        _feed(snapshot)


def time_without_improvement(snapshot: Mapping[str, Any]) -> str:
    """For how long nothing better has been found, once that is long enough to mean something."""
    curve = snapshot.get("loss") or []
    since = next((seconds for seconds, *losses in curve if losses == list(curve[-1][1:])), 0.0)
    rest = snapshot.get("seconds", 0.0) - since
    return f"Nothing better for {duration(int(rest))}." if rest >= STOOD_S else ""


def _network(config: Mapping[str, Any], snapshot: Mapping[str, Any] | None, status: Mapping[str, Any],
             done: bool) -> None:
    """The network that is tried, or the best one."""
    best = snapshot["best"] if snapshot else None
    tries = not done and st.session_state.get(state.DRAWN_NETWORK) != BEST
    net = snapshot["current"] if snapshot and tries else best and {**best, "changed": [] if done else best["changed"]}
    st.markdown("**The network being tried**" if tries else "**The best network**")
    network_view(net, target=config["target"], columns=config["inputs"], key="live_network",
                 seq=snapshot["seq"] if snapshot else 0, announce=_announcement(best, config["target"]),
                 empty=_waiting(status), caption=compact_text(net["text"]) if net and tries else "", live=not done)


def _top(run: current_run.Run, status: Mapping[str, Any], snapshot: Mapping[str, Any] | None) -> None:
    """Heading, state and buttons, in one line where there is room."""
    config, run_state = run.config, status["state"]
    label, icon, color = state_badge(run_state, snapshot)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="live_top"):
        st.header(f"Explaining {escaped(shorten(config['target'], 40))}", anchor=False, width="content")
        st.badge(label, icon=icon, color=color)  # type: ignore[arg-type]
        st.space("stretch")
        steering(run, run_state, snapshot)
    inputs = ", ".join(escaped(c) for c in config["inputs"][:8]) + ("…" if len(config["inputs"]) > 8 else "")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(f"by {inputs} · {escaped(shorten(config['source'], 80))}", width="content")
        if run_state in ACTIVE:
            with st.container(horizontal=True, width="content", key="live_views"):
                views(run, snapshot)


def _clock(snapshot: Mapping[str, Any] | None, status: Mapping[str, Any], total: float) -> None:
    used = float(snapshot["seconds"]) if snapshot else 0.0
    run_state = status["state"]
    if run_state == "failed":
        st.error(status["message"], icon=":material/error:")
        return
    if run_state not in ACTIVE:
        ending = str(status["message"])
        if snapshot and snapshot.get("stop_reason") in list(StopReason):
            reason = StopReason(snapshot["stop_reason"])
            ending = reason.class_sentence if "accuracy_train" in snapshot["best"] else reason.sentence
        st.progress(1.0, text=f"{ending} Searched for {duration(used)}.")
        return
    left = duration(int(max(0.0, total - used)))
    waits = "Waiting for your next step" if pace_of(snapshot) == STEPS else "Paused"
    text = {"paused": f"{waits} with {left} left", "running": f"{left} left of {duration(total)}"}
    st.progress(min(1.0, used / total if total else 0.0), text=text.get(run_state, status["message"]))


def _waiting(status: Mapping[str, Any]) -> str:
    if status["state"] == "failed":
        return str(status["message"])
    return "Starting the engine: the first network appears in a moment."


def _announcement(best: Mapping[str, Any] | None, target: str) -> str:
    return f"Best so far: {target} = {best['text']}, {accuracy_text(best)}" if best else ""


def _loss(snapshot: Mapping[str, Any] | None) -> None:
    # The text for screen readers stays the same: another `alt` makes Streamlit build the chart anew at every tick.
    if not snapshot or not snapshot["loss"]:
        st.container(height=LOSS_HEIGHT, border=False).caption("The curve begins with the first network.")
        return
    st.vega_lite_chart(charts.loss_table(snapshot["loss"]), charts.LOSS_SPEC, height=LOSS_HEIGHT, key="live_loss",
                       alt="Share left unexplained over the seconds of searching, on a logarithmic axis")


def _feed(snapshot: Mapping[str, Any] | None) -> None:
    """The last improvements, newest first."""
    st.markdown("**What happened**")
    feed = list(reversed(snapshot["feed"]))[:FEED_LINES] if snapshot else []
    if not feed:
        st.caption("Every improvement is told here in a few words.")
        return
    st.caption("\n".join(f"- **{item['seconds']:.1f} s** {escaped(item['text'])}" for item in feed))
