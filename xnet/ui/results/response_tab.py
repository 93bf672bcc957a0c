"""The tabs What if and Extrapolation: the formula for other inputs, within and beyond the range of the data."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from xnet.evidence.response import curve, failing_intervals, failures_between_rows, reach, shown_range
from xnet.ui.components import charts
from xnet.ui.components.selected_formula import SelectedFormula
from xnet.ui.session import state
from xnet.ui.text import escaped, label_text
from xnet.wording.number_text import measured
from xnet.wording.row_words import HELD_OUT

from .chart_of_rows import chart_of_rows

#: A step of a slider, as a share of its range; 200 of them must not exceed the range by rounding.
_STEP = (1 - 1e-9) / 200
#: The sentence below a chart whose curve is cut off.
CUT = "The curve is cut off where it is far from the values of the rows."


def response_figure(chosen: SelectedFormula, base: np.ndarray, column: int, beyond: float = 0.0) -> go.Figure:
    """The formula along one input, the others at `base` (d,), up to `beyond` ranges outside the data (see `reach`)."""
    low, high = float(chosen.X[:, column].min()), float(chosen.X[:, column].max())
    start, end = reach(chosen.X[:, column], beyond)
    x, values = curve(chosen.network, base, column, start, end)
    figure = go.Figure()  # the rows first: they have the colours that they have in every other chart
    for name, group in chosen.groups.items():
        some = _in_group(chosen, base, group.X, chosen.drawn_positions(name))
        figure.add_scatter(x=group.X[some, column], y=group.y[some], mode="markers", name=name, opacity=0.65,
                           marker={"symbol": charts.SYMBOLS[name], "size": 6}, customdata=chosen.hover(name),
                           hovertemplate="actual %{y:.5g}<br>%{customdata[0]}<extra></extra>")
    figure.add_scatter(x=x, y=values, mode="lines", name="formula", line={"width": 2.4},
                       hovertemplate="%{x:.5g}: %{y:.5g}<extra></extra>")
    if beyond:
        for x0, x1 in ((start, low), (high, end)):
            if x0 < x1:
                figure.add_vrect(x0=x0, x1=x1, fillcolor="gray", opacity=0.18, line_width=0)
        figure.update_xaxes(range=(start, end))
    else:
        figure.add_vline(x=float(base[column]), line={"dash": "dot", "width": 1.5, "color": "gray"})
    figure.update_xaxes(title=chosen.axis(chosen.names[column]))
    figure.update_yaxes(title=chosen.axis(chosen.target), range=shown_range(chosen.y, x, values, low, high))
    return charts.framed(figure).update_layout(height=320)


def _in_group(chosen: SelectedFormula, base: np.ndarray, X: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Of the drawn rows of X (n, d), those of the group at `base` (d,); all of them if the formula has no groups."""
    own = chosen.network.own
    return drawn if own is None else drawn[X[drawn, own.column] == base[own.column]]


def _used(chosen: SelectedFormula) -> list[int]:
    """The inputs along which the formula can be drawn: those that it uses, without the numbers of groups."""
    own = chosen.network.own
    return [i for i in chosen.network.variables if own is None or i != own.column]


def _start(chosen: SelectedFormula, key: str) -> np.ndarray:
    """The medians of the inputs (d,); for a formula with groups, those of the group that the reader chooses."""
    own = chosen.network.own
    if own is None:
        middle: np.ndarray = np.median(chosen.X, axis=0)
        return middle
    present = sorted({int(g) for g in chosen.X[:, own.column]})
    g = st.selectbox(label_text(chosen.axis(chosen.names[own.column])), present, width=320,
                     format_func=lambda g: own.labels[g], key=f"{key}_group_{chosen.run_id}")
    base: np.ndarray = np.median(chosen.X[chosen.X[:, own.column] == g], axis=0)
    return base


