"""What every page shares: the list of pages, the guard for cold deep links, the header and the state strip."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from xnet.errors import XNetError
from xnet.runs import ACTIVE
from xnet.ui.components.formula_view import FIT_STYLE, glance

from . import text as words
from .page_list import DATA, DISCOVER, HOME, PAGES, RESULTS
from .session import actions, current_run, navigation, state

# A picture of our own: Streamlit would fetch an icon's name from another server for the browser's tab.
_ASSETS = Path(__file__).with_name("assets")
_ICON = _ASSETS / "icon.svg"
PAGE_STYLE = f"<style>{(_ASSETS / 'page.css').read_text('utf-8')}</style>"

# One line a part, cut where the window ends, so that a phone shows two lines and no more.
STRIP_STYLE = """<style>
.st-key-strip { row-gap: 0; }
.st-key-strip > div { max-width: 100%; min-width: 0; }
.st-key-strip p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
@media (max-width: 640px) {
  .st-key-strip:has(a) > div:has([data-testid=stCaptionContainer]) { max-width: calc(100% - 8rem); }
}
</style>"""


def guard(path: str) -> None:
    """Send a page that was opened without the app around it through app.py; first line of every page.

    Until app.py has run once, a freshly started server serves the files in pages/ on their own, without navigation.
    The page's own address and its query parameters survive the detour.
    A button that asked for another page (`navigation.go`) gets it here. The strip stands above whatever the page shows.
    """
    if not st.session_state.get(state.SHELL):
        st.switch_page("app.py", query_params={**st.query_params.to_dict(), "goto": path})
    navigation.follow()
    st.html(FIT_STYLE + PAGE_STYLE)
    _strip(path)


def open_app() -> None:
    """Set up the app around the current page and run that page."""
    st.set_page_config(page_title="X-Net", page_icon=_ICON.read_text("utf-8"), layout="wide")
    st.session_state[state.SHELL] = True
    state.fill_defaults()
    current_run.prewarm()
    page = st.navigation([st.Page(p.path, title=p.title, icon=p.icon, help=p.help, default=p is HOME) for p in PAGES],
                         position="top")
    # A browser's tabs, its history and a screen reader tell pages apart by this.
    st.set_page_config(page_title="X-Net" if page.title == HOME.title else f"{page.title} · X-Net")
    _forward()
    try:
        page.run()
    except XNetError as error:  # files of a run can be taken away between two looks at them
        st.error(words.md(error), icon=":material/error:")


def _forward() -> None:
    """Finish the detour that `guard` began; only pages of the app can be its goal."""
    goal = st.query_params.get("goto")
    if goal in {p.path for p in PAGES}:
        rest = {k: v for k, v in st.query_params.to_dict().items() if k != "goto"}
        st.switch_page(goal, query_params=rest)


def title(text: str, caption: str = "") -> None:
    """A page's heading with one sentence below it."""
    st.title(text, anchor=False)
    if caption:
        st.caption(caption)


def _strip(path: str) -> None:
    """What this session holds, above every page: its table, its search, the best formula and the way there."""
    run, table = current_run.session_run(), state.table()
    if run is not None:
        current_run.wait_for_start(run)
        _run_strip(run, path)
    elif table is not None and path != DATA.path:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="strip"):
            st.html(STRIP_STYLE)
            target = st.session_state.get(state.TARGET)
            told = words.md(words.shorten(table.display_name(target), 50))
            st.caption(f"{DATA.icon} {told}" + (f" · target {words.md(words.shorten(target, 30))}" if target else ""),
                       width="content")


def _run_strip(run: current_run.Run, path: str) -> None:
    config, run_state, best = run.config, current_run.run_state(run), run.best()
    label, icon, _ = words.STATES[run_state]
    alive = run_state in ACTIVE
    goal = DISCOVER if alive else RESULTS
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="strip"):
        st.html(STRIP_STYLE)
        st.caption(f"{icon} {label}: {words.md(words.shorten(config['name'], 60))}", width="content")
        if path != goal.path:
            st.page_link(goal.path, label="Watch" if alive else "Results", icon=goal.icon,
                         query_params=current_run.address(run))
        # The live page shows the best formula of this moment; here it would be the one of the last click.
        if best and not (path == DISCOVER.path and alive):
            st.caption(words.md(words.shorten(glance(str(best.get("text", ""))), 60)), width="content")


def nothing_yet(text: str) -> None:
    """The empty state of a page that needs a run: what to do instead of a blank page."""
    with st.container(border=True, horizontal_alignment="center", gap="medium"):
        st.markdown(text, text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center"):
            if st.button("Try an example", icon=":material/play_arrow:", type="primary", key="empty_example"):
                actions.try_example()
            if st.button("Use my data", icon=":material/upload:", key="empty_data"):
                st.switch_page(DATA.path)
