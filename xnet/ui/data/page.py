"""The Data page: choose a sample or upload a table, check how it was read, choose the column to explain."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from xnet.counts import counted
from xnet.errors import XNetError
from xnet.limited_process import keep_ready, limited
from xnet.runs.other_columns import MOST_COLUMNS
from xnet.tables import samples
from xnet.tables.group_column import joined
from xnet.tables.reading import read_table
from xnet.tables.table import Table
from xnet.tables.units_in_names import renames_without_units
from xnet.ui.page_list import SETUP
from xnet.ui.session import actions, kept_tables, series_choice, state, table_changes, table_choice
from xnet.ui.shell import page_title
from xnet.ui.text import escaped, shorten

from .changes_list import changes_list
from .missing_codes import missing_codes_notice
from .outliers import outliers_notice
from .pictures import pictures_tab
from .roles import columns_tab, role_selectors
from .row_editor import rows_of_table
from .rows import cells_tab, rows_summary, rows_tab

MAX_BYTES = 20 * 2**20
PASTED = "pasted"
#: The places where a table is given, and their tabs: a refusal is shown there, so the tab has to be open.
SOURCES = {"upload": "Upload a table", PASTED: "Paste a table"}


def data_page() -> None:
    """Draw the Data page."""
    table = state.table()
    if table is None and (name := st.query_params.get("sample")) in {s.name for s in actions.available_samples()}:
        actions.use_sample(str(name))
        table = state.table()
    page_title("Data", "Choose a table and the column that you want to explain.")
    with _page_body():
        table = state.table()
        if table is None:
            if kept_tables.is_gone():
                st.info("The table of this address is not kept any more: two hours passed, the app was started again, "
                        "or later tables needed its memory. Choose it again.", icon=":material/link_off:")
            _sources()
            return
        _chosen(table)
        refused = (st.session_state.get(state.UPLOAD_ERROR) or ("",))[0]
        with st.expander("Use another table", icon=":material/swap_horiz:", expanded=refused in SOURCES):
            _sources()


def _page_body() -> DeltaGenerator:
    """The container of the page; if a table has been given, it is read first.

    Meanwhile the page shows only that it is being read: the earlier table would stand beside the name of the new one.
    """
    given = st.session_state.pop(state.GIVEN_TABLE, None)
    if given is None:
        return st.container()
    body = st.empty()
    with body.container(key="reading_table"), st.spinner(  # page.css hides the earlier page beside this key
            f"Reading {escaped(shorten(given[2], 60))} …"):
        _take(*given)
    return body.container()


def _sources() -> None:
    keep_ready()  # so that a file need not wait for a process to start
    refused = (st.session_state.get(state.UPLOAD_ERROR) or ("",))[0]
    titles = [*SOURCES.values(), "Sample tables"]
    own, pasted, gallery = st.tabs(titles, default=SOURCES.get(refused, titles[-1]))
    with own:
        _upload()
    with pasted:
        _paste()
    with gallery:
        _gallery()
    st.caption("The server of this app holds your table in memory, and for two hours after you leave, so that a reload "
               "finds it: the address of every page then holds a secret key to it. When you start a search, the server "
               f"stores the columns that you use, and up to {MOST_COLUMNS} others for your downloads. It sends them "
               "nowhere else.")


def _upload() -> None:
    # Another key for every upload: a file that was read or refused would be joined to the next one.
    key = f"upload_{st.session_state.get(state.UPLOADS, 0)}"
    # Files of any type: a reason is given for one that cannot be read, and instruments give tables any ending.
    st.file_uploader("A table with one row per observation: CSV, a workbook, Parquet, JSON or NumPy", key=key,
                     accept_multiple_files=True, on_change=_take_upload, args=(key,), max_upload_size=20)
    _problem("upload")
    st.caption("The app detects the separator of columns (comma, semicolon or tab) and the decimal sign. Up to 20 MB. "
               "Several files of the same columns, chosen together, become one table with a column of their names.")


def _paste() -> None:
    st.text_area("Cells copied from a spreadsheet, or the text of a file", key=PASTED, height=180,
                 placeholder="distance\tperiod\n0.39\t0.24\n0.72\t0.62\n1.00\t1.00\n1.52\t1.88\n5.20\t11.9")
    st.button("Use the pasted table", icon=":material/content_paste:", key="use_pasted", on_click=_take_pasted)
    _problem(PASTED)


def _problem(place: str) -> None:
    """Show why the last table could not be read, at the place where it was given."""
    error = st.session_state.get(state.UPLOAD_ERROR)
    if error is not None and error[0] == place:
        st.error(escaped(error[1]), icon=":material/error:")


def _take_upload(key: str) -> None:
    """Have the page read the files that were just uploaded; an error is stored for `_problem`."""
    st.session_state[state.UPLOAD_ERROR] = None
    uploads = st.session_state.get(key)
    if not uploads:
        return
    st.session_state[state.UPLOADS] = st.session_state.get(state.UPLOADS, 0) + 1
    # Streamlit checks the size only in the browser, and that of every file alone.
    names, size = " and ".join(upload.name for upload in uploads), sum(upload.size for upload in uploads)
    if size > MAX_BYTES:
        _refuse("upload", f"{names}: {size / 2**20:.0f} MB; the limit is 20 MB. Remove columns or rows.")
        return
    st.session_state[state.GIVEN_TABLE] = ("upload", [(upload.getvalue(), upload.name) for upload in uploads], names)


def _take_pasted() -> None:
    st.session_state[state.UPLOAD_ERROR] = None
    text = str(st.session_state.get(PASTED) or "")
    if text.strip():
        st.session_state[state.GIVEN_TABLE] = (PASTED, text, "the pasted table")
    else:
        _refuse(PASTED, "The field is empty. Copy cells with the column names in the first row, and paste them above.")


def _take(place: str, given: list[tuple[bytes, str]] | bytes | str, name: str, sheet: str | None = None) -> None:
    """Read a table and make it the session's; an error is stored for `_problem`.

    Several files become one table, whose formula has constants of its own for each file.
    """
    files = given if isinstance(given, list) else [(given, name)]
    try:
        tables = [limited(file, read_table, source, file, sheet=sheet) for source, file in files]
        table = tables[0] if len(tables) == 1 else joined(tables)
    except XNetError as error:
        _refuse(place, str(error))
        return
    state.set_table(table)
    if len(tables) > 1:
        st.session_state[state.GROUP] = str(table.frame.columns[-1])
    table_changes.make(*renames_without_units(table))
    # Streamlit drops the uploaded file when the user leaves the page; a workbook has more sheets to read.
    st.session_state[state.WORKBOOK] = files[0][0] if len(tables) == 1 and len(table.sheets) > 1 else None
    st.query_params.pop("sample", None)
    kept_tables.keep()


def _refuse(place: str, reason: str) -> None:
    st.session_state[state.UPLOAD_ERROR] = (place, reason)


def _sheets(table: Table) -> None:
    """Draw the selector of a workbook's sheet."""
    if len(table.sheets) > 1 and st.session_state.get(state.WORKBOOK):
        st.selectbox("Sheet of the workbook", table.sheets, index=table.sheets.index(table.sheet), key="sheet",
                     on_change=_take_sheet, args=(table.name,))
        _problem("sheet")


