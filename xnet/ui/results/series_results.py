"""The results of searches that were started together: all classes of a column, or several columns, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from xnet.counts import counted
from xnet.errors import XNetError
from xnet.evidence.formula_verdict import formula_verdict
from xnet.evidence.verdict import Verdict
from xnet.runs import ACTIVE
from xnet.runs.permutation import finished_check
from xnet.runs.series import Series, members, series_of
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.joined_classes import joined_classes
from xnet.ui.components.series_bar import series_bar
from xnet.ui.page_list import RESULTS
from xnet.ui.session import current_run, state
from xnet.ui.text import duration, escaped, shorten
from xnet.wording.formula_notation import typeset_text
from xnet.wording.known_text import known_text
from xnet.wording.score_text import accuracy_text, r2

from .formula_card import verdict_line
from .joint_classes import joint_classes

#: Seconds between two looks at searches that have not ended.
_LOOK_S = 2.0
TOGETHER, ONE = "All together", "One by one"
_SCORES = ("R² training rows", "R² held-out rows")


def series_title(run: current_run.Run) -> str:
    """What the results of a series are about, while all of them are shown together; "" otherwise."""
    series = series_of(run.config)
    if series is None or current_run.is_read_only(run) or st.session_state.get(state.SERIES_VIEW) == ONE:
        return ""
    return f"all classes of {series['column']}" if series["kind"] == "classes" else f"{series['size']} columns"


def state_shown(run: current_run.Run) -> str:
    """The state of the search; of searches that are shown together, that of the first one that has not ended."""
    states = [current_run.run_state(other) for other in members(run)] if series_title(run) else []
    return next((found for found in states if found in ACTIVE), current_run.run_state(run))


def searched_for(run: current_run.Run, snapshot: Mapping[str, Any]) -> str:
    """How long the search took; of searches that are shown together, how long all took."""
    if not series_title(run):
        return f"searched for {duration(snapshot['seconds'])}"
    seconds = [float(seen["seconds"]) for other in members(run) if (seen := other.snapshot()) is not None]
    return f"{len(seconds)} searches of {duration(sum(seconds))} together"


def series_results(run: current_run.Run) -> bool:
    """Draw the results of a series; returns whether they take the place of those of one search."""
    series = series_of(run.config)
    if series is None or current_run.is_read_only(run):
        return False
    view = st.segmented_control("Results of the series", [TOGETHER, ONE], default=TOGETHER, key=state.SERIES_VIEW,
                                label_visibility="collapsed", required=True)
    if view == ONE:
        series_bar(run, RESULTS)
        return False
    runs = members(run)
    if len(runs) < series["size"]:
        st.info(f"{series['size'] - len(runs)} of the {series['size']} searches were deleted.", icon=":material/info:")
    waiting = [str((series_of(other.config) or series)["label"]) for other in runs if other.snapshot() is None]
    if waiting:
        st.info(f"Not searched yet: {escaped(', '.join(waiting))}. The page shows formulas as soon as there are any.",
                icon=":material/hourglass_empty:")
    watch(runs)
    if series["kind"] == "targets":
        _targets([other for other in runs if other.snapshot() is not None])
    elif not waiting and len(runs) == series["size"]:
        _classes(series, runs)
    return True


def watch(runs: list[current_run.Run]) -> None:
    """While one of the runs is alive, look at all every few seconds, and draw the page again when one has moved on."""
    if any(run.is_alive() for run in runs):
        st.fragment(redraw_when_moved, run_every=_LOOK_S)(runs, progress_of(runs))


def progress_of(runs: list[current_run.Run]) -> list[tuple[str, bool]]:
    """The state of every run, and whether it has a formula."""
    return [(current_run.run_state(run), (run.folder / "best.json").exists()) for run in runs]


def redraw_when_moved(runs: list[current_run.Run], drawn: list[tuple[str, bool]]) -> None:
    """Draw the page again once a search has found its first formula or has ended."""
    if progress_of(runs) != drawn:
        st.rerun()


def _targets(runs: list[current_run.Run]) -> None:
    """The suggested formula of every column, with its scores and a link."""
    lines = []
    for other in runs:
        snapshot, config = other.snapshot(), other.config
        assert snapshot is not None  # they were left out
        best = snapshot["best"]
        with st.container(border=True, key=f"target_{other.id}"):
            verdict_line(_verdict(other.id, snapshot["seq"], other, snapshot), key=f"verdict_{other.id}")
            show_formula(best, room=1.7, place=f"target_{other.id}")
            held = f", {accuracy_text(best, 'holdout', 4)} on held-out rows" if snapshot["rows_holdout"] else ""
            known = f", {known_text(best)}" if known_text(best) else ""
            st.caption(escaped(f"{accuracy_text(best, digits=4)} on training rows{held}; "
                               f"{counted(best['n_parameters'], 'fitted number')}, complexity {best['complexity']}"
                               f"{known}."))
            st.page_link(RESULTS.path, label=f"More about {escaped(shorten(config['target'], 30))}", icon=RESULTS.icon,
                         query_params=current_run.run_query(other))
        lines.append({"Column": config["target"], "Formula": best["text"],
                      **dict(zip(_SCORES, (best["r2_train"], best["r2_holdout"]), strict=True)),
                      "Complexity": best["complexity"], "Fitted numbers": best["n_parameters"]})
    if lines:
        table = pd.DataFrame(lines)
        shown = table.assign(**{name: [r2(value) for value in table[name]] for name in _SCORES},
                             Formula=[typeset_text(text) for text in table["Formula"]])
        st.dataframe(shown, hide_index=True, key="series_table", alt="The suggested formula of every column")
        st.download_button("Download the formulas (CSV)", table.to_csv(index=False), "formulas.csv", "text/csv",
                           icon=":material/download:", key="series_csv")


@st.cache_data(show_spinner=False, max_entries=64)
def _verdict(run_id: str, seq: int, _run: current_run.Run, _snapshot: Mapping[str, Any]) -> Verdict:
    """The verdict on the suggestion of a snapshot."""
    return formula_verdict(_snapshot["best"], _snapshot, current_run.problem_of(_run), finished_check(_run),
                           _run.row_labels())


def _classes(series: Series, runs: list[current_run.Run]) -> None:
    try:
        joint = joined_classes(series, runs)
    except XNetError as error:
        st.error(escaped(error), icon=":material/error:")
        return
    joint_classes(joint, series["column"], runs[0].config)
