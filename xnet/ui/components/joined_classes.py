"""The formulas of all classes of a column, joined from the searches for each class; cached for all pages."""

from __future__ import annotations

import streamlit as st

from xnet.engine import FrontEntry, Problem
from xnet.engine.front.entry import make_entry
from xnet.engine.networks.network import Network
from xnet.evidence.class_probability import to_search_form
from xnet.evidence.joint_classes import JointClasses, join_classes
from xnet.runs.series import Series, members, series_of
from xnet.ui.session import current_run


def complete_classes(run: current_run.Run) -> tuple[Series, list[current_run.Run]] | None:
    """The series of a run and its searches, if they are for classes and all have a formula; else None."""
    series = series_of(run.config)
    if series is None or series["kind"] != "classes" or current_run.is_read_only(run):
        return None
    runs = members(run)
    complete = len(runs) == series["size"] and all(other.snapshot() is not None for other in runs)
    return (series, runs) if complete else None


def joined_classes(series: Series, runs: list[current_run.Run]) -> JointClasses:
    """The joined formulas.

    Args:
        series: what the searches are for.
        runs: a search for each class; each has a formula.

    Raises:
        DataError: the searches had different rows.
    """
    labels = [str((series_of(other.config) or series)["label"]) for other in runs]
    snapshots = [other.snapshot() for other in runs]
    stamp = tuple((other.id, seen["seq"]) for other, seen in zip(runs, snapshots, strict=True) if seen is not None)
    return _joined(stamp, labels, runs)


@st.cache_data(show_spinner="Fitting the formulas of all classes together", max_entries=8)
def _joined(stamp: tuple[tuple[str, int], ...], labels: list[str], _runs: list[current_run.Run]) -> JointClasses:
    """The joined classes; the ids and numbers of the snapshots in `stamp` say whether they are known."""
    problems = [current_run.problem_of(run) for run in _runs]
    return join_classes(labels, problems, [_front(run, problem) for run, problem in zip(_runs, problems, strict=True)])


def _front(run: current_run.Run, problem: Problem) -> list[FrontEntry]:
    """The entries of the front of a run, in the form that the engine searches with."""
    snapshot = run.snapshot()
    rows = snapshot["front"] if snapshot else []
    return [make_entry(to_search_form(Network.from_json(row["network"]), problem), problem) for row in rows]
