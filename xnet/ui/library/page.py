"""The Library page: all searches in a table; open, duplicate, annotate, compare or delete them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from xnet import runs
from xnet.config.dynamics_runs import is_dynamics
from xnet.counts import counted
from xnet.runs import catalogue
from xnet.runs.catalogue import CatalogueEntry
from xnet.runs.notes import MAX_LENGTH, write_note
from xnet.ui.components.formula_view import show_formula
from xnet.ui.page_list import DISCOVER, MOTION, RESULTS, SETUP
from xnet.ui.session import actions, current_run, state
from xnet.ui.shell import empty_state, page_title
from xnet.ui.text import RUN_STATES, duration, escaped, shorten
from xnet.wording.formula_notation import typeset_text
from xnet.wording.score_text import accuracy_text, log_loss_text, r2_name

from .compare import comparison
from .user_formula import user_formula_card


def library_page() -> None:
    """Draw the Library page."""
    page_title("Library", "The searches that you have opened in this tab." if current_run.is_private_server() else
          "All searches of this app.")
    if error := st.session_state.pop(state.LIBRARY_ERROR, None):
        st.error(escaped(error), icon=":material/error:")
    held = catalogue.read_catalogue()
    if held.damaged and not current_run.is_private_server():
        names = ", ".join(held.damaged[:5]) + (f" and {len(held.damaged) - 5} more" if len(held.damaged) > 5 else "")
        st.caption(f":material/broken_image: Not listed because it cannot be read: {escaped(names)}.")
    shown = [entry for entry in held.entries if current_run.is_listed(entry.run)]
    if not shown:
        empty_state("There are no searches yet. Start one with an example or with your own table.")
        return
    entries = {entry.run.id: entry for entry in shown}
    _ensure_selection(entries)
    _table(shown)
    labels = _labels(shown)
    left, right = st.columns(2)
    with left:
        chosen = st.selectbox("Search", list(entries), format_func=labels.__getitem__, key=state.LIBRARY_RUN)
    with right:
        others = [run_id for run_id in entries if run_id != chosen]
        st.session_state[state.LIBRARY_COMPARED] = [
            run_id for run_id in st.session_state.get(state.LIBRARY_COMPARED, ()) if run_id in others]
        compared = st.multiselect("Compare with", others, format_func=labels.__getitem__, key=state.LIBRARY_COMPARED,
                                  placeholder="other searches") if others else []
    if compared:
        comparison([entries[run_id] for run_id in (chosen, *compared)])
    _card(entries[chosen], shown)
    if current_run.is_private_server():
        _delete_all(len(shown))


def _delete_all(count: int) -> None:
    """Draw the button that deletes all searches of this session."""
    with st.popover("Delete all of mine", icon=":material/delete_sweep:", key="delete_all"):
        st.markdown(f"{counted(count, 'search').replace('searchs', 'searches')} of this tab, with tables, formulas and "
                    "notes, will be deleted. Searches that run are ended. You cannot undo this.")
        st.button("Delete all permanently", type="primary", key="really_delete_all", on_click=_delete_own)


def _delete_own() -> None:
    problems = []
    for run in current_run.opened_runs():
        runs.end_worker(run)
        try:
            runs.delete_run(run)
        except runs.RunError as error:
            problems.append(str(error))
    st.session_state[state.OPENED_RUNS] = {run.id for run in current_run.opened_runs()}
    st.session_state.pop(state.RUN_ID, None)
    if problems:
        st.session_state[state.LIBRARY_ERROR] = problems[0]


def _ensure_selection(entries: dict[str, CatalogueEntry]) -> None:
    """Select a search if none is selected: the session's own, else the newest."""
    if st.session_state.get(state.LIBRARY_RUN) not in entries:
        run = current_run.session_run()
        mine = run is not None and not current_run.is_read_only(run) and run.id in entries
        st.session_state[state.LIBRARY_RUN] = run.id if run is not None and mine else next(iter(entries))


