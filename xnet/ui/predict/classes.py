"""Searches that were started together on the Predict page: links to them, and the classes of a column all together."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from xnet.errors import XNetError
from xnet.evidence.joint_classes import JointClasses
from xnet.prediction.new_rows import Predicted
from xnet.runs.series import series_of
from xnet.ui.components.joined_classes import complete_classes, joined_classes
from xnet.ui.components.series_bar import series_bar
from xnet.ui.page_list import PREDICT
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped, label_text, shorten
from xnet.wording.score_text import percent

TOGETHER, ONE_CLASS = "All classes together", "One class"


def all_classes(run: current_run.Run) -> JointClasses | None:
    """Draw the choice between all classes and one, and links to the searches of a series.

    Returns:
        The formulas of all classes; None where one formula is applied.
    """
    together = complete_classes(run)
    if together is not None:
        view = st.segmented_control("Formulas", [TOGETHER, ONE_CLASS], default=TOGETHER, key=state.PREDICT_CLASSES,
                                    required=True, persist_state="session", label_visibility="collapsed")
        if view != ONE_CLASS:
            try:
                return joined_classes(*together)
            except XNetError as error:
                st.error(escaped(error), icon=":material/error:")
    series_bar(run, PREDICT)
    return None


def column_of_classes(run: current_run.Run) -> str:
    """The column whose classes a run belongs to."""
    series = series_of(run.config)
    return series["column"] if series is not None else str(run.config["target"])


def class_of_row(joint: JointClasses, result: Predicted, column: str) -> None:
    """Draw the most probable class of one row, and the probability of every class."""
    found = result.frame.iloc[0]
    label = str(found[result.new_columns[0]])
    st.metric(label_text(column), escaped(shorten(label, 60)) if label else "no value")
    table = pd.DataFrame({"Class": joint.labels,
                          "Probability": [float(found[name]) for name in result.new_columns[1:-1]]})
    st.dataframe(table, hide_index=True, key="class_probabilities", alt="The probability of every class", width=420,
                 column_config={"Probability": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0,
                                                                               format="percent")})
    how_often_right(joint)


def how_often_right(joint: JointClasses) -> None:
    """Say in how many rows of the search the most probable class is the actual one."""
    st.caption(f"The most probable class is right in {percent(joint.result.accuracy_held_out)} of "
               f"{len(joint.codes):,} rows of the search, cross-validated.")
