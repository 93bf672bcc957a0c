"""The tab Permutation check: how often would shuffled rows give as good a formula?"""

from __future__ import annotations

import streamlit as st

from xnet import runs
from xnet.errors import XNetError
from xnet.evidence.permutation_check import PermutationCheck
from xnet.runs.permutation import PermutationRecord, finished_check, read_permutation, stop_check
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped
from xnet.wording.permutation_text import permutation_text
from xnet.wording.score_text import explained

#: Numbers of shuffled tables to choose from: p is at least 0.05 or 0.01.
CHOICES = (19, 99)
#: Seconds between two readings of the progress.
REFRESH_S = 1.0


def permutation_tab(run: current_run.Run) -> None:
    """Draw the tab: what the check does, its progress or its result, and the button that starts it."""
    st.caption("How often would shuffled rows give as good a formula? The target is shuffled among the rows, and every "
               "shuffled table is searched for a few steps, as your table is once more. The p-value is the share of "
               "all these tables, yours included, with as good a formula by leave-one-out errors.")
    record = read_permutation(run)
    if record is not None and record["state"] == "running":
        st.fragment(run_every=REFRESH_S)(_progress)(run)
        return
    if record is not None and record["message"]:
        st.warning(escaped(record["message"]), icon=":material/error:")
    check = finished_check(run)
    if check is not None and record is not None:
        _result(check, record)
    if not current_run.is_read_only(run):
        _start(run)
    elif check is None:
        st.info("This search has not been checked.", icon=":material/info:")


def _progress(run: current_run.Run) -> None:
    """Draw the progress of a running check; rerun the whole page when it has ended."""
    record = read_permutation(run)
    if record is None or record["state"] != "running":
        st.rerun()
    searches = record["n_shuffled"] + 1
    st.progress(min(record["done"] / searches, 1.0), text=f"{record['done']} of {searches} searches")
    if not current_run.is_read_only(run):
        st.button("Stop the check", icon=":material/stop:", key="permutation_stop", on_click=_stop, args=(run,))


def _result(check: PermutationCheck, record: PermutationRecord) -> None:
    """Draw the result of a check."""
    st.markdown(f"**{escaped(permutation_text(check.to_json()))}**")
    st.caption(f"In your table the formula of the short search explains {explained(check.explained)} of the "
               f"leave-one-out loss of a constant, in the shuffled tables {explained(max(check.shuffled))} at most."
               + (" This result comes from the file of the search; it was not computed here." if record["of_bundle"]
                  else ""))


def _start(run: current_run.Run) -> None:
    """Draw the choice of the number of shuffled tables, and the button."""
    alive = run.is_alive()
    n_shuffled = st.segmented_control("Shuffled tables", CHOICES, default=CHOICES[0], required=True,
                                      key=f"{state.SHUFFLED_TABLES}_{run.id}",
                                      help="19 take a minute or two, and p is at least 0.05; with 99 it is at least "
                                           "0.01.")
    st.button("Check against shuffled rows", icon=":material/shuffle:", key="permutation_start", on_click=_launch,
              args=(run, n_shuffled), disabled=alive)
    if alive:
        st.caption("The check can start when the search has ended.")


def _launch(run: current_run.Run, n_shuffled: int) -> None:
    try:
        runs.launch_check(run, n_shuffled)
    except XNetError as error:
        st.toast(escaped(error), icon=":material/error:")


def _stop(run: current_run.Run) -> None:
    try:
        stop_check(run)
    except XNetError as error:
        st.toast(escaped(error), icon=":material/error:")