def _labels(entries: Sequence[CatalogueEntry]) -> dict[str, str]:
    """A unique label for each run, because the browser returns the label of the selected one."""
    found: dict[str, str] = {}
    for entry in entries:
        label, k = f"{shorten(entry.config['name'], 60)}, {entry.created.astimezone():%d %b %Y %H:%M:%S}", 2
        unique = label
        while unique in found.values():
            unique, k = f"{label} ({k})", k + 1
        found[entry.run.id] = unique
    return found


def _table(entries: list[CatalogueEntry]) -> None:
    key = f"{state.LIBRARY_TABLE}_{len(entries)}"
    chosen = [i for i, e in enumerate(entries) if e.run.id == st.session_state[state.LIBRARY_RUN]]
    if list(st.session_state.get(key, {}).get("selection", {}).get("rows", [])) != chosen:
        st.session_state[key] = {"selection": {"rows": chosen}}
    table = library_table(entries)
    st.dataframe(
        table, hide_index=True, height=min(380, 38 + 35 * len(entries)), key=key,
        on_select=lambda: _row_clicked(entries, key, chosen), selection_mode="single-row-required",
        alt="All searches, one in each row, newest first",
        column_config={"When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
                       "Complexity": st.column_config.NumberColumn(width="small"),
                       "Searched": st.column_config.NumberColumn(format="%d s", width="small"),
                       "Formula": st.column_config.TextColumn(width="large"),
                       **{name: st.column_config.TextColumn(width=_pixels(table[name]))
                          for name in ("Target", "Held-out rows", "Training rows")}})


def _pixels(cells: Iterable[str]) -> int:
    """The width of a column that cuts no score, with words before it or not, and no name of usual length."""
    return min(220, 24 + 7 * max(map(len, (*cells, "Training rows"))))


def library_table(entries: Sequence[CatalogueEntry]) -> pd.DataFrame:
    """The runs as a table, one in each row."""
    return pd.DataFrame({
        "Target": [e.config["target"] for e in entries],
        "Formula": [typeset_text(_right_side(e)) for e in entries],
        "Held-out rows": [_score(e, "holdout") for e in entries],
        "Training rows": [_score(e, "train") for e in entries],
        "Complexity": pd.array([e.complexity for e in entries], dtype="Int64"),
        "State": [RUN_STATES[e.state][0] for e in entries],
        "Searched": [int(e.seconds) for e in entries],
        "When": [e.created.astimezone().replace(tzinfo=None) for e in entries],
        "Table": [e.config["source"] for e in entries],
        "Note": [shorten(" ".join(e.note.split()), 80) for e in entries],
    })


def _right_side(entry: CatalogueEntry) -> str:
    """A formula without its target, which stands beside it; a law of motion has one formula for each state."""
    text = entry.text or ""
    return text if is_dynamics(entry.config) else text.partition(" = ")[2] or text


def _score(entry: CatalogueEntry, rows: str) -> str:
    """R², or for a class the share of right rows; a dash without a score."""
    score = entry.scores.get(f"accuracy_{rows}", entry.scores[f"r2_{rows}"])
    return "–" if score is None else accuracy_text(entry.scores, rows)


def _row_clicked(entries: Sequence[CatalogueEntry], key: str, shown: list[int]) -> None:
    chosen = list(st.session_state[key]["selection"]["rows"])
    # After a selection elsewhere on the page, the browser also reports the row that was selected before (`shown`).
    if chosen and chosen != shown and chosen[0] < len(entries):
        st.session_state[state.LIBRARY_RUN] = entries[chosen[0]].run.id


