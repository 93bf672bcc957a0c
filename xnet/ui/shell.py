"""The frame around every page: navigation, redirect of cold deep links, page title and status strip."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from xnet.config.dynamics_runs import is_dynamics
from xnet.errors import XNetError
from xnet.runs import ACTIVE, list_runs
from xnet.ui.components.formula_view import FIT_STYLE
from xnet.ui.components.page_scripts import run_page_scripts
from xnet.wording.formula_notation import typeset_text

from .page_list import DATA, DISCOVER, HOME, LIBRARY, MOTION, PAGES, PREDICT, RESULTS, Page
from .session import actions, current_run, kept_tables, navigation, state
from .session.login import ask_for_login
from .text import RUN_STATES, escaped, shorten, why_no_formula

# A local picture: for the name of an icon, Streamlit would load a picture from another server.
_ASSETS = Path(__file__).with_name("assets")
_ICON = _ASSETS / "icon.svg"
PAGE_STYLE = f"<style>{(_ASSETS / 'page.css').read_text('utf-8')}</style>"

# Every part of the strip is one line, cut at the edge of the window, so that it takes at most two lines on a phone.
STRIP_STYLE = """<style>
.st-key-strip { row-gap: 0; }
.st-key-strip > div { max-width: 100%; min-width: 0; }
.st-key-strip p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
@media (max-width: 640px) {
  .st-key-strip:has(a) > div:has([data-testid=stCaptionContainer]) { max-width: calc(100% - 8rem); }
}
</style>"""


def enter_page(page: Page) -> None:
    """Prepare a page: redirect, follow a pending navigation, load the styles and draw the strip; called first by pages.

    Until app.py has run once, a freshly started server serves the files in pages/ on their own, without navigation.
    Such a request is redirected through app.py, which then returns to the page with its query parameters. If a
    callback has requested another page (`navigation.go`), the app switches to it here.
    """
    if not st.session_state.get(state.APP_STARTED):
        st.switch_page("app.py", query_params={**st.query_params.to_dict(), "goto": page.path})
    navigation.follow()
    run = current_run.session_run()
    motion = run is not None and is_dynamics(run.config)
    if run is not None and motion and page in (DISCOVER, RESULTS, PREDICT):
        st.switch_page(MOTION.path, query_params=current_run.run_query(run))  # laws of motion have a page of their own
    run_page_scripts()
    _keep_table(run if page in ((MOTION,) if motion else (DISCOVER, RESULTS, PREDICT)) else None)
    st.html(FIT_STYLE + PAGE_STYLE)
    _strip(page, run)


def _keep_table(shown: current_run.Run | None) -> None:
    """Restore the table that the address names, and keep the session's table, on a page that shows this run.

    The address of a run that is shared for reading is meant for others, so no key of a table is written into it.
    """
    if shown is not None and current_run.is_read_only(shown):
        return
    kept_tables.restore()
    named = bool({"run", "view"} & set(st.query_params))
    # Both in one step, because each change of the address is a page for the browser's Back.
    kept_tables.keep({} if shown is None or named else current_run.run_query(shown))


def open_app() -> None:
    """Set up the app around the current page and run that page."""
    st.set_page_config(page_title="X-Net", page_icon=_ICON.read_text("utf-8"), layout="wide")
    if ask_for_login():
        return
    st.session_state[state.APP_STARTED] = True
    state.fill_defaults()
    current_run.prewarm()
    current_run.housekeeping()
    page = st.navigation([st.Page(p.path, title=p.title, icon=p.icon, help=p.help, default=p is HOME) for p in PAGES],
                         position="top")
    # The title distinguishes pages in the browser's tabs and history, and for screen readers.
    st.set_page_config(page_title="X-Net" if page.title == HOME.title else f"{page.title} · X-Net")
    _finish_redirect()
    try:
        page.run()
    except XNetError as error:  # the files of a run can be deleted between two reads
        st.error(escaped(error), icon=":material/error:")


def _finish_redirect() -> None:
    """Finish the redirect that `enter_page` began; paths that are not pages of the app are ignored."""
    goal = st.query_params.get("goto")
    if goal in {p.path for p in PAGES}:
        rest = {k: v for k, v in st.query_params.to_dict().items() if k != "goto"}
        st.switch_page(goal, query_params=rest)


def page_title(text: str, caption: str = "") -> None:
    """Write the heading of a page, with one sentence below it."""
    st.title(text, anchor=False)
    if caption:
        st.caption(caption)


def _strip(page: Page, run: current_run.Run | None) -> None:
    """Draw the strip above the page: the session's table or search, its best formula, and a link to it."""
    table = state.table()
    if run is not None:
        current_run.wait_for_start(run)
        _run_strip(run, page)
    elif table is not None and page != DATA:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="strip"):
            st.html(STRIP_STYLE)
            target = st.session_state.get(state.TARGET)
            name = escaped(shorten(table.display_name(target), 50))
            st.caption(f"{DATA.icon} {name}" + (f" · target {escaped(shorten(target, 30))}" if target else ""),
                       width="content")


def _run_strip(run: current_run.Run, page: Page) -> None:
    config, run_state, best = run.config, current_run.run_state(run), run.best()
    label, icon, _ = RUN_STATES[run_state]
    active = run_state in ACTIVE
    goal = MOTION if is_dynamics(config) else DISCOVER if active else RESULTS
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="strip"):
        st.html(STRIP_STYLE)
        st.caption(f"{icon} {label}: {escaped(shorten(config['name'], 60))}", width="content")
        if page != goal:
            st.page_link(goal.path, label="Watch" if active else "Results", icon=goal.icon,
                         query_params=current_run.run_query(run))
        # The Discover page refreshes its best formula by itself; a formula in the strip would be out of date beside it.
        if best and not (page == DISCOVER and active):
            st.caption(escaped(shorten(typeset_text(str(best.get("text", ""))), 60)), width="content")


def no_formula_yet(run: current_run.Run) -> None:
    """Say why a search has no formula, and lead to it."""
    status = run.status()
    show, icon = (st.error, "error") if status["state"] == "failed" else (st.info, "info")
    show(why_no_formula(status["state"], status["message"]), icon=f":material/{icon}:")
    st.page_link(DISCOVER.path, label="Go to the search", icon=DISCOVER.icon, query_params=current_run.run_query(run))


def empty_state(text: str) -> None:
    """Show the empty state of a page that needs a run: a sentence and the ways to start."""
    with st.container(border=True, horizontal_alignment="center", gap="medium"):
        st.markdown(text, text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center"):
            if st.button("Try an example", icon=":material/play_arrow:", type="primary", key="empty_example"):
                actions.try_example()
            if st.button("Use my data", icon=":material/upload:", key="empty_data"):
                st.switch_page(DATA.path)
            if any(current_run.is_listed(run) for run in list_runs()):
                st.page_link(LIBRARY.path, label="Open a search of the Library", icon=LIBRARY.icon)