def _take_sheet(name: str) -> None:
    st.session_state[state.UPLOAD_ERROR] = None
    st.session_state[state.GIVEN_TABLE] = ("sheet", st.session_state[state.WORKBOOK], name, st.session_state["sheet"])


def _gallery() -> None:
    offered = actions.available_samples()
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
        st.markdown(f"**{escaped(sample.title)}**")
        st.caption(escaped(shorten(sample.description, 150)))
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(counted(sample.rows, "row"), width="content")
            st.button("Use this table", key=f"use_{sample.name}", on_click=_use, args=(sample.name,))


def _use(name: str) -> None:
    actions.use_sample(name)
    st.query_params["sample"] = name


def _chosen(table: Table) -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        role_selectors(table)
        missing_codes_notice(table)
        outliers_notice(table)
        _go(table)
        changes_list(table)
    with right:
        st.header(escaped(shorten(table.display_name(table_choice.roles().target), 90)), anchor=False)
        if table.description:
            st.markdown(escaped(table.description))
        _sheets(table)
        _tabs(table)


def _tabs(table: Table) -> None:
    """Draw the tabs about the table; only the open tab is computed."""
    tabs = st.tabs(list(TABS), key=state.DATA_TABS, on_change="rerun")
    for tab, show in zip(tabs, TABS.values(), strict=True):
        if tab.open:
            with tab:
                show(table)


#: The tabs about a table: title -> function that draws it.
TABS: dict[str, Callable[[Table], None]] = {
    "Rows": rows_of_table, "Columns": columns_tab, "Gaps, text and dates": cells_tab,
    "Held-out rows": rows_tab, "Pictures": pictures_tab}


def _go(table: Table) -> None:
    """Draw the buttons that start a search, and a summary of the rows that it would use."""
    chosen, ready = state.settings(), bool(table_choice.roles().target and table_choice.roles().inputs)
    with st.container(horizontal=True):
        if st.button("Discover a formula", icon=":material/play_arrow:", type="primary", key="discover",
                     disabled=not ready):
            actions.start_search()
        if st.button("Choose settings first", icon=SETUP.icon, key="to_setup", disabled=not ready):
            st.switch_page(SETUP.path)
    if summary := rows_summary(chosen.holdout_percent):
        st.caption(summary)
    st.caption(f"{series_choice.time_sentence(table, chosen.seconds)}; you can stop at any time.")
