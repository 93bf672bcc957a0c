"""Sentences name where to click in the app, and the option in the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.wide_target import wide_target_sentence
from xnet.tables.reading import read_table
from xnet.ui.data.page import TABS
from xnet.ui.data.rows import SPLITS
from xnet.ways import for_app, for_terminal, ways

SOURCES = Path(__file__).parents[1] / "xnet"
OPTION = re.compile(r"--[a-z]|:(numbers|gaps)")


def test_the_app_names_no_options_and_the_terminal_no_pages() -> None:
    x = np.logspace(-3, 3, 60)
    formula = read_formula("x0**2 + 5", ("x0",))
    said = wide_target_sentence(formula, Problem.from_arrays(x[:, None], x**2, holdout_fraction=0.0))
    cells = "\n".join(["a,mass (kg)", *(f"{k},{-999 if k == 7 else 20 + k % 5}" for k in range(40))])
    notes = " ".join(read_table(cells.encode(), "t.csv").report)
    losses = "(--loss log or --loss relative)"
    for text, option, place in ((said, losses, "(Setup, More settings, What an error costs)"),
                                (notes, "(--convert mass (kg):gaps)", "(Data, Gaps, text and dates)")):
        assert place in for_app(text)
        assert not OPTION.search(for_app(text))
        assert option in for_terminal(text)
        assert "Setup" not in for_terminal(text)
        assert "Data, " not in for_terminal(text)


def test_the_places_are_those_of_the_app() -> None:
    used = " ".join(path.read_text() for path in (*SOURCES.glob("evidence/*.py"), SOURCES / "ways.py"))
    for tab, split in (("Held-out rows", "order"), ("Held-out rows", "group")):
        assert tab in TABS
        assert f"Data, {tab}, {SPLITS[split][0]}" in used
    assert "Gaps, text and dates" in TABS


def test_a_text_without_ways_stays_and_a_column_with_a_semicolon_keeps_both() -> None:
    assert for_app("y = (a; b)") == for_terminal("y = (a; b)") == "y = (a; b)"
    both = ways("Data", "--convert a;b:gaps")
    assert for_app(both) == for_terminal(both) == both
