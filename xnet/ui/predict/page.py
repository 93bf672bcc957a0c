"""The Predict page: apply a formula of the front to typed values or to an uploaded table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from xnet.counts import counted
from xnet.engine.networks.network import Network
from xnet.errors import XNetError
from xnet.evidence.joint_classes import JointClasses
from xnet.limited_process import keep_ready, limited
from xnet.prediction.class_rows import class_predictor, predict_classes
from xnet.prediction.new_rows import Predicted, predict, predict_table, predicted_csv, read_rows, wanted_columns
from xnet.prediction.predictor import Predictor
from xnet.tables.changes import changes_from_json, original_names
from xnet.tables.column_recipes import recipes_from_config
from xnet.tables.limits import TableError
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.front_view import select_formula, selected_position, suggested_position
from xnet.ui.components.selected_formula import SelectedFormula, select
from xnet.ui.session import current_run, state
from xnet.ui.shell import empty_state, no_formula_yet, page_title
from xnet.ui.text import escaped, label_text, shorten
from xnet.wording.formula_notation import typeset_text
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import percent

from .classes import all_classes, class_of_row, column_of_classes, how_often_right
from .form import starting_rows, typed_row
from .new_group import with_new_groups

ONE, SEVERAL, UPLOAD = "One row", "Several rows", "A table"
PREVIEW_ROWS = 200


def predict_page() -> None:
    """Draw the Predict page."""
    run = current_run.attached_run()
    snapshot = run.snapshot() if run is not None else None
    page_title("Predict", "Apply a formula to values that were not in the table.")
    if run is None:
        empty_state("There is no formula yet. Start a search with an example or with your own table.")
        return
    if snapshot is None or not snapshot["front"]:
        no_formula_yet(run)
        return
    joint = all_classes(run)
    row = snapshot["best"] if joint is not None else _formula(run, snapshot)
    chosen = select(run, row, Network.from_json(row["network"]))
    predictor = Predictor(chosen.network, tuple(chosen.names), chosen.target, chosen.X.min(axis=0),
                          chosen.X.max(axis=0),
                          recipes_from_config(run.config), original_names(changes_from_json(run.config.get("changes"))),
                          units=run.config.get("units") or {},
                          typical_error=None if chosen.as_class else chosen.typical_error())
    if joint is not None:
        predictor = class_predictor(joint, column_of_classes(run), predictor)
        chosen = replace(chosen, network=predictor.network)
    predictor = with_new_groups(run, row, predictor)
    by = st.segmented_control("Predict for", [ONE, SEVERAL, UPLOAD], default=ONE, required=True, key=state.PREDICT_BY,
                              persist_state="session")
    {ONE: _one_row, SEVERAL: _several_rows, UPLOAD: _uploaded}[by or ONE](chosen, predictor, joint)


def _applied(predictor: Predictor, joint: JointClasses | None, apply: Callable[[Predictor], Predicted]) -> Predicted:
    """What `apply` gives for the formula, or for those of all classes."""
    return apply(predictor) if joint is None else predict_classes(joint, predictor, apply)


def _formula(run: current_run.Run, snapshot: Mapping[str, Any]) -> Mapping[str, Any]:
    """Draw the selector of the formula, which is shared with the Results page; returns the record."""
    rows, suggested = snapshot["front"], suggested_position(snapshot)
    texts = [str(row["text"]) for row in rows]
    key = f"{state.PREDICT_FORMULA}_{run.id}"
    st.session_state[key] = texts[selected_position(run, rows, suggested)]

    def option(text: str) -> str:
        row = rows[texts.index(text)]
        star = "★ " if row is rows[suggested] else ""
        return f"{star}complexity {row['complexity']}: {shorten(typeset_text(text), 90)}"

    text = st.selectbox("Formula", texts, format_func=option, key=key, help="The star marks the suggested formula.",
                        on_change=lambda: select_formula(run.id, rows[texts.index(st.session_state[key])]))
    row: Mapping[str, Any] = rows[texts.index(text)]
    show_formula(row, room=1.7, place="predict")
    return row


def _one_row(chosen: SelectedFormula, predictor: Predictor, joint: JointClasses | None) -> None:
    predictor = predictor.of_single_rows()
    given = typed_row(chosen, predictor)
    missing = [name for name, value in given.items() if value is None]
    if missing:
        st.info(f"Type a value for {escaped(missing[0])}.", icon=":material/edit:")
        return
    result = _applied(predictor, joint, lambda one: predict(one, pd.DataFrame([given], dtype=object)))
    value = float(result.values[0])
    with st.container(border=True, key="prediction"):
        if joint is not None:
            class_of_row(joint, result, predictor.target)
        else:
            st.metric(escaped(chosen.value_name),
                      f"{value:.6g}{chosen.short_unit(chosen.target)}" if np.isfinite(value) else "no value",
                      help=chosen.unit_sentence(chosen.target).strip() or None)
            chosen.unit_caption(chosen.target)
            _typical_error(chosen, predictor)
        for remark in filter(None, result.remarks[0].split("; ")):
            names = (*predictor.used, *predictor.needed_columns)
            st.warning(escaped(_as_sentence(remark, names)), icon=":material/warning:")
    if not predictor.used:
        st.caption("This formula uses no input: its value is always the same.")


def _as_sentence(remark: str, names: Sequence[str]) -> str:
    """A remark as a sentence; one that begins with the name of a column keeps it as it is."""
    return (remark if remark.startswith(tuple(names)) else remark[0].upper() + remark[1:]) + "."


def _typical_error(chosen: SelectedFormula, predictor: Predictor) -> None:
    if chosen.as_class:
        _how_often_right(chosen)
    elif predictor.typical_error is not None:
        unit = escaped(chosen.unit(chosen.target))
        st.caption(predictor.typical_error.describe(unit and f" {unit}"))


def _how_often_right(chosen: SelectedFormula) -> None:
    found = chosen.class_scores()
    where = HELD_OUT if HELD_OUT in found else TRAINING
    st.caption("The value is a probability; above 0.5 it means yes. This is right in "
               f"{percent(found[where].accuracy)} of {found[where].rows:,} {where}"
               + ("." if where == HELD_OUT else "; without held-out rows, the true share is smaller."))


def _several_rows(chosen: SelectedFormula, predictor: Predictor, joint: JointClasses | None) -> None:
    if not predictor.used:
        _one_row(chosen, predictor, joint)
        return
    predictor = predictor.of_single_rows()
    start, forms = starting_rows(chosen, predictor)
    formula = chosen.record["complexity"] if joint is None else "classes"
    edited = st.data_editor(start, num_rows="dynamic", hide_index=True, column_config=forms,
                            key=f"{state.PREDICT_ROWS}_{chosen.run_id}_{formula}", alt="Rows to predict for")
    st.caption("Add rows at the end of the table, or paste cells from a spreadsheet.")
    result = _applied(predictor, joint, lambda one: predict(one, edited, "The table", typed=True))
    _predictions(chosen, predictor, result, "the rows above", joint)


def _uploaded(chosen: SelectedFormula, predictor: Predictor, joint: JointClasses | None) -> None:
    keep_ready()
    needed = predictor.needed_columns
    st.file_uploader("A table with these columns: " + (", ".join(map(label_text, needed)) or "any"),
                     key=state.PREDICT_UPLOAD, on_change=_take_upload, args=(wanted_columns(predictor),),
                     max_upload_size=20)
    st.download_button("Empty table to fill in", lambda: ",".join(f'"{_quoted(n)}"' for n in needed) + "\n",
                       "to_predict.csv", "text/csv", type="tertiary", icon=":material/download:", on_click="ignore",
                       key="get_template")
    table, problem = st.session_state.get(state.PREDICT_TABLE) or (None, None)
    if problem is None and table is not None:
        try:
            result = _applied(predictor, joint, lambda one: predict_table(one, table, table.name))
        except TableError as error:
            problem = str(error)
        else:
            _predictions(chosen, predictor, result, table.name, joint)
    if problem is not None:
        st.error(escaped(problem), icon=":material/error:")


def _quoted(name: str) -> str:
    return name.replace('"', '""')


def _take_upload(wanted: tuple[tuple[str, ...], ...]) -> None:
    """Read the file that was just uploaded; the table or the error is stored in the session.

    Args:
        wanted: the names of the columns that the formula reads; the sheet of a workbook is chosen by them.
    """
    upload = st.session_state.get(state.PREDICT_UPLOAD)
    st.session_state[state.PREDICT_TABLE] = None
    if upload is None:
        return
    try:
        table = limited(upload.name, read_rows, upload.getvalue(), upload.name, wanted)
        st.session_state[state.PREDICT_TABLE] = (table, None)
    except XNetError as error:
        st.session_state[state.PREDICT_TABLE] = (None, str(error))


def _predictions(chosen: SelectedFormula, predictor: Predictor, result: Predicted, source: str,
                 joint: JointClasses | None) -> None:
    """Draw the predictions for a table: remarks, rows and download."""
    n_remarks = sum(map(bool, result.remarks))
    st.markdown(f"**{counted(int(np.isfinite(result.values).sum()), 'prediction')}** for {escaped(source)}"
                + (f", {n_remarks:,} with a remark" if n_remarks else ""))
    if joint is None:
        _typical_error(chosen, predictor)
    else:
        how_often_right(joint)
    if result.report:
        (st.warning if n_remarks else st.info)("\n".join(f"- {escaped(sentence)}" for sentence in result.report))
    frame = result.frame
    if n_remarks and len(frame) > 10 and st.toggle("Only rows with a remark", key="only_remarks"):
        frame = frame[np.array(result.remarks) != ""]
    # New columns first, because a phone shows only the first columns.
    order = [*result.new_columns, *(name for name in frame.columns if name not in result.new_columns)]
    st.dataframe(frame[order].head(PREVIEW_ROWS), hide_index=True, key="predictions", alt="The rows with predictions",
                 height="content" if len(frame) < 9 else 330, column_config={
                     name: st.column_config.NumberColumn(format="%.6g") for name in frame.columns
                     if pd.api.types.is_float_dtype(frame[name])})
    if len(frame) > PREVIEW_ROWS:
        st.caption(f"The first {PREVIEW_ROWS} rows are shown; the downloaded file has all rows.")
    st.download_button("Predictions (CSV)", lambda: predicted_csv(result), "predictions.csv", "text/csv",
                       type="primary", icon=":material/download:", on_click="ignore", key="get_predicted")
