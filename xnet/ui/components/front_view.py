"""The front: recommended formulas as cards, a chart to click, and a table that the keyboard can use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from xnet.evidence.formula_verdict import recommends_second_look, suggestion_sentence
from xnet.evidence.recommendations import recommendations
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped, shorten
from xnet.wording.formula_notation import typeset_text
from xnet.wording.score_text import LOSS_SCORES, capitalized, distinct, log_loss_text, loss_score, percent, r2, r2_name

from . import charts
from .formula_view import ACCURACY, CHECKED, FITTED, OWN_SCORE, ROBUST, SIZE

#: The most columns of a table that stands beside the chart of the front.
_BESIDE = 6


def show_front(run: current_run.Run, snapshot: Mapping[str, Any]) -> int:
    """Draw the front; returns the position of the selected formula."""
    rows = snapshot["front"]
    suggested = suggested_position(snapshot)
    selected = selected_position(run, rows, suggested)
    st.header("Accuracy against simplicity", anchor=False)
    _cards(run, snapshot, suggested, selected)
    shown = front_table(rows, suggested)
    # Beside the chart, a further score would leave the formulas a few letters.
    left, right = st.columns([2, 3], gap="medium") if shown.shape[1] <= _BESIDE else (st.container(), st.container())
    chart, table = f"{state.FRONT_CHART}_{run.id}", f"{state.FRONT_TABLE}_{run.id}_{len(rows)}"
    with left:
        st.plotly_chart(charts.front_figure(rows, selected), key=chart, config=charts.CONFIG, selection_mode="points",
                        on_select=lambda: _point_clicked(run, rows, chart),
                        alt="Share left unexplained against complexity, one point for each formula")
    with right:
        if list(st.session_state.get(table, {}).get("selection", {}).get("rows", [])) != [selected]:
            st.session_state[table] = {"selection": {"rows": [selected]}}
        st.dataframe(
            shown, hide_index=True, key=table,
            height=38 + 35 * rows_in_view(len(rows), suggested),
            on_select=lambda: _row_clicked(run, rows, table, selected), selection_mode="single-row-required",
            alt="The formulas of the front, one in each row, simplest first",
            column_config={"★": st.column_config.TextColumn(width=40, help="The suggested formula"),
                           "Complexity": st.column_config.NumberColumn(width=90, help=SIZE),
                           **{f"{capitalized(weighted + name)}, {part}": st.column_config.TextColumn(help=text + more)
                              for weighted in ("", "weighted ") for name, more in (("R²", ""), ("robust R²", ROBUST))
                              for part, text in (("training", ACCURACY), ("held out", CHECKED))},
                           **{f"{name}, {part}": st.column_config.TextColumn(width=125, help=f"{name}: {OWN_SCORE}")
                              for name in LOSS_SCORES.values() for part in ("training", "held out")},
                           "Fitted numbers": st.column_config.NumberColumn(width=110, help=FITTED),
                           "Formula": st.column_config.TextColumn(width="large")})
        st.caption("Click a point or a row to select that formula. The star marks the suggested formula.")
    return selected


def rows_in_view(rows: int, suggested: int) -> int:
    """Rows of the front that are shown without scrolling: at least ten, and the suggested one with its star."""
    return min(rows, max(10, suggested + 2))


def _cards(run: current_run.Run, snapshot: Mapping[str, Any], suggested: int, selected: int) -> None:
    rows = snapshot["front"]
    problem = current_run.problem_of(run)
    plain, second_look = suggestion_sentence(snapshot, problem), recommends_second_look(snapshot, problem)
    with st.container(horizontal=True, key="recommended"):
        for item in recommendations(rows, suggested, plain, second_look=second_look):
            row = rows[item.index]
            with st.container(border=True, width=320):
                st.markdown("\n\n".join(map(_with_bold_name, item.reasons)))
                st.caption(escaped(shorten(typeset_text(row["text"]), 90)))
                label = f"Select (complexity {row['complexity']})"
                st.button("Selected" if item.index == selected else label, key=f"recommended_{item.index}",
                          disabled=item.index == selected, on_click=select_formula, args=(run.id, row))


def _with_bold_name(reason: str) -> str:
    """A reason in Markdown; the name before its colon is bold."""
    name, colon, rest = reason.partition(": ")
    return f"**{escaped(name)}:** {escaped(rest)}" if colon and len(name) < 20 else escaped(reason)


def select_formula(run_id: str, row: Mapping[str, Any]) -> None:
    """Select a formula; the selection stays when the front grows."""
    st.session_state[state.SELECTED_FORMULA] = (run_id, row["text"])


def selected_position(run: current_run.Run, rows: Sequence[Mapping[str, Any]], suggested: int) -> int:
    """Position on the front of the formula that the user selected last; of the suggested one by default."""
    run_id, text = st.session_state.get(state.SELECTED_FORMULA) or ("", "")
    same = [i for i, row in enumerate(rows) if row["text"] == text] if run_id == run.id else []
    return same[0] if same else suggested


def _point_clicked(run: current_run.Run, rows: Sequence[Mapping[str, Any]], key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    data = points[0].get("customdata") if points else None
    if data and 0 <= int(data[0]) < len(rows):
        select_formula(run.id, rows[int(data[0])])


def _row_clicked(run: current_run.Run, rows: Sequence[Mapping[str, Any]], key: str, shown: int) -> None:
    chosen = list(st.session_state[key]["selection"]["rows"])
    # After a selection elsewhere on the page, the browser also reports the row that was selected before (`shown`).
    if chosen and chosen[0] != shown and chosen[0] < len(rows):
        select_formula(run.id, rows[chosen[0]])


def suggested_position(snapshot: Mapping[str, Any]) -> int:
    """Position on the front of the formula that the search suggests."""
    best, rows = snapshot["best"], snapshot["front"]
    same = [i for i, row in enumerate(rows) if row["network"] == best["network"]]
    nearest = min(range(len(rows)), key=lambda i: abs(rows[i]["complexity"] - best["complexity"]))
    return same[0] if same else nearest


def front_table(rows: Sequence[Mapping[str, Any]], suggested: int) -> pd.DataFrame:
    """The front as a table, one row for each formula."""
    key, name = r2_name(rows[0]) if rows else r2_name({})

    def column(key: str, write: Callable[[float | None, int], str]) -> list[str]:
        return distinct([row[key] for row in rows], write)

    scores = {f"{capitalized(name)}, training": column(f"{key}_train", r2),
              f"{capitalized(name)}, held out": column(f"{key}_holdout", r2)}
    if own := [found for row in rows if (found := loss_score(row)) is not None]:  # the loss that was chosen decides
        part = 2 if any(row["r2_holdout"] is not None for row in rows) else 1
        scores[f"{own[0][0]}, {('training', 'held out')[part - 1]}"] = [found[part] for found in own]
    if all("accuracy_train" in row for row in rows):
        scores = {"Right, training": column("accuracy_train", percent),
                  "Right, held out": column("accuracy_holdout", percent),
                  "Log loss, held out": column("log_loss_holdout", log_loss_text)}
    return pd.DataFrame({
        "★": ["★" if i == suggested else "" for i in range(len(rows))],
        "Complexity": [row["complexity"] for row in rows],
        **scores,
        # Before the last column, which a narrow window cuts off.
        "Formula": [typeset_text(row["text"].partition(" = ")[2] or row["text"]) for row in rows],
        "Fitted numbers": [row["n_parameters"] for row in rows],
    })
