"""Everything there is to take away from a formula, one button a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from .. import exports
from . import backend

#: What each file of `exports.export_files` is called on its button: name -> (label, icon, type).
FILES: dict[str, tuple[str, str, str]] = {
    "formula.txt": ("Formula (text)", ":material/description:", "text/plain"),
    "formula.tex": ("LaTeX", ":material/function:", "application/x-tex"),
    "formula.py": ("Python", ":material/code:", "text/x-python"),
    "formula.json": ("Network (JSON)", ":material/data_object:", "application/json"),
    "network.svg": ("Network drawing (SVG)", ":material/graph_3:", "image/svg+xml"),
    "loss.svg": ("Error plot (SVG)", ":material/show_chart:", "image/svg+xml"),
    "parity.svg": ("Fit plot (SVG)", ":material/scatter_plot:", "image/svg+xml"),
    "predictions.csv": ("Predictions (CSV)", ":material/table_view:", "text/csv"),
}


def downloads(run: backend.Run, row: Mapping[str, Any], figures: Mapping[str, go.Figure]) -> None:
    """Buttons for all files of one formula; a file is made when its button is pressed, and nothing reruns.

    Args:
        run: the run.
        row: the formula, a row of its front.
        figures: charts offered as interactive pages, label -> figure.
    """
    st.subheader("Take it away", anchor=False)
    with st.container(horizontal=True, key="downloads"):
        for name, (label, icon, mime) in FILES.items():
            st.download_button(label, data=one_file(run, row, name), file_name=name, mime=mime, icon=icon,
                               on_click="ignore", key=f"get_{name}")
        for label, figure in figures.items():
            name = f"{label.lower().replace(' ', '_')}.html"
            st.download_button(f"{label} (interactive)", data=page_of(figure), file_name=name, mime="text/html",
                               icon=":material/open_in_browser:", on_click="ignore", key=f"get_{name}")


def one_file(run: backend.Run, row: Mapping[str, Any], name: str) -> Callable[[], str]:
    """The maker of one file."""
    return lambda: exports.export_files(run, row)[name]


def page_of(figure: go.Figure) -> Callable[[], str]:
    """The maker of a chart as a page of its own that needs no network (plotly's code, about 5 MB, is inside)."""
    return lambda: figure.to_html(include_plotlyjs=True, full_html=True)