@st.fragment
def what_if_tab(chosen: SelectedFormula) -> None:
    """Draw the tab What if: sliders for the inputs that the formula uses, its value there, a curve along each."""
    used = _used(chosen)
    if not used and chosen.network.own is None:
        st.info("This formula uses no input: its value is always the same.", icon=":material/info:")
        return
    base = _start(chosen, state.WHAT_IF)
    with st.container(horizontal=True):
        for i in used:
            low, high = float(chosen.X[:, i].min()), float(chosen.X[:, i].max())
            if low < high:
                base[i] = st.slider(label_text(chosen.axis(chosen.names[i])), low, high,
                                    float(np.clip(base[i], low, high)), step=(high - low) * _STEP, format="%.4g",
                                    key=f"{state.WHAT_IF}_{chosen.run_id}_{i}", width=260)
    st.caption("The sliders cover the range of all rows" + (
        ", including held-out rows." if HELD_OUT in chosen.groups else "."))
    value = float(chosen.network.evaluate(base[None, :])[0])
    shown = f"{value:.5g}{chosen.short_unit(chosen.target)}" if np.isfinite(value) else "no value here"
    st.metric(escaped(chosen.value_name), shown, width="content",
              help=chosen.unit_sentence(chosen.target).strip() or None)
    chosen.unit_caption(chosen.target)
    st.caption("Line: the formula. Points: the rows of your table"
               + (" that belong to this group" if chosen.network.own is not None else "")
               + (", whose other inputs differ from those above." if len(used) > 1 else "."))
    for i in used[:6]:
        figure = response_figure(chosen, base, i)
        chart_of_rows(chosen, figure, f"response_{i}", "The formula along one input, the others as set above",
                      say_how=False)
        if figure.layout.yaxis.range is not None:
            st.caption(CUT)


@st.fragment
def extrapolation_tab(chosen: SelectedFormula) -> None:
    """Draw the tab Extrapolation: the formula beyond the data, with warnings about poles and gaps."""
    used = _used(chosen)
    if not used:
        st.info("This formula uses no input: it is the same everywhere.", icon=":material/info:")
        return
    base = _start(chosen, state.EXTRAPOLATION_INPUT)
    column = st.selectbox("Along", used, format_func=lambda i: chosen.names[i], width=320,
                          key=f"{state.EXTRAPOLATION_INPUT}_{chosen.run_id}_{chosen.record['complexity']}")
    figure = response_figure(chosen, base, column, beyond=1.0)
    chart_of_rows(chosen, figure, "beyond", "The formula along one input, shaded where there are no data",
                  say_how=False)
    cut = f" {CUT}" if figure.layout.yaxis.range is not None else ""
    st.caption(escaped(extrapolation_sentence(chosen, column) + cut))
    for sentence in failure_sentences(chosen, base, column):
        st.warning(sentence, icon=":material/warning:")


def extrapolation_sentence(chosen: SelectedFormula, column: int) -> str:
    """The sentences on the meaning of the shading and on the range of the axis."""
    values, name = chosen.X[:, column], chosen.short_names[chosen.names[column]]
    low, high = float(values.min()), float(values.max())
    text = (f"Shaded: values of {name} outside your data, which range from {measured(low)} to {measured(high)}. The "
            "formula was not checked there and may be far off.")
    if 0.0 in reach(values, 1.0) and low < high:
        text += f" {name} is never {'below' if low >= 0 else 'above'} zero in your data, so the chart ends at zero."
    others = " The other inputs are at their medians." if len(_used(chosen)) > 1 else ""
    return text + others


def _span(low: float, high: float) -> str:
    """An interval in words; one place where both ends read alike."""
    return f"at {measured(low)}" if measured(low) == measured(high) else f"from {measured(low)} to {measured(high)}"


def failure_sentences(chosen: SelectedFormula, base: np.ndarray, column: int) -> list[str]:
    """Sentences on where the formula has a pole or no value: along this input, and between the rows."""
    low, high = float(chosen.X[:, column].min()), float(chosen.X[:, column].max())
    x, values = curve(chosen.network, base, column, *reach(chosen.X[:, column], 1.0), points=2001)
    sentences = []
    for t in failing_intervals(x, values, float(np.ptp(chosen.y)) or 1.0)[:4]:
        inside = "" if t.high < low or t.low > high else ", within the range of the data"
        sentences.append(f"The formula goes to infinity near {measured(t.low)} (a pole){inside}."
                         if t.kind == "pole" else f"The formula has no value {_span(t.low, t.high)}{inside}.")
    gaps, far = failures_between_rows(chosen.network, chosen.X, chosen.y)
    if gaps or far:
        sentences.append("Between the rows of the table, the formula has no value, or a value far outside the target's "
                    f"range, at {gaps + far:,} of 4,000 random points: it has a pole or a gap within the data.")
    return sentences