def _card(entry: CatalogueEntry, entries: Sequence[CatalogueEntry]) -> None:
    """Draw the card of a run: its best formula, scores, actions and note."""
    run, (label, icon, color) = entry.run, RUN_STATES[entry.state]
    with st.container(border=True, key="library_card"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escaped(shorten(entry.config['name'], 80))}**", width="content")
            st.badge(label, icon=icon, color=color)  # type: ignore[arg-type]
        best = run.best() if entry.text is not None else None
        if best is None:
            st.caption("No formula yet.")
        else:
            show_formula(best, room=1.7, place="library")
            scores(entry)
        if agreement := catalogue.agreement(entry, catalogue.comparable_runs(entry, entries)):
            st.markdown(f":material/groups: {agreement}")
        _actions(entry)
        _note(entry)
    if best is not None and not is_dynamics(entry.config):
        user_formula_card(run, best)


def scores(entry: CatalogueEntry) -> None:
    """Write the scores of a run's best formula in one line."""
    parts = [accuracy_text(entry.scores)]
    if entry.r2_holdout is not None:
        name = f"{r2_name(entry.scores)[1]} "
        parts.append(f"{accuracy_text(entry.scores, 'holdout').removeprefix(name)} on held-out rows")
    if entry.class_scores:
        parts.append(f"log loss {log_loss_text(entry.class_scores['log_loss_train'])}")
        if (held_out := entry.class_scores["log_loss_holdout"]) is not None:
            parts.append(f"{log_loss_text(held_out)} on held-out rows")
    st.caption(", ".join([*parts, f"complexity {entry.complexity}", f"searched for {duration(entry.seconds)}"]))


def _actions(entry: CatalogueEntry) -> None:
    run = entry.run
    with st.container(horizontal=True, gap="small", key="library_actions"):
        goal = MOTION if is_dynamics(entry.config) else DISCOVER if entry.state in runs.ACTIVE else RESULTS
        if st.button("Open", icon=goal.icon, type="primary", key="open_run"):
            st.switch_page(goal.path, query_params={"run": run.id})
        if not is_dynamics(entry.config):  # the page Motion has this button
            st.button("Duplicate and change", icon=SETUP.icon, key="again", on_click=actions.search_again, args=(run,),
                      help="Load its table and settings into Setup. This search stays unchanged.")
        if st.button("Delete", icon=":material/delete:", key="delete_run"):
            _confirm(entry)


@st.dialog("Delete this search?", icon=":material/delete:")
def _confirm(entry: CatalogueEntry) -> None:
    name = escaped(shorten(entry.config["name"], 80))
    if entry.state in runs.ACTIVE:
        st.markdown(f"**{name}** has not ended yet. Stop the search before you delete it.")
        st.page_link(DISCOVER.path, label="Go to the search", icon=DISCOVER.icon, query_params={"run": entry.run.id})
        return
    st.markdown(f"**{name}**, its formulas and its note will be deleted. You cannot undo this.")
    with st.container(horizontal=True):
        # The callback deletes the run, whatever part of the page runs next; the rerun closes the dialog.
        if st.button("Delete permanently", type="primary", key="really_delete", on_click=_delete, args=(entry.run,)):
            st.rerun()
        if st.button("Keep it", key="keep"):
            st.rerun()


def _delete(run: runs.Run) -> None:
    try:
        runs.delete_run(run)
    except runs.RunError as error:
        st.session_state[state.LIBRARY_ERROR] = str(error)
        return
    if st.session_state.get(state.RUN_ID) == run.id:
        st.session_state.pop(state.RUN_ID)


def _note(entry: CatalogueEntry) -> None:
    key = f"{state.NOTE}_{entry.run.id}"
    st.session_state.setdefault(key, entry.note)
    st.text_area("Note", key=key, max_chars=MAX_LENGTH, height=80,
                 placeholder="Your notes on this search",
                 on_change=_save_note, args=(entry.run, key), help="The note is saved when you leave the field.")


def _save_note(run: runs.Run, key: str) -> None:
    text: Any = st.session_state.get(key)
    try:
        write_note(run, str(text or ""))
    except runs.RunError as error:
        st.session_state[state.LIBRARY_ERROR] = str(error)
