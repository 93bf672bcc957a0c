"""The Data page: choose a sample or upload a table, see what was understood, say what is to be explained."""

from __future__ import annotations

import streamlit as st

from .. import samples
from ..advice import text_note
from ..cli_classes import is_classes
from ..data import Table, read_table
from ..engine.errors import XNetError
from . import backend, state, words
from .shell import SETUP, title

MAX_BYTES = 20 * 2**20
PREVIEW_ROWS = 100


def table_page() -> None:
    """Everything on the Data page below the navigation."""
    table = state.table()
    if table is None and (name := st.query_params.get("sample")) in {s.name for s in backend.samples_on_offer()}:
        backend.use_sample(str(name))
        table = state.table()
    title("Data", "Choose a table and the column that you want explained.")
    if table is None:
        _sources()
        return
    _chosen(table)
    with st.expander("Use another table", icon=":material/swap_horiz:"):
        _sources()


def _sources() -> None:
    own, gallery = st.tabs(["Upload a table", "Sample tables"], default="Sample tables")
    with own:
        _upload()
    with gallery:
        _gallery()


def _upload() -> None:
    st.file_uploader("A table as CSV or TSV, one row per observation, names in the first row",
                     type=["csv", "tsv", "txt", "dat"], key="upload", on_change=_take_upload, max_upload_size=20)
    if problem := st.session_state.get(state.UPLOAD_ERROR):
        st.error(problem, icon=":material/error:")
    st.caption("Comma, semicolon or tab between columns, decimal point or decimal comma: it is found out. Up to 20 MB. "
               "The server that runs this app keeps the columns that you use with the search; they go nowhere else.")


def _take_upload() -> None:
    """Read the file that was just uploaded; what is wrong with it is kept to be shown."""
    st.session_state[state.UPLOAD_ERROR] = None
    upload = st.session_state.get("upload")
    if upload is None:
        return
    # The browser checks the size too, but only the browser.
    if upload.size > MAX_BYTES:
        st.session_state[state.UPLOAD_ERROR] = (f"{upload.name} has {upload.size / 2**20:.0f} MB; tables up to 20 MB "
                                                "can be read. Leave out columns or rows.")
        return
    try:
        state.set_table(read_table(upload.getvalue(), upload.name))
        st.query_params.pop("sample", None)
    except XNetError as error:
        st.session_state[state.UPLOAD_ERROR] = str(error)


def _gallery() -> None:
    offered = backend.samples_on_offer()
    disciplines = sorted({s.discipline for s in offered})
    chosen = st.pills("Discipline", disciplines, format_func=str.capitalize, key="discipline",
                      label_visibility="collapsed")
    with st.grid(3, min_column_width=260):
        for sample in offered:
            if chosen in (None, sample.discipline):
                _card(sample)


def _card(sample: samples.Sample) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.badge(sample.discipline.capitalize(), color="gray")
        st.markdown(f"**{words.md(sample.title)}**")
        st.caption(words.md(words.shorten(sample.description, 150)))
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(words.count(sample.rows, "row"), width="content")
            st.button("Use this table", key=f"use_{sample.name}", on_click=_use, args=(sample.name,))


def _use(name: str) -> None:
    backend.use_sample(name)
    st.query_params["sample"] = name


def _chosen(table: Table) -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        _roles(table)
    with right:
        st.subheader(words.md(words.shorten(table.title or table.name, 90)), anchor=False)
        if table.description:
            st.markdown(words.md(table.description))
        st.dataframe(table.frame.head(PREVIEW_ROWS), hide_index=True, height=260, alt="First rows of the table")
        st.caption(f"{words.count(len(table.frame), 'row')}, {words.count(table.frame.shape[1], 'column')}"
                   + (f"; the first {PREVIEW_ROWS} are shown" if len(table.frame) > PREVIEW_ROWS else ""))
        _report(table)


def _report(table: Table) -> None:
    if table.report:
        with st.expander("How the table was read", icon=":material/fact_check:", expanded=not table.source):
            st.markdown("\n".join(f"- {words.md(line)}" for line in table.report))
    if table.source:
        st.caption(f"Source: {words.md(words.shorten(str(table.source), 300))} "
                   f"Licence: {words.md(table.licence or 'not stated')}")


def _roles(table: Table) -> None:
    if len(table.numeric_columns) < 2:
        st.error("This table has fewer than two columns of numbers: one is needed to be explained and at least one to "
                 "explain it by. Choose another table.", icon=":material/error:")
        return
    columns = list(table.numeric_columns)

    def unit(column: str) -> str:
        name = table.units.get(column)
        return f"{column} ({name})" if name and name not in column else column

    target = st.selectbox("Explain this column", columns, format_func=unit, key=state.TARGET, persist_state="session")
    if note := text_note([c for c in table.frame.columns if is_classes(table, c, asked=False)]):
        st.caption(words.md(note))
    others = [c for c in columns if c != target]
    st.session_state[state.INPUTS] = [c for c in st.session_state.get(state.INPUTS) or [] if c in others]
    inputs = st.multiselect("by these columns", others, format_func=unit, key=state.INPUTS, persist_state="session",
                            placeholder="Choose at least one column", wrap=True)
    if not inputs:
        st.info("Choose at least one column to explain it by.", icon=":material/info:")
    with st.container(horizontal=True):
        if st.button("Discover a formula", icon=":material/play_arrow:", type="primary", key="discover",
                     disabled=not inputs):
            backend.start()
        if st.button("Choose settings first", icon=SETUP.icon, key="to_setup", disabled=not inputs):
            st.switch_page(SETUP.path)
    chosen = state.settings()
    st.caption(f"Searches for {words.seconds(chosen.seconds)}; you can stop at any time.")
