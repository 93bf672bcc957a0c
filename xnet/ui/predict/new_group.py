"""A group that the formula does not know: its own constants are fitted to a few rows that the person pastes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from xnet.atomic_files import to_json
from xnet.errors import XNetError
from xnet.exports.export import Export
from xnet.limited_process import limited
from xnet.prediction.calibration import Calibration, calibrate
from xnet.prediction.new_rows import read_rows
from xnet.prediction.predictor import Predictor
from xnet.ui.session import current_run
from xnet.ui.text import escaped

#: Keys of the fields; the calibrations stand under a key of their own for every formula.
ROWS, NAME, ERROR = "group_rows", "group_name", "group_error"


def with_new_groups(run: current_run.Run, row: Mapping[str, Any], predictor: Predictor) -> Predictor:
    """Draw the fields of a new group; returns the formula that knows the groups that were added before.

    Without constants of groups nothing is drawn.
    """
    own = predictor.network.own
    if own is None:
        return predictor
    key = f"calibrations_{run.id}_{row['complexity']}"
    done: list[Calibration] = st.session_state.get(key) or []
    known = done[-1].predictor if done else predictor
    source = predictor.derived[predictor.names[own.column]].column
    with st.expander("Add a group that the formula does not know", icon=":material/group_add:",
                     expanded=bool(done) or bool(st.session_state.get(ERROR))):
        st.caption("Its own constants are fitted to a few of its rows. The form and the constants of all groups "
                   "stay as they are.")
        st.text_area("Rows of the group, copied from a spreadsheet with the column names", key=ROWS, height=140,
                     placeholder="\t".join([*(c for c in known.needed_columns if c != source), predictor.target]))
        st.text_input("Name of the group", key=NAME, max_chars=80,
                      help=f"Leave it empty if a column {escaped(source)} names the groups of the rows.")
        st.button("Fit its own constants", icon=":material/tune:", key="fit_group", on_click=_fit, args=(key, known))
        if problem := st.session_state.pop(ERROR, None):
            st.error(escaped(problem), icon=":material/error:")
        for calibration in done:
            for sentence in (*(group.describe() for group in calibration.groups), *calibration.report):
                st.caption(escaped(sentence))
        if done:
            st.download_button("Formula with the new groups (JSON)", lambda: _formula_json(run, row, done[-1]),
                               "formula.json", "application/json", type="tertiary", icon=":material/download:",
                               on_click="ignore", key="get_calibrated")
    return known


def _fit(key: str, predictor: Predictor) -> None:
    """Fit the constants of the group whose rows were pasted (a button's callback)."""
    text, name = str(st.session_state.get(ROWS) or ""), str(st.session_state.get(NAME) or "").strip()
    if not text.strip():
        st.session_state[ERROR] = "The field is empty. Copy the rows of the group, and paste them there."
        return
    try:
        table = limited("the pasted rows", read_rows, text, "the pasted rows")
        found = calibrate(predictor, table.frame, "The pasted text", name)
    except XNetError as error:
        st.session_state[ERROR] = str(error)
        return
    st.session_state[key] = [*(st.session_state.get(key) or []), found]
    st.session_state[ROWS] = st.session_state[NAME] = ""


def _formula_json(run: current_run.Run, row: Mapping[str, Any], calibration: Calibration) -> str:
    tree = json.loads(Export.from_run(run, row).texts()["formula.json"]())
    return to_json(calibration.formula_json(tree)) + "\n"
