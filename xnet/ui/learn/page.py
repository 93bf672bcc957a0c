"""The Learn page: a demonstration of the method, how it works, glossary, limits, privacy and citation."""

from __future__ import annotations

import streamlit as st

from xnet.learn.citation import PAPER, SOFTWARE
from xnet.learn.demonstrations import DEMONSTRATIONS
from xnet.learn.glossary import TERMS, find_terms
from xnet.learn.pictures import DARK, LIGHT, STEPS, picture
from xnet.learn.readme_sections import section
from xnet.ui.session import state
from xnet.ui.shell import page_title
from xnet.ui.text import escaped

from . import toy_state
from .toy import toy_section

_TOY, _STEPS, _GLOSSARY, _LIMITS, _PRIVACY, _CITE = TABS = (
    "Try it", "How it works", "Glossary", "Figures and limits", "Privacy", "Cite")
_NO_README = "This part comes from the README, which this installation does not include. See the project's repository."


def learn_page() -> None:
    """Draw the Learn page; `?term=front` opens the glossary at that term, `?demo=wave` plays a demonstration."""
    if (shown := DEMONSTRATIONS.get(st.query_params.pop("demo", ""))) is not None:
        toy_state.demonstrate(shown)
    page_title("Learn", "How a network finds a formula: watch it on a dozen points, and look up terms.")
    term = st.query_params.get("term")
    tabs = st.tabs(TABS, default=_GLOSSARY if term else _TOY)
    for tab, show in zip(tabs, (toy_section, _how_it_works, lambda: _glossary(term), _limits, _privacy, _cite),
                         strict=True):
        with tab:
            show()


def _how_it_works() -> None:
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    with st.grid(3, min_column_width=300):
        for k, step in enumerate(STEPS, start=1):
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{k}. {step.title}**")
                st.image(picture(step, palette), alt=step.alt, width="stretch")
                st.markdown(step.text)
    st.caption("Alternating backpropagation repeats the steps 2, 3 and 4. Watch them on the tab “Try it”.")


def _glossary(term: str | None) -> None:
    if term is not None and term in TERMS:
        st.session_state.setdefault(state.GLOSSARY_TERM, TERMS[term].name)
    query = st.text_input("Search the glossary", key=state.GLOSSARY_TERM, icon=":material/search:", placeholder="front",
                          max_chars=60)
    found = find_terms(query)
    if not found:
        st.info(f"Nothing in the glossary mentions “{escaped(query)}”. Try a shorter word, or clear the field to see "
                f"all {len(TERMS)} terms.", icon=":material/info:")
    for entry in found:
        st.markdown(f"**{entry.name}**  \n{entry.meaning}")


def _limits() -> None:
    st.header("What was measured", anchor=False)
    st.markdown(section("Speed and recovery") or _NO_README)
    st.header("What the paper claims", anchor=False)
    st.markdown(
        "Li et al. report that their X-Net needs 3 % of the parameters of a multilayer perceptron on average, and 1.1 "
        "% in the best case (abstract, version 2), at comparable or better accuracy, and a mean R² of 0.985 on their "
        "fitting task with activations only. This program is an independent implementation with second-order targets. "
        "The figures above were measured with it; the README gives the command for each.")
    st.header("What it cannot do", anchor=False)
    st.markdown(section("Limits") or _NO_README)


def _privacy() -> None:
    st.markdown(
        "- **Nothing leaves the machine that runs this app.** It loads nothing from other sites, sends no statistics "
        "and uses no other service.\n"
        "- A table that you upload stays in memory while this tab is open, and for two hours after you leave the Data "
        "page or Setup, so that a reload finds it. The address of these pages (`?table=…`) holds a random key: who has "
        "it gets a copy of the table, and nobody else does. The table is not written to a file.\n"
        "- **When you start a search**, the app writes the rows and the results to a folder for this search, in "
        "`runs/` where the app was started, or in the folder that `XNET_RUNS` names. They stay there until somebody "
        "deletes them.\n"
        "- **To delete a search**, press Delete on the Library page, or delete its folder. There is no other copy.\n"
        "- Anyone who has the address of a search (`?run=…`) and can reach this app can see and control the search. "
        "The address is long and random; give it only to people who may see the data. The link under Share is for "
        "reading only.\n"
        "- The points of the tab “Try it” are never written to a file.")


def _cite() -> None:
    st.markdown("The method: *A Novel Paradigm for Neural Computation: X-Net with Learnable Neurons and Adaptable "
                "Structure*, [arXiv 2401.01772](https://arxiv.org/abs/2401.01772).")
    st.code(PAPER, language="latex", wrap_lines=True)
    st.markdown("This software, under the MIT licence:")
    st.code(SOFTWARE, language="latex", wrap_lines=True)
