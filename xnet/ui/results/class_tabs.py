"""The parts of the Results page for the probability of a class: scores, probabilities, mistakes, classifiers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from xnet.counts import counted
from xnet.evidence.class_baselines import ClassBaseline, fit_class_baselines
from xnet.evidence.class_scores import ClassScore, binary_log_losses
from xnet.ui.components import charts
from xnet.ui.components.selected_formula import SelectedFormula
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import distinct, log_loss_text, percent

from .baselines_tab import comparison_notes, comparison_requested
from .fit_tab import rows_beside, worst_first

MOST_SHOWN = 12
#: Labels of the two values of the target.
CLASS_LABELS = {0.0: "no (0)", 1.0: "yes (1)"}


def class_metrics(found: dict[str, ClassScore]) -> None:
    """Draw accuracy and log loss on training and held-out rows."""
    for name, score in found.items():
        st.metric(f"Right, {name}", percent(score.accuracy), width="content",
                  help="The share of rows with the right class; the formula says yes above a probability of 0.5.")
        st.metric(f"Log loss, {name}", log_loss_text(score.log_loss), width="content",
                  help="The error of the probabilities: 0 is perfect, a probability of 0.5 for every row gives 0.693. "
                       "Wrong probabilities close to 0 or 1 count most.")


def probability_figure(chosen: SelectedFormula) -> go.Figure:
    """The probability of every row, for each actual class, with the row in the tooltip."""
    figure = go.Figure()
    for name, group in chosen.groups.items():
        some = chosen.drawn_positions(name)
        # A fixed sideways spread, so that points of equal probability do not hide one another.
        spread = 0.6 * ((np.arange(len(some)) * 0.618034) % 1.0 - 0.5)
        figure.add_scatter(x=group.y[some] + spread, y=chosen.predicted[name][some], mode="markers", name=name,
                           marker={"symbol": charts.SYMBOLS[name], "size": 8, "opacity": 0.75},
                           customdata=chosen.hover(name),
                           hovertemplate="probability %{y:.4g}<br>%{customdata[0]}<extra></extra>")
    figure.add_hline(y=0.5, line={"dash": "dash", "width": 1.5, "color": "gray"})
    figure.update_xaxes(title=f"{chosen.axis(chosen.target)}: actual", tickmode="array", tickvals=list(CLASS_LABELS),
                        ticktext=list(CLASS_LABELS.values()), range=[-0.5, 1.5], zeroline=False)
    figure.update_yaxes(title="probability by the formula", range=[-0.04, 1.04])
    return charts.framed(figure)


def class_fit_tab(chosen: SelectedFormula) -> None:
    """Draw the tab Fit: probabilities by actual class, and a table of counts."""
    st.plotly_chart(probability_figure(chosen), key="probabilities", config=charts.CONFIG,
                    alt="Probability by the formula, for the rows of each actual class")
    st.caption("In a good formula, the rows of “no” are at the bottom and the rows of “yes” at the top. Above the "
               "dashed line, the formula says yes. The sideways position of a point has no meaning.")
    st.dataframe(counts(chosen), hide_index=True, key="class_counts",
                 alt="Number of rows by actual class and by class of the formula")


def counts(chosen: SelectedFormula) -> pd.DataFrame:
    """The number of rows for each actual class and each class that the formula gives (a confusion matrix)."""
    lines = []
    for name, group in chosen.groups.items():
        p = chosen.predicted[name]
        for value, label in CLASS_LABELS.items():
            of_class = group.y == value
            answers = {"By the formula: no": p <= 0.5, "By the formula: yes": p > 0.5, "No value": np.isnan(p)}
            numbers = {answer: int((of_class & rows).sum()) for answer, rows in answers.items()}
            lines.append({"Rows": name, "Actual": label} | numbers)
    table = pd.DataFrame(lines)
    return table if table["No value"].any() else table.drop(columns="No value")


def mistakes_tab(chosen: SelectedFormula) -> None:
    """Draw the tab Mistakes: the rows whose actual class got the lowest probability."""
    table = mistakes(chosen)
    wrong = sum(int(((p > 0.5) != (chosen.groups[name].y > 0.5))[~np.isnan(p)].sum())
                for name, p in chosen.predicted.items())
    st.markdown(f"**{counted(wrong, 'row')} of {len(chosen.y):,} with the wrong class**")
    st.dataframe(table, hide_index=True, key="mistakes", alt="The rows with the largest errors")
    st.caption(f"The {len(table)} rows whose actual class got the lowest probability, the lowest first. Look here for "
               "errors in the table and for something that the formula does not describe yet.")


def mistakes(chosen: SelectedFormula) -> pd.DataFrame:
    """The rows with the largest log loss, the largest first."""
    table = rows_beside(chosen, lambda name, group: {
        "Actual": [CLASS_LABELS[value] for value in group.y.tolist()], "Probability of yes": chosen.predicted[name]})
    p = np.concatenate(list(chosen.predicted.values()))
    losses = np.where(np.isnan(p), np.inf, binary_log_losses(np.where(np.isnan(p), 0.5, p), chosen.y))
    return worst_first(table, losses, MOST_SHOWN)


@st.cache_data(show_spinner="Fitting the other models", max_entries=16)
def _fitted(run_id: str, _chosen: SelectedFormula) -> list[ClassBaseline]:
    train = _chosen.rows_for_models(TRAINING)
    assert train is not None
    return fit_class_baselines(train, _chosen.rows_for_models(HELD_OUT))


def class_baselines_tab(chosen: SelectedFormula) -> None:
    """Draw the tab Baselines: a button, then a comparison with classifiers; the fits are cached for the run."""
    st.caption("Compare with the most common class, penalised logistic regression, boosted trees and a small "
               "neural network, fitted to the same training rows. This takes a few seconds.")
    if not comparison_requested(chosen):
        return
    own = chosen.class_scores()
    table = [("This formula", own[TRAINING], own.get(HELD_OUT), chosen.record["n_parameters"]),
             *((b.name, b.train, b.holdout, b.parameters) for b in _fitted(chosen.run_id, chosen))]
    inner, outer = [scores for _, scores, _, _ in table], [scores for _, _, scores, _ in table]
    columns = {"Model": [name for name, *_ in table],
               "Right, training rows": distinct([s.accuracy for s in inner], percent),
               "Right, held-out rows": distinct([s.accuracy if s else None for s in outer], percent),
               "Log loss, training rows": distinct([s.log_loss for s in inner], log_loss_text),
               "Log loss, held-out rows": distinct([s.log_loss if s else None for s in outer],
                                                     log_loss_text),
               "Fitted numbers": [size for *_, size in table]}
    st.dataframe(pd.DataFrame(columns), hide_index=True, key="baseline_table",
                 alt="The scores of the formula and of other classifiers")
    comparison_notes(chosen.groups[TRAINING], "The other models were fitted to")
