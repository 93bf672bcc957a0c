"""The activation library on the Setup page: ready-made libraries, and a card for each group of activations."""

from __future__ import annotations

import streamlit as st

from ..engine.activations import ACTIVATIONS, GROUPS, Group
from ..settings import LIBRARIES
from . import state


def library() -> None:
    """Ready-made libraries, and below them every group with its activations."""
    st.subheader("What may a neuron do?", anchor=False)
    st.segmented_control("Ready-made libraries of activations", list(LIBRARIES), key=state.PRESET,
                         on_change=state.use_library, persist_state="session")
    with st.grid(4, min_column_width=240):
        for key, group in GROUPS.items():
            _group(key, group)


def _group(key: str, group: Group) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.checkbox(f"**{group.title}**", key=state.whole_key(key), on_change=state.use_group, args=(key,),
                    persist_state="session")
        st.caption(group.words)
        st.space("stretch")
        st.pills(f"Activations of the group {group.title}", group.names, selection_mode="multi",
                 key=state.group_key(key), format_func=lambda name: ACTIVATIONS[name].symbol,
                 on_change=state.match_group, args=(key,), persist_state="session", label_visibility="collapsed")
