"""The downloads of the Results page: the most common files first, the others grouped by use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from xnet.archive.bundle import make_bundle
from xnet.exports.animation import discovery_gif
from xnet.exports.export import ANIMATION, Export
from xnet.runs.frames_file import read_frames
from xnet.ui.session import current_run

#: Languages of a formula: file -> (label, MIME type, language of the highlighting).
Languages = Mapping[str, tuple[str, str, str | None]]
TO_PASTE: Languages = {
    "formula.txt": ("Text", "text/plain", None),
    "formula.tex": ("LaTeX", "application/x-tex", "latex"),
    "formula_excel.txt": ("Excel", "text/plain", None),
}
TO_RUN: Languages = {
    "formula.py": ("Python", "text/x-python", "python"),
    "formula_sympy.py": ("SymPy", "text/x-python", "python"),
    "formula_jax.py": ("JAX", "text/x-python", "python"),
    "formula.js": ("JavaScript", "text/javascript", "javascript"),
}
#: Other files: file -> (label, icon, MIME type).
Files = Mapping[str, tuple[str, str, str]]
REPORT: Files = {"report.html": ("Report (HTML)", ":material/summarize:", "text/html")}
PLOTS: Files = {"plots.html": ("Plots (HTML)", ":material/open_in_browser:", "text/html")}
NOTEBOOK: Files = {"formula.ipynb": ("Notebook (Jupyter)", ":material/book_2:", "application/x-ipynb+json")}
FOR_PROGRAMS: Files = {
    "formula.json": ("Network (JSON)", ":material/data_object:", "application/json"),
    "network.graphml": ("Network (GraphML)", ":material/hub:", "application/xml"),
}
SHARP: Files = {
    "network.svg": ("Network drawing (SVG)", ":material/graph_3:", "image/svg+xml"),
    "parity.svg": ("Fit plot (SVG)", ":material/scatter_plot:", "image/svg+xml"),
    "probabilities.svg": ("Fit plot (SVG)", ":material/scatter_plot:", "image/svg+xml"),
    "residuals.svg": ("Residual plot (SVG)", ":material/scatter_plot:", "image/svg+xml"),
    "front.svg": ("Front plot (SVG)", ":material/stacked_line_chart:", "image/svg+xml"),
    "loss.svg": ("Loss plot (SVG)", ":material/show_chart:", "image/svg+xml"),
}
PLAIN: Files = {
    "network.png": ("Network drawing (PNG)", ":material/image:", "image/png"),
    "parity.png": ("Fit plot (PNG)", ":material/image:", "image/png"),
    "probabilities.png": ("Fit plot (PNG)", ":material/image:", "image/png"),
    "residuals.png": ("Residual plot (PNG)", ":material/image:", "image/png"),
    "front.png": ("Front plot (PNG)", ":material/image:", "image/png"),
    "loss.png": ("Loss plot (PNG)", ":material/image:", "image/png"),
}
TABLES: Files = {
    "predictions.csv": ("Predictions (CSV)", ":material/table_view:", "text/csv"),
    "front.csv": ("All formulas (CSV)", ":material/table_view:", "text/csv"),
}
CODE_HEIGHT = 240
#: The file name of a run bundle.
BUNDLE = "run.zip"
#: File -> function that creates its contents.
Makers = Mapping[str, Callable[[], str | bytes]]


def downloads(run: current_run.Run, record: Mapping[str, Any]) -> None:
    """Draw the downloads; a click on a button does not rerun the page.

    Args:
        run: the run.
        record: the selected formula.
    """
    makers = Export.from_run(run, record).makers()
    st.header("Download", anchor=False)
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch", key="take_formula"):
        st.markdown("**The formula**, for a document or a spreadsheet")
        _languages(TO_PASTE, makers)
    with right.container(border=True, height="stretch", key="take_whole"):
        st.markdown("**Report**: one page with the formula, its scores and its charts")
        _buttons(REPORT, makers)
        st.markdown("**Everything in one file**: data, settings and all formulas. You can open it on the Home page of "
                    "any X-Net.")
        _bundle(run)
    with st.expander("For programmers: Python, SymPy, JavaScript, a notebook, the network as data",
                     icon=":material/code:", key="take_code"):
        _languages(TO_RUN, makers)
        st.caption("The notebook holds the rows, the formula and the plots, and runs with NumPy and Matplotlib.")
        _buttons(NOTEBOOK, makers)
        st.caption("The network, neuron by neuron: X-Net reads the JSON file, programs for networks (Gephi, yEd, "
                   "NetworkX) read the GraphML file.")
        _buttons(FOR_PROGRAMS, makers)
    with st.expander("Pictures for slides and papers", icon=":material/image:", key="take_pictures"):
        st.caption("PNG works in every document.")
        _buttons(PLAIN, makers)
        st.caption("SVG stays sharp at any size and can be edited in a drawing program.")
        _buttons(SHARP, makers)
        st.caption("All charts on one page, with each row under the pointer, and the search as an animation.")
        with st.container(horizontal=True):
            _buttons(PLOTS, makers)
            _animation(run)
    with st.expander("Tables for a spreadsheet", icon=":material/table_view:", key="take_tables"):
        st.caption("Your rows with the value of the formula in each, and all formulas of the search with their scores.")
        _buttons(TABLES, makers)
    if current_run.is_read_only(run):
        st.caption("This page was shared with you for reading only.")
    else:
        st.caption("To let others read these results without changing anything, send them the link under Share, above. "
                   "Anyone who has the address of this page can also stop or delete the search.")


def _languages(languages: Languages, makers: Makers) -> None:
    """Draw the formula in some languages, one tab for each: to copy, and as a file."""
    for tab, (name, (label, mime, language)) in zip(st.tabs([entry[0] for entry in languages.values()]),
                                                    languages.items(), strict=True):
        with tab:
            code = str(makers[name]())
            st.code(code, language=language, wrap_lines=True, height=CODE_HEIGHT if code.count("\n") > 8 else "content")
            st.download_button(f"{label} file", data=code, file_name=name, mime=mime, icon=":material/download:",
                               on_click="ignore", key=f"get_{name}")


def _buttons(files: Files, makers: Makers) -> None:
    """Draw a button for each file that exists for the formula; a click creates the file."""
    with st.container(horizontal=True):
        for name, (label, icon, mime) in ((n, entry) for n, entry in files.items() if n in makers):
            st.download_button(label, data=makers[name], file_name=name, mime=mime, icon=icon, on_click="ignore",
                               key=f"get_{name}")


def _bundle(run: current_run.Run) -> None:
    st.download_button("Run bundle (ZIP)", data=lambda: make_bundle(run), file_name=BUNDLE, mime="application/zip",
                       icon=":material/inventory_2:", on_click="ignore", key=f"get_{BUNDLE}",
                       help="Data, settings, versions, results and the note. Open it on the Home page of any X-Net, or "
                            "repeat the search with: python -m xnet replay run.zip")


def _animation(run: current_run.Run) -> None:
    if read_frames(run):
        st.download_button("Search as an animation (GIF)", data=lambda: discovery_gif(run), file_name=ANIMATION,
                           mime="image/gif", icon=":material/movie:", on_click="ignore", key=f"get_{ANIMATION}",
                           help="All best networks from the first to the last. Creating the file takes a few seconds.")
