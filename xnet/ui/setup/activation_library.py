"""The choice of activations on the Setup page: presets, and a card for each group of activations."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import streamlit as st

from xnet.config.advice import library_notes
from xnet.config.settings import LIBRARIES
from xnet.drawings.curves import curves_svg, describe_curves
from xnet.engine.networks.activations import ACTIVATIONS, GROUPS, Group
from xnet.ui.session import state
from xnet.ui.text import escaped

from .own_functions import own_functions


def library(rows: pd.DataFrame | None) -> None:
    """Draw the presets, and below them every group with its activations, their curves and warnings.

    Args:
        rows: the rows of the search, inputs then target; None without target or inputs.
    """
    chosen = state.settings().activations
    notes = [] if rows is None else library_notes(
        {str(name): rows[name].to_numpy() for name in rows.columns[:-1]}, rows.iloc[:, -1].to_numpy(), chosen)
    st.header("Which functions may a neuron apply?", anchor=False)
    st.segmented_control("Ready-made libraries of activations", list(LIBRARIES), key=state.PRESET,
                         on_change=state.apply_preset, persist_state="session",
                         help="An activation is the function that a neuron applies to its inputs: a root, a sine, a "
                              "product of two inputs. A search with fewer activations is faster.")
    with st.grid(4, min_column_width=240):
        for key, group in GROUPS.items():
            _group(key, group, chosen, [note.text for note in notes if note.group == key])
    own_functions()


def _group(key: str, group: Group, chosen: Collection[str], notes: list[str]) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.checkbox(group.title, key=state.group_checkbox_key(key), on_change=state.apply_group, args=(key,),
                    persist_state="session")
        st.caption(group.description)
        st.image(curves_svg(group.names, chosen), alt=describe_curves(group.names, chosen))
        st.pills(f"Activations of the group {group.title}", group.names, selection_mode="multi",
                 key=state.group_pills_key(key), format_func=lambda name: ACTIVATIONS[name].symbol,
                 on_change=state.sync_group, args=(key,), persist_state="session", label_visibility="collapsed")
        for note in notes:
            st.caption(f":material/warning: {escaped(note)}")
