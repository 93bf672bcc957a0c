"""The input fields of the Predict page, one for each column of the original table that the formula needs.

For an input that was converted from text or dates, the field takes the text or the date. `prediction.new_rows.predict`
converts it to a number, as it does for an uploaded table.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from xnet.prediction.predictor import Predictor
from xnet.tables.column_recipes import COUNTED_WAYS, GROUPS, NUMBER_WAYS, ColumnRecipe
from xnet.ui.components.selected_formula import SelectedFormula
from xnet.ui.session import state
from xnet.ui.text import label_text

#: The range of dates: within the limits of pandas.
FIRST, LAST = datetime.date(1700, 1, 1), datetime.date(2261, 12, 31)
_START = (0.25, 0.5, 0.75)


def typed_row(chosen: SelectedFormula, predictor: Predictor) -> dict[str, object]:
    """Draw a field for every column that the formula needs; returns column -> value, None if the field is empty."""
    with st.grid(3, min_column_width=230):
        return {column: _field(chosen, predictor, column) for column in predictor.needed_columns}


def _field(chosen: SelectedFormula, predictor: Predictor, column: str) -> object:
    made = predictor.derived_from(column)
    key = f"{state.PREDICT_VALUE}_{chosen.run_id}_{column}"
    with st.container(gap="xxsmall"):
        if made is None or made[1].way in NUMBER_WAYS:
            return _number(chosen, predictor, made[0] if made else column, key)
        used, recipe = made
        if recipe.way in ("labels", GROUPS):
            first = 0 if recipe.way == GROUPS else recipe.labels.index(_commonest(chosen, predictor, recipe))
            value: object = st.selectbox(label_text(column), recipe.labels, key=key, persist_state="session",
                                         index=first)
            st.caption("one of the values in your table")
            return value
        middle = recipe.to_date(float(np.median(_values(chosen, used))))
        if recipe.way == "hours":
            value = st.time_input(label_text(column), middle.time(), key=key, step=60, persist_state="session")
        elif _has_times(chosen, used, recipe):
            value = st.datetime_input(label_text(column), middle.to_pydatetime(), FIRST, LAST, key=key,
                                      persist_state="session")
        else:
            value = st.date_input(label_text(column), middle.date(), FIRST, LAST, key=key, persist_state="session")
        st.caption(f"range in all rows: {predictor.describe_range(used, recipe)}")
        return value


def _number(chosen: SelectedFormula, predictor: Predictor, name: str, key: str) -> float | None:
    """Draw the field for a number, with its unit and its range in all rows of the run."""
    low, high = predictor.range_of(name) or (0.0, 0.0)
    middle = float(np.median(_values(chosen, name)))
    value = st.number_input(label_text(chosen.axis(name)), value=float(f"{middle:.4g}"), step=_step(low, high),
                            format="%.6g", key=key, persist_state="session")
    st.caption(f"range in all rows: {predictor.describe_range(name)}")
    return None if value is None else float(value)


def _step(low: float, high: float) -> float:
    """The step of a number field: the power of ten at or below a twentieth of the range."""
    return 10.0 ** np.floor(np.log10((high - low) / 20)) if high > low else 1.0


def starting_rows(chosen: SelectedFormula, predictor: Predictor) -> tuple[pd.DataFrame, dict[Any, Any]]:
    """Three rows at the quartiles of the data to start editing from, and the column types of the editor."""
    rows: dict[str, list[object]] = {}
    forms: dict[Any, Any] = {}
    for column in predictor.needed_columns:
        made, title = predictor.derived_from(column), chosen.axis(column)
        used, recipe = made or (column, None)
        values = np.quantile(_values(chosen, used), _START)
        if recipe is None or recipe.way in NUMBER_WAYS:
            rows[column] = [float(f"{value:.4g}") for value in values]
            forms[column] = st.column_config.NumberColumn(title, format="%.6g")
        elif recipe.way in ("labels", GROUPS):
            rows[column] = [recipe.labels[k % len(recipe.labels)] for k in range(len(values))]
            forms[column] = st.column_config.SelectboxColumn(title, options=recipe.labels)
        elif recipe.way == "hours":
            rows[column] = [recipe.to_date(value).time() for value in values]
            forms[column] = st.column_config.TimeColumn(title)
        elif _has_times(chosen, used, recipe):
            rows[column] = [recipe.to_date(value).to_pydatetime() for value in values]
            forms[column] = st.column_config.DatetimeColumn(title)
        else:
            rows[column] = [recipe.to_date(value).date() for value in values]
            forms[column] = st.column_config.DateColumn(title)
    return pd.DataFrame(rows), forms


def _values(chosen: SelectedFormula, name: str) -> np.ndarray:
    """The values of an input in all rows (n,)."""
    values: np.ndarray = chosen.X[:, chosen.names.index(name)]
    return values


def _has_times(chosen: SelectedFormula, used: str, recipe: ColumnRecipe) -> bool:
    """Whether the dates have times of day; decimal years are not precise enough for them."""
    return recipe.way in COUNTED_WAYS and any(recipe.to_date(value) != recipe.to_date(value).normalize()
                                        for value in _values(chosen, used)[:200])


def _commonest(chosen: SelectedFormula, predictor: Predictor, wanted: ColumnRecipe) -> str:
    """The most frequent label. One label has no column of its own; its share is the rest."""
    shares = {recipe.label: float(_values(chosen, name).mean()) for name, recipe in predictor.derived.items()
              if recipe.column == wanted.column and recipe.way == "labels" and name in chosen.names}
    rest = [label for label in wanted.labels if label not in shares]
    shares |= dict.fromkeys(rest, (1.0 - sum(shares.values())) / max(len(rest), 1))
    return max(wanted.labels, key=shares.__getitem__)
