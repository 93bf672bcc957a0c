"""All classes together: a formula for each, probabilities, mistakes, importance, and boundaries over two inputs."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from xnet.evidence.joint_classes import JointClasses
from xnet.evidence.joint_verdict import FORM_BY_ALL_ROWS, joint_verdict
from xnet.evidence.verdict import Verdict
from xnet.exports.class_code import classes_python
from xnet.ui.components import charts
from xnet.ui.components.formula_view import show_formula
from xnet.ui.session import state
from xnet.ui.text import escaped
from xnet.wording.score_text import log_loss_text, percent

from .formula_card import verdict_line

#: Points of a class that are drawn at most.
_MOST_POINTS = 400
_MARKS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon", "hexagon", "triangle-down",
          "hourglass", "bowtie")


def joint_classes(joint: JointClasses, column: str, config: Mapping[str, Any]) -> None:
    """Draw the formulas of all classes of a column and what they say about the rows; `config` is that of a search."""
    with st.container(border=True, key="joint_card"):
        verdict_line(_verdict(joint))
        for (label, text, latex), network in zip(joint.formulas, joint.result.networks, strict=True):
            record = {"text": text, "latex": latex, "network": network.to_json()}
            show_formula(record, room=1.6, place=f"class_{label}")
        st.caption("The probability of a class is exp(score) divided by the sum of exp(score) over all classes. The "
                   "constants of all scores were fitted together.")
        _scores(joint)
    formulas, counts, importance, boundaries = st.tabs(["Probabilities", "Mistakes", "Importance", "Boundaries"])
    with formulas:
        _probabilities(joint, column)
    with counts:
        _confusion(joint)
    with importance:
        _importance(joint)
    with boundaries:
        _boundaries(joint)
    code = classes_python(joint.result.networks, joint.inputs, joint.labels, target=column, config=config)
    st.download_button("Download as Python (NumPy)", code, "classes.py", "text/x-python", icon=":material/download:",
                       on_click="ignore", key="joint_python", help="Functions, and a program that classifies the rows "
                       "of a CSV file: python classes.py rows.csv")


@st.cache_data(show_spinner=False, max_entries=8, hash_funcs={JointClasses: pickle.dumps})
def _verdict(joint: JointClasses) -> Verdict:
    """The verdict on the formulas, which takes a second."""
    return joint_verdict(joint)


def _scores(joint: JointClasses) -> None:
    found = joint.result
    with st.container(horizontal=True):
        st.metric("Right, all rows", percent(found.accuracy), width="content")
        st.metric("Right, cross-validated", percent(found.accuracy_held_out), width="content",
                  help="The constants were fitted to other rows than those that are judged, in five folds. "
                       f"{FORM_BY_ALL_ROWS}")
        st.metric("Log loss, all rows", log_loss_text(found.log_loss), width="content")
        st.metric("Log loss, cross-validated", log_loss_text(found.log_loss_held_out), width="content",
                  help=f"The shares of the classes alone give {log_loss_text(found.base_log_loss)}.")


def _probabilities(joint: JointClasses, column: str) -> None:
    """The probability of the actual class of every row, for each class."""
    p = joint.probabilities(joint.X)
    figure, colours = go.Figure(), charts.colours(len(joint.labels))
    for k, label in enumerate(charts.distinct(joint.labels, 24)):
        rows = np.flatnonzero(joint.codes == k)
        figure.add_trace(go.Box(y=p[rows, k], name=label, boxpoints="outliers", showlegend=False,
                                marker={"color": colours[k]},
                                hovertemplate="probability %{y:.3g}<extra></extra>"))
    figure.update_yaxes(title="probability of the actual class", range=[-0.04, 1.04])
    figure.update_xaxes(title=charts.plain(column), type="category")
    st.plotly_chart(charts.framed(figure), key="joint_probabilities", config=charts.CONFIG,
                    alt="Probability that the formulas give to the actual class of the rows, for each class")
    st.caption("In good formulas all boxes are near 1.")


def confusion_table(joint: JointClasses) -> pd.DataFrame:
    """Numbers of rows: a line for each actual class, a column for each class of the formulas."""
    counts = joint.confusion()
    table = pd.DataFrame({f"By the formulas: {label}": counts[:, k] for k, label in enumerate(joint.labels)})
    right = [percent(counts[k, k] / n) if (n := counts[k].sum()) else "–" for k in range(len(joint.labels))]
    return table.assign(Right=right).set_axis(pd.Index(joint.labels, name="Actual"), axis=0)


def _confusion(joint: JointClasses) -> None:
    st.dataframe(confusion_table(joint), key="joint_confusion",
                 alt="Number of rows by actual class and by class of the formulas")
    st.caption("Every row counts for its most probable class.")


def _importance(joint: JointClasses) -> None:
    found, used = joint.importance(), joint.used
    if not used:
        st.info("The formulas use no input.", icon=":material/info:")
        return
    order, colours = sorted(used, key=lambda i: found[i].sum()), charts.colours(len(joint.labels))
    figure = go.Figure([go.Bar(x=found[order, k], y=charts.distinct([joint.inputs[i] for i in order]), orientation="h",
                               name=charts.plain(label, 24), marker={"color": colours[k]},
                               hovertemplate="log loss rises by %{x:.3g}<extra></extra>")
                        for k, label in enumerate(joint.labels)])
    figure.update_xaxes(title="rise of the log loss of the rows of a class when this input is shuffled")
    figure.update_yaxes(type="category")
    charts.framed(figure).update_layout(height=140 + 26 * len(order) * len(joint.labels), showlegend=True)
    st.plotly_chart(figure, key="joint_importance", config=charts.CONFIG,
                    alt="Importance of every input that the formulas use, for each class")
    unused = [name for i, name in enumerate(joint.inputs) if i not in used]
    if unused:
        st.caption(f"Not used by any formula: {escaped(', '.join(unused))}.")


def _boundaries(joint: JointClasses) -> None:
    """The most probable class over two inputs that the reader chooses, with the rows as points."""
    varying = [i for i in range(len(joint.inputs)) if np.ptp(joint.X[:, i]) > 0]  # a forbidden input is 0 in all rows
    if len(varying) < 2:
        st.info("Boundaries need two inputs.", icon=":material/info:")
        return
    weight = joint.importance().sum(axis=1)
    usual = [joint.inputs[i] for i in np.argsort(-weight, kind="stable") if i in varying][:2]
    choices = [joint.inputs[i] for i in varying]
    columns = st.columns(2)
    names = [columns[k].selectbox(f"Input {'across' if k == 0 else 'upwards'}", choices,
                                  index=choices.index(usual[k]), key=f"{state.BOUNDARY_INPUTS}_{k}")
             for k in range(2)]
    if names[0] == names[1]:
        st.info("Choose two different inputs.", icon=":material/info:")
        return
    st.plotly_chart(boundary_figure(joint, names[0], names[1]), key="joint_boundaries", config=charts.CONFIG,
                    alt="The most probable class over two inputs, with the rows as points")
    others = " The other inputs are at their medians, so points can lie beyond a line." * (len(joint.inputs) > 2)
    st.caption(f"The coloured areas are the most probable classes.{others}")


def boundary_figure(joint: JointClasses, across: str, upwards: str) -> go.Figure:
    """The areas of the most probable classes over two inputs, and rows of every class."""
    i, j = joint.inputs.index(across), joint.inputs.index(upwards)
    x, y, classes = joint.grid(i, j)
    colors = charts.colours(len(joint.labels))
    n = len(colors)
    scale = [[edge / n, colors[k]] for k in range(n) for edge in (k, k + 1)]
    figure = go.Figure(go.Heatmap(x=x, y=y, z=classes, zmin=-0.5, zmax=n - 0.5, colorscale=scale, opacity=0.35,
                                  showscale=False, hoverinfo="skip"))
    for k, label in enumerate(joint.labels):
        rows = np.flatnonzero(joint.codes == k)[:_MOST_POINTS]
        figure.add_scatter(x=joint.X[rows, i], y=joint.X[rows, j], mode="markers", name=charts.plain(label, 24),
                           marker={"color": colors[k], "symbol": _MARKS[k % len(_MARKS)], "size": 8,
                                   "line": {"width": 0.5, "color": "white"}},
                           hovertemplate="%{x:.4g}, %{y:.4g}<extra></extra>")
    titles = charts.distinct([across, upwards])
    figure.update_xaxes(title=titles[0])
    figure.update_yaxes(title=titles[1])
    return charts.framed(figure).update_layout(height=460, showlegend=True)
