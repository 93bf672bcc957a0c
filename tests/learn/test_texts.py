"""The texts of the Learn page: glossary, pictures, citation, and the README's sections."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import xnet
from xnet.learn.citation import PAPER, SOFTWARE
from xnet.learn.glossary import TERMS, find_terms
from xnet.learn.pictures import DARK, LIGHT, STEPS, Palette, Step, picture
from xnet.learn.readme_sections import section


def test_terms_are_in_alphabetical_order_and_complete_sentences() -> None:
    names = [term.name for term in TERMS.values()]
    assert names == sorted(names, key=str.lower)
    assert all(term.meaning.endswith(".") and len(term.meaning) < 260 for term in TERMS.values())


@pytest.mark.parametrize("word", [
    "activation", "activation library", "neuron", "network", "alternating backpropagation", "candidate", "front",
    "arity", "complexity", "held-out rows", "noise floor", "parameters", "target", "weight", "loss",
    "residual", "seed", "budget"])
def test_the_words_of_the_interface_are_explained(word: str) -> None:
    assert find_terms(word)[0].name.lower() == word


@pytest.mark.parametrize(("query", "first"), [
    ("R2", "Accuracy"), ("rmse", "Typical error"), ("pareto", "Front"), ("HELD OUT", "Held-out rows"),
    ("fitted numbers", "Parameters"), ("operators", "Activation library"), ("  mlp ", "Baseline")])
def test_people_find_a_term_by_other_words(query: str, first: str) -> None:
    assert find_terms(query)[0].name == first


def test_names_of_settings_in_quotes_are_those_of_the_app() -> None:
    """A setting that is renamed has its new name in the glossary."""
    source = " ".join(path.read_text(encoding="utf-8") for folder in ("ui", "config")
                      for path in Path(xnet.__path__[0], folder).rglob("*.py"))
    named = [name for term in TERMS.values() for name in re.findall("“([^”]+)”", term.meaning)]
    assert len(named) > 2
    assert [name for name in named if name not in source] == []


def test_what_is_said_of_held_out_rows_and_of_the_star_agrees_with_the_choice_of_the_suggestion() -> None:
    """No formula is fitted to held-out rows, but the suggestion is chosen by all rows (D-078)."""
    meaning = find_terms("held-out rows")[0].meaning
    assert "no formula is fitted to" in meaning
    assert "choice of the suggestion" in meaning
    assert "rows that it was not fitted to, with its length counted against it" in STEPS[-1].text


def test_no_query_finds_everything_and_nonsense_nothing() -> None:
    assert find_terms("  ") == list(TERMS.values())
    assert find_terms("qwxzj") == []


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.title)
def test_pictures_are_svg_with_a_title_and_stay_inside(step: Step, palette: Palette) -> None:
    root = ET.fromstring(picture(step, palette))  # noqa: S314 - our own picture
    assert root.find("{http://www.w3.org/2000/svg}title").text
    for label in root.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 <= float(label.get("x", "nan")) <= 320
        assert 0 <= float(label.get("y", "nan")) <= 170


def test_sections_of_the_readme_come_without_links_to_files() -> None:
    limits, figures = section("Limits"), section("Speed and recovery")
    assert limits is not None
    assert limits.startswith("- ")
    assert figures is not None
    assert "benchmarks.formulas" in figures
    assert "](docs/" not in limits + figures


def test_without_readme_or_heading_there_is_nothing(tmp_path: Path) -> None:
    assert section("Limits", tmp_path / "README.md") is None
    assert section("No such heading") is None


def test_citations_are_balanced_bibtex() -> None:
    for entry in (PAPER, SOFTWARE):
        assert entry.startswith("@")
        assert entry.count("{") == entry.count("}")
    assert "2401.01772" in PAPER
