"""Everything there is to take away from a formula, in groups; a file is made when its button is pressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from ..animation import discovery_gif
from ..bundle import make_bundle
from ..exports import ANIMATION, Export
from ..replay import read_frames
from . import backend

#: The languages of a formula: file -> (label, type, language of the highlighting).
LANGUAGES: dict[str, tuple[str, str, str | None]] = {
    "formula.txt": ("Text", "text/plain", None),
    "formula.tex": ("LaTeX", "application/x-tex", "latex"),
    "formula.py": ("Python", "text/x-python", "python"),
    "formula_sympy.py": ("SymPy", "text/x-python", "python"),
    "formula.js": ("JavaScript", "text/javascript", "javascript"),
    "formula_excel.txt": ("Excel", "text/plain", None),
}
#: The other files, by group: file -> (label, icon, type).
GROUPS: dict[str, dict[str, tuple[str, str, str]]] = {
    "Network": {
        "network.svg": ("Network drawing (SVG)", ":material/graph_3:", "image/svg+xml"),
        "network.png": ("Network drawing (PNG)", ":material/image:", "image/png"),
        "network.graphml": ("Network (GraphML)", ":material/hub:", "application/xml"),
        "formula.json": ("Network (JSON)", ":material/data_object:", "application/json")},
    "Plots": {
        "loss.svg": ("Loss plot (SVG)", ":material/show_chart:", "image/svg+xml"),
        "front.svg": ("Front plot (SVG)", ":material/stacked_line_chart:", "image/svg+xml"),
        "parity.svg": ("Fit plot (SVG)", ":material/scatter_plot:", "image/svg+xml"),
        "residuals.svg": ("Residual plot (SVG)", ":material/scatter_plot:", "image/svg+xml"),
        "loss.png": ("Loss plot (PNG)", ":material/image:", "image/png"),
        "front.png": ("Front plot (PNG)", ":material/image:", "image/png"),
        "parity.png": ("Fit plot (PNG)", ":material/image:", "image/png"),
        "residuals.png": ("Residual plot (PNG)", ":material/image:", "image/png"),
        "probabilities.svg": ("Fit plot (SVG)", ":material/scatter_plot:", "image/svg+xml"),
        "probabilities.png": ("Fit plot (PNG)", ":material/image:", "image/png")},
    "Data": {
        "predictions.csv": ("Predictions (CSV)", ":material/table_view:", "text/csv"),
        "front.csv": ("All formulas (CSV)", ":material/table_view:", "text/csv")},
    "Everything": {
        "report.html": ("Report (HTML)", ":material/summarize:", "text/html")},
}
CODE_HEIGHT = 240
#: The name under which a run is saved as a whole.
BUNDLE = "run.zip"


def downloads(run: backend.Run, row: Mapping[str, Any], figures: Mapping[str, go.Figure]) -> None:
    """Code to copy and buttons for all files of one formula; nothing reruns when one is pressed.

    Args:
        run: the run.
        row: the formula, a row of its front.
        figures: charts offered together as one interactive page, label -> figure.
    """
    makers = Export.of(run, row).makers()
    st.subheader("Take it away", anchor=False)
    for tab, (name, (label, mime, language)) in zip(st.tabs([entry[0] for entry in LANGUAGES.values()]),
                                                    LANGUAGES.items(), strict=True):
        with tab:
            code = str(makers[name]())
            st.code(code, language=language, wrap_lines=True, height=CODE_HEIGHT if code.count("\n") > 8 else "content")
            st.download_button(f"{label} file", data=code, file_name=name, mime=mime, icon=":material/download:",
                               on_click="ignore", key=f"get_{name}")
    for group, files in GROUPS.items():
        st.markdown(f"**{group}**")
        with st.container(horizontal=True, key=f"downloads_{group.lower()}"):
            for name, (label, icon, mime) in ((n, entry) for n, entry in files.items() if n in makers):
                st.download_button(label, data=makers[name], file_name=name, mime=mime, icon=icon, on_click="ignore",
                                   key=f"get_{name}")
            if group == "Plots":
                st.download_button("Interactive plots (HTML)", data=lambda: plots_page(figures), file_name="plots.html",
                                   mime="text/html", icon=":material/open_in_browser:", on_click="ignore",
                                   key="get_plots.html")
            if group == "Everything":
                _run_files(run)
    st.caption("Who is to see these results and steer nothing gets the link under Share, above; whoever has the "
               "address of this page can also stop or delete the search." if not backend.read_only(run) else
               "This page was shared with you for reading.")


def _run_files(run: backend.Run) -> None:
    """What there is of the run as a whole."""
    st.download_button("Run bundle (ZIP)", data=lambda: make_bundle(run), file_name=BUNDLE, mime="application/zip",
                       icon=":material/inventory_2:", on_click="ignore", key=f"get_{BUNDLE}",
                       help="Data, settings, versions, results and the note on it. Open it on the first page of any "
                            "X-Net, or do the search again with: python -m xnet replay run.zip")
    if read_frames(run):
        st.download_button("Discovery as a film (GIF)", data=lambda: discovery_gif(run), file_name=ANIMATION,
                           mime="image/gif", icon=":material/movie:", on_click="ignore", key=f"get_{ANIMATION}",
                           help="The way from the first network to the last. Drawing it takes a few seconds.")


def plots_page(figures: Mapping[str, go.Figure]) -> str:
    """Charts as one page that needs no network: plotly's code, about 5 MB, is inside once."""
    parts = [figure.to_html(full_html=False, include_plotlyjs=k == 0) for k, figure in enumerate(figures.values())]
    sections = "".join(f"<h2>{label}</h2>{part}" for label, part in zip(figures, parts, strict=True))
    return ('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Plots by X-Net</title></head>'
            f'<body style="font-family: system-ui, sans-serif">{sections}</body></html>')
