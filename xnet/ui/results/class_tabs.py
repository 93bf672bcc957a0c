"""What the Results page shows of a class in place of R² and residuals: probabilities, mistakes, classifiers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from xnet.evidence.class_evidence import (
    ClassBaseline,
    class_rivals,
    class_verdict,
    fit_class_baselines,
    logistic_regression,
)
from xnet.evidence.class_scores import ClassScore, binary_log_losses
from xnet.evidence.verdict import Verdict
from xnet.ui.components import charts
from xnet.ui.components.selected_formula import RowGroup, SelectedFormula
from xnet.ui.text import counted, log_loss_text
from xnet.wording.score_text import percent

from .baselines_tab import comparison_notes, comparison_requested
from .fit_tab import rows_beside, worst_first

MOST_SHOWN = 12
#: The two values of the target, as the page says them.
SAID = {0.0: "no (0)", 1.0: "yes (1)"}


def verdict_of(chosen: SelectedFormula) -> Verdict:
    """The verdict on the probability of a class."""
    train, held = _rows(chosen.groups[charts.TRAIN]), _rows(chosen.groups.get(charts.HOLDOUT))
    assert train is not None
    return class_verdict(class_rivals(chosen.network, train, held, _logistic(chosen.run_id, train)))


@st.cache_resource(show_spinner=False, max_entries=16)
def _logistic(run_id: str, _train: tuple[np.ndarray, np.ndarray]) -> Any:
    return logistic_regression(_train)


def _rows(group: RowGroup | None) -> tuple[np.ndarray, np.ndarray] | None:
    return None if group is None else (group.X, group.y)


def class_metrics(found: dict[str, ClassScore]) -> None:
    """Accuracy and log loss on train and held-out rows."""
    for name, score in found.items():
        st.metric(f"Right, {name}", percent(score.accuracy), width="content",
                  help="The rows that are given their class: yes where the probability is above one half.")
        st.metric(f"Log loss, {name}", log_loss_text(score.log_loss), width="content",
                  help="How sure and right the probabilities are: 0 is perfect, 0.693 a tossed coin; being sure and "
                       "wrong costs most.")


def probability_figure(chosen: SelectedFormula) -> go.Figure:
    """The probability of every row, the rows of each class side by side; hovering tells the row."""
    figure = go.Figure()
    for name, group in chosen.groups.items():
        some = chosen.drawn_positions(name)
        # Spread sideways, always the same way, so that equal probabilities do not hide one another.
        spread = 0.6 * ((np.arange(len(some)) * 0.618034) % 1.0 - 0.5)
        figure.add_scatter(x=group.y[some] + spread, y=chosen.predicted[name][some], mode="markers", name=name,
                           marker={"symbol": charts.SYMBOLS[name], "size": 8, "opacity": 0.75},
                           customdata=chosen.hover(name),
                           hovertemplate="probability %{y:.4g}<br>%{customdata}<extra></extra>")
    figure.add_hline(y=0.5, line={"dash": "dash", "width": 1.5, "color": "gray"})
    figure.update_xaxes(title=f"{chosen.axis(chosen.target)}: actual", tickmode="array", tickvals=list(SAID),
                        ticktext=list(SAID.values()), range=[-0.5, 1.5], zeroline=False)
    figure.update_yaxes(title="probability by the formula", range=[-0.04, 1.04])
    return charts.framed(figure)


def class_fit_tab(chosen: SelectedFormula) -> None:
    """Probabilities by actual class, and how many rows are given which class."""
    st.plotly_chart(probability_figure(chosen), key="probabilities", config=charts.CONFIG,
                    alt="Probability by the formula, rows of each actual class side by side")
    st.caption("A good formula has the rows of “no” at the bottom and those of “yes” at the top. Above the dashed line "
               "it says yes; sideways the rows are only spread out.")
    st.dataframe(counts(chosen), hide_index=True, key="class_counts", alt="Rows by actual class and by what is said")


def counts(chosen: SelectedFormula) -> pd.DataFrame:
    """How many rows of each class are given which class."""
    lines = []
    for name, group in chosen.groups.items():
        p = chosen.predicted[name]
        for value, said in SAID.items():
            of_class = group.y == value
            told = {"Said no": p <= 0.5, "Said yes": p > 0.5, "No value": np.isnan(p)}
            lines.append({"Rows": name, "Actual": said} | {k: int((of_class & rows).sum()) for k, rows in told.items()})
    table = pd.DataFrame(lines)
    return table if table["No value"].any() else table.drop(columns="No value")


def mistakes_tab(chosen: SelectedFormula) -> None:
    """The rows whose own class was given the least probability."""
    table = mistakes(chosen)
    wrong = sum(int(((p > 0.5) != (chosen.groups[name].y > 0.5))[~np.isnan(p)].sum())
                for name, p in chosen.predicted.items())
    st.markdown(f"**{counted(wrong, 'row')} of {len(chosen.y):,} given the wrong class**")
    st.dataframe(table, hide_index=True, key="mistakes", alt="The rows that the formula is most wrong about")
    st.caption(f"The {len(table)} rows whose own class got the least probability, the worst first. Look here for slips "
               "in the table, and for what the formula does not know yet.")


def mistakes(chosen: SelectedFormula) -> pd.DataFrame:
    """The rows that the formula is most wrong about, the worst first."""
    table = rows_beside(chosen, lambda name, group: {
        "Actual": [SAID[value] for value in group.y.tolist()], "Probability of yes": chosen.predicted[name]})
    p = np.concatenate(list(chosen.predicted.values()))
    losses = np.where(np.isnan(p), np.inf, binary_log_losses(np.where(np.isnan(p), 0.5, p), chosen.y))
    return worst_first(table, losses, MOST_SHOWN)


@st.cache_data(show_spinner="Fitting the other models", max_entries=16)
def _fitted(run_id: str, _train: RowGroup, _held: RowGroup | None) -> list[ClassBaseline]:
    return fit_class_baselines((_train.X, _train.y), None if _held is None else (_held.X, _held.y))


def class_baselines_tab(chosen: SelectedFormula) -> None:
    """A button, and after it ordinary classifiers beside the formula; the fits are kept for the run."""
    train, held = chosen.groups[charts.TRAIN], chosen.groups.get(charts.HOLDOUT)
    st.caption("The most common class, logistic regression, boosted trees and a small neural network, fitted to the "
               "same training rows. This takes a few seconds.")
    if not comparison_requested(chosen):
        return
    own = chosen.class_scores()
    table = [("This formula", own[charts.TRAIN], own.get(charts.HOLDOUT), chosen.network.n_parameters),
             *((b.name, b.train, b.holdout, b.parameters) for b in _fitted(chosen.run_id, train, held))]
    lines = [{"Model": name, "Right, training rows": percent(inner.accuracy),
              "Right, held-out rows": percent(outer.accuracy) if outer else "–",
              "Log loss, training rows": log_loss_text(inner.log_loss),
              "Log loss, held-out rows": log_loss_text(outer.log_loss if outer else None), "Fitted numbers": size}
             for name, inner, outer, size in table]
    st.dataframe(pd.DataFrame(lines), hide_index=True, key="baseline_table",
                 alt="The formula beside ordinary classifiers")
    comparison_notes(train)
