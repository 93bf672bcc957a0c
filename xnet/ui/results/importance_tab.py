"""The tab Importance: permutation importance of the inputs, and the inputs that the formula does not use."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from xnet.evidence.response import MOST_ROWS, importance
from xnet.ui.components import charts
from xnet.ui.components.selected_formula import SelectedFormula
from xnet.ui.text import escaped
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import explained, percent


def importance_tab(chosen: SelectedFormula) -> None:
    """Draw the tab Importance."""
    used = set(chosen.network.variables)
    if used:
        found = importance(chosen.network, chosen.X, chosen.y, chosen.weight, as_class=chosen.as_class)
        score, changes, change = ("log loss", "rises", "rise") if chosen.as_class else (
            chosen.r2_name.replace("Weighted", "weighted"), "falls", "fall")
        order = sorted(used, key=lambda i: found[i][0])
        figure = go.Figure(go.Bar(x=[found[i][0] for i in order], y=[chosen.axis(chosen.names[i]) for i in order],
                                  orientation="h", error_x={"array": [found[i][1] for i in order]},
                                  hovertemplate=f"{score} {changes} by %{{x:.3g}}<extra></extra>"))
        figure.update_xaxes(title=f"{change} of {score} when this input is shuffled")
        figure.update_yaxes(type="category")
        charts.framed(figure).update_layout(height=120 + 34 * len(order))
        st.plotly_chart(figure, key="importance", config=charts.CONFIG,
                        alt="Importance of every input that the formula uses")
        shuffled = "all rows" if len(chosen.y) <= MOST_ROWS else f"{MOST_ROWS:,} rows drawn at random"
        st.caption(f"The values of one input are shuffled among {shuffled}, five times. The importance of the input is "
                   f"the {change} of {score}. Bars: mean and standard deviation.")
    unused = [escaped(name) for i, name in enumerate(chosen.names) if i not in used]
    if unused:
        listed = ", ".join(unused[:-1]) + " or " * (len(unused) > 1) + unused[-1]
        st.info(f"This formula does not use {listed}{_still(chosen)}.", icon=":material/do_not_disturb_on:")


def _still(chosen: SelectedFormula) -> str:
    """The end of the sentence: the score that the formula reaches anyway, on held-out rows if there are any."""
    where = HELD_OUT if HELD_OUT in chosen.groups else TRAINING
    if chosen.as_class:
        return f", and is still right in {percent(chosen.class_scores()[where].accuracy)} of the {where}"
    r2 = chosen.scores()[where].r2
    return f", and still explains {explained(r2)} of the variation in the {where}" if r2 is not None and r2 > 0 else ""
