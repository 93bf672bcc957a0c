"""The Discover page: the state of a search, refreshed up to three times a second.

Buttons are outside the refreshed part and act by callbacks (see `steering` and `navigation`). The refreshed part
requests a rerun of the whole page when the run's state changes, so that the buttons follow.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st

from xnet.engine import NOISE_OFFER, StopReason
from xnet.runs import ACTIVE
from xnet.runs.run import HUNG_S
from xnet.ui.components import charts
from xnet.ui.components.formula_view import show_formula, show_scores
from xnet.ui.components.front_view import front_table, suggested_position
from xnet.ui.components.network_view import network_view
from xnet.ui.components.series_bar import series_bar
from xnet.ui.page_list import DISCOVER
from xnet.ui.session import current_run, state
from xnet.ui.session.navigation import follow
from xnet.ui.session.shared import made_once, newest_snapshot
from xnet.ui.shell import empty_state
from xnet.ui.text import duration, escaped, shorten, why_no_formula
from xnet.wording.formula_notation import shortened_text, typeset_text
from xnet.wording.score_text import accuracy_text

from . import presentation
from .fit_chart import fit_card
from .steering import (
    BEST,
    STEPS,
    pace_of,
    phase_of,
    seconds_without_improvement,
    state_badge,
    steering,
    stop_is_offered,
    views,
)
from .step_view import step_view

#: Seconds between two refreshes while the run is running, and while it is queued or paused.
REFRESH_S, SLOW_REFRESH_S = 0.33, 0.45
FEED_LINES = 8
FRONT_LINES = 8
#: From this slowdown on, the page says that other programs use the cores.
SLOW = 1.5
#: Seconds without improvement after which the page shows how long it has been.
NO_IMPROVEMENT_S = 5.0
# On a busy machine a refresh can take longer than half a second. Streamlit then fades elements that it has not updated
# yet, which flickers, although they are only one refresh old.
STEADY = "<style>.st-key-live [data-stale='true'] { opacity: 1; transition: none; }</style>"
LOSS_HEIGHT = 290


def discover_page() -> None:
    """Draw the Discover page."""
    run = current_run.attached_run()
    if run is None:
        st.title("Discover", anchor=False)
        empty_state("No search is open here. Start one with an example, or bring your own table.")
        return
    status, snapshot = run.status(), run.snapshot()
    if presentation.is_on():
        presentation.frame(run, status["state"], snapshot)
    else:
        _top(run, status, snapshot)
        series_bar(run, DISCOVER)
    st.html(STEADY)
    interval = REFRESH_S if status["state"] in ("running", "starting") or pace_of(snapshot) == STEPS else SLOW_REFRESH_S
    fragment = st.fragment(run_every=interval if status["state"] in ACTIVE else None)
    fragment(refreshed_part)(run, _drawn_for(status, snapshot))


#: State, pace, number of the traced step, and whether to stop is offered: on these the part of the page that is not
#: refreshed depends.
DrawnFor = tuple[str, str, int, bool]


def _drawn_for(status: Mapping[str, Any], snapshot: Mapping[str, Any] | None) -> DrawnFor:
    return status["state"], pace_of(snapshot), (snapshot or {}).get("traced", 0), stop_is_offered(snapshot)


def refreshed_part(run: current_run.Run, drawn_for: DrawnFor) -> None:
    """Draw the refreshed part; rerun the whole page if `drawn_for` has changed since the page was drawn."""
    follow()
    status = run.status()
    snapshot = newest_snapshot(run, status["state"])
    if _drawn_for(status, snapshot) != drawn_for:
        st.rerun()
    trace, phase = None, ""
    if snapshot and status["state"] in ACTIVE and pace_of(snapshot) == STEPS and snapshot.get("traced"):
        trace, phase = run.trace(), phase_of(run, snapshot)
    try:
        config = run.config
    except current_run.RunError:
        st.rerun()  # the run was deleted; the whole page shows a message
    with st.container(key="live"):
        _clock(snapshot, status, float(config["seconds"]))
        if presentation.is_on():
            presentation.draw(config, snapshot, status["state"] not in ACTIVE, trace, phase)
            return
        draw(config, snapshot, status, trace, phase)


def draw(config: Mapping[str, Any], snapshot: Mapping[str, Any] | None, status: Mapping[str, Any],
         trace: Mapping[str, Any] | None = None, phase: str = "") -> None:
    """Draw one snapshot: network (or a phase of a traced step), loss curve, best formula and events."""
    done = status["state"] not in ACTIVE
    best = snapshot["best"] if snapshot else None
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, key="network_card"):
        if trace is not None:
            step_view(trace, phase, config)
        else:
            _network(config, snapshot, status, done)
    with right, st.container(border=True, key="loss_card"):
        st.markdown("**Share left unexplained**")
        _loss(snapshot, _version(config, snapshot))
    with left, st.container(border=True, key="best_card"):
        st.markdown("**Best formula so far**" if not done else "**Best formula**")
        if best is None:
            st.caption(why_no_formula(status["state"], status["message"]))
        else:
            show_formula(best, place="live")
            show_scores(best, held_out=bool(snapshot and snapshot["rows_holdout"]))
            st.caption("" if done else " ".join(filter(None, (time_without_improvement(snapshot or {}),
                                                              noise_offer(snapshot or {})))))
    if snapshot and snapshot.get("fit"):
        with right, st.container(border=True, key="fit_card"):
            fit_card(snapshot, config["target"], _version(config, snapshot))
    with left, st.container(border=True, key="feed_card"):
        _feed(snapshot)
    if snapshot and len(snapshot["front"]) > 1:
        with st.container(border=True, key="formulas_card"):  # below both columns: formulas need width
            st.markdown("**Formulas so far**" if not done else "**Formulas**")
            st.caption(made_once(("front", _version(config, snapshot)), lambda: formulas_table(snapshot)))


def formulas_table(snapshot: Mapping[str, Any]) -> str:
    """The formulas of the front as a table in Markdown, shortest first, the best one in bold.

    Of more than `FRONT_LINES`, those around the best one.
    """
    best = suggested_position(snapshot)
    table = front_table(snapshot["front"], best)
    first = max(0, min(best - FRONT_LINES // 2, len(table) - FRONT_LINES))
    lines = [f"| complexity | {escaped(table.columns[2])} | formula |", "| ---: | :--- | :--- |"]
    for i in range(first, min(first + FRONT_LINES, len(table))):
        cells = [str(table["Complexity"].iloc[i]), str(table.iloc[i, 2]), shorten(table["Formula"].iloc[i], 90)]
        mark = "**" if i == best else ""
        lines.append("| " + " | ".join(f"{mark}{escaped(cell)}{mark}" for cell in cells) + " |")
    return "\n".join(lines)


def time_without_improvement(snapshot: Mapping[str, Any]) -> str:
    """A sentence on how long there has been no improvement; "" below `NO_IMPROVEMENT_S`."""
    elapsed = seconds_without_improvement(snapshot)
    if stop_is_offered(snapshot):
        return f"Nothing better for {duration(int(elapsed))}: stop now?"
    return f"No improvement for {duration(int(elapsed))}." if elapsed >= NO_IMPROVEMENT_S else ""


def noise_offer(snapshot: Mapping[str, Any]) -> str:
    """The offer to stop where what is left looks like noise; "" elsewhere."""
    return NOISE_OFFER if snapshot.get("noise_is_left") else ""


def _network(config: Mapping[str, Any], snapshot: Mapping[str, Any] | None, status: Mapping[str, Any],
             done: bool) -> None:
    """Draw the network that the search is trying, or the best one."""
    best = snapshot["best"] if snapshot else None
    current = not done and st.session_state.get(state.DRAWN_NETWORK) != BEST
    record = best and {**best, "changed": [] if done else best["changed"]}
    if snapshot and current:
        record = snapshot["current"]
    st.markdown("**The network being tried**" if current else "**The best network**")
    network_view(record, target=config["target"], columns=config["inputs"], key="live_network",
                 seq=snapshot["seq"] if snapshot else 0, announce=_announcement(best),
                 empty=status["message"] if status["state"] == "failed" else why_no_formula(status["state"], ""),
                 live=not done,
                 caption=shortened_text(record["text"]) if record and current else "",
                 version=_version(config, snapshot, current, done, status["state"]))


def _version(config: Mapping[str, Any], snapshot: Mapping[str, Any] | None, *further: object) -> Hashable:
    """Names what of a snapshot is drawn."""
    return snapshot and (config["id"], snapshot.get("time"), snapshot["seq"], *further)


def _top(run: current_run.Run, status: Mapping[str, Any], snapshot: Mapping[str, Any] | None) -> None:
    """Draw heading, state and buttons, in one line if the window is wide enough."""
    config, run_state = run.config, status["state"]
    label, icon, color = state_badge(run_state, snapshot)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="live_top"):
        st.title(f"Explaining {escaped(shorten(config['target'], 40))}", anchor=False, width="content")
        st.badge(label, icon=icon, color=color)  # type: ignore[arg-type]
        st.space("stretch")
        steering(run, run_state, snapshot)
    inputs = ", ".join(escaped(c) for c in config["inputs"][:8]) + ("…" if len(config["inputs"]) > 8 else "")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(f"from {inputs} · {escaped(shorten(config['source'], 80))}", width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center", key="live_views"):
            if run_state in ACTIVE:
                views(run, snapshot)
            presentation.button()


def _clock(snapshot: Mapping[str, Any] | None, status: Mapping[str, Any], total: float) -> None:
    used = float(snapshot["seconds"]) if snapshot else 0.0
    run_state = status["state"]
    if run_state == "failed":
        st.error(escaped(status["message"]), icon=":material/error:")
        return
    if run_state not in ACTIVE:
        ending = escaped(status["message"])
        if snapshot and snapshot.get("stop_reason") in list(StopReason):
            reason = StopReason(snapshot["stop_reason"])
            ending = reason.class_sentence if "accuracy_train" in snapshot["best"] else reason.sentence
        st.progress(1.0, text=f"{ending} Searched for {duration(used)}.")
        return
    silent = time.time() - float(status["heartbeat"])
    if silent > HUNG_S and status["pid"] is not None:
        st.warning(f"The process of this search has not answered for {duration(int(silent))}. *Stop* ends it; the best "
                   "formula so far is kept.", icon=":material/warning:")
    left = duration(int(max(0.0, total - used)))
    waiting = "Waiting for your next step" if pace_of(snapshot) == STEPS else "Paused"
    text = {"paused": f"{waiting} with {left} left",
            "running": f"{left} left of {duration(total)}{_slowdown(snapshot)}"}
    st.progress(min(1.0, used / total if total else 0.0), text=text.get(run_state, escaped(status["message"])))


def _slowdown(snapshot: Mapping[str, Any] | None) -> str:
    """Why the seconds pass slowly, where they do; budgets count the seconds that a search computes."""
    slowdown = float((snapshot or {}).get("slowdown", 1.0))
    return f"; it takes {slowdown:.1f} times as long, because other programs use the cores" if slowdown > SLOW else ""


def _announcement(best: Mapping[str, Any] | None) -> str:
    return f"Best so far: {typeset_text(best['text'])}, {accuracy_text(best)}" if best else ""


def _loss(snapshot: Mapping[str, Any] | None, version: Hashable) -> None:
    # The `alt` text is constant: if it changed, Streamlit would rebuild the chart at every refresh.
    if not snapshot or not snapshot["loss"]:
        st.container(height=LOSS_HEIGHT, border=False).caption("The curve starts with the first network.")
        return
    table = made_once(("loss", version), lambda: charts.loss_table(snapshot["loss"]))
    spec = charts.loss_spec(bool(snapshot["rows_holdout"]))
    st.vega_lite_chart(table, spec, height=LOSS_HEIGHT, key="live_loss",
                       alt="Share left unexplained over the seconds of searching, on a logarithmic axis")


def _feed(snapshot: Mapping[str, Any] | None) -> None:
    """List the last improvements, newest first."""
    st.markdown("**Improvements**")
    feed = list(reversed(snapshot["feed"]))[:FEED_LINES] if snapshot else []
    if not feed:
        st.caption("Every improvement of the formula appears here.")
        return
    st.caption("\n".join(f"- **{item['seconds']:.1f} s** {escaped(item['text'])}" for item in feed))
